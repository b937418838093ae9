//! What can be said of an instance before any call.

use blogstack_core::{
    Set,
    provider::{FieldProblem, Planned},
};

use super::{Instance, MetadataOptions, RootVolume};
use crate::{
    ec2::subnet::{self, Subnet},
    tags,
};

/// The most bytes of user data, before they are encoded.
const USER_DATA: usize = 16 * 1024;

/// Everything that AWS would refuse.
pub(super) fn problems(planned: &Planned<'_, Instance>) -> Vec<FieldProblem> {
    let groups = planned.get(Instance::security_groups).filter(Set::is_empty);
    FieldProblem::among([
        ("private_ip", outside(planned)),
        ("security_groups", groups.map(|_| "an instance has one group at least; leave it unset for the default group".to_owned())),
        ("user_data", planned.get(Instance::user_data).and_then(|text| too_long(&text))),
        ("metadata_options", planned.get(Instance::metadata_options).and_then(|options| bad_options(&options))),
        ("root_volume", planned.get(Instance::root_volume).and_then(|volume| bad_volume(&volume))),
        ("tags", planned.get(Instance::tags).and_then(|tags| tags::problem(&tags))),
    ])
}

fn outside(planned: &Planned<'_, Instance>) -> Option<String> {
    subnet::unusable(planned.related(Instance::subnet)?.get(Subnet::cidr_block)?, planned.get(Instance::private_ip)?)
}

pub(in crate::ec2) fn too_long(text: &str) -> Option<String> {
    let hint = "let the machine fetch what is long, or make it of `cloud_init::UserData` and say `.compressed()`";
    (text.len() > USER_DATA).then(|| format!("it has {} bytes, and AWS takes {USER_DATA}: {hint}", text.len()))
}

pub(in crate::ec2) fn bad_options(options: &MetadataOptions) -> Option<String> {
    let limit = options.http_put_response_hop_limit.filter(|limit| !(1..=64).contains(limit))?;
    Some(format!("a hop limit of {limit} is not between 1 and 64"))
}

fn bad_volume(volume: &RootVolume) -> Option<String> {
    let key = volume.kms_key_id.as_ref()?;
    if !key.starts_with("arn:") {
        return Some(format!("the key `{key}` is not given by its ARN, which is what AWS answers"));
    }
    (volume.encrypted != Some(true)).then(|| "it has a key, but is not to be encrypted".to_owned())
}

/// Why a change needs a new instance, besides what the fields say.
pub(super) fn replaces(current: &Instance, planned: &Planned<'_, Instance>) -> Option<String> {
    if current.user_data.is_some() && planned.get(Instance::user_data_replace_on_change) != Some(false) {
        // One that is not known yet will be another one.
        let wanted = planned.get(Instance::user_data);
        if wanted.is_none() || wanted != current.user_data {
            return Some("its user data changes, and is run at the first boot only".to_owned());
        }
    }
    let (old, new) = (current.root_volume.as_ref()?, planned.get(Instance::root_volume)?);
    if old.volume_size.zip(new.volume_size).is_some_and(|(old, new)| new < old) {
        return Some("its root volume cannot shrink".to_owned());
    }
    let encryption = new.encrypted.is_some_and(|new| Some(new) != old.encrypted);
    let key = new.kms_key_id.is_some() && new.kms_key_id != old.kms_key_id;
    (encryption || key).then(|| "the encryption of its root volume cannot be changed".to_owned())
}

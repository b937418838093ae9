//! What can be said of a launch template before any call.

use blogstack_core::{
    Set,
    provider::{FieldProblem, Planned},
};

use super::{BlockDevice, LONGEST_NAME, LaunchInterface, LaunchTemplate};
use crate::{ec2::instance, tags};

/// Everything that AWS would refuse, or that no instance could be launched with.
pub(super) fn problems(planned: &Planned<'_, LaunchTemplate>) -> Vec<FieldProblem> {
    let description = planned.get(LaunchTemplate::version_description).filter(|text| text.chars().count() > 255);
    let groups = planned.get(LaunchTemplate::security_groups).filter(Set::is_empty);
    let both = planned.is_set(LaunchTemplate::security_groups) && planned.is_set(LaunchTemplate::network_interfaces);
    let tags = |tags: Option<blogstack_core::Tags>| tags.and_then(|tags| tags::problem(&tags));
    FieldProblem::among([
        ("launch_template_name", planned.get(LaunchTemplate::launch_template_name).and_then(|name| bad_name(&name))),
        ("version_description", description.map(|_| "a description has 255 characters at most".to_owned())),
        ("security_groups", groups.map(|_| "an instance has one group at least; leave it unset for the default group".to_owned())),
        ("security_groups", both.then(|| "with `network_interfaces`, the groups are those of the interfaces".to_owned())),
        ("network_interfaces", planned.get(LaunchTemplate::network_interfaces).and_then(|set| bad_interfaces(&set))),
        ("user_data", planned.get(LaunchTemplate::user_data).and_then(|text| instance::too_long(&text))),
        ("block_device_mappings", planned.get(LaunchTemplate::block_device_mappings).and_then(|set| bad_disks(&set))),
        ("metadata_options", planned.get(LaunchTemplate::metadata_options).and_then(|options| instance::bad_options(&options))),
        ("instance_tags", tags(planned.get(LaunchTemplate::instance_tags))),
        ("volume_tags", tags(planned.get(LaunchTemplate::volume_tags))),
        ("network_interface_tags", tags(planned.get(LaunchTemplate::network_interface_tags))),
    ])
}

fn bad_name(name: &str) -> Option<String> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"().-/_".contains(&byte);
    let good = (3..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(fits);
    (!good).then(|| "a name has 3 to 128 letters, digits and characters of `().-/_`".to_owned())
}

fn bad_interfaces(interfaces: &Set<LaunchInterface>) -> Option<String> {
    let twice = interfaces.iter().find(|one| interfaces.iter().filter(|other| one.device_index == other.device_index).count() > 1);
    if let Some(one) = twice {
        return Some(format!("several interfaces have the index {}", one.device_index));
    }
    interfaces.is_empty().then(|| "an instance has one interface at least; leave it unset for AWS's own".to_owned())
}

fn bad_disks(disks: &Set<BlockDevice>) -> Option<String> {
    let twice = disks.iter().find(|one| disks.iter().filter(|other| one.device_name == other.device_name).count() > 1);
    if let Some(one) = twice {
        return Some(format!("several disks are at `{}`", one.device_name));
    }
    let open = disks.iter().find(|one| one.kms_key_id.is_some() && one.encrypted != Some(true));
    open.map(|one| format!("the disk at `{}` has a key, but is not to be encrypted", one.device_name))
}

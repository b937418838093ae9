//! What a version of a launch template says of the instances to come: the parameters of a launch, as far as they are given.
//!
//! Source: *`RequestLaunchTemplateData`*, whose parts are called like those of *`RunInstances`*; *`ResponseLaunchTemplateData`*.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ec2::{echo, instance};
use crate::failure::Failure;
use crate::params::Params;
use crate::protocol::xml::Xml;

/// The data of a version: parameters of *`RunInstances`*, as a request names them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Data(BTreeMap<String, String>);

/// Lists whose entries stand beside those of a launch request, and what says that two of them are about the same.
const LISTS: [(&str, Option<&str>); 3] =
    [("BlockDeviceMapping", Some("DeviceName")), ("NetworkInterface", Some("DeviceIndex")), ("TagSpecification", None)];

/// What is added to the numbers of such entries, so that they come behind those of the request.
const BEHIND: u32 = 1000;

impl Data {
    /// The data of a request. Whether what it names exists is asked when something is launched.
    pub(super) fn read(params: &Params) -> Result<Self, Failure> {
        let values = params.values_below("LaunchTemplateData");
        if values.is_empty() {
            return Err(Failure::missing("LaunchTemplateData"));
        }
        instance::check_user_data(values.get("UserData").map(String::as_str))?;
        Ok(Self(values))
    }

    /// The text of one parameter.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The parameters of a list, under their whole names.
    pub(crate) fn list(&self, name: &str) -> BTreeMap<String, String> {
        let prefix = format!("{name}.");
        self.0.iter().filter(|(key, _)| key.starts_with(&prefix)).map(|(key, value)| (key.clone(), value.clone())).collect()
    }

    /// The same, but where other data say something.
    pub(super) fn overwritten(self, other: Self) -> Self {
        let given = Params::new(other.0.clone());
        let rest = self.0.into_iter().filter(|(key, _)| !given.has(key.split('.').next().unwrap_or_default()));
        Self(rest.chain(other.0).collect())
    }

    /// A launch request that says what these data say, wherever it says nothing itself: *Launch instances from a launch template*.
    ///
    /// Of the lists in [`LISTS`] an entry is left out only for one that is about the same.
    pub(crate) fn behind(&self, request: &Params) -> Params {
        let mut added = BTreeMap::new();
        for (key, value) in &self.0 {
            let (list, rest) = key.split_once('.').unwrap_or((key, ""));
            let (index, part) = rest.split_once('.').unwrap_or((rest, ""));
            let own = LISTS.iter().find(|(name, _)| *name == list);
            match (own, index.parse::<u32>()) {
                (Some((_, by)), Ok(number)) => {
                    if !by.is_some_and(|by| self.is_given(request, list, index, by)) {
                        added.insert(format!("{list}.{}.{part}", number.saturating_add(BEHIND)), value.clone());
                    }
                }
                (_, is_listed) => {
                    if !request.has(if is_listed.is_ok() { list } else { key }) {
                        added.insert(key.clone(), value.clone());
                    }
                }
            }
        }
        request.with(added)
    }

    /// Whether a request has an entry about the same as ours.
    fn is_given(&self, request: &Params, list: &str, index: &str, by: &str) -> bool {
        let own = self.text(&format!("{list}.{index}.{by}"));
        request.groups(list).iter().any(|entry| entry.text(by) == own)
    }

    /// Writes the data under the names that answers have.
    pub(super) fn write(&self, xml: &mut Xml) {
        echo::write(xml, &self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(pairs: &[(&str, &str)]) -> Data {
        Data(pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect())
    }

    fn request(pairs: &[(&str, &str)]) -> Params {
        Params::new(data(pairs).0)
    }

    #[test]
    fn the_request_wins_over_the_template() {
        let template = data(&[("ImageId", "ami-1"), ("KeyName", "a"), ("SecurityGroupId.1", "sg-1"), ("SecurityGroupId.2", "sg-2")]);
        let launch = template.behind(&request(&[("KeyName", "b"), ("SecurityGroupId.1", "sg-3")]));
        assert_eq!((launch.text("ImageId"), launch.text("KeyName")), (Some("ami-1"), Some("b")));
        assert_eq!(launch.list("SecurityGroupId"), ["sg-3"]);
    }

    #[test]
    fn disks_and_tags_go_together() {
        let template = data(&[
            ("BlockDeviceMapping.1.DeviceName", "/dev/sda"),
            ("BlockDeviceMapping.1.Ebs.VolumeSize", "8"),
            ("BlockDeviceMapping.2.DeviceName", "/dev/sdb"),
            ("TagSpecification.1.ResourceType", "instance"),
        ]);
        let own = [("BlockDeviceMapping.1.DeviceName", "/dev/sda"), ("TagSpecification.1.ResourceType", "volume")];
        let launch = template.behind(&request(&own));
        let devices: Vec<_> = launch.groups("BlockDeviceMapping").iter().filter_map(|disk| disk.owned("DeviceName")).collect();
        assert_eq!(devices, ["/dev/sda", "/dev/sdb"]);
        assert!(!launch.groups("BlockDeviceMapping")[0].has("Ebs"), "one for the same device is the request's alone");
        assert_eq!(launch.groups("TagSpecification").len(), 2);
    }
}

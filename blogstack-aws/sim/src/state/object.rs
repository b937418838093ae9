//! What every stored object has: a kind with AWS's names for it, an id, often tags, sometimes something it waits for.

use std::collections::BTreeMap;
use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::failure::Failure;
use crate::moment::Moment;

/// The tags of an object.
pub(crate) type Tags = BTreeMap<String, String>;

/// AWS's names for a kind of object.
///
/// Source: *Error codes for the Amazon EC2 API* for the codes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind {
    /// The resource type, as tag specifications write it: `route-table`.
    pub(crate) name: &'static str,
    /// What its ids begin with: `rtb`.
    pub(crate) prefix: &'static str,
    /// The code for an id that no object has.
    pub(crate) missing: &'static str,
    /// The code for what is not an id at all; without one AWS answers `missing`.
    pub(crate) malformed: Option<&'static str>,
    /// The message for an id that no object has; `{}` stands for the id.
    pub(crate) sentence: &'static str,
}

impl Kind {
    /// The filter for objects' own ids.
    pub(crate) fn id_filter(&self) -> String {
        match self.name {
            "elastic-ip" => "allocation-id".to_owned(),
            "vpc-flow-log" => "flow-log-id".to_owned(),
            "natgateway" => "nat-gateway-id".to_owned(),
            "security-group" => "group-id".to_owned(),
            name => format!("{name}-id"),
        }
    }

    /// No object has this id.
    pub(crate) fn not_found(&self, id: &str) -> Failure {
        Failure::new(self.missing, self.sentence.replace("{}", id))
    }

    /// Refuses what has not the shape of an id of this kind.
    pub(crate) fn check(&self, id: &str) -> Result<(), Failure> {
        match self.malformed {
            Some(code) if !self.has_shape(id) => {
                let message = format!("Invalid id: \"{id}\" (expecting \"{}-...\")", self.prefix);
                Err(Failure::new(code, message))
            }
            _ => Ok(()),
        }
    }

    fn has_shape(&self, id: &str) -> bool {
        let digits = id.strip_prefix(self.prefix).and_then(|rest| rest.strip_prefix('-'));
        digits.is_some_and(|digits| matches!(digits.len(), 8 | 17) && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
    }
}

/// An object that the simulation stores.
pub(crate) trait Object: Clone + Debug + PartialEq + Eq + Serialize + DeserializeOwned + 'static {
    /// AWS's names for the kind.
    const KIND: Kind;

    /// The id under which it is stored.
    fn id(&self) -> &str;

    /// Its tags, when the kind has any.
    fn tags(&self) -> Option<&Tags> {
        None
    }

    /// Its tags, to change them.
    fn tags_mut(&mut self) -> Option<&mut Tags> {
        None
    }

    /// The ids of what it belongs to, by which it is found fast: a subnet's VPC.
    fn owners(&self) -> [Option<&str>; 2] {
        [None, None]
    }

    /// When it changes by itself the next time.
    fn due(&self) -> Option<Moment> {
        None
    }

    /// Whether it is more than the memory of something terminated or deleted.
    fn is_live(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VPC: Kind = Kind {
        name: "vpc",
        prefix: "vpc",
        missing: "InvalidVpcID.NotFound",
        malformed: Some("InvalidVpcID.Malformed"),
        sentence: "The vpc ID '{}' does not exist",
    };

    #[test]
    fn both_lengths_of_ids_are_ids() {
        assert!(VPC.check("vpc-01234567").is_ok());
        assert!(VPC.check("vpc-0123456789abcdef0").is_ok());
        for wrong in ["", "vpc", "vpc-", "vpc-xyz", "subnet-01234567", "vpc-0123456"] {
            assert_eq!(VPC.check(wrong).unwrap_err().code, "InvalidVpcID.Malformed", "{wrong}");
        }
    }

    #[test]
    fn the_message_names_the_id() {
        assert_eq!(VPC.not_found("vpc-1").message, "The vpc ID 'vpc-1' does not exist");
    }
}

//! What somebody made in the simulated world before the first run.

use crate::error::SimError;
use crate::protocol::service::GLOBAL;
use crate::route53::zone;
use crate::s3::bucket;
use crate::sim::Sim;
use crate::state::world::Place;

/// An object of the default account, and of the default region if it belongs to one.
#[derive(Clone, Debug)]
pub(crate) enum Existing {
    Bucket { name: String },
    HostedZone { id: String, name: String },
}

impl Existing {
    /// Makes it, unless it is there.
    pub(crate) fn make(&self, sim: &Sim) -> Result<(), SimError> {
        let here = &sim.shared.default;
        let everywhere = Place { account: here.account.clone(), region: GLOBAL.to_owned() };
        let made = match self {
            Self::Bucket { name } => sim.out_of_band().within(here, |context| bucket::exist(context, name)),
            Self::HostedZone { id, name } => sim.out_of_band().within(&everywhere, |context| zone::exist(context, id, name)),
        };
        made?.map_err(|failure| SimError::Existing { what: self.name().to_owned(), why: failure.message })
    }

    fn name(&self) -> &str {
        match self {
            Self::Bucket { name } | Self::HostedZone { name, .. } => name,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objects(sim: &Sim) -> Vec<String> {
        sim.objects().into_keys().map(|key| key.rsplit('/').next().unwrap_or_default().to_owned()).collect()
    }

    #[test]
    fn it_is_made_once_and_kept_in_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Sim::builder().file(folder.path().join("world")).bucket("images").hosted_zone("Z0", "example.com");
        let first = objects(&open().build().unwrap());
        assert!(first.contains(&"images".to_owned()) && first.contains(&"Z0".to_owned()), "{first:?}");
        // The zone has its own two records.
        assert_eq!(first.len(), 4, "{first:?}");
        let again = open().build().unwrap();
        assert!(again.out_of_band().set("Z0", "comment", "ours").unwrap());
        drop(again);
        let third = open().build().unwrap();
        assert_eq!(objects(&third), first);
        assert!(third.objects().values().any(|object| object["comment"] == "ours"));
    }

    #[test]
    fn what_aws_would_not_have_is_refused() {
        let error = Sim::builder().bucket("Images").build().unwrap_err().to_string();
        assert_eq!(error, "`Images` cannot exist: The specified bucket is not valid.");
        let error = Sim::builder().hosted_zone("Z0", "").build().unwrap_err().to_string();
        assert_eq!(error, "`` cannot exist: . is not a valid domain name");
    }
}

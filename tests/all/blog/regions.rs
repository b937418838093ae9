//! A blog in many regions: about a thousand objects.

use programs::blog::{Region, Settings};

/// So many that there are a thousand objects.
pub(crate) const REGIONS: [&str; 13] = [
    "eu-west-1",
    "ap-northeast-1",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-west-2",
];

/// The same blog in all of them.
pub(crate) fn in_many_regions(settings: Settings) -> Settings {
    let region = |(number, name): (usize, &&str)| Region {
        name: (*name).to_owned(),
        cidr_block: format!("10.{}.0.0/16", 10 + number).parse().expect("a range of addresses"),
    };
    Settings { regions: REGIONS.iter().enumerate().map(region).collect(), ..settings }
}

//! Machine images that exist in the simulated world without having been made there.

use serde::{Deserialize, Serialize};

use crate::chance;

/// The account that owns the Amazon Linux images.
pub(crate) const AMAZON: &str = "137112412989";

/// A machine image that exists before the first run: *`Image`* in the Amazon EC2 API reference.
///
/// ```
/// use blogstack_sim::{Image, Sim};
///
/// let image = Image::new("blog-2026-01-15", "123456789012");
/// let sim = Sim::builder().image(image).build()?;
/// # Ok::<(), blogstack_sim::SimError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// The image's id; without one it has a seeded id, another one in each region.
    pub id: Option<String>,
    /// The image's name.
    pub name: String,
    /// The account that owns it. Images of other accounts are public.
    pub owner: String,
    /// What `Owners` also accepts, such as `amazon`.
    pub owner_alias: Option<String>,
    /// `x86_64` or `arm64`.
    pub architecture: String,
    /// When it was made, as AWS prints it: `2026-01-15T10:00:00.000Z`.
    pub creation_date: String,
    /// What its owner says of it.
    pub description: Option<String>,
    /// The only region that has it; without one every region has.
    pub region: Option<String>,
    /// The device of its root volume.
    pub root_device_name: String,
    /// The size of its root volume in GiB.
    pub root_volume_size: u32,
}

impl Image {
    /// An `x86_64` image with an 8 GiB root volume that every region has.
    pub fn new(name: impl Into<String>, owner: impl Into<String>) -> Self {
        Self {
            id: None,
            name: name.into(),
            owner: owner.into(),
            owner_alias: None,
            architecture: "x86_64".to_owned(),
            creation_date: "2025-12-01T00:00:00.000Z".to_owned(),
            description: None,
            region: None,
            root_device_name: "/dev/xvda".to_owned(),
            root_volume_size: 8,
        }
    }

    /// The id that the image has in a region.
    pub(crate) fn id_in(&self, region: &str, seed: u64) -> String {
        let seeded = || chance::id("ami", chance::number(seed, &["ami", region, &self.name, &self.owner]));
        self.id.clone().unwrap_or_else(seeded)
    }

    /// Whether a region has the image.
    pub(crate) fn is_in(&self, region: &str) -> bool {
        self.region.as_deref().is_none_or(|own| own == region)
    }
}

/// Amazon Linux 2023 in several versions, oldest first, as every region has it.
pub(crate) fn amazon_linux() -> Vec<Image> {
    let versions = [("2023.7.20250623.1", "2025-06-25"), ("2023.8.20250915.0", "2025-09-17"), ("2023.9.20251208.0", "2025-12-09")];
    let pairs = versions.into_iter().flat_map(|version| ["x86_64", "arm64"].map(|architecture| (version, architecture)));
    pairs.map(|((version, date), architecture)| amazon_linux_image(version, date, architecture)).collect()
}

fn amazon_linux_image(version: &str, date: &str, architecture: &str) -> Image {
    Image {
        owner_alias: Some("amazon".to_owned()),
        architecture: architecture.to_owned(),
        creation_date: format!("{date}T21:14:06.000Z"),
        description: Some(format!("Amazon Linux 2023 AMI {version} {architecture} HVM kernel-6.1")),
        ..Image::new(format!("al2023-ami-{version}-kernel-6.1-{architecture}"), AMAZON)
    }
}

//! Machine images, found by what they are called. <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html>

use blogstack_core::{Input, IntoInput, Output, Value};

mod by_name;
mod by_parameter;

pub use self::{by_name::ImageLookup, by_parameter::ImageByParameter};

pub(super) use self::{by_name::Provider as ByName, by_parameter::Provider as ByParameter};

/// The id of a machine image, as in `ami-0123456789abcdef0`. It means something in one region only.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Value)]
pub struct ImageId(pub String);

impl IntoInput<ImageId> for &str {
    fn into_input(self) -> Input<ImageId> {
        ImageId(self.to_owned()).into_input()
    }
}

/// What instances boot from.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::ec2::{Architecture, Image, Instance, Subnet, Vpc};
///
/// fn program(s: &Scope) {
///     let image = s.look_up(Image::named("al2023-ami-2023.*").owner("amazon").architecture(Architecture::Arm64));
///     let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
///     let subnet = s.add("public", Subnet::new(&vpc, "10.0.0.0/24"));
///     s.add("web", Instance::new(&image, "t4g.micro", &subnet));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Value)]
pub struct Image {
    /// Its id.
    pub id: ImageId,
    /// Its name.
    pub name: String,
    /// When it was made, as AWS writes it: `2026-01-15T10:00:00.000Z`.
    pub creation_date: String,
}

impl Image {
    /// Asks for the newest image with such a name, in which `*` and `?` stand for anything. Only the account's own images are
    /// looked at, unless [`ImageLookup::owner`] says otherwise.
    pub fn named(pattern: impl Into<String>) -> ImageLookup {
        ImageLookup::new(pattern.into())
    }

    /// Asks for the image whose id stands in a parameter of Systems Manager, such as those that AWS publishes:
    /// `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64`.
    pub fn by_parameter(name: impl Into<String>) -> ImageByParameter {
        ImageByParameter { name: name.into() }
    }
}

/// Of what make the processor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum Architecture {
    /// 64-bit ARM: Graviton.
    Arm64,
    /// 64-bit x86.
    #[value(rename = "x86_64")]
    X86_64,
}

impl IntoInput<ImageId> for &Output<Image> {
    fn into_input(self) -> Input<ImageId> {
        self.get(Image::id).into_input()
    }
}

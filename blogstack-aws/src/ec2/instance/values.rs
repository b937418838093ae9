//! What the fields of an instance hold.

use blogstack_core::{Block, Input, IntoInput, Output, Value};
#[cfg(feature = "iam")]
use blogstack_core::{Handle, Id};

#[cfg(feature = "iam")]
use crate::iam::InstanceProfile;
pub(in crate::ec2) use crate::values::{of_word, word};

/// A kind of hardware, as in `t3.micro`. <https://docs.aws.amazon.com/ec2/latest/instancetypes/>
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Value)]
pub struct InstanceType(pub String);

impl IntoInput<InstanceType> for &str {
    fn into_input(self) -> Input<InstanceType> {
        InstanceType(self.to_owned()).into_input()
    }
}

/// The name of an IAM instance profile. A text, an output, or the handle of a profile may stand where one is wanted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Value)]
pub struct InstanceProfileName(pub String);

impl IntoInput<InstanceProfileName> for &str {
    fn into_input(self) -> Input<InstanceProfileName> {
        InstanceProfileName(self.to_owned()).into_input()
    }
}

impl IntoInput<InstanceProfileName> for String {
    fn into_input(self) -> Input<InstanceProfileName> {
        InstanceProfileName(self).into_input()
    }
}

impl IntoInput<InstanceProfileName> for &Output<String> {
    fn into_input(self) -> Input<InstanceProfileName> {
        Input::from_expr(IntoInput::<String>::into_input(self).into_expr())
    }
}

#[cfg(feature = "iam")]
impl IntoInput<InstanceProfileName> for &Handle<InstanceProfile> {
    fn into_input(self) -> Input<InstanceProfileName> {
        Input::from_expr(IntoInput::<Id<InstanceProfile>>::into_input(self).into_expr())
    }
}

/// The disk that an instance boots from. What is unset is as the image has it.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EbsBlockDevice.html>
///
/// ```
/// use blogstack_aws::ec2::{RootVolume, VolumeType};
///
/// let disk = RootVolume::new().volume_size(20_u32).volume_type(VolumeType::Gp3).encrypted(true);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Block)]
pub struct RootVolume {
    /// Its size in GiB. It can grow; a smaller size replaces the instance.
    pub volume_size: Option<u32>,
    /// What it is made of.
    pub volume_type: Option<VolumeType>,
    /// Operations a second: for `gp3`, `io1` and `io2`.
    pub iops: Option<u32>,
    /// MiB a second: for `gp3`.
    pub throughput: Option<u32>,
    /// Whether it is encrypted. A change replaces the instance.
    pub encrypted: Option<bool>,
    /// The ARN of the key it is encrypted with. A change replaces the instance.
    pub kms_key_id: Option<String>,
    /// Whether it is deleted with the instance.
    pub delete_on_termination: Option<bool>,
}

/// What a volume is made of. <https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
#[value(rename_all = "lowercase")]
pub enum VolumeType {
    /// General purpose SSD.
    Gp3,
    /// The older general purpose SSD.
    Gp2,
    /// SSD with provisioned operations.
    Io2,
    /// The older one of that kind.
    Io1,
    /// Throughput optimized hard disk.
    St1,
    /// Cold hard disk.
    Sc1,
    /// Magnetic disk.
    Standard,
}

/// How an instance learns about itself. What is unset is as the image and the account have it.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceMetadataOptionsRequest.html>
///
/// ```
/// use blogstack_aws::ec2::{HttpTokens, MetadataOptions};
///
/// let options = MetadataOptions::new().http_tokens(HttpTokens::Required).http_put_response_hop_limit(1_u8);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Block)]
pub struct MetadataOptions {
    /// Whether requests need a token.
    pub http_tokens: Option<HttpTokens>,
    /// How many hops an answer may take, 1 to 64: 2 lets containers ask.
    pub http_put_response_hop_limit: Option<u8>,
    /// Whether the service answers at all.
    pub http_endpoint: Option<Switch>,
    /// Whether the service also tells the instance's tags.
    pub instance_metadata_tags: Option<Switch>,
}

/// Whether requests to the metadata service need a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum HttpTokens {
    /// They do: `IMDSv2`.
    Required,
    /// They may do without.
    Optional,
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum Switch {
    /// On.
    Enabled,
    /// Off.
    Disabled,
}

/// What becomes of an instance that shuts itself down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum ShutdownBehavior {
    /// It stops, and can be started again.
    Stop,
    /// It is gone.
    Terminate,
}

/// What a burstable instance may use beyond its share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum CpuCredits {
    /// What it saved up.
    Standard,
    /// More than that, for money.
    Unlimited,
}

/// Whether an instance shares its hardware.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum InstanceTenancy {
    /// With others.
    Default,
    /// With no other account.
    Dedicated,
    /// On a host of the account's own.
    Host,
}

//! What all machines have in common.

use blogstack_aws::ec2::{HttpTokens, ImageId, Instance, InstanceArgs, InstanceType, MetadataOptions, SecurityGroup, Subnet};
use blogstack_core::{Handle, IntoInput};

/// A machine with a name, which tells about itself only to whoever has a token.
pub(super) fn server(
    name: &str,
    image: impl IntoInput<ImageId>,
    instance_type: &str,
    subnet: &Handle<Subnet>,
    group: &Handle<SecurityGroup>,
) -> InstanceArgs {
    Instance::new(image, InstanceType(instance_type.into()), subnet)
        .security_groups([group])
        .metadata_options(MetadataOptions::new().http_tokens(HttpTokens::Required))
        .tag("Name", name)
}

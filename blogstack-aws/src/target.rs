//! Where programs run: an account of AWS, an endpoint that speaks like it, or a simulation.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::{SdkConfig, region::Region};
use blogstack_core::{
    Home,
    provider::{Owner, PROJECT_TAG, ProviderError, Providers, STACK_TAG, STACK_UID_TAG},
    state::Binding,
    target::{CONSISTENCY_WINDOW, Census, Connection},
};

use crate::{account::Account, call, ec2, ssm, sts};

mod real;
#[cfg(feature = "sim")]
mod sim;

pub use real::{AwsTarget, EndpointTarget, connect_through};
#[cfg(feature = "sim")]
pub use sim::SimTarget;

/// All kinds and look-ups of AWS.
pub fn providers(account: &Account) -> Providers {
    let providers = sts::providers(ssm::providers(ec2::providers(Providers::new(), account), account), account);
    #[cfg(feature = "acm")]
    let providers = crate::acm::providers(providers, account);
    #[cfg(feature = "cloudwatch")]
    let providers = crate::cloudwatch::providers(providers, account);
    #[cfg(feature = "dlm")]
    let providers = crate::dlm::providers(providers, account);
    #[cfg(feature = "autoscaling")]
    let providers = crate::autoscaling::providers(providers, account);
    #[cfg(feature = "elasticache")]
    let providers = crate::elasticache::providers(providers, account);
    #[cfg(feature = "elb")]
    let providers = crate::elb::providers(providers, account);
    #[cfg(feature = "elbv2")]
    let providers = crate::elbv2::providers(providers, account);
    #[cfg(feature = "iam")]
    let providers = crate::iam::providers(providers, account);
    #[cfg(feature = "kms")]
    let providers = crate::kms::providers(providers, account);
    #[cfg(feature = "logs")]
    let providers = crate::logs::providers(providers, account);
    #[cfg(feature = "route53")]
    let providers = crate::route53::providers(providers, account);
    #[cfg(feature = "s3")]
    let providers = crate::s3::providers(providers, account);
    #[cfg(feature = "secretsmanager")]
    let providers = crate::secretsmanager::providers(providers, account);
    providers
}

/// How long a call may take before its answer counts as lost.
pub(crate) fn timeouts() -> aws_smithy_types::timeout::TimeoutConfig {
    aws_smithy_types::timeout::TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(10))
        .operation_attempt_timeout(Duration::from_mins(1))
        .build()
}

/// A connection to something that answers like AWS in this process: a simulation. `identity` tells it from others.
pub fn simulated(http: SharedHttpClient, identity: &str, account: &str, region: &str) -> Connection {
    let config = SdkConfig::builder()
        .behavior_version(aws_config::BehaviorVersion::latest())
        .region(Region::new(region.to_owned()))
        .http_client(http)
        .credentials_provider(aws_credential_types::provider::SharedCredentialsProvider::new(aws_credential_types::Credentials::new(
            account,
            "simulated",
            None,
            None,
            "simulation",
        )))
        .time_source(VirtualTime::new())
        .sleep_impl(aws_smithy_async::rt::sleep::SharedAsyncSleep::new(aws_smithy_async::rt::sleep::TokioSleep::new()))
        .stalled_stream_protection(aws_sdk_ec2::config::StalledStreamProtectionConfig::disabled())
        .timeout_config(timeouts())
        .build();
    let account_config = Account::new(&config);
    Connection {
        binding: Binding { target: "sim".into(), identity: identity.to_owned() },
        home: Home::new(account, Some(region)),
        providers: providers(&account_config),
        simulated: true,
        window: CONSISTENCY_WINDOW,
        census: Some(Arc::new(TaggedObjects(account_config))),
    }
}

/// Follows tokio's clock, so that signatures are of virtual time where that is paused.
#[derive(Debug)]
struct VirtualTime {
    began: tokio::time::Instant,
}

impl VirtualTime {
    fn new() -> Self {
        Self { began: tokio::time::Instant::now() }
    }
}

impl aws_smithy_async::time::TimeSource for VirtualTime {
    fn now(&self) -> std::time::SystemTime {
        // The beginning of 2026.
        let begin = std::time::UNIX_EPOCH + Duration::from_hours(490_896);
        begin + self.began.elapsed()
    }
}

/// Who owns what, by the tags on networks: every stack of ours has one, or nothing to take over.
struct TaggedObjects(Account);

#[async_trait]
impl Census for TaggedObjects {
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTags.html>
    async fn stack_uids(&self, home: &Home, owner: &Owner) -> Result<Vec<String>, ProviderError> {
        let of = |tag: &'static str, value: Option<&str>| {
            let (client, value) = (self.0.ec2(home), value.map(ToOwned::to_owned));
            async move { tagged(&client, tag, value.as_deref()).await }
        };
        let in_project = of(PROJECT_TAG, Some(&owner.project)).await?;
        if in_project.is_empty() {
            return Ok(Vec::new());
        }
        let in_stack = of(STACK_TAG, Some(&owner.stack)).await?;
        let ours = |id: &String| in_project.iter().any(|(other, _)| other == id) && in_stack.iter().any(|(other, _)| other == id);
        Ok(of(STACK_UID_TAG, None).await?.into_iter().filter(|(id, _)| ours(id)).map(|(_, uid)| uid).collect())
    }
}

async fn tagged(client: &aws_sdk_ec2::Client, key: &str, value: Option<&str>) -> Result<Vec<(String, String)>, ProviderError> {
    let mut filters = vec![ec2::filter("key", [key])];
    filters.extend(value.map(|value| ec2::filter("value", [value])));
    let tags = call::pages(|token| async {
        let request = client.describe_tags().set_filters(Some(filters.clone())).max_results(1000).set_next_token(token);
        let page = call::read("ec2:DescribeTags", || request.clone().send()).await?;
        Ok((page.tags, page.next_token))
    });
    Ok(tags.await?.into_iter().filter_map(|tag| Some((tag.resource_id?, tag.value?))).collect())
}

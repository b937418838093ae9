//! What providers call AWS through: a client per service, role and region, made when it is first used.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::UNIX_EPOCH,
};

use aws_config::sts::AssumeRoleProvider;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_smithy_runtime::client::retries::{ClientRateLimiter, RetryPartition};
use aws_smithy_types::retry::RetryConfig;
use aws_types::{SdkConfig, region::Region};
use blogstack_core::{Home, Scope, error::Problem};

use crate::{gather::Gathering, values::Arn};

/// What providers call AWS through. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Account(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    config: SdkConfig,
    gathering: Gathering,
    clients: AllClients,
}

/// Clients by home.
type Clients<C> = Mutex<BTreeMap<Home, C>>;

/// Declares the clients of all services.
macro_rules! clients {
    ($($(#[$attribute:meta])* $service:ident: $sdk:ident, $name:literal;)*) => {
        #[derive(Debug, Default)]
        struct AllClients {
            $($(#[$attribute])* $service: Clients<$sdk::Client>,)*
            #[cfg(feature = "s3")]
            s3: Clients<aws_sdk_s3::Client>,
        }

        impl Account {
            $(
                #[doc = concat!("The client of ", $name, " for objects that live there.")]
                $(#[$attribute])*
                pub(crate) fn $service(&self, home: &Home) -> $sdk::Client {
                    cached(&self.0.clients.$service, home, || {
                        let config = $sdk::config::Builder::from(&self.at(home));
                        $sdk::Client::from_conf(config.retry_partition(self.pace(stringify!($service))).build())
                    })
                }
            )*
        }
    };
}

clients! {
    #[cfg(feature = "acm")]
    acm: aws_sdk_acm, "Certificate Manager";
    #[cfg(feature = "cloudwatch")]
    cloudwatch: aws_sdk_cloudwatch, "CloudWatch";
    #[cfg(feature = "dlm")]
    dlm: aws_sdk_dlm, "Data Lifecycle Manager";
    #[cfg(feature = "autoscaling")]
    autoscaling: aws_sdk_autoscaling, "EC2 Auto Scaling";
    ec2: aws_sdk_ec2, "EC2";
    #[cfg(feature = "elasticache")]
    elasticache: aws_sdk_elasticache, "ElastiCache";
    #[cfg(feature = "elb")]
    elb: aws_sdk_elasticloadbalancing, "Elastic Load Balancing, of classic load balancers";
    #[cfg(feature = "elbv2")]
    elbv2: aws_sdk_elasticloadbalancingv2, "Elastic Load Balancing";
    #[cfg(feature = "iam")]
    iam: aws_sdk_iam, "Identity and Access Management";
    #[cfg(feature = "kms")]
    kms: aws_sdk_kms, "Key Management Service";
    #[cfg(feature = "logs")]
    logs: aws_sdk_cloudwatchlogs, "CloudWatch Logs";
    #[cfg(feature = "route53")]
    route53: aws_sdk_route53, "Route 53";
    #[cfg(feature = "secretsmanager")]
    secretsmanager: aws_sdk_secretsmanager, "Secrets Manager";
    ssm: aws_sdk_ssm, "Systems Manager";
    sts: aws_sdk_sts, "Security Token Service";
}

impl Account {
    /// Calls through this configuration. The SDK sends nothing twice: providers decide what may be sent again. What it does is
    /// to slow down when AWS says so.
    pub fn new(config: &SdkConfig) -> Self {
        let config = config.clone().into_builder().retry_config(RetryConfig::adaptive().with_max_attempts(1)).build();
        Self(Arc::new(Inner { config, gathering: Gathering::default(), clients: AllClients::default() }))
    }

    /// The configuration.
    pub fn config(&self) -> &SdkConfig {
        &self.0.config
    }

    /// Where reads of single objects meet.
    pub(crate) fn gathering(&self) -> &Gathering {
        &self.0.gathering
    }

    /// The client of S3 for objects that live there.
    #[cfg(feature = "s3")]
    pub(crate) fn s3(&self, home: &Home) -> aws_sdk_s3::Client {
        cached(&self.0.clients.s3, home, || {
            let config = aws_sdk_s3::config::Builder::from(&self.at(home)).force_path_style(is_here(self.0.config.endpoint_url()));
            aws_sdk_s3::Client::from_conf(config.retry_partition(self.pace("s3")).build())
        })
    }

    /// The configuration for objects that live there.
    fn at(&self, home: &Home) -> SdkConfig {
        let mut config = self.0.config.clone().into_builder();
        if let Some(region) = &home.region {
            config.set_region(Region::new(region.clone()));
        }
        if let Some(role) = &home.role {
            let assumed = AssumedRole { base: self.0.config.clone(), role: role.clone() };
            config.set_credentials_provider(Some(SharedCredentialsProvider::new(assumed)));
        }
        config.build()
    }

    /// A token bucket of its own for each client, so for each account, service and region, as AWS counts. It is open until AWS
    /// throttles a call; then its rate follows what AWS accepts.
    /// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>
    fn pace(&self, service: &'static str) -> RetryPartition {
        let now = self.0.config.time_source().unwrap_or_default().now();
        let seconds = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
        RetryPartition::custom(service).client_rate_limiter(ClientRateLimiter::new(seconds)).build()
    }
}

/// Whether an endpoint is an address or this machine: there, no name of a bucket can stand before the host's.
#[cfg(feature = "s3")]
fn is_here(endpoint: Option<&str>) -> bool {
    let Some(endpoint) = endpoint else { return false };
    let (_, rest) = endpoint.split_once("://").unwrap_or(("", endpoint));
    let host = rest.split('/').next().unwrap_or_default();
    let name = host.rsplit_once(':').filter(|_| !host.ends_with(']')).map_or(host, |(name, _)| name);
    name == "localhost" || name.starts_with('[') || name.parse::<std::net::IpAddr>().is_ok()
}

fn cached<C: Clone>(clients: &Clients<C>, home: &Home, make: impl FnOnce() -> C) -> C {
    let mut clients = clients.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(client) = clients.get(home) {
        return client.clone();
    }
    clients.entry(home.clone()).or_insert_with(make).clone()
}

/// The credentials of a role that those of the configuration may take on.
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
#[derive(Debug)]
struct AssumedRole {
    base: SdkConfig,
    role: String,
}

impl ProvideCredentials for AssumedRole {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            let provider = AssumeRoleProvider::builder(&self.role).session_name("blogstack").configure(&self.base).build().await;
            provider.provide_credentials().await
        })
    }
}

/// The same place of the program in the account of a role, which the run's own credentials must be allowed to assume.
/// Every object made there is recorded with the role, and is changed and deleted through it.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::{assume_role, ec2::Vpc};
///
/// fn program(s: &Scope) {
///     let backup = assume_role(&s.child("backup"), "arn:aws:iam::210987654321:role/deploy");
///     backup.add("vpc", Vpc::new("10.1.0.0/16"));
/// }
/// ```
#[track_caller]
pub fn assume_role(scope: &Scope, role: &str) -> Scope {
    match Arn(role.to_owned()).account() {
        Some(account) if role.contains(":role/") => scope.in_account(account, role),
        _ => {
            let problem = Problem::new(scope.path(), format!("`{role}` is not the ARN of a role"));
            let hint = "it looks like `arn:aws:iam::123456789012:role/name`";
            scope.problem(problem.hint(hint).at(std::panic::Location::caller()));
            scope.clone()
        }
    }
}

#[cfg(all(test, feature = "s3"))]
mod tests {
    use super::is_here;

    #[test]
    fn buckets_stand_in_the_path_where_they_cannot_stand_in_the_name() {
        for here in ["http://127.0.0.1:4566", "http://localhost", "http://localhost:4566/", "http://[::1]:4566", "10.0.0.1"] {
            assert!(is_here(Some(here)), "{here}");
        }
        assert!(!is_here(None) && !is_here(Some("https://s3.example.com:9000")));
    }
}

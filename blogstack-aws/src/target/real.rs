//! AWS itself, and any endpoint that speaks like it. Credentials and region come from where the SDK looks for them.

use std::sync::Arc;

use async_trait::async_trait;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use blogstack_core::{
    Home,
    provider::{ErrorKind, ProviderError},
    state::Binding,
    target::{CONSISTENCY_WINDOW, Connection, Pins, Target, TargetError},
};

use super::{TaggedObjects, providers, timeouts};
use crate::{account::Account, call};

/// An account of AWS, `--target aws`: that of the SDK's usual credentials, in its usual region.
///
/// <https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html>
#[derive(Debug, Clone, Copy, Default)]
pub struct AwsTarget;

/// An endpoint that speaks like AWS, `--target http://localhost:4566`.
#[derive(Debug, Clone, Copy, Default)]
pub struct EndpointTarget;

#[async_trait]
impl Target for AwsTarget {
    fn name(&self) -> &'static str {
        "aws"
    }

    async fn connect(&self, wanted: &str, pins: &Pins) -> Result<Connection, TargetError> {
        connect(wanted, None, pins).await
    }
}

#[async_trait]
impl Target for EndpointTarget {
    fn name(&self) -> &'static str {
        "http://HOST:PORT"
    }

    fn answers_to(&self, wanted: &str) -> bool {
        wanted.starts_with("http://") || wanted.starts_with("https://")
    }

    async fn connect(&self, wanted: &str, pins: &Pins) -> Result<Connection, TargetError> {
        connect(wanted, Some(wanted), pins).await
    }
}

async fn connect(target: &str, endpoint: Option<&str>, pins: &Pins) -> Result<Connection, TargetError> {
    let mut loader = aws_config::defaults(BehaviorVersion::latest()).timeout_config(timeouts());
    if let Some(endpoint) = endpoint {
        loader = loader.endpoint_url(endpoint);
    }
    connect_through(target, loader.load().await, pins).await
}

/// Connects through a configuration that says how calls are sent, with its region or the pinned one. `target` is what the state is
/// bound to.
///
/// # Errors
/// When no region is known, or when nobody tells whose credentials these are.
pub async fn connect_through(target: &str, mut config: SdkConfig, pins: &Pins) -> Result<Connection, TargetError> {
    if let (None, Some(pinned)) = (config.region(), &pins.region) {
        config = config.into_builder().region(Region::new(pinned.clone())).build();
    }
    let region = config.region().map(ToString::to_string).ok_or_else(|| no_region(target))?;
    let account = Account::new(&config);
    let (partition, number) = caller(&account, &region).await.map_err(|error| unanswered(target, &region, &error))?;
    Ok(Connection {
        binding: Binding { target: target.to_owned(), identity: format!("{partition}:{number}") },
        home: Home::new(number, Some(&region)),
        providers: providers(&account),
        simulated: false,
        window: pins.window.unwrap_or(CONSISTENCY_WINDOW),
        census: Some(Arc::new(TaggedObjects(account))),
    })
}

/// The partition and number of the account that the credentials belong to.
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>
async fn caller(account: &Account, region: &str) -> Result<(String, String), ProviderError> {
    const OPERATION: &str = "sts:GetCallerIdentity";
    let answer = account
        .sts(&Home::new("", Some(region)))
        .get_caller_identity()
        .send()
        .await
        .map_err(|error| call::classified(OPERATION, &error))?;
    let number = answer.account.ok_or_else(|| call::missing(OPERATION, "account"))?;
    let partition = answer.arn.as_deref().and_then(|arn| arn.split(':').nth(1)).unwrap_or("aws").to_owned();
    Ok((partition, number))
}

fn no_region(target: &str) -> TargetError {
    let hint = "set `AWS_REGION`, or `region` in `~/.aws/config`, or `region` under `[stack]` in the settings";
    TargetError::new(target, "no region is configured", Some(hint))
}

fn unanswered(target: &str, region: &str, error: &ProviderError) -> TargetError {
    let told =
        |error: &ProviderError, hint: Option<&str>| TargetError::new(target, format!("asking who we are in {region}: {error}"), hint);
    match error.kind {
        ErrorKind::Denied if error.code.is_none() => {
            tracing::info!(%error, "no credentials");
            let hint = "set `AWS_PROFILE`, or `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`; `-v` tells where they were looked for";
            TargetError::new(target, "no credentials were found", Some(hint))
        }
        ErrorKind::Denied => told(error, Some("the credentials were refused: sign in again, or choose others with `AWS_PROFILE`")),
        ErrorKind::Lost => told(error, Some("check the network, the region and the address of the endpoint")),
        _ => told(error, error.hint.as_deref()),
    }
}

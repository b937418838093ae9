//! Stacks on moto, on real time.

use std::{process::Command, sync::Arc, time::Duration};

use aws_config::{BehaviorVersion, Region};
use aws_credential_types::Credentials;
use blogstack_aws::target::connect_through;
use blogstack_core::{
    apply::Report,
    clock::SystemClock,
    target::{Connection, Pins},
    testing::Lab,
};

use super::{Moto, judge::Judge};
use crate::{
    served::{Endpoint, client_of},
    world::REGION,
};

/// An account of moto, and the state of a stack in it.
pub struct Account {
    /// For asking moto itself.
    pub judge: Judge,
    /// The state.
    pub lab: Lab,
}

impl Account {
    /// An account that nobody else uses.
    ///
    /// # Panics
    /// When moto gives no credentials for it.
    pub async fn new(moto: &Moto, number: &str) -> Self {
        Self::at(moto, number, &moto.address(), &Pins::default()).await
    }

    /// An account that nobody else uses, called at the address of a proxy before moto, which shows at once what was made.
    ///
    /// # Panics
    /// When moto gives no credentials for it.
    pub async fn behind(moto: &Moto, number: &str, proxy: &str) -> Self {
        let pins = Pins { window: Some(Duration::from_secs(1)), ..Pins::default() };
        Self::at(moto, number, proxy, &pins).await
    }

    async fn at(moto: &Moto, number: &str, address: &str, pins: &Pins) -> Self {
        let judge = Judge::moto(moto, number);
        let lab = Lab::new(connection(&judge, number, address, pins).await).clock(Arc::new(SystemClock));
        Self { judge, lab }
    }
}

/// An account of moto, for programs that run by themselves.
#[derive(Debug)]
pub struct Tenant {
    /// For asking moto itself.
    pub judge: Judge,
    address: String,
    credentials: [String; 3],
}

impl Tenant {
    /// An account that nobody else uses.
    ///
    /// # Panics
    /// When moto gives no credentials for it.
    pub async fn new(moto: &Moto, number: &str) -> Self {
        let judge = Judge::moto(moto, number);
        let credentials = credentials(&judge, number).await;
        Self { judge, address: moto.address(), credentials }
    }
}

impl Endpoint for Tenant {
    fn client(&self, command: Command) -> Command {
        let mut command = client_of(&self.address, command);
        let names = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];
        command.envs(names.into_iter().zip(&self.credentials));
        command
    }
}

/// The credentials of a role of the account: by them, moto knows which one is called.
async fn credentials(judge: &Judge, number: &str) -> [String; 3] {
    let role = format!("arn:aws:iam::{number}:role/test");
    let with = [("RoleArn".to_owned(), role), ("RoleSessionName".to_owned(), "test".to_owned())];
    let answer = judge.ask("sts", "AssumeRole", &with).await;
    let part = |name: &str| answer.first(name).unwrap_or_else(|| panic!("{name} in {answer:?}")).to_owned();
    ["AccessKeyId", "SecretAccessKey", "SessionToken"].map(part)
}

async fn connection(judge: &Judge, number: &str, address: &str, pins: &Pins) -> Connection {
    let [key, secret, token] = credentials(judge, number).await;
    let loader = aws_config::defaults(BehaviorVersion::latest()).endpoint_url(address).region(Region::new(REGION));
    let config = loader.credentials_provider(Credentials::new(key, secret, Some(token), None, "moto")).load().await;
    connect_through(address, config, pins).await.unwrap_or_else(|error| panic!("{error}"))
}

/// Runs a test on real time.
///
/// # Panics
/// When the runtime cannot be made.
pub fn on_real_time<T>(test: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime on this thread").block_on(test)
}

/// Fails with everything that a run could not do.
///
/// # Panics
/// When there is anything.
pub fn assert_complete(report: &Report) {
    assert!(report.is_complete(), "{report:#?}");
}

//! An account of AWS: one configuration, and a client per service and region, made when it is first used.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use aws_sdk_ec2::config::retry::RetryConfig;
use aws_types::{SdkConfig, region::Region};
use blogstack_core::Home;

/// What providers call AWS through. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Account(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    config: SdkConfig,
    ec2: Mutex<BTreeMap<String, aws_sdk_ec2::Client>>,
    ssm: Mutex<BTreeMap<String, aws_sdk_ssm::Client>>,
}

impl Account {
    /// Calls through this configuration. Retries of the SDK are turned off: providers decide what may be sent again.
    pub fn new(config: &SdkConfig) -> Self {
        let config = config.clone().into_builder().retry_config(RetryConfig::disabled()).build();
        Self(Arc::new(Inner { config, ec2: Mutex::default(), ssm: Mutex::default() }))
    }

    /// The configuration.
    pub fn config(&self) -> &SdkConfig {
        &self.0.config
    }

    fn in_region(&self, region: &str) -> SdkConfig {
        self.0.config.clone().into_builder().region(Region::new(region.to_owned())).build()
    }

    /// The EC2 client of an object's region.
    pub(crate) fn ec2(&self, home: &Home) -> aws_sdk_ec2::Client {
        cached(&self.0.ec2, home, |region| aws_sdk_ec2::Client::new(&self.in_region(region)))
    }

    /// The Systems Manager client of an object's region.
    pub(crate) fn ssm(&self, home: &Home) -> aws_sdk_ssm::Client {
        cached(&self.0.ssm, home, |region| aws_sdk_ssm::Client::new(&self.in_region(region)))
    }

    /// The Security Token Service client.
    pub(crate) fn sts(&self) -> aws_sdk_sts::Client {
        aws_sdk_sts::Client::new(&self.0.config)
    }
}

fn cached<C: Clone>(clients: &Mutex<BTreeMap<String, C>>, home: &Home, make: impl FnOnce(&str) -> C) -> C {
    let region = home.region.as_deref().unwrap_or("us-east-1");
    let mut clients = clients.lock().unwrap_or_else(PoisonError::into_inner);
    clients.entry(region.to_owned()).or_insert_with(|| make(region)).clone()
}

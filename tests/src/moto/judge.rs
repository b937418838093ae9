//! An implementation of AWS that requests by hand are sent to: moto, or the simulation.

use blogstack_sim::{Delays, Sim};
use form_urlencoded::Serializer;
use serde_json::{Map, Value as Json};

use super::{Moto, answer::Answer};
use crate::world::REGION;

/// The instance profiles that exist in every account: making them is IAM's business.
const PROFILES: [&str; 2] = ["web", "other"];

/// An implementation, as the owner of one account sees it.
#[derive(Debug, Clone)]
pub struct Judge {
    account: String,
    place: Place,
}

#[derive(Debug, Clone)]
enum Place {
    Endpoint(String),
    Simulation(Sim),
}

impl Judge {
    /// An account of moto. Other than one of the simulation, it begins with a default network.
    pub fn moto(moto: &Moto, account: &str) -> Self {
        Self { account: account.to_owned(), place: Place::Endpoint(moto.address()) }
    }

    /// An account of a simulation in which nothing takes time.
    ///
    /// # Panics
    /// When it cannot be built.
    pub fn simulation(account: &str) -> Self {
        let builder = PROFILES.iter().fold(Sim::builder().seed(7), |builder, profile| builder.instance_profile(*profile));
        let sim = builder.account(account).region(REGION).delays(Delays::none()).build();
        Self { account: account.to_owned(), place: Place::Simulation(sim.expect("a simulation in memory")) }
    }

    /// Makes the instance profiles that every simulation has.
    pub async fn with_profiles(self) -> Self {
        for profile in PROFILES {
            self.ask("iam", "CreateInstanceProfile", &[("InstanceProfileName".into(), profile.into())]).await;
        }
        self
    }

    /// Sends a request, with a signature that neither of the two looks at.
    ///
    /// # Panics
    /// When no answer comes.
    pub async fn ask(&self, service: &str, operation: &str, with: &[(String, String)]) -> Answer {
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={}/20260101/{REGION}/{service}/aws4_request, SignedHeaders=host, Signature=0",
            self.account
        );
        let target = (service == "ssm").then(|| format!("AmazonSSM.{operation}"));
        let body = if target.is_some() { json(with) } else { form(service, operation, with) };
        let (status, body) = match &self.place {
            Place::Simulation(sim) => sim.answer(&authorization, target.as_deref(), &body).await.expect("nothing disturbs it"),
            Place::Endpoint(address) => {
                let kind = if target.is_some() { "application/x-amz-json-1.1" } else { "application/x-www-form-urlencoded" };
                let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
                let request = agent.post(address).header("Authorization", authorization).header("Content-Type", kind);
                let request = request.header("X-Moto-Account-Id", &self.account);
                let request = target.into_iter().fold(request, |request, target| request.header("X-Amz-Target", target));
                let mut response = request.send(body).unwrap_or_else(|error| panic!("asking moto for {operation}: {error}"));
                let body = response.body_mut().read_to_string();
                (response.status().as_u16(), body.unwrap_or_else(|error| panic!("what moto answers to {operation}: {error}")))
            }
        };
        Answer::read(status, &body)
    }
}

fn form(service: &str, operation: &str, with: &[(String, String)]) -> String {
    let version = match service {
        "sts" => "2011-06-15",
        "iam" => "2010-05-08",
        _ => "2016-11-15",
    };
    let mut form = Serializer::new(String::new());
    form.append_pair("Action", operation).append_pair("Version", version).extend_pairs(with).finish()
}

fn json(with: &[(String, String)]) -> String {
    Json::Object(with.iter().map(|(name, value)| (name.clone(), Json::String(value.clone()))).collect::<Map<_, _>>()).to_string()
}

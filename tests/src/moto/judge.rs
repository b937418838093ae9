//! An implementation of AWS that requests by hand are sent to: moto, or the simulation.

use blogstack_sim::{Delays, Sim};
use ureq::http::{Request as Http, Response};

use super::{Moto, answer::Answer, request::request};
use crate::{service, world::REGION};

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

    /// An account of this simulation.
    pub fn of(sim: &Sim, account: &str) -> Self {
        Self { account: account.to_owned(), place: Place::Simulation(sim.clone()) }
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
        let service = service::named(service);
        let sent = request(service, operation, with);
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={}/20260101/{REGION}/{}/aws4_request, SignedHeaders=host, Signature=0",
            self.account, service.signing
        );
        let address = match &self.place {
            Place::Endpoint(address) => address.as_str(),
            Place::Simulation(_) => "",
        };
        let built = Http::builder().method(&*sent.method).uri(format!("{address}{}", sent.path)).header("authorization", authorization);
        let built = built.header("x-moto-account-id", &self.account);
        let built = sent.headers.iter().fold(built, |built, (name, value)| built.header(name, value));
        let built = built.body(sent.body).unwrap_or_else(|error| panic!("{operation}: {error}"));
        let answered = match &self.place {
            Place::Simulation(sim) => sim.answer(built.map(String::into_bytes)).await.expect("nothing disturbs it"),
            Place::Endpoint(_) => over_the_network(built).unwrap_or_else(|error| panic!("asking moto for {operation}: {error}")),
        };
        let error_type = answered.headers().get("x-amzn-errortype").and_then(|code| code.to_str().ok());
        Answer::read(answered.status().as_u16(), error_type, &String::from_utf8_lossy(answered.body()))
    }
}

fn over_the_network(request: Http<String>) -> Result<Response<Vec<u8>>, ureq::Error> {
    let agent = ureq::Agent::config_builder().http_status_as_error(false).allow_non_standard_methods(true).build();
    let mut answered = ureq::Agent::from(agent).run(request)?;
    let body = answered.body_mut().read_to_vec()?;
    Ok(answered.map(|_| body))
}

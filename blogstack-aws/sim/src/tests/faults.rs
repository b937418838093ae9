//! Faults strike before or after the effect, seen through the SDK's own connector.

use std::time::Duration;

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorSettings};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use http_body_util::BodyExt;

use crate::call::Outcome;
use crate::fault::{FaultKind, FaultTime, on};
use crate::sim::Sim;
use crate::transport::Transport;

async fn create(sim: &Sim, settings: &HttpConnectorSettings) -> Result<HttpResponse, ConnectorError> {
    let mut request = HttpRequest::new(SdkBody::from("Action=CreateVpc&Version=2016-11-15&CidrBlock=10.0.0.0%2F16"));
    request.set_method("POST").unwrap();
    request.set_uri("https://ec2.eu-west-1.amazonaws.com/").unwrap();
    let scope = "AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-west-1/ec2/aws4_request, SignedHeaders=host, Signature=0";
    request.headers_mut().insert("authorization", scope);
    Transport::new(sim.clone()).connector(settings).call(request).await
}

fn sim(time: FaultTime, kind: FaultKind) -> Sim {
    let fault = match time {
        FaultTime::BeforeEffect => on("CreateVpc").before_effect(kind),
        FaultTime::AfterEffect => on("CreateVpc").after_effect(kind),
    };
    Sim::builder().fault(fault).build().unwrap()
}

fn vpcs(sim: &Sim) -> usize {
    sim.objects().keys().filter(|key| key.contains("/vpc/")).count()
}

const TIMES: [(FaultTime, usize); 2] = [(FaultTime::BeforeEffect, 0), (FaultTime::AfterEffect, 1)];

#[tokio::test(start_paused = true)]
async fn without_a_fault_the_reply_is_whole() {
    let sim = Sim::builder().build().unwrap();
    let mut response = create(&sim, &HttpConnectorSettings::default()).await.unwrap();
    assert_eq!(response.status().as_u16(), 200);
    let headers: Vec<&str> = response.headers().iter().map(|(name, _)| name).collect();
    assert!(headers.contains(&"x-amzn-requestid") && !headers.contains(&"date"), "{headers:?}");
    let body = response.take_body().collect().await.unwrap().to_bytes();
    assert!(std::str::from_utf8(&body).unwrap().contains("<CreateVpcResponse xmlns="));
}

#[tokio::test(start_paused = true)]
async fn services_answer_errors() {
    let own = FaultKind::Error { code: "Own".to_owned(), message: "own".to_owned(), status: 418 };
    let kinds = [
        (FaultKind::Throttle, 503, "RequestLimitExceeded"),
        (FaultKind::ServerError, 500, "InternalError"),
        (FaultKind::Unavailable, 503, "Unavailable"),
        (own, 418, "Own"),
    ];
    for (kind, status, code) in kinds {
        for (time, made) in TIMES {
            let sim = sim(time, kind.clone());
            let mut response = create(&sim, &HttpConnectorSettings::default()).await.unwrap();
            let body = response.take_body().collect().await.unwrap().to_bytes();
            assert_eq!((response.status().as_u16(), vpcs(&sim)), (status, made));
            assert!(std::str::from_utf8(&body).unwrap().contains(&format!("<Code>{code}</Code>")));
            assert_eq!(sim.calls()[0].outcome, Outcome::Faulted { kind: kind.clone(), time });
        }
    }
}

#[tokio::test(start_paused = true)]
async fn connections_are_reset() {
    for (time, made) in TIMES {
        let sim = sim(time, FaultKind::Reset);
        let error = create(&sim, &HttpConnectorSettings::default()).await.unwrap_err();
        assert!(error.is_io() && vpcs(&sim) == made);
    }
}

#[tokio::test(start_paused = true)]
async fn bodies_break_off() {
    for (time, made) in TIMES {
        let sim = sim(time, FaultKind::CutBody);
        let mut response = create(&sim, &HttpConnectorSettings::default()).await.unwrap();
        assert_eq!((response.status().as_u16(), vpcs(&sim)), (200, made));
        assert!(response.take_body().collect().await.is_err());
    }
}

#[tokio::test(start_paused = true)]
async fn replies_that_never_come_end_by_the_clients_timeouts() {
    for (time, made) in TIMES {
        let sim = sim(time, FaultKind::Timeout);
        let settings = HttpConnectorSettings::builder().read_timeout(Duration::from_secs(3)).build();
        let error = create(&sim, &settings).await.unwrap_err();
        assert!(error.is_timeout() && vpcs(&sim) == made && sim.now() == Duration::from_secs(3));
        sim.add_fault(on("CreateVpc").before_effect(FaultKind::Timeout));
        let settings = HttpConnectorSettings::default();
        let waited = tokio::time::timeout(Duration::from_hours(1), create(&sim, &settings)).await;
        assert!(waited.is_err());
        // A lost call does not hold up the next one.
        assert!(create(&sim, &settings).await.is_ok());
    }
}

#[tokio::test(start_paused = true)]
async fn faults_can_be_cleared() {
    let sim = sim(FaultTime::BeforeEffect, FaultKind::Reset);
    sim.clear_faults();
    assert!(create(&sim, &HttpConnectorSettings::default()).await.is_ok());
}

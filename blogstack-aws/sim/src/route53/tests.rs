use crate::sim::Sim;
use crate::testing::{value, values};

/// Sends a request to Route 53.
async fn ask(sim: &Sim, method: &str, target: &str, body: &str) -> (u16, String) {
    let who = "AWS4-HMAC-SHA256 Credential=123456789012/20260101/us-east-1/route53/aws4_request";
    let request = http::Request::builder().method(method).uri(format!("/2013-04-01/{target}")).header("authorization", who);
    let answer = sim.answer(request.body(body.as_bytes().to_vec()).unwrap()).await.unwrap();
    let ignored = sim.calls().last().unwrap().ignored.clone();
    assert!(ignored.is_empty(), "{method} {target}: unread {ignored:?}");
    (answer.status().as_u16(), String::from_utf8(answer.body().clone()).unwrap())
}

async fn zone(sim: &Sim, name: &str, token: &str) -> (u16, String) {
    let body = format!("<CreateHostedZoneRequest><Name>{name}</Name><CallerReference>{token}</CallerReference></CreateHostedZoneRequest>");
    ask(sim, "POST", "hostedzone", &body).await
}

fn id(answer: &str) -> String {
    value(answer, "Id").replace("/hostedzone/", "").replace("/change/", "")
}

fn change(action: &str, name: &str, kind: &str, rest: &str) -> String {
    let set = format!("<ResourceRecordSet><Name>{name}</Name><Type>{kind}</Type>{rest}</ResourceRecordSet>");
    format!("<Change><Action>{action}</Action>{set}</Change>")
}

fn is(value: &str) -> String {
    format!("<TTL>60</TTL><ResourceRecords><ResourceRecord><Value>{value}</Value></ResourceRecord></ResourceRecords>")
}

async fn send(sim: &Sim, zone: &str, changes: &[String]) -> (u16, String) {
    let changes = changes.concat();
    let body = format!("<R><ChangeBatch><Changes>{changes}</Changes></ChangeBatch></R>");
    ask(sim, "POST", &format!("hostedzone/{zone}/rrset/"), &body).await
}

#[tokio::test(start_paused = true)]
async fn a_caller_reference_makes_one_zone() {
    let sim = Sim::builder().build().unwrap();
    let (status, made) = zone(&sim, "Example.COM", "a").await;
    assert_eq!((status, value(&made, "Name").as_str(), values(&made, "NameServer").len()), (201, "example.com.", 4));
    assert_eq!(value(&made, "ResourceRecordSetCount"), "2");
    let (status, again) = zone(&sim, "example.com", "a").await;
    assert!(status == 409 && again.contains("HostedZoneAlreadyExists"), "{again}");
    assert_eq!(zone(&sim, "example.com", "b").await.0, 201);
    let listed = ask(&sim, "GET", "hostedzonesbyname?dnsname=example.com&maxitems=1", "").await.1;
    assert_eq!((values(&listed, "Name").len(), value(&listed, "IsTruncated").as_str()), (1, "true"));
}

#[tokio::test(start_paused = true)]
async fn changes_are_in_sync_after_a_while() {
    let sim = Sim::builder().build().unwrap();
    let made = zone(&sim, "example.com", "a").await.1;
    let change = values(&made, "Id").into_iter().find(|id| id.starts_with("/change/")).unwrap();
    let status = || async { value(&ask(&sim, "GET", &change[1..], "").await.1, "Status") };
    assert_eq!(status().await, "PENDING");
    sim.advance(std::time::Duration::from_secs(30));
    assert_eq!(status().await, "INSYNC");
}

#[tokio::test(start_paused = true)]
async fn a_batch_is_all_or_nothing() {
    let sim = Sim::builder().build().unwrap();
    let zone = id(&zone(&sim, "example.com", "a").await.1);
    let a = |action: &str, name: &str, address: &str| change(action, name, "A", &is(address));
    assert_eq!(send(&sim, &zone, &[a("CREATE", "www.example.com", "192.0.2.1")]).await.0, 200);
    let both = [a("CREATE", "api.example.com", "192.0.2.2"), a("CREATE", "www.example.com", "192.0.2.2")];
    let (status, refused) = send(&sim, &zone, &both).await;
    assert!(status == 400 && refused.contains("[name='www.example.com.', type='A'] but it already exists"), "{refused}");
    let listed = ask(&sim, "GET", &format!("hostedzone/{zone}/rrset"), "").await.1;
    assert_eq!(values(&listed, "Name"), ["example.com.", "example.com.", "www.example.com."]);
    for (change, why) in [
        (a("DELETE", "www.example.com", "192.0.2.9"), "do not match the current values"),
        (a("DELETE", "none.example.com", "192.0.2.9"), "but it was not found"),
        (a("CREATE", "www.example.org", "192.0.2.9"), "is not permitted in zone example.com."),
        (a("CREATE", "x.example.com", "nonsense"), "not a valid IPv4 address"),
        (change("CREATE", "www.example.com", "CNAME", &is("example.org")), "conflicts with other records"),
        (change("CREATE", "t.example.com", "TXT", &is("bare")), "enclosed in quotation marks"),
        (change("CREATE", "w.example.com", "A", &format!("<Weight>1</Weight>{}", is("192.0.2.1"))), "SetIdentifier"),
    ] {
        let refused = send(&sim, &zone, &[change]).await.1;
        assert!(refused.contains("InvalidChangeBatch") && refused.contains(why), "{why}: {refused}");
    }
}

#[tokio::test(start_paused = true)]
async fn wildcards_are_told_in_octal() {
    let sim = Sim::builder().build().unwrap();
    let zone = id(&zone(&sim, "example.com", "a").await.1);
    assert_eq!(send(&sim, &zone, &[change("UPSERT", "*.example.com", "A", &is("192.0.2.1"))]).await.0, 200);
    let listed = ask(&sim, "GET", &format!("hostedzone/{zone}/rrset?name=*.example.com&type=A&maxitems=1"), "").await.1;
    assert_eq!(values(&listed, "Name"), ["\\052.example.com."]);
    assert!(sim.objects().keys().any(|key| key.ends_with("_*.example.com_A")));
}

#[tokio::test(start_paused = true)]
async fn a_zone_with_records_stays() {
    let sim = Sim::builder().build().unwrap();
    let zone = id(&zone(&sim, "example.com", "a").await.1);
    let record = |action: &str| change(action, "www.example.com", "A", &is("192.0.2.1"));
    send(&sim, &zone, &[record("CREATE")]).await;
    let target = format!("hostedzone/{zone}");
    let refused = ask(&sim, "DELETE", &target, "").await;
    assert!(refused.1.contains("HostedZoneNotEmpty"), "{refused:?}");
    send(&sim, &zone, &[record("DELETE")]).await;
    assert_eq!(ask(&sim, "DELETE", &target, "").await.0, 200);
    assert_eq!(ask(&sim, "GET", &target, "").await.0, 404);
    assert!(sim.objects().is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_reference_of_a_deleted_check_never_works_again() {
    let sim = Sim::builder().build().unwrap();
    let body = "<R><CallerReference>a</CallerReference><HealthCheckConfig><Type>HTTPS</Type>\
                <FullyQualifiedDomainName>example.com</FullyQualifiedDomainName></HealthCheckConfig></R>";
    let made = ask(&sim, "POST", "healthcheck", body).await;
    assert_eq!((made.0, value(&made.1, "Port").as_str()), (201, "443"));
    assert_eq!(value(&ask(&sim, "POST", "healthcheck", body).await.1, "Id"), value(&made.1, "Id"));
    assert_eq!(ask(&sim, "DELETE", &format!("healthcheck/{}", value(&made.1, "Id")), "").await.0, 200);
    let again = ask(&sim, "POST", "healthcheck", body).await;
    assert!(again.0 == 409 && again.1.contains("HealthCheckAlreadyExists"), "{again:?}");
}

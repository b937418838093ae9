use crate::sim::Sim;

/// Sends a request as a client would that puts the bucket into the path.
async fn send(
    sim: &Sim,
    region: &str,
    account: &str,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> (u16, String, String) {
    let who = format!("AWS4-HMAC-SHA256 Credential={account}/20260101/{region}/s3/aws4_request");
    let request = http::Request::builder().method(method).uri(target).header("authorization", who);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let answer = sim.answer(request.body(body.as_bytes().to_vec()).unwrap()).await.unwrap();
    let ignored = sim.calls().last().unwrap().ignored.clone();
    assert!(ignored.is_empty(), "{method} {target}: unread {ignored:?}");
    let headers = format!("{:?}", answer.headers());
    (answer.status().as_u16(), String::from_utf8(answer.body().clone()).unwrap(), headers)
}

const HERE: &str = "eu-west-1";
const OWN: &str = "123456789012";
const PLACE: &str = "<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>";

struct Web(Sim);

impl Web {
    async fn new() -> Self {
        let web = Self(Sim::builder().seed(7).build().unwrap());
        assert_eq!(web.ask("PUT", "/web", PLACE).await.0, 200);
        web
    }

    async fn ask(&self, method: &str, target: &str, body: &str) -> (u16, String, String) {
        send(&self.0, HERE, OWN, method, target, &[], body).await
    }

    async fn refused(&self, method: &str, target: &str, body: &str, code: &str) {
        let (status, text, _) = self.ask(method, target, body).await;
        assert!(status >= 300 && text.contains(&format!("<Code>{code}</Code>")), "{method} {target}: {status} {text}");
    }
}

#[tokio::test(start_paused = true)]
async fn names_are_unique_over_all_accounts_and_regions() {
    let web = Web::new().await;
    web.refused("PUT", "/web", PLACE, "BucketAlreadyOwnedByYou").await;
    let taken = send(&web.0, HERE, "210987654321", "PUT", "/web", &[], PLACE).await;
    assert!(taken.0 == 409 && taken.1.contains("BucketAlreadyExists"), "{taken:?}");
    let other = send(&web.0, HERE, "210987654321", "HEAD", "/web", &[], "").await;
    assert_eq!((other.0, other.1.as_str()), (403, ""));
    let elsewhere = send(&web.0, "us-east-1", OWN, "GET", "/web?versioning", &[], "").await;
    assert_eq!(elsewhere.0, 301);
    web.refused("PUT", "/Web_1", PLACE, "InvalidBucketName").await;
    web.refused("PUT", "/other", "", "IllegalLocationConstraintException").await;
}

#[tokio::test(start_paused = true)]
async fn the_oldest_region_makes_a_bucket_twice_without_a_word() {
    let sim = Sim::builder().build().unwrap();
    for _ in 0..2 {
        assert_eq!(send(&sim, "us-east-1", OWN, "PUT", "/old", &[], "").await.0, 200);
    }
    assert_eq!(sim.objects().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn each_part_is_absent_in_its_own_words() {
    let web = Web::new().await;
    for (query, code) in [
        ("policy", "NoSuchBucketPolicy"),
        ("lifecycle", "NoSuchLifecycleConfiguration"),
        ("cors", "NoSuchCORSConfiguration"),
        ("tagging", "NoSuchTagSet"),
        ("website", "NoSuchWebsiteConfiguration"),
        ("replication", "ReplicationConfigurationNotFoundError"),
        ("object-lock", "ObjectLockConfigurationNotFoundError"),
    ] {
        web.refused("GET", &format!("/web?{query}"), "", code).await;
    }
    for query in ["versioning", "logging", "accelerate"] {
        assert_eq!(web.ask("GET", &format!("/web?{query}"), "").await.0, 200, "{query}");
    }
    assert!(web.ask("GET", "/web?publicAccessBlock", "").await.1.contains("<BlockPublicPolicy>true</BlockPublicPolicy>"));
    assert!(web.ask("GET", "/web?encryption", "").await.1.contains("<SSEAlgorithm>AES256</SSEAlgorithm>"));
}

#[tokio::test(start_paused = true)]
async fn a_policy_for_everybody_is_refused_while_it_is_blocked() {
    let web = Web::new().await;
    let public = r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::web/*"}}"#;
    web.refused("PUT", "/web?policy", public, "AccessDenied").await;
    let open = "<PublicAccessBlockConfiguration><BlockPublicPolicy>false</BlockPublicPolicy></PublicAccessBlockConfiguration>";
    assert_eq!(web.ask("PUT", "/web?publicAccessBlock", open).await.0, 200);
    assert_eq!(web.ask("PUT", "/web?policy", public).await.0, 204);
    assert_eq!(web.ask("GET", "/web?policy", "").await.1, public);
    web.refused("PUT", "/web?policy", "nonsense", "MalformedPolicy").await;
    web.refused("PUT", "/web?policy", &public.replace(":::web", ":::other"), "MalformedPolicy").await;
}

#[tokio::test(start_paused = true)]
async fn versions_and_markers_keep_a_bucket_from_being_deleted() {
    let web = Web::new().await;
    let on = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    assert_eq!(web.ask("PUT", "/web?versioning", on).await.0, 200);
    for body in ["one", "two"] {
        assert_eq!(web.ask("PUT", "/web/a", body).await.0, 200);
    }
    assert_eq!(web.ask("DELETE", "/web/a", "").await.0, 204);
    web.refused("GET", "/web/a", "", "NoSuchKey").await;
    assert!(!web.ask("GET", "/web?list-type=2", "").await.1.contains("<Key>"));
    let listed = web.ask("GET", "/web?versions", "").await.1;
    assert_eq!((listed.matches("<Version>").count(), listed.matches("<DeleteMarker>").count()), (2, 1));
    web.refused("DELETE", "/web", "", "BucketNotEmpty").await;
    let ids = crate::testing::values(&listed, "VersionId");
    let first = web.ask("GET", &format!("/web/a?versionId={}", ids[2]), "").await;
    assert_eq!(first.1, "one");
    let objects: Vec<String> = ids.iter().map(|id| format!("<Object><Key>a</Key><VersionId>{id}</VersionId></Object>")).collect();
    assert_eq!(web.ask("POST", "/web?delete", &format!("<Delete>{}</Delete>", objects.concat())).await.0, 200);
    assert_eq!(web.ask("DELETE", "/web", "").await.0, 204);
    assert!(web.0.objects().is_empty());
}

#[tokio::test(start_paused = true)]
async fn pages_of_versions_lead_on() {
    let web = Web::new().await;
    for key in ["a", "b", "c"] {
        web.ask("PUT", &format!("/web/{key}"), key).await;
    }
    let first = web.ask("GET", "/web?versions&max-keys=2", "").await.1;
    assert_eq!(crate::testing::values(&first, "Key"), ["a", "b"]);
    let rest = web.ask("GET", "/web?versions&key-marker=b&version-id-marker=null", "").await.1;
    assert_eq!(crate::testing::values(&rest, "Key"), ["c"]);
    let second = web.ask("GET", "/web?list-type=2&max-keys=1&continuation-token=a", "").await.1;
    assert_eq!(crate::testing::values(&second, "Key"), ["b"]);
}

#[tokio::test(start_paused = true)]
async fn objects_bring_back_what_they_were_told() {
    let web = Web::new().await;
    let headers = [("content-type", "text/html"), ("x-amz-meta-a", "b"), ("x-amz-tagging", "k=v"), ("if-none-match", "*")];
    let put = || send(&web.0, HERE, OWN, "PUT", "/web/a%20b/c", &headers, "<p>");
    assert_eq!(put().await.0, 200);
    let again = put().await;
    assert!(again.0 == 412 && again.1.contains("PreconditionFailed"), "{again:?}");
    let got = web.ask("GET", "/web/a%20b/c", "").await;
    assert_eq!((got.0, got.1.as_str()), (200, "<p>"));
    assert!(got.2.contains("text/html") && got.2.contains("x-amz-meta-a") && got.2.contains("x-amz-tagging-count"), "{}", got.2);
    assert!(web.ask("GET", "/web/a%20b/c?tagging", "").await.1.contains("<Key>k</Key><Value>v</Value>"));
    let grouped = web.ask("GET", "/web?list-type=2&delimiter=/", "").await.1;
    assert!(grouped.contains("<CommonPrefixes><Prefix>a b/</Prefix></CommonPrefixes>"), "{grouped}");
}

#[tokio::test(start_paused = true)]
async fn the_bucket_may_stand_in_the_name_of_the_host() {
    let web = Web::new().await;
    for host in ["web.s3.eu-west-1.amazonaws.com", "web.localhost:4566", "web.s3.localhost"] {
        let listed = send(&web.0, HERE, OWN, "GET", "/?list-type=2", &[("host", host)], "").await;
        assert!(listed.1.contains("<Name>web</Name>"), "{listed:?}");
    }
    let host = ("host", "s3.eu-west-1.amazonaws.com");
    assert!(send(&web.0, HERE, OWN, "GET", "/", &[host], "").await.1.contains("<Name>web</Name>"));
    assert_eq!(send(&web.0, HERE, OWN, "HEAD", "/web", &[host], "").await.0, 200);
}

#[tokio::test(start_paused = true)]
async fn rules_that_are_none_are_refused() {
    let web = Web::new().await;
    let rule = |inside: &str| format!("<LifecycleConfiguration><Rule><Status>Enabled</Status>{inside}</Rule></LifecycleConfiguration>");
    let filter = "<Filter><Prefix></Prefix></Filter>";
    let put = |inside: String| async move { rule(&inside) };
    for (inside, code) in [
        (format!("{filter}<Expiration><Days>0</Days></Expiration>"), "InvalidArgument"),
        (filter.to_owned(), "InvalidRequest"),
        ("<Expiration><Days>1</Days></Expiration>".to_owned(), "MalformedXML"),
        (format!("{filter}<Transition><Days>1</Days><StorageClass>STANDARD_IA</StorageClass></Transition>"), "InvalidArgument"),
    ] {
        web.refused("PUT", "/web?lifecycle", &put(inside).await, code).await;
    }
    let right = put(format!("{filter}<Expiration><Days>1</Days></Expiration>")).await;
    assert_eq!(web.ask("PUT", "/web?lifecycle", &right).await.0, 200);
    assert!(web.ask("GET", "/web?lifecycle", "").await.1.contains("<ID>"));
    let cors =
        "<CORSConfiguration><CORSRule><AllowedMethod>PATCH</AllowedMethod><AllowedOrigin>*</AllowedOrigin></CORSRule></CORSConfiguration>";
    web.refused("PUT", "/web?cors", cors, "InvalidRequest").await;
    let versioning = "<VersioningConfiguration><Status>Off</Status></VersioningConfiguration>";
    web.refused("PUT", "/web?versioning", versioning, "IllegalVersioningConfigurationException").await;
}

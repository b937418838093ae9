//! Asks a server again and again whether it is well.
//! <https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHealthCheck.html>
//!
//! A change of `check_type`, `request_interval` or `measure_latency` replaces it.

use aws_sdk_route53::{
    Client,
    operation::update_health_check::builders::UpdateHealthCheckFluentBuilder as Update,
    types::{self, HealthCheckConfig, HealthCheckRegion, ResettableElementName, TagResourceType},
};
use blogstack_core::{
    Home, Id, Resource, Set, Tags, Value,
    provider::{
        Change, Changes, Cx, ErrorKind, FieldProblem, Found, LostCreate, Observed, Planned, ResourceProvider, Result, State, Wanted,
    },
    value,
};
use futures::future::try_join_all;

use super::{DnsName, built, tagging};
use crate::{
    account::Account,
    call::{self, missing},
    readable::{self, Readable},
    tags,
    values::{of_word, word},
    wait::Pause,
};

/// Asks a server again and again, from several places of the world, whether it is well.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::route53::{HealthCheck, HealthCheckType};
///
/// fn program(s: &Scope) {
///     s.add("blog", HealthCheck::new(HealthCheckType::Https).fully_qualified_domain_name("example.com").resource_path("/health"));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:route53/health-check", feature = "route53", global)]
pub struct HealthCheck {
    /// How it asks.
    #[field(replace)]
    pub check_type: HealthCheckType,
    /// The name that it asks, and tells the server; only tells it, when there is an `ip_address`.
    pub fully_qualified_domain_name: Option<DnsName>,
    /// The address that it asks.
    pub ip_address: Option<String>,
    /// The port; that of the protocol when it is not set.
    #[field(optional_computed)]
    pub port: u16,
    /// The path that it asks for, with its query.
    pub resource_path: Option<String>,
    /// What must stand in the first 5,120 bytes of the answer.
    pub search_string: Option<String>,
    /// How many seconds lie between two questions from one place: 10 or 30.
    #[field(replace, optional_computed)]
    pub request_interval: u32,
    /// After how many answers of one kind the other is believed, 1 to 10.
    #[field(default = 3)]
    pub failure_threshold: Option<u32>,
    /// Whether it measures how long answers take.
    #[field(replace, optional_computed)]
    pub measure_latency: bool,
    /// Whether well counts as not well.
    #[field(default = false)]
    pub inverted: Option<bool>,
    /// Whether it does not ask, and takes the server to be well.
    #[field(default = false)]
    pub disabled: Option<bool>,
    /// Whether it tells the name as the connection is encrypted.
    #[field(optional_computed)]
    pub enable_sni: bool,
    /// From where it asks: three regions at least; from all when it is not set.
    pub regions: Option<Set<String>>,
    /// Tags.
    pub tags: Tags,
}

/// How a health check asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
#[value(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum HealthCheckType {
    /// Over HTTP.
    Http,
    /// Over HTTPS, whoever signed the certificate.
    Https,
    /// Over HTTP, for a text.
    HttpStrMatch,
    /// Over HTTPS, for a text.
    HttpsStrMatch,
    /// Whether a connection can be made.
    Tcp,
}

const KIND: TagResourceType = TagResourceType::Healthcheck;
const TAGGING: &str = "route53:ChangeTagsForResource";

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

impl Readable for Provider {
    type Resource = HealthCheck;
    const OPERATION: &'static str = "route53:GetHealthCheck";

    fn account(&self) -> &Account {
        &self.0
    }

    async fn read_ids(&self, home: &Home, ids: &[&str]) -> Result<Vec<Observed<HealthCheck>>> {
        let client = self.0.route53(home);
        let all = try_join_all(ids.iter().map(|id| look(&client, id))).await?;
        Ok(all.into_iter().flatten().map(Observed::from).collect())
    }
}

/// A check without its tags.
async fn look(client: &Client, id: &str) -> Result<Option<State<HealthCheck>>> {
    let request = client.get_health_check().health_check_id(id);
    let answer = match call::read(Provider::OPERATION, || request.clone().send()).await {
        Err(error) if error.kind == ErrorKind::NotFound => return Ok(None),
        answer => answer?,
    };
    let config = answer.health_check.and_then(|check| check.health_check_config);
    let config = config.ok_or_else(|| missing(Provider::OPERATION, "configuration"))?;
    Ok(of_sdk(config).map(|fields| State { id: Id::new(id), fields }))
}

/// The check as we know it; those of alarms and of other checks are other kinds'.
fn of_sdk(config: HealthCheckConfig) -> Option<HealthCheck> {
    let number = |number: Option<i32>| number.and_then(|number| u32::try_from(number).ok());
    Some(HealthCheck {
        check_type: of_word(config.r#type.as_str())?,
        fully_qualified_domain_name: config.fully_qualified_domain_name.map(|name| DnsName::new(&name)),
        ip_address: config.ip_address,
        port: config.port.and_then(|port| u16::try_from(port).ok()).unwrap_or_default(),
        resource_path: config.resource_path,
        search_string: config.search_string,
        request_interval: number(config.request_interval).unwrap_or_default(),
        failure_threshold: number(config.failure_threshold),
        measure_latency: config.measure_latency.unwrap_or_default(),
        inverted: config.inverted,
        disabled: config.disabled,
        enable_sni: config.enable_sni.unwrap_or_default(),
        regions: config.regions.map(|regions| regions.iter().map(|region| region.as_str().to_owned()).collect()),
        tags: Tags::new(),
    })
}

fn number(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn regions(set: &Set<String>) -> Vec<HealthCheckRegion> {
    set.iter().map(|region| HealthCheckRegion::from(region.as_str())).collect()
}

/// What a new check is made of.
fn config(operation: &'static str, inputs: &HealthCheckInputs) -> Result<HealthCheckConfig> {
    let config = HealthCheckConfig::builder()
        .r#type(word(&inputs.check_type).as_str().into())
        .set_fully_qualified_domain_name(inputs.fully_qualified_domain_name.as_ref().map(ToString::to_string))
        .set_ip_address(inputs.ip_address.clone())
        .set_port(inputs.port.map(i32::from))
        .set_resource_path(inputs.resource_path.clone())
        .set_search_string(inputs.search_string.clone())
        .set_request_interval(inputs.request_interval.map(number))
        .set_failure_threshold(inputs.failure_threshold.map(number))
        .set_measure_latency(inputs.measure_latency)
        .set_inverted(inputs.inverted)
        .set_disabled(inputs.disabled)
        .set_enable_sni(inputs.enable_sni)
        .set_regions(inputs.regions.as_ref().map(regions));
    built(operation, config.build())
}

/// Adds what changes to a request. What is unset is reset where AWS can do that.
fn changed(request: Update, changes: &Changes<HealthCheck>) -> Result<Update> {
    let mut reset = Vec::new();
    let mut text = |change: Change<String>, element: Option<ResettableElementName>| match change {
        Change::Keep => None,
        Change::Set(text) => Some(text),
        Change::Clear => {
            reset.extend(element);
            None
        }
    };
    let name = match changes.of(HealthCheck::fully_qualified_domain_name)? {
        Change::Set(name) => Change::Set(name.to_string()),
        Change::Clear => Change::Clear,
        Change::Keep => Change::Keep,
    };
    let request = request
        .set_fully_qualified_domain_name(text(name, Some(ResettableElementName::FullyQualifiedDomainName)))
        .set_ip_address(text(changes.of(HealthCheck::ip_address)?, None))
        .set_resource_path(text(changes.of(HealthCheck::resource_path)?, Some(ResettableElementName::ResourcePath)))
        .set_search_string(text(changes.of(HealthCheck::search_string)?, None))
        .set_port(changes.of(HealthCheck::port)?.set().map(i32::from))
        .set_failure_threshold(changes.of(HealthCheck::failure_threshold)?.set().map(number))
        .set_inverted(changes.of(HealthCheck::inverted)?.set())
        .set_disabled(changes.of(HealthCheck::disabled)?.set())
        .set_enable_sni(changes.of(HealthCheck::enable_sni)?.set());
    let request = match changes.of(HealthCheck::regions)? {
        Change::Keep => request,
        Change::Set(set) => request.set_regions(Some(regions(&set))),
        Change::Clear => {
            reset.push(ResettableElementName::Regions);
            request
        }
    };
    Ok(request.set_reset_elements((!reset.is_empty()).then_some(reset)))
}

impl Provider {
    /// The check with its tags.
    async fn present(&self, home: &Home, id: &Id<HealthCheck>) -> Result<State<HealthCheck>> {
        let mut check = readable::visible(self, home, id).await?.state;
        let tags = tagging::read(&self.0.route53(home), &KIND, &[id.as_str()]).await?.remove(id.as_str());
        check.fields.tags = tags::of_program(tags.unwrap_or_default());
        Ok(check)
    }

    /// The check that was made for this token.
    /// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHealthChecks.html>
    async fn of_token(&self, cx: &Cx<'_>) -> Result<Option<Id<HealthCheck>>> {
        let client = self.0.route53(cx.home);
        let checks = call::pages(|marker| async {
            let request = client.list_health_checks().set_marker(marker);
            let page = call::read("route53:ListHealthChecks", || request.clone().send()).await?;
            Ok((Some(page.health_checks), page.next_marker))
        });
        let is_own = |check: &types::HealthCheck| check.caller_reference == cx.token();
        Ok(checks.await?.into_iter().find(is_own).map(|check| Id::new(check.id)))
    }
}

impl ResourceProvider for Provider {
    type Resource = HealthCheck;

    fn check(&self, planned: &Planned<'_, HealthCheck>) -> Vec<FieldProblem> {
        let mut problems = Vec::new();
        let mut say = |field, message: &str| problems.push(FieldProblem { field, message: message.to_owned() });
        if !planned.is_set(HealthCheck::fully_qualified_domain_name) && !planned.is_set(HealthCheck::ip_address) {
            say("fully_qualified_domain_name", "it asks a name or an `ip_address`");
        }
        let kind = planned.get(HealthCheck::check_type);
        let looks = matches!(kind, Some(HealthCheckType::HttpStrMatch | HealthCheckType::HttpsStrMatch));
        if kind.is_some() && looks != planned.is_set(HealthCheck::search_string) {
            say("search_string", "it goes with the types that look for a text");
        }
        if kind == Some(HealthCheckType::Tcp) && !planned.is_set(HealthCheck::port) {
            say("port", "a connection needs a port");
        }
        if planned.get(HealthCheck::request_interval).is_some_and(|seconds| ![10, 30].contains(&seconds)) {
            say("request_interval", "it is 10 or 30 seconds");
        }
        if planned.get(HealthCheck::failure_threshold).is_some_and(|times| !(1..=10).contains(&times)) {
            say("failure_threshold", "it is 1 to 10");
        }
        if planned.get(HealthCheck::regions).is_some_and(|set: Set<String>| set.iter().count() < 3) {
            say("regions", "three regions at least ask");
        }
        if let Some(message) = planned.get(HealthCheck::tags).and_then(|tags| tags::problem(&tags)) {
            say("tags", &message);
        }
        problems
    }

    async fn survey(&self, _: &Cx<'_>, _: &HealthCheckInputs) -> Result<value::Value> {
        Ok(value::Value::Null)
    }

    /// Asked twice with one token, AWS answers with the check that is there.
    async fn create(&self, cx: &Cx<'_>, inputs: HealthCheckInputs) -> Result<State<HealthCheck>> {
        let (operation, client) = ("route53:CreateHealthCheck", self.0.route53(cx.home));
        let request = client.create_health_check().caller_reference(cx.token()).health_check_config(config(operation, &inputs)?);
        let answer = call::create(operation, || request.clone().send()).await?;
        let id = Id::new(answer.health_check.ok_or_else(|| missing(operation, "health check"))?.id);
        cx.created(&id).await?;
        readable::seen(self, cx.home, &id).await?;
        let mut all = cx.ownership_tags();
        all.extend(inputs.tags);
        tagging::change(TAGGING, &client, (&KIND, id.as_str()), &all, &[]).await?;
        self.present(cx.home, &id).await
    }

    async fn read(&self, home: &Home, wanted: &[Wanted<HealthCheck>]) -> Result<Vec<Observed<HealthCheck>>> {
        let ids: Vec<&str> = wanted.iter().map(|one| one.id.as_str()).collect();
        let mut checks = self.read_ids(home, &ids).await?;
        let tagged = wanted.iter().filter(|one| one.manages(HealthCheck::tags)).map(|one| one.id.as_str());
        let tagged: Vec<&str> = tagged.filter(|id| checks.iter().any(|check| check.state.id.as_str() == *id)).collect();
        let mut all = tagging::read(&self.0.route53(home), &KIND, &tagged).await?;
        for check in &mut checks {
            check.state.fields.tags = tags::of_program(all.remove(check.state.id.as_str()).unwrap_or_default());
        }
        Ok(checks)
    }

    async fn update(&self, cx: &Cx<'_>, current: State<HealthCheck>, changes: &Changes<HealthCheck>) -> Result<State<HealthCheck>> {
        let client = self.0.route53(cx.home);
        let State { id, fields } = &current;
        readable::visible(self, cx.home, id).await?;
        let tags = changes.of(HealthCheck::tags)?;
        if !changes.is_empty() {
            let request = changed(client.update_health_check().health_check_id(id.as_str()), changes)?;
            call::change("route53:UpdateHealthCheck", || request.clone().send()).await?;
        }
        // A check is made without tags: an interrupted create may have left it without ours.
        let there = tagging::read(&client, &KIND, &[id.as_str()]).await?.remove(id.as_str()).unwrap_or_default();
        let (mut set, removed) = tags::difference(&fields.tags, tags);
        set.extend(cx.ownership_tags().into_iter().filter(|(key, _)| !there.contains_key(key)));
        tagging::change(TAGGING, &client, (&KIND, id.as_str()), &set, &removed).await?;
        self.present(cx.home, id).await
    }

    /// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_DeleteHealthCheck.html>
    async fn delete(&self, cx: &Cx<'_>, current: State<HealthCheck>) -> Result<()> {
        let request = self.0.route53(cx.home).delete_health_check().health_check_id(current.id.as_str());
        call::gone_is_fine(call::read("route53:DeleteHealthCheck", || request.clone().send()).await)
    }

    async fn find(&self, cx: &Cx<'_>, lost: LostCreate<HealthCheckInputs>) -> Result<Found<HealthCheck>> {
        let mut pause = Pause::up_to(lost.left());
        loop {
            match self.of_token(cx).await? {
                Some(id) => return Ok(Found::One(id)),
                None if !pause.next().await => return Ok(Found::None),
                None => {}
            }
        }
    }

    async fn claim(&self, cx: &Cx<'_>, id: &Id<HealthCheck>) -> Result<()> {
        tagging::change(TAGGING, &self.0.route53(cx.home), (&KIND, id.as_str()), &cx.ownership_tags(), &[]).await
    }

    async fn release(&self, cx: &Cx<'_>, id: &Id<HealthCheck>) -> Result<()> {
        let removed: Vec<String> = cx.ownership_tags().into_keys().collect();
        call::gone_is_fine(tagging::change(TAGGING, &self.0.route53(cx.home), (&KIND, id.as_str()), &Tags::new(), &removed).await)
    }
}

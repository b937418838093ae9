//! A certificate for names, which shows that they are one's own by records in their zones.
//! <https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html>
//!
//! A change of `domain_name`, `subject_alternative_names` or `key_algorithm` replaces it.

use aws_sdk_acm::{
    Client,
    types::{self, CertificateStatus, Filters, Tag, ValidationMethod},
};
use blogstack_core::{
    Home, Id, Resource, Set, Tags, Value,
    provider::{
        Changes, Cx, ErrorKind, FieldProblem, Found, LostCreate, Observed, Planned, ProviderError, ResourceProvider, Result, State,
        UID_TAG, Wanted,
    },
    value,
};
use futures::future::try_join_all;

use crate::{
    account::Account,
    call::{self, missing},
    readable::{self, Readable},
    tags,
    values::{DnsName, of_word, word},
    wait::{self, Pause},
};

/// A certificate for names. It is issued when the records that it asks for stand in their zones: see
/// [`CertificateValidation`](super::CertificateValidation).
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::{acm::{Certificate, ValidationOption}, route53::{HostedZone, Record, RecordType}};
///
/// fn program(s: &Scope) {
///     let zone = s.look_up(HostedZone::named("example.com"));
///     let certificate = s.add("blog", Certificate::new("example.com").subject_alternative_names(["*.example.com"]));
///     // A name and its wildcard are shown by one record.
///     let option = certificate.validation_options.at(0);
///     let (name, value) = (option.get(ValidationOption::record_name), option.get(ValidationOption::record_value));
///     s.add("shown", Record::new(&zone, &name, RecordType::Cname).ttl(60_u32).resource_records([&value]));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:acm/certificate", feature = "acm")]
pub struct Certificate {
    /// Its first name; `*.` at the beginning stands for one label.
    #[field(replace)]
    pub domain_name: DnsName,
    /// Further names.
    #[field(replace)]
    pub subject_alternative_names: Option<Set<DnsName>>,
    /// What kind of key it has; RSA with 2,048 bits when it is not set.
    #[field(replace, optional_computed)]
    pub key_algorithm: KeyAlgorithm,
    /// Tags.
    pub tags: Tags,
    /// The records that show that the names are one's own, each once, that of `domain_name` first.
    #[field(computed)]
    pub validation_options: Vec<ValidationOption>,
}

/// What kind of key a certificate has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum KeyAlgorithm {
    /// RSA with 2,048 bits.
    #[value(rename = "RSA_2048")]
    Rsa2048,
    /// The curve P-256.
    #[value(rename = "EC_prime256v1")]
    EcPrime256v1,
    /// The curve P-384.
    #[value(rename = "EC_secp384r1")]
    EcSecp384r1,
    /// Another one.
    #[value(rename = "other")]
    Other,
}

/// A record that shows that a name is one's own.
#[derive(Debug, Clone, PartialEq, Eq, Value)]
pub struct ValidationOption {
    /// The name in the certificate.
    pub domain_name: DnsName,
    /// The name of the record, which is a `CNAME`.
    pub record_name: DnsName,
    /// What it says.
    pub record_value: String,
}

/// Validation options come seconds after the request.
const PATIENCE: std::time::Duration = std::time::Duration::from_mins(5);

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

impl Readable for Provider {
    type Resource = Certificate;
    const OPERATION: &'static str = "acm:DescribeCertificate";

    fn account(&self) -> &Account {
        &self.0
    }

    async fn read_ids(&self, home: &Home, ids: &[&str]) -> Result<Vec<Observed<Certificate>>> {
        let all = try_join_all(ids.iter().map(|id| self.look(home, id))).await?;
        Ok(all.into_iter().flatten().collect())
    }
}

/// The certificate as we know it. One that can never be issued is of no use.
fn observed(id: &str, certificate: types::CertificateDetail) -> Option<Observed<Certificate>> {
    let domain_name = DnsName::new(certificate.domain_name.as_deref()?);
    let names = certificate.subject_alternative_names.iter().flatten().map(|name| DnsName::new(name));
    let names: Set<DnsName> = names.filter(|name| *name != domain_name).collect();
    let broken = match &certificate.status {
        Some(CertificateStatus::Failed | CertificateStatus::ValidationTimedOut | CertificateStatus::Revoked) => {
            let reason = certificate.failure_reason.as_ref().map(|reason| format!(": {}", reason.as_str())).unwrap_or_default();
            certificate.status.as_ref().map(|status| format!("it is {}{reason}", status.as_str()))
        }
        _ => None,
    };
    let algorithm = certificate.key_algorithm.as_ref().map(|algorithm| algorithm.as_str().replace('-', "_"));
    let fields = Certificate {
        subject_alternative_names: (!names.is_empty()).then_some(names),
        key_algorithm: algorithm.and_then(|algorithm| of_word(&algorithm)).unwrap_or(KeyAlgorithm::Other),
        tags: Tags::new(),
        validation_options: options(&domain_name, certificate.domain_validation_options.unwrap_or_default()),
        domain_name,
    };
    Some(Observed { state: State { id: Id::new(id), fields }, broken })
}

/// Each record once, that of the first name first.
fn options(domain_name: &DnsName, all: Vec<types::DomainValidation>) -> Vec<ValidationOption> {
    let option = |one: types::DomainValidation| {
        let record = one.resource_record?;
        let domain_name = DnsName::new(&one.domain_name);
        Some(ValidationOption { domain_name, record_name: DnsName::new(&record.name), record_value: record.value })
    };
    let mut options: Vec<ValidationOption> = all.into_iter().filter_map(option).collect();
    options.sort_by(|one, other| {
        (&one.domain_name != domain_name, &one.domain_name).cmp(&(&other.domain_name != domain_name, &other.domain_name))
    });
    let mut seen = Vec::new();
    options.retain(|option| {
        let is_new = !seen.contains(&option.record_name);
        seen.push(option.record_name.clone());
        is_new
    });
    options
}

impl Provider {
    async fn detail(&self, home: &Home, id: &str) -> Result<Option<types::CertificateDetail>> {
        let request = self.0.acm(home).describe_certificate().certificate_arn(id);
        match call::read(Self::OPERATION, || request.clone().send()).await {
            Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
            answer => Ok(answer?.certificate),
        }
    }

    async fn look(&self, home: &Home, id: &str) -> Result<Option<Observed<Certificate>>> {
        Ok(self.detail(home, id).await?.and_then(|certificate| observed(id, certificate)))
    }

    /// Whether it is issued; why it never will be is an error.
    pub(super) async fn is_issued(&self, home: &Home, id: &str) -> Result<Option<bool>> {
        let Some(certificate) = self.detail(home, id).await? else { return Ok(None) };
        let issued = certificate.status == Some(CertificateStatus::Issued);
        match observed(id, certificate).and_then(|observed| observed.broken) {
            Some(why) => Err(ProviderError::new(ErrorKind::Rejected, Self::OPERATION, why)),
            None => Ok(Some(issued)),
        }
    }

    /// The certificate with its tags and all its validation options.
    async fn present(&self, home: &Home, id: &Id<Certificate>) -> Result<State<Certificate>> {
        readable::visible(self, home, id).await?;
        let asked = || async {
            let told = self.detail(home, id.as_str()).await?;
            let is_whole = |one: &types::CertificateDetail| {
                let options = one.domain_validation_options();
                !options.is_empty() && options.iter().all(|option| option.resource_record.is_some())
            };
            Ok(told.filter(is_whole).and_then(|certificate| observed(id.as_str(), certificate)))
        };
        let mut state = wait::until(Self::OPERATION, "the validation options are there", PATIENCE, asked).await?.state;
        state.fields.tags = tags::of_program(tags_of(&self.0.acm(home), id.as_str()).await?);
        Ok(state)
    }

    /// The certificate that carries our uid: among those of the domain, whatever their keys are.
    async fn of_uid(&self, cx: &Cx<'_>, domain: &DnsName) -> Result<Option<Id<Certificate>>> {
        let client = self.0.acm(cx.home);
        let every = || {
            let words = ["RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1"];
            let types = words.iter().map(|word| types::KeyAlgorithm::from(*word)).collect();
            Filters::builder().set_key_types(Some(types)).build()
        };
        let all = call::pages(|token| async {
            let request = client.list_certificates().includes(every()).max_items(1000).set_next_token(token);
            let page = call::read("acm:ListCertificates", || request.clone().send()).await?;
            Ok((page.certificate_summary_list, page.next_token))
        });
        let all = all.await?;
        let of_domain = all.into_iter().filter(|one| one.domain_name.as_deref().is_some_and(|name| DnsName::new(name) == *domain));
        for arn in of_domain.filter_map(|one| one.certificate_arn) {
            if tags_of(&client, &arn).await?.get(UID_TAG).is_some_and(|uid| uid == cx.uid.as_str()) {
                return Ok(Some(Id::new(arn)));
            }
        }
        Ok(None)
    }

    /// <https://docs.aws.amazon.com/acm/latest/APIReference/API_AddTagsToCertificate.html>,
    /// <https://docs.aws.amazon.com/acm/latest/APIReference/API_RemoveTagsFromCertificate.html>
    async fn retag(&self, home: &Home, id: &Id<Certificate>, set: &Tags, removed: &[String]) -> Result<()> {
        let client = self.0.acm(home);
        if !set.is_empty() {
            let request = client.add_tags_to_certificate().certificate_arn(id.as_str()).set_tags(Some(to_sdk(set)));
            call::change("acm:AddTagsToCertificate", || request.clone().send()).await?;
        }
        if !removed.is_empty() {
            let tags = removed.iter().filter_map(|key| Tag::builder().key(key).build().ok()).collect();
            let request = client.remove_tags_from_certificate().certificate_arn(id.as_str()).set_tags(Some(tags));
            call::change("acm:RemoveTagsFromCertificate", || request.clone().send()).await?;
        }
        Ok(())
    }
}

fn to_sdk(tags: &Tags) -> Vec<Tag> {
    tags.iter().filter_map(|(key, value)| Tag::builder().key(key).value(value).build().ok()).collect()
}

async fn tags_of(client: &Client, id: &str) -> Result<Tags> {
    let request = client.list_tags_for_certificate().certificate_arn(id);
    match call::read("acm:ListTagsForCertificate", || request.clone().send()).await {
        Err(error) if error.kind == ErrorKind::NotFound => Ok(Tags::new()),
        answer => Ok(answer?.tags.into_iter().flatten().map(|tag| (tag.key, tag.value.unwrap_or_default())).collect()),
    }
}

impl ResourceProvider for Provider {
    type Resource = Certificate;

    fn check(&self, planned: &Planned<'_, Certificate>) -> Vec<FieldProblem> {
        let name = planned.get(Certificate::domain_name).and_then(|name| name.problem());
        let tags = planned.get(Certificate::tags).and_then(|tags| tags::problem(&tags));
        let other = planned.get(Certificate::key_algorithm) == Some(KeyAlgorithm::Other);
        let other = other.then(|| "it shows what others made: a program names one".to_owned());
        FieldProblem::among([("domain_name", name), ("tags", tags), ("key_algorithm", other)])
    }

    async fn survey(&self, _: &Cx<'_>, _: &CertificateInputs) -> Result<value::Value> {
        Ok(value::Value::Null)
    }

    /// The token counts for an hour; later our uid is found among the tags.
    async fn create(&self, cx: &Cx<'_>, inputs: CertificateInputs) -> Result<State<Certificate>> {
        let operation = "acm:RequestCertificate";
        let mut all = cx.ownership_tags();
        all.extend(inputs.tags);
        let names: Vec<String> = inputs.subject_alternative_names.iter().flatten().map(ToString::to_string).collect();
        let request = self
            .0
            .acm(cx.home)
            .request_certificate()
            .domain_name(inputs.domain_name.as_str())
            .validation_method(ValidationMethod::Dns)
            .set_subject_alternative_names((!names.is_empty()).then_some(names))
            .set_key_algorithm(inputs.key_algorithm.map(|algorithm| word(&algorithm).as_str().into()))
            .idempotency_token(cx.token())
            .set_tags(Some(to_sdk(&all)));
        let answer = call::create(operation, || request.clone().send()).await?;
        let id = Id::new(answer.certificate_arn.ok_or_else(|| missing(operation, "ARN"))?);
        cx.created(&id).await?;
        self.present(cx.home, &id).await
    }

    async fn read(&self, home: &Home, wanted: &[Wanted<Certificate>]) -> Result<Vec<Observed<Certificate>>> {
        let client = self.0.acm(home);
        let ids: Vec<&str> = wanted.iter().map(|one| one.id.as_str()).collect();
        let mut all = self.read_ids(home, &ids).await?;
        for one in &mut all {
            let is_wanted = |other: &&Wanted<Certificate>| other.id == one.state.id;
            if wanted.iter().find(is_wanted).is_some_and(|wanted| wanted.manages(Certificate::tags)) {
                one.state.fields.tags = tags::of_program(tags_of(&client, one.state.id.as_str()).await?);
            }
        }
        Ok(all)
    }

    async fn update(&self, cx: &Cx<'_>, current: State<Certificate>, changes: &Changes<Certificate>) -> Result<State<Certificate>> {
        let State { id, fields } = &current;
        readable::visible(self, cx.home, id).await?;
        let (set, removed) = tags::difference(&fields.tags, changes.of(Certificate::tags)?);
        self.retag(cx.home, id, &set, &removed).await?;
        self.present(cx.home, id).await
    }

    /// What used it may be on its way out: it is tried again for a while.
    /// <https://docs.aws.amazon.com/acm/latest/APIReference/API_DeleteCertificate.html>
    async fn delete(&self, cx: &Cx<'_>, current: State<Certificate>) -> Result<()> {
        let request = self.0.acm(cx.home).delete_certificate().certificate_arn(current.id.as_str());
        let mut pause = Pause::up_to(cx.timeout.unwrap_or(readable::WINDOW));
        loop {
            match call::read("acm:DeleteCertificate", || request.clone().send()).await {
                Err(error) if error.kind == ErrorKind::Conflict && pause.next().await => {}
                Err(error) if error.kind == ErrorKind::Conflict => {
                    return Err(error.hint("something that this stack did not make uses it: remove that first"));
                }
                answer => return call::gone_is_fine(answer),
            }
        }
    }

    async fn find(&self, cx: &Cx<'_>, lost: LostCreate<CertificateInputs>) -> Result<Found<Certificate>> {
        let mut pause = Pause::up_to(lost.left());
        loop {
            match self.of_uid(cx, &lost.inputs.domain_name).await? {
                Some(id) => return Ok(Found::One(id)),
                None if !pause.next().await => return Ok(Found::None),
                None => {}
            }
        }
    }

    async fn claim(&self, cx: &Cx<'_>, id: &Id<Certificate>) -> Result<()> {
        self.retag(cx.home, id, &cx.ownership_tags(), &[]).await
    }

    async fn release(&self, cx: &Cx<'_>, id: &Id<Certificate>) -> Result<()> {
        let removed: Vec<String> = cx.ownership_tags().into_keys().collect();
        call::gone_is_fine(self.retag(cx.home, id, &Tags::new(), &removed).await)
    }
}

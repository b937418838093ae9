//! Waits until a certificate is issued. <https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html>
//!
//! A change of `certificate` replaces it. There is nothing of it in AWS: deleting it does nothing.

use std::time::Duration;

use blogstack_core::{
    Handle, Home, Id, Input, IntoInput, Resource,
    provider::{Cx, ErrorKind, Result, State},
};

use super::certificate::{self, Certificate};
use crate::{account::Account, natural::Natural, readable::Readable, values::Arn, wait};

/// Stands for a certificate that is issued: what needs it that way refers to `certificate` of this one. A listener takes its
/// handle.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::{acm::{Certificate, CertificateValidation, ValidationOption}, route53::{HostedZone, Record, RecordType}};
/// use blogstack_core::Configure;
///
/// fn program(s: &Scope) {
///     let zone = s.look_up(HostedZone::named("example.com"));
///     let certificate = s.add("blog", Certificate::new("example.com"));
///     let option = certificate.validation_options.at(0);
///     let (name, value) = (option.get(ValidationOption::record_name), option.get(ValidationOption::record_value));
///     let shown = s.add("shown", Record::new(&zone, &name, RecordType::Cname).ttl(60_u32).resource_records([&value]));
///     s.add("issued", CertificateValidation::new(&certificate).depends_on(&shown));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:acm/certificate-validation", feature = "acm")]
pub struct CertificateValidation {
    /// The certificate. The records that it asks for are named with `.depends_on(..)`.
    #[field(replace)]
    pub certificate: Id<Certificate>,
}

/// The ARN of the certificate, once it is issued: for listeners.
impl IntoInput<Arn> for &Handle<CertificateValidation> {
    fn into_input(self) -> Input<Arn> {
        Input::from_expr(IntoInput::<Id<CertificateValidation>>::into_input(self).into_expr())
    }
}

/// How long it usually takes at most, when the records are there.
const PATIENCE: Duration = Duration::from_mins(75);

#[derive(Clone)]
pub(super) struct Provider(pub(super) certificate::Provider);

fn state(certificate: &str) -> State<CertificateValidation> {
    State { id: Id::new(certificate), fields: CertificateValidation { certificate: Id::new(certificate) } }
}

impl Natural for Provider {
    type Resource = CertificateValidation;
    const OPERATION: &'static str = "acm:DescribeCertificate";

    fn account(&self) -> &Account {
        Readable::account(&self.0)
    }

    fn place(inputs: &CertificateValidationInputs) -> Id<CertificateValidation> {
        Id::new(inputs.certificate.as_str())
    }

    fn is_as_wanted(inputs: &CertificateValidationInputs, there: &CertificateValidation) -> bool {
        inputs.certificate == there.certificate
    }

    /// It changes nothing: that a certificate is issued already is as good.
    fn may_take_over(_: &CertificateValidationInputs) -> bool {
        true
    }

    fn describe(there: &State<CertificateValidation>) -> String {
        format!("`{}` is issued", there.id)
    }

    async fn read(&self, home: &Home, places: &[&str]) -> Result<Vec<State<CertificateValidation>>> {
        let mut found = Vec::new();
        for place in places {
            match self.0.is_issued(home, place).await {
                Ok(Some(true)) => found.push(state(place)),
                // It never will be.
                Err(error) if error.kind == ErrorKind::Rejected => {}
                issued => drop(issued?),
            }
        }
        Ok(found)
    }

    /// Nothing is made: it is waited for.
    async fn make(&self, _: &Cx<'_>, _: &CertificateValidationInputs) -> Result<()> {
        Ok(())
    }

    async fn ready(&self, cx: &Cx<'_>, id: &Id<CertificateValidation>) -> Result<()> {
        let asked = || async { Ok(self.0.is_issued(cx.home, id.as_str()).await?.filter(|issued| *issued).map(drop)) };
        let waited = wait::until(Self::OPERATION, &format!("`{id}` is issued"), cx.timeout.unwrap_or(PATIENCE), asked).await;
        waited.map_err(|error| match error.hint {
            Some(_) => error.hint("see that the records it asks for are in the zones that the world asks; run again to go on waiting"),
            None => error,
        })
    }

    async fn erase(&self, _: &Cx<'_>, _: &State<CertificateValidation>) -> Result<()> {
        Ok(())
    }

    async fn gone(&self, _: &Cx<'_>, _: &State<CertificateValidation>) -> Result<()> {
        Ok(())
    }
}

//! AWS Certificate Manager: <https://docs.aws.amazon.com/acm/latest/APIReference/>.

mod certificate;
mod certificate_validation;

pub use self::{
    certificate::{Certificate, CertificateArgs, CertificateInputs, CertificateOutputs, KeyAlgorithm, ValidationOption},
    certificate_validation::{CertificateValidation, CertificateValidationArgs, CertificateValidationInputs, CertificateValidationOutputs},
};

use blogstack_core::provider::Providers;

use crate::{account::Account, natural::ByPlace};

/// Adds the kinds of Certificate Manager.
pub(crate) fn providers(providers: Providers, account: &Account) -> Providers {
    providers
        .with(certificate::Provider(account.clone()))
        .with(ByPlace(certificate_validation::Provider(certificate::Provider(account.clone()))))
}

//! Kinds that are made of chance: a [`Password`], a [`RandomId`]. They are in the state alone, and make no call.

use std::sync::Arc;

use crate::{entropy::Entropy, provider::Providers};

mod id;
mod password;

pub use self::{
    id::{RandomId, RandomIdArgs, RandomIdInputs, RandomIds},
    password::{Password, PasswordArgs, PasswordInputs, Passwords},
};

/// The providers of these kinds beside others.
pub(crate) fn beside(providers: Providers, entropy: &Arc<dyn Entropy>) -> Providers {
    providers.beside(Passwords::new(entropy.clone())).beside(RandomIds::new(entropy.clone()))
}

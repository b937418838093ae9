//! Traits that hold for a type when they hold for all its parts.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, Type};

/// `impl Public`, if every part is.
///
/// The bound on a concrete type is written with a lifetime, so that it is no error when it does not hold. Errors then speak of the
/// type, and do not suggest to implement `Public` by hand.
pub(crate) fn implement<'a>(name: &Ident, parts: impl Iterator<Item = &'a Type>) -> TokenStream {
    let bounds = parts.map(|part| bound(part, &quote!(::blogstack_core::Public)));
    quote! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl ::blogstack_core::Public for #name where #(#bounds,)* {}
    }
}

/// A bound that is put off until someone relies on it.
pub(crate) fn bound(part: &Type, of: &TokenStream) -> TokenStream {
    quote!(for<'deferred> <#part as ::blogstack_core::output::Deferred<'deferred>>::Of: #of)
}

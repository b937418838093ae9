//! The typed names of fields: `Subnet::cidr_block`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Ident, Type, Visibility, ext::IdentExt};

/// A field that gets a constant.
pub(crate) struct Constant<'a> {
    pub(crate) vis: &'a Visibility,
    pub(crate) ident: &'a Ident,
    pub(crate) ty: &'a Type,
    pub(crate) docs: &'a [Attribute],
}

/// One constant for each field.
pub(crate) fn implement<'a>(owner: &Ident, constants: impl Iterator<Item = Constant<'a>>) -> TokenStream {
    let constants = constants.map(|Constant { vis, ident, ty, docs }| {
        let name = ident.unraw().to_string();
        let doc = docs.is_empty().then(|| format!("The field `{name}`."));
        let doc = doc.iter();
        quote! {
            #(#docs)*
            #(#[doc = #doc])*
            #vis const #ident: ::blogstack_core::Field<#owner, #ty> = ::blogstack_core::Field::new(#name);
        }
    });
    quote! {
        #[automatically_derived]
        #[allow(non_upper_case_globals, dead_code, unreachable_pub, reason = "named like the fields")]
        impl #owner { #(#constants)* }
    }
}

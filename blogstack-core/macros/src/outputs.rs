//! What a handle shows.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Ident, Visibility};

use crate::field::Field;

/// The struct of outputs, and how it is made from a node.
pub(crate) fn write(name: &Ident, vis: &Visibility, fields: &[Field]) -> TokenStream {
    let outputs = format_ident!("{name}Outputs");
    let doc = format!("The outputs of a declared [`{name}`]: what its handle shows.");
    let id_doc = format!("The id of the [`{name}`].");
    let idents: Vec<&Ident> = fields.iter().map(|field| &field.ident).collect();
    let docs = fields.iter().map(|field| &field.docs);
    let types = fields.iter().map(|field| &field.ty);
    quote! {
        #[doc = #doc]
        #[non_exhaustive]
        #[allow(dead_code, unreachable_pub, reason = "for those who use the kind")]
        #vis struct #outputs {
            #[doc = #id_doc]
            pub id: ::blogstack_core::Output<::blogstack_core::Id<#name>>,
            #(#(#docs)* pub #idents: ::blogstack_core::Output<#types>,)*
        }

        #[automatically_derived]
        impl ::blogstack_core::Outputs for #outputs {
            fn of(node: &::blogstack_core::Expr) -> Self {
                Self {
                    id: ::blogstack_core::field_of(node, ::blogstack_core::Field::<#name, ::blogstack_core::Id<#name>>::new("id")),
                    #(#idents: ::blogstack_core::field_of(node, #name::#idents),)*
                }
            }
        }
    }
}

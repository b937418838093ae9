//! What the engine knows about a kind before it calls its provider.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{LitStr, ext::IdentExt};

use crate::{
    codec, docs,
    field::{Field, Flags, Presence},
    resource_attributes::ResourceAttributes,
};

/// The schema, as a constant expression.
pub(crate) fn write(attributes: &ResourceAttributes, fields: &[Field], doc: &str) -> TokenStream {
    let ResourceAttributes { kind, version, global, exclusive, after, migrations, .. } = attributes;
    let feature = attributes.feature();
    let fields = fields.iter().map(field);
    let kind_name = kind.as_ref().map(LitStr::value).unwrap_or_default();
    let exclusive = exclusive.iter().map(|group| {
        let names: Vec<String> = group.fields.iter().map(|name| name.unraw().to_string()).collect();
        let place = group.place.as_ref().map_or_else(|| format!("{kind_name}({})", names.join(", ")), LitStr::value);
        quote!(::blogstack_core::shape::Exclusive { fields: &[#(#names),*], place: #place })
    });
    let (before, sharing): (Vec<_>, Vec<_>) = after.iter().map(|after| (&after.kind, &after.sharing)).unzip();
    quote! {
        ::blogstack_core::shape::Schema {
            kind: #kind,
            version: #version,
            global: #global,
            fields: &[#(#fields),*],
            exclusive: &[#(#exclusive),*],
            after: &[#(::blogstack_core::shape::Affinity { kind: #before, sharing: #sharing }),*],
            migrations: &[#(#migrations),*],
            feature: #feature,
            doc: #doc,
        }
    }
}

fn field(field: &Field) -> TokenStream {
    let Flags { replace, write_only, any_region, loose, volatile, .. } = field.flags;
    let (name, ty, doc) = (field.name(), &field.ty, docs::first_sentence(&field.docs));
    let shape = codec::shape(&quote!(#ty));
    let presence = presence(field.presence());
    let default = default(field);
    quote! {
        ::blogstack_core::shape::FieldSchema {
            name: #name,
            shape: #shape,
            presence: ::blogstack_core::shape::Presence::#presence,
            replace: #replace,
            write_only: #write_only,
            any_region: #any_region,
            loose: #loose,
            volatile: #volatile,
            default: #default,
            doc: #doc,
        }
    }
}

fn presence(presence: Presence) -> TokenStream {
    match presence {
        Presence::Required => quote!(Required),
        Presence::Optional => quote!(Optional),
        Presence::Computed => quote!(Computed),
        Presence::OptionalComputed => quote!(OptionalComputed),
    }
}

/// A function that encodes the default, if there is one.
pub(crate) fn default(field: &Field) -> TokenStream {
    let Some(expression) = &field.default else { return quote!(::core::option::Option::None) };
    let ty = &field.ty;
    let value = codec::default(expression, ty);
    quote! {
        ::core::option::Option::Some(|| {
            let default: #ty = #value;
            ::blogstack_core::Data::encode(&default)
        })
    }
}

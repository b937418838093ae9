//! `derive(Value)`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Data, DeriveInput, Fields, FieldsNamed, Ident, Type, ext::IdentExt};

use crate::{
    attribute, codec,
    codec::Entry,
    constants,
    constants::Constant,
    docs, enumeration,
    errors::Errors,
    input, public, types,
    variant::{self, Variant},
};

/// Everything that a plain type needs.
pub(crate) fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    let mut errors = Errors::default();
    input::check_concrete(input, &mut errors);
    let name = &input.ident;
    let written = match &input.data {
        Data::Struct(data) => structure(input, &data.fields, &mut errors),
        Data::Enum(data) => {
            let variants = variant::read(input, data, &mut errors);
            enumeration(name, &variants)
        }
        Data::Union(_) => unknown_form(name, &mut errors),
    };
    errors.finish()?;
    Ok(quote! {
        #written

        #[automatically_derived]
        impl ::blogstack_core::Plain for #name {}
    })
}

fn unknown_form(name: &Ident, errors: &mut Errors) -> TokenStream {
    errors.add(name.span(), "`derive(Value)` needs an enum, a struct with named fields, or a struct around one value");
    TokenStream::new()
}

fn structure(input: &DeriveInput, fields: &Fields, errors: &mut Errors) -> TokenStream {
    attribute::each(&input.attrs, "value", "nothing on a struct", errors, |_, _| Ok(false));
    for field in fields {
        attribute::each(&field.attrs, "value", "nothing on a field", errors, |_, _| Ok(false));
    }
    match fields {
        Fields::Named(fields) => record(&input.ident, fields),
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => newtype(&input.ident, &fields.unnamed[0].ty),
        _ => unknown_form(&input.ident, errors),
    }
}

fn record(name: &Ident, fields: &FieldsNamed) -> TokenStream {
    let data = codec::implement(name, &entries(fields));
    let public = public::implement(name, fields.named.iter().map(|field| &field.ty));
    let docs: Vec<_> = fields.named.iter().map(|field| docs::attributes(&field.attrs)).collect();
    let constants = fields.named.iter().zip(&docs).filter_map(|(field, docs)| {
        let ty = types::option_content(&field.ty).unwrap_or(&field.ty);
        Some(Constant { vis: &field.vis, ident: field.ident.as_ref()?, ty, docs })
    });
    let constants = constants::implement(name, constants);
    quote!(#data #public #constants)
}

/// The named fields of a struct or a variant, for their encoding.
pub(crate) fn entries(fields: &FieldsNamed) -> Vec<Entry<'_>> {
    fields.named.iter().filter_map(entry).collect()
}

fn entry(field: &syn::Field) -> Option<Entry<'_>> {
    let ident = field.ident.as_ref()?;
    let required = types::option_content(&field.ty).is_none() && !types::is_tags(&field.ty);
    let doc = docs::first_sentence(&docs::attributes(&field.attrs));
    Some(Entry { ident, name: ident.unraw().to_string(), ty: field.ty.to_token_stream(), required, absent: None, doc })
}

/// A newtype is encoded, and printed, as its content.
fn newtype(name: &Ident, content: &Type) -> TokenStream {
    let public = public::implement(name, [content].into_iter());
    let printable = public::bound(content, &quote!(::blogstack_core::Printable));
    let shape = codec::shape(&content.to_token_stream());
    quote! {
        #[automatically_derived]
        impl ::blogstack_core::Data for #name {
            const SHAPE: ::blogstack_core::shape::Shape = #shape;

            fn encode(&self) -> ::blogstack_core::value::Value {
                ::blogstack_core::Data::encode(&self.0)
            }

            fn decode(value: &::blogstack_core::value::Value) -> ::core::result::Result<Self, ::blogstack_core::DecodeError> {
                <#content as ::blogstack_core::Data>::decode(value).map(Self)
            }

            fn absent() -> ::core::option::Option<Self> {
                <#content as ::blogstack_core::Data>::absent().map(Self)
            }
        }

        #public

        #[automatically_derived]
        impl ::blogstack_core::Printable for #name where #printable {
            fn print(&self) -> ::blogstack_core::Expr {
                ::blogstack_core::Expr::Literal(::blogstack_core::Data::encode(&self.0))
            }
        }
    }
}

fn enumeration(name: &Ident, variants: &[Variant<'_>]) -> TokenStream {
    let data = enumeration::implement(name, variants);
    let public = public::implement(name, variants.iter().flat_map(Variant::types));
    let printable = variants.iter().all(Variant::is_unit).then(|| {
        quote! {
            #[automatically_derived]
            impl ::blogstack_core::Printable for #name {
                fn print(&self) -> ::blogstack_core::Expr {
                    ::blogstack_core::Expr::Literal(::blogstack_core::Data::encode(self))
                }
            }
        }
    });
    quote!(#data #public #printable)
}

//! `impl Data`, for enums.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::{Ident, ext::IdentExt};

use crate::{
    codec::{self, Entry},
    value,
    variant::{Content, Variant},
};

/// `impl Data`: a variant without content is text, one with content a map with one entry.
pub(crate) fn implement(name: &Ident, variants: &[Variant<'_>]) -> TokenStream {
    let parts = variants.iter().map(part);
    let encode = variants.iter().map(encode);
    let decode = decode(variants);
    quote! {
        #[automatically_derived]
        impl ::blogstack_core::Data for #name {
            const SHAPE: ::blogstack_core::shape::Shape = ::blogstack_core::shape::Shape::Choice(&[#(#parts),*]);

            fn encode(&self) -> ::blogstack_core::value::Value {
                match self { #(#encode)* }
            }

            fn decode(value: &::blogstack_core::value::Value) -> ::core::result::Result<Self, ::blogstack_core::DecodeError> {
                #decode
            }
        }
    }
}

fn part(variant: &Variant<'_>) -> TokenStream {
    let Variant { name, doc, .. } = variant;
    let shape = match &variant.content {
        Content::Nothing => quote!(::core::option::Option::None),
        Content::One(ty) => {
            let shape = codec::shape(&ty.to_token_stream());
            quote!(::core::option::Option::Some(#shape))
        }
        Content::Fields(fields) => {
            let parts = codec::parts(&value::entries(fields));
            quote!(::core::option::Option::Some(::blogstack_core::shape::Shape::Object(#parts)))
        }
    };
    quote!(::blogstack_core::shape::Part { name: #name, shape: #shape, required: false, doc: #doc })
}

fn encode(variant: &Variant<'_>) -> TokenStream {
    let Variant { ident, name, content, .. } = variant;
    let (pattern, content) = match content {
        Content::Nothing => return quote!(Self::#ident => ::blogstack_core::value::Value::text(#name),),
        Content::One(_) => (quote!((content)), quote!(::blogstack_core::Data::encode(content))),
        Content::Fields(fields) => {
            let entries = value::entries(fields);
            let bindings = entries.iter().map(|Entry { ident, .. }| (ident, binding(ident))).map(|(ident, own)| quote!(#ident: #own));
            (quote!({ #(#bindings),* }), codec::encode(&entries, |ident| binding(ident).to_token_stream()))
        }
    };
    quote! {
        Self::#ident #pattern => {
            let content = #content;
            ::blogstack_core::value::Value::Map(::core::iter::once((::std::string::String::from(#name), content)).collect())
        }
    }
}

/// A name for a field's value that no other name in derived code is like.
fn binding(ident: &Ident) -> Ident {
    format_ident!("its_{}", ident.unraw())
}

fn decode(variants: &[Variant<'_>]) -> TokenStream {
    let expected = expected(variants);
    let units: Vec<_> = variants
        .iter()
        .filter(|variant| variant.is_unit())
        .map(|Variant { ident, name, .. }| quote!(#name => ::core::result::Result::Ok(Self::#ident),))
        .collect();
    let contents: Vec<_> = variants.iter().filter(|variant| !variant.is_unit()).map(decode_content).collect();
    let text = (!units.is_empty()).then(|| {
        quote! {
            if let ::core::option::Option::Some(text) = value.as_text() {
                return match text { #(#units)* _ => ::core::result::Result::Err(unknown()) };
            }
        }
    });
    let map = (!contents.is_empty()).then(|| {
        quote! {
            let mut entries = value.entries();
            if let (::core::option::Option::Some((variant, content)), ::core::option::Option::None) = (entries.next(), entries.next()) {
                return match variant.as_str() { #(#contents)* _ => ::core::result::Result::Err(unknown()) };
            }
        }
    });
    quote! {
        let unknown = || ::blogstack_core::DecodeError::new(#expected, value);
        #text
        #map
        ::core::result::Result::Err(unknown())
    }
}

fn decode_content(variant: &Variant<'_>) -> TokenStream {
    let Variant { ident, name, content, .. } = variant;
    let decode = match content {
        Content::Nothing => return TokenStream::new(),
        Content::One(_) => quote!(::blogstack_core::Data::decode(content).map(Self::#ident)),
        Content::Fields(fields) => decode_fields(ident, &value::entries(fields)),
    };
    quote! {
        #name => {
            let decode = || -> ::core::result::Result<Self, ::blogstack_core::DecodeError> { #decode };
            decode().map_err(|error| error.within(#name))
        }
    }
}

fn decode_fields(ident: &Ident, entries: &[Entry<'_>]) -> TokenStream {
    let idents = entries.iter().map(|entry| entry.ident);
    let decode = entries.iter().map(|entry| codec::decode(entry, &quote!(content)));
    let check = codec::check_map(&quote!(content), &format!("the fields of `{ident}`"));
    quote! {
        #check
        ::core::result::Result::Ok(Self::#ident { #(#idents: #decode,)* })
    }
}

/// The names of all variants, for the message of an error.
fn expected(variants: &[Variant<'_>]) -> String {
    let names: Vec<String> = variants.iter().map(|variant| format!("`{}`", variant.name)).collect();
    match names.as_slice() {
        [only] => only.clone(),
        names => format!("one of {}", names.join(", ")),
    }
}

//! `impl Data`, for structs with named fields.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Expr, Ident, Type, spanned::Spanned};

/// A field as the encoding sees it.
pub(crate) struct Entry<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) name: String,
    pub(crate) ty: TokenStream,
    pub(crate) required: bool,
    /// What an absent one means, if the type has no answer.
    pub(crate) absent: Option<TokenStream>,
    /// The first sentence of its documentation.
    pub(crate) doc: String,
}

/// `impl Data` for a struct, encoded as a map without what is unset.
pub(crate) fn implement(name: &Ident, entries: &[Entry<'_>]) -> TokenStream {
    let parts = parts(entries);
    let idents: Vec<&Ident> = entries.iter().map(|entry| entry.ident).collect();
    let encode = encode(entries, |ident| quote!(&self.#ident));
    let decode = entries.iter().map(|entry| decode(entry, &quote!(value)));
    let check = check_map(&quote!(value), &format!("the fields of `{name}`"));
    quote! {
        #[automatically_derived]
        impl ::blogstack_core::Data for #name {
            const SHAPE: ::blogstack_core::shape::Shape = ::blogstack_core::shape::Shape::Object(#parts);

            fn encode(&self) -> ::blogstack_core::value::Value {
                #encode
            }

            fn decode(value: &::blogstack_core::value::Value) -> ::core::result::Result<Self, ::blogstack_core::DecodeError> {
                #check
                ::core::result::Result::Ok(Self { #(#idents: #decode,)* })
            }
        }
    }
}

/// Refuses anything but a map.
pub(crate) fn check_map(value: &TokenStream, expected: &str) -> TokenStream {
    quote! {
        if !::core::matches!(#value, ::blogstack_core::value::Value::Map(_)) {
            return ::core::result::Result::Err(::blogstack_core::DecodeError::new(#expected, #value));
        }
    }
}

/// The parts of the shape.
pub(crate) fn parts(entries: &[Entry<'_>]) -> TokenStream {
    let parts = entries.iter().map(|Entry { name, ty, required, doc, .. }| {
        let shape = shape(ty);
        quote!(::blogstack_core::shape::Part { name: #name, shape: ::core::option::Option::Some(#shape), required: #required, doc: #doc })
    });
    quote!(&[#(#parts),*])
}

/// The shape of a type; an error about it points at the type.
pub(crate) fn shape(ty: &TokenStream) -> TokenStream {
    quote_spanned!(ty.span()=> <#ty as ::blogstack_core::Data>::SHAPE)
}

/// A map of the fields; `place` says where each one is.
pub(crate) fn encode(entries: &[Entry<'_>], place: impl Fn(&Ident) -> TokenStream) -> TokenStream {
    let fields = entries.iter().map(|Entry { ident, name, ty, .. }| {
        let value = place(ident);
        let value = quote_spanned!(ty.span()=> <#ty as ::blogstack_core::Data>::encode(#value));
        quote!(fields.set(#name, #value);)
    });
    quote! {{
        #[allow(unused_mut, reason = "there may be no fields")]
        let mut fields = ::blogstack_core::value::Value::empty();
        #(#fields)*
        fields
    }}
}

/// One field of the map `value`.
pub(crate) fn decode(entry: &Entry<'_>, value: &TokenStream) -> TokenStream {
    let (name, ty) = (&entry.name, &entry.ty);
    let decode = quote_spanned!(ty.span()=> ::blogstack_core::data::decode_field::<#ty>(#value, #name)?);
    match &entry.absent {
        None => decode,
        Some(absent) => quote! {
            if #value.get(#name).is_none_or(::blogstack_core::value::Value::is_null) { #absent } else { #decode }
        },
    }
}

/// The value of a default: text may be written for any type that is made from text.
pub(crate) fn default(expression: &Expr, ty: &Type) -> TokenStream {
    let is_text = matches!(expression, Expr::Lit(literal) if matches!(literal.lit, syn::Lit::Str(_)));
    if is_text { quote!(<#ty as ::core::convert::From<_>>::from(#expression)) } else { quote!(#expression) }
}

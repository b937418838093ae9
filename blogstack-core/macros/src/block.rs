//! `derive(Block)`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Visibility};

use crate::{
    attribute, check, codec,
    codec::Entry,
    constants,
    constants::Constant,
    declaration::Declaration,
    docs,
    errors::Errors,
    field::{Field, Of},
    input, public, schema,
};

/// Everything that a block consists of.
pub(crate) fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    let mut errors = Errors::default();
    let (name, vis) = (&input.ident, &input.vis);
    input::check_concrete(input, &mut errors);
    let max_required = max_required(input, &mut errors);
    let fields = input::read_fields(input::named_fields(input, "Block")?, Of::Block, &mut errors);
    check::fields(&fields, name, max_required, &["new"], &mut errors);
    check::whole(&fields, &mut errors);
    errors.finish()?;
    let must_use = "a block does nothing until it is given to a declaration";
    let declaration = Declaration { name, vis, fields: &fields, must_use, has_options: false };
    let public: Visibility = syn::parse_quote!(pub);
    let parts = [
        codec::implement(name, &fields.iter().map(entry).collect::<Vec<_>>()),
        public::implement(name, fields.iter().map(|field| &field.full)),
        constants::implement(name, fields.iter().map(|Field { ident, ty, docs, .. }| Constant { vis: &public, ident, ty, docs })),
        declaration.write(),
        into_input(&declaration),
    ];
    Ok(parts.into_iter().collect())
}

fn max_required(input: &DeriveInput, errors: &mut Errors) -> u32 {
    let mut max_required = 3;
    attribute::each(&input.attrs, "block", "`max_required = ..`", errors, |key, entry| {
        if key == "max_required" {
            max_required = attribute::number(entry)?;
        }
        Ok(key == "max_required")
    });
    max_required
}

fn entry(field: &Field) -> Entry<'_> {
    let full = &field.full;
    let absent = field.default.as_ref().map(|default| codec::default(default, full));
    Entry {
        ident: &field.ident,
        name: field.name(),
        ty: quote!(#full),
        required: field.is_required(),
        absent,
        doc: docs::first_sentence(&field.docs),
    }
}

/// A block is a whole value: what is unset has its default.
fn into_input(declaration: &Declaration<'_>) -> TokenStream {
    let (name, args) = (declaration.name, declaration.args());
    let names = declaration.inputs().map(Field::name);
    let defaults = declaration.inputs().map(schema::default);
    let count = declaration.inputs().count();
    quote! {
        #[automatically_derived]
        impl ::blogstack_core::Plain for #name {}

        #[automatically_derived]
        impl ::blogstack_core::IntoInput<#name> for #args {
            fn into_input(self) -> ::blogstack_core::Input<#name> {
                let names: [&'static str; #count] = [#(#names),*];
                let defaults: [::core::option::Option<fn() -> ::blogstack_core::value::Value>; #count] = [#(#defaults),*];
                let fields = names.into_iter().zip(self.inputs).zip(defaults).filter_map(|((name, input), default)| {
                    let input = input.or_else(|| ::core::option::Option::Some(::blogstack_core::Expr::Literal(default?())));
                    ::core::option::Option::Some((::std::string::String::from(name), input?))
                });
                ::blogstack_core::Input::from_expr(::blogstack_core::Expr::Object(fields.collect()))
            }
        }
    }
}

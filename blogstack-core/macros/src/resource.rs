//! `derive(Resource)`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{DeriveInput, Ident, Visibility};

use crate::{
    check, codec,
    codec::Entry,
    constants,
    constants::Constant,
    declaration::Declaration,
    docs,
    errors::Errors,
    field::{Field, Of},
    input, outputs, public,
    resource_attributes::ResourceAttributes,
    schema,
};

/// Everything that a kind consists of.
pub(crate) fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    let mut errors = Errors::default();
    let (name, vis) = (&input.ident, &input.vis);
    input::check_concrete(input, &mut errors);
    let attributes = ResourceAttributes::read(&input.attrs, &mut errors);
    check::kind(&attributes, name, &mut errors);
    let fields = input::read_fields(input::named_fields(input, "Resource")?, Of::Resource, &mut errors);
    check::attributes(&attributes, name, &fields, &mut errors);
    check::fields(&fields, name, attributes.max_required, &["id", "options", "new"], &mut errors);
    errors.finish()?;
    let must_use = "a declaration does nothing until it is passed to `Scope::add`";
    let declaration = Declaration { name, vis, fields: &fields, must_use, has_options: true };
    let public: Visibility = syn::parse_quote!(pub);
    let parts = [
        codec::implement(name, &fields.iter().map(observed).collect::<Vec<_>>()),
        public::implement(name, fields.iter().map(|field| &field.full)),
        constants::implement(name, fields.iter().map(|Field { ident, ty, docs, .. }| Constant { vis: &public, ident, ty, docs })),
        declaration.write(),
        args(&declaration),
        inputs(name, vis, &fields),
        outputs::write(name, vis, &fields),
        resource(name, &attributes, &fields, &docs::first_sentence(&docs::attributes(&input.attrs))),
    ];
    Ok(parts.into_iter().collect())
}

/// A field of the kind itself: what a provider returns.
fn observed(field: &Field) -> Entry<'_> {
    let full = &field.full;
    let required = !field.is_option() && !field.is_tags();
    Entry { ident: &field.ident, name: field.name(), ty: quote!(#full), required, absent: None, doc: docs::first_sentence(&field.docs) }
}

/// A field of the inputs: what a provider gets.
fn resolved(field: &Field) -> Entry<'_> {
    let ty = &field.ty;
    let ty = if field.is_required() || field.is_tags() { quote!(#ty) } else { quote!(::core::option::Option<#ty>) };
    Entry {
        ident: &field.ident,
        name: field.name(),
        ty,
        required: field.is_required(),
        absent: None,
        doc: docs::first_sentence(&field.docs),
    }
}

fn inputs(name: &Ident, vis: &Visibility, fields: &[Field]) -> TokenStream {
    let inputs = format_ident!("{name}Inputs");
    let doc = format!("The resolved inputs of a [`{name}`]: what its provider gets.");
    let set: Vec<&Field> = fields.iter().filter(|field| field.is_input()).collect();
    let entries: Vec<Entry<'_>> = set.iter().map(|field| resolved(field)).collect();
    let (idents, types): (Vec<_>, Vec<_>) = entries.iter().map(|entry| (entry.ident, &entry.ty)).unzip();
    let docs = set.iter().map(|field| &field.docs);
    let data = codec::implement(&inputs, &entries);
    quote! {
        #[doc = #doc]
        #[derive(Debug, Clone, PartialEq)]
        #[allow(clippy::struct_excessive_bools, dead_code, unreachable_pub, reason = "as the kind has them")]
        #vis struct #inputs { #(#(#docs)* pub #idents: #types,)* }
        #data
    }
}

fn args(declaration: &Declaration<'_>) -> TokenStream {
    let (name, args) = (declaration.name, declaration.args());
    let names = declaration.inputs().map(Field::name);
    let count = declaration.inputs().count();
    quote! {
        #[automatically_derived]
        impl ::blogstack_core::Args for #args {
            type Resource = #name;

            fn options_mut(&mut self) -> &mut ::blogstack_core::Options {
                &mut self.options
            }

            fn into_parts(self) -> (::std::vec::Vec<(&'static str, ::blogstack_core::Expr)>, ::blogstack_core::Options) {
                let names: [&'static str; #count] = [#(#names),*];
                let set = names.into_iter().zip(self.inputs).filter_map(|(name, input)| ::core::option::Option::Some((name, input?)));
                (set.collect(), self.options)
            }
        }
    }
}

fn resource(name: &Ident, attributes: &ResourceAttributes, fields: &[Field], doc: &str) -> TokenStream {
    let (args, inputs, outputs) = (format_ident!("{name}Args"), format_ident!("{name}Inputs"), format_ident!("{name}Outputs"));
    let kind = &attributes.kind;
    let schema = schema::write(attributes, fields, doc);
    quote! {
        #[automatically_derived]
        impl ::blogstack_core::Resource for #name {
            const TYPE: &'static str = #kind;
            const SCHEMA: &'static ::blogstack_core::shape::Schema = &#schema;
            type Args = #args;
            type Inputs = #inputs;
            type Outputs = #outputs;
        }
    }
}

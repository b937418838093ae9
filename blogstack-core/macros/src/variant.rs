//! The variants of an enum, as it declares them.

use syn::{DataEnum, DeriveInput, Fields, FieldsNamed, Ident, Type, ext::IdentExt, spanned::Spanned};

use crate::{
    attribute,
    case::{self, Case},
    docs,
    errors::Errors,
};

/// What a variant holds.
pub(crate) enum Content<'a> {
    Nothing,
    One(&'a Type),
    Fields(&'a FieldsNamed),
}

/// One variant.
pub(crate) struct Variant<'a> {
    pub(crate) ident: &'a Ident,
    /// Its name in records.
    pub(crate) name: String,
    pub(crate) content: Content<'a>,
    /// The first sentence of its documentation.
    pub(crate) doc: String,
}

impl Variant<'_> {
    /// Whether it holds nothing.
    pub(crate) fn is_unit(&self) -> bool {
        matches!(self.content, Content::Nothing)
    }

    /// The types of what it holds.
    pub(crate) fn types(&self) -> impl Iterator<Item = &Type> {
        let (one, fields) = match &self.content {
            Content::Nothing => (None, None),
            Content::One(ty) => (Some(*ty), None),
            Content::Fields(fields) => (None, Some(fields.named.iter().map(|field| &field.ty))),
        };
        one.into_iter().chain(fields.into_iter().flatten())
    }
}

/// Reads the variants of an enum; what is wrong with them goes to `errors`.
pub(crate) fn read<'a>(input: &DeriveInput, data: &'a DataEnum, errors: &mut Errors) -> Vec<Variant<'a>> {
    if data.variants.is_empty() {
        errors.add(input.ident.span(), "an enum without variants has no values");
    }
    let case = read_case(input, errors);
    let variants: Vec<Variant<'a>> = data.variants.iter().map(|variant| read_one(variant, case, errors)).collect();
    for (i, variant) in variants.iter().enumerate() {
        if variants[..i].iter().any(|other| other.name == variant.name) {
            errors.add(variant.ident.span(), format!("two variants are called `{}`", variant.name));
        }
    }
    variants
}

fn read_case(input: &DeriveInput, errors: &mut Errors) -> Case {
    let mut case = Case::Kebab;
    attribute::each(&input.attrs, "value", "`rename_all = \"..\"` on an enum", errors, |key, entry| {
        if key != "rename_all" {
            return Ok(false);
        }
        let name = attribute::text(entry)?;
        let unknown = || syn::Error::new(name.span(), format!("unknown case; known ones are {}", case::KNOWN));
        case = Case::named(&name.value()).ok_or_else(unknown)?;
        Ok(true)
    });
    case
}

fn read_one<'a>(variant: &'a syn::Variant, case: Case, errors: &mut Errors) -> Variant<'a> {
    let mut name = case.apply(&variant.ident.unraw().to_string());
    attribute::each(&variant.attrs, "value", "`rename = \"..\"` on a variant", errors, |key, entry| {
        if key == "rename" {
            name = attribute::text(entry)?.value();
        }
        Ok(key == "rename")
    });
    let content = match &variant.fields {
        Fields::Unit => Content::Nothing,
        Fields::Named(fields) => Content::Fields(fields),
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => Content::One(&fields.unnamed[0].ty),
        Fields::Unnamed(fields) => {
            errors.add(fields.span(), "a variant holds nothing, one value, or named fields");
            Content::Nothing
        }
    };
    Variant { ident: &variant.ident, name, content, doc: docs::first_sentence(&docs::attributes(&variant.attrs)) }
}

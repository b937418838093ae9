//! What a derive gets: a struct with named fields, or an error that says so.

use syn::{Data, DeriveInput, Fields, FieldsNamed};

use crate::{
    errors::Errors,
    field::{Field, Of},
};

/// Refuses parameters: kinds and their parts are concrete.
pub(crate) fn check_concrete(input: &DeriveInput, errors: &mut Errors) {
    if let Some(first) = input.generics.params.first() {
        let span = syn::spanned::Spanned::span(first);
        errors.add(span, format!("`{}` must be a concrete type, without parameters", input.ident));
    }
}

/// The named fields of a struct.
pub(crate) fn named_fields<'a>(input: &'a DeriveInput, derive: &str) -> syn::Result<&'a FieldsNamed> {
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => Ok(fields),
            _ => Err(syn::Error::new_spanned(&input.ident, format!("`derive({derive})` needs a struct with named fields"))),
        },
        _ => Err(syn::Error::new_spanned(&input.ident, format!("`derive({derive})` is for structs; derive `Value` for an enum"))),
    }
}

/// The fields of a resource or a block.
pub(crate) fn read_fields(fields: &FieldsNamed, of: Of, errors: &mut Errors) -> Vec<Field> {
    fields.named.iter().filter_map(|field| Field::read(field, of, errors)).collect()
}

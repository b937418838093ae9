//! How attributes like `#[field(replace)]` are read.

use syn::{Attribute, Expr, LitStr, Token, meta::ParseNestedMeta};

use crate::errors::Errors;

/// Calls `read` for each entry of each attribute called `name`; `read` returns `false` for an entry it does not know.
pub(crate) fn each(
    attributes: &[Attribute],
    name: &str,
    known: &str,
    errors: &mut Errors,
    mut read: impl FnMut(&str, &ParseNestedMeta) -> syn::Result<bool>,
) {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(name)) {
        let result = attribute.parse_nested_meta(|entry| {
            let key = entry.path.get_ident().map(ToString::to_string).unwrap_or_default();
            if read(&key, &entry)? { Ok(()) } else { Err(unknown(name, &key, known, &entry)) }
        });
        errors.keep(result);
    }
}

fn unknown(name: &str, key: &str, known: &str, entry: &ParseNestedMeta) -> syn::Error {
    entry.error(format!("unknown attribute `{key}`; `#[{name}(..)]` knows {known}"))
}

/// The text of `key = "text"`.
pub(crate) fn text(entry: &ParseNestedMeta) -> syn::Result<LitStr> {
    entry.value()?.parse()
}

/// The number of `key = 3`.
pub(crate) fn number(entry: &ParseNestedMeta) -> syn::Result<u32> {
    entry.value()?.parse::<syn::LitInt>()?.base10_parse()
}

/// The expression of `key = a + b`.
pub(crate) fn expression(entry: &ParseNestedMeta) -> syn::Result<Expr> {
    entry.value()?.parse()
}

/// The items of `key(a, b)`.
pub(crate) fn items<T: syn::parse::Parse>(entry: &ParseNestedMeta) -> syn::Result<Vec<T>> {
    let content;
    syn::parenthesized!(content in entry.input);
    Ok(content.parse_terminated(T::parse, Token![,])?.into_iter().collect())
}

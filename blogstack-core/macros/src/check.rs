//! What the derives refuse.

use syn::{Ident, LitStr};

use crate::{
    errors::Errors,
    field::{Field, Flags, Presence},
    resource_attributes::{ResourceAttributes, is_kind},
    types,
};

/// Checks the kind's name. One that is missing may stand in an attribute that could not be read.
pub(crate) fn kind(attributes: &ResourceAttributes, name: &Ident, errors: &mut Errors) {
    match &attributes.kind {
        Some(kind) => check_kind(kind, errors),
        None if errors.is_empty() => errors.add(name.span(), "name the kind: `#[resource(type = \"provider:service/kind\")]`"),
        None => {}
    }
}

/// Checks what else `#[resource(..)]` says.
pub(crate) fn attributes(attributes: &ResourceAttributes, name: &Ident, fields: &[Field], errors: &mut Errors) {
    for after in &attributes.after {
        check_kind(&after.kind, errors);
        check_kind(&after.sharing, errors);
    }
    for place in attributes.exclusive.iter().filter_map(|group| group.place.as_ref()).filter(|place| !is_kind(&place.value())) {
        errors.add(place.span(), "a place that several kinds may hold is named like a kind");
    }
    for name in attributes.exclusive.iter().flat_map(|group| &group.fields) {
        if !fields.iter().any(|field| field.is_input() && field.ident == *name) {
            errors.add(name.span(), format!("`exclusive` names `{name}`, which is not a field that a program sets"));
        }
    }
    migrations(attributes, name, errors);
}

fn check_kind(kind: &LitStr, errors: &mut Errors) {
    if !is_kind(&kind.value()) {
        errors.add(kind.span(), "a kind looks like `aws:ec2/subnet`");
    }
}

fn migrations(attributes: &ResourceAttributes, name: &Ident, errors: &mut Errors) {
    let (version, found) = (attributes.version, attributes.migrations.len());
    if version == 0 {
        errors.add(name.span(), "versions count from 1");
    } else if usize::try_from(version - 1) != Ok(found) {
        errors.add(name.span(), format!("version {version} needs {} migrations, one from each older version; found {found}", version - 1));
    }
}

/// Checks that concern the fields of a resource or a block, one by one and together.
pub(crate) fn fields(fields: &[Field], name: &Ident, max_required: u32, reserved: &[&str], errors: &mut Errors) {
    for field in fields {
        documented(field, errors);
        contradictions(field, errors);
        if reserved.contains(&field.name().as_str()) {
            errors.add(field.span(), format!("a field cannot be called `{}`: derived code uses that name", field.name()));
        }
    }
    let required: Vec<&Field> = fields.iter().filter(|field| field.is_required()).collect();
    few(&required, name, max_required, errors);
    distinct(&required, name, errors);
}

fn documented(field: &Field, errors: &mut Errors) {
    if crate::docs::first_sentence(&field.docs).is_empty() {
        errors.add(field.span(), "document the field: its doc comment is what users of the kind read");
    }
}

fn contradictions(field: &Field, errors: &mut Errors) {
    let Flags { replace, computed, optional_computed, write_only, any_region, loose, volatile } = field.flags;
    let has_default = field.default.is_some();
    let mut refuse = |wrong: bool, message: &str| {
        if wrong {
            errors.add(field.span(), format!("`{}`: {message}", field.name()));
        }
    };
    let set_by_provider = "no program sets a computed field, so it cannot be";
    refuse(computed && replace, &format!("{set_by_provider} `replace`"));
    refuse(computed && write_only, &format!("{set_by_provider} `write_only`"));
    refuse(computed && any_region, &format!("{set_by_provider} `any_region`"));
    refuse(computed && loose, &format!("{set_by_provider} `loose`"));
    refuse(computed && has_default, "no program sets a computed field, so it has no `default`");
    refuse(computed && optional_computed, "say either `computed` or `optional_computed`");
    refuse(optional_computed && has_default, "what the provider chooses has no `default`; say `optional_computed` or `default`");
    refuse(volatile && field.presence() != Presence::Computed && !optional_computed, "only a computed field can be `volatile`");
}

/// Required fields become arguments of `new`, so they must be few.
fn few(required: &[&Field], name: &Ident, max_required: u32, errors: &mut Errors) {
    let first_too_many = usize::try_from(max_required).ok().and_then(|max| required.get(max));
    if let Some(field) = first_too_many {
        let count = required.len();
        let message = format!("`{name}::new` would take {count} arguments; group some in a `Block`, or give them defaults");
        errors.add(field.span(), message);
    }
}

/// Arguments of one type could be swapped unnoticed.
fn distinct(required: &[&Field], name: &Ident, errors: &mut Errors) {
    for (i, field) in required.iter().enumerate() {
        if let Some(other) = required[..i].iter().find(|other| other.ty == field.ty) {
            errors.add(field.type_span(), same_type(other, field, name));
        }
    }
}

fn same_type(first: &Field, second: &Field, name: &Ident) -> String {
    format!(
        "`{}` and `{}` are both required and of type `{}`, so callers of `{name}::new` could swap them; use a newtype",
        first.name(),
        second.name(),
        types::written(&second.ty),
    )
}

/// A block's field with a default always has a value.
pub(crate) fn whole(fields: &[Field], errors: &mut Errors) {
    for field in fields.iter().filter(|field| field.default.is_some() && field.is_option()) {
        errors.add(field.type_span(), format!("`{}` has a default, so it always has a value: drop the `Option`", field.name()));
    }
}

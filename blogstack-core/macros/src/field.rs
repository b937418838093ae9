//! A field of a resource or a block, as its struct declares it.

use proc_macro2::Span;
use syn::{Attribute, Expr, Ident, Type, ext::IdentExt, spanned::Spanned};

use crate::{attribute, docs, errors::Errors, types};

/// Who sets a field.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    Required,
    Optional,
    Computed,
    OptionalComputed,
}

/// The words of `#[field(..)]` that stand alone.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "one for each word")]
pub(crate) struct Flags {
    pub(crate) replace: bool,
    pub(crate) computed: bool,
    pub(crate) optional_computed: bool,
    pub(crate) write_only: bool,
    pub(crate) any_region: bool,
    pub(crate) loose: bool,
    pub(crate) volatile: bool,
}

/// One field.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    pub(crate) docs: Vec<Attribute>,
    /// As written in the struct.
    pub(crate) full: Type,
    /// Without its `Option`.
    pub(crate) ty: Type,
    pub(crate) flags: Flags,
    pub(crate) default: Option<Expr>,
}

/// Which attributes a field may have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    Resource,
    Block,
}

const OF_RESOURCES: &str = "`replace`, `computed`, `optional_computed`, `write_only`, `any_region`, `loose`, `volatile` and `default = ..`";
const OF_BLOCKS: &str = "`default = ..` in a block";

impl Field {
    /// Reads a field; what is wrong with its attributes goes to `errors`.
    pub(crate) fn read(field: &syn::Field, of: Of, errors: &mut Errors) -> Option<Self> {
        let ident = field.ident.clone()?;
        let ty = types::option_content(&field.ty).unwrap_or(&field.ty).clone();
        let docs = docs::attributes(&field.attrs);
        let mut read = Self { ident, docs, full: field.ty.clone(), ty, flags: Flags::default(), default: None };
        let known = if of == Of::Resource { OF_RESOURCES } else { OF_BLOCKS };
        attribute::each(&field.attrs, "field", known, errors, |key, entry| match key {
            "default" => {
                read.default = Some(attribute::expression(entry)?);
                Ok(true)
            }
            _ if of == Of::Block => Ok(false),
            _ => Ok(read.flags.raise(key)),
        });
        Some(read)
    }

    /// Its name in records: the identifier's.
    pub(crate) fn name(&self) -> String {
        self.ident.unraw().to_string()
    }

    pub(crate) fn span(&self) -> Span {
        self.ident.span()
    }

    pub(crate) fn is_option(&self) -> bool {
        types::option_content(&self.full).is_some()
    }

    pub(crate) fn is_tags(&self) -> bool {
        types::is_tags(&self.ty)
    }

    pub(crate) fn presence(&self) -> Presence {
        match &self.flags {
            Flags { computed: true, .. } => Presence::Computed,
            Flags { optional_computed: true, .. } => Presence::OptionalComputed,
            _ if self.is_option() || self.is_tags() || self.default.is_some() => Presence::Optional,
            _ => Presence::Required,
        }
    }

    pub(crate) fn is_input(&self) -> bool {
        self.presence() != Presence::Computed
    }

    pub(crate) fn is_required(&self) -> bool {
        self.presence() == Presence::Required
    }

    /// Where errors about its type belong.
    pub(crate) fn type_span(&self) -> Span {
        self.ty.span()
    }
}

impl Flags {
    fn raise(&mut self, key: &str) -> bool {
        let flag = match key {
            "replace" => &mut self.replace,
            "computed" => &mut self.computed,
            "optional_computed" => &mut self.optional_computed,
            "write_only" => &mut self.write_only,
            "any_region" => &mut self.any_region,
            "loose" => &mut self.loose,
            "volatile" => &mut self.volatile,
            _ => return false,
        };
        *flag = true;
        true
    }
}

//! What `#[resource(..)]` says.

use syn::{
    Attribute, Ident, LitStr, Path, Token,
    parse::{Parse, ParseStream},
};

use crate::{attribute, errors::Errors};

const KNOWN: &str = "`type = \"..\"`, `version = ..`, `global`, `max_required = ..`, `feature = \"..\"`, `exclusive(..)`, \
                     `after(\"..\", sharing = \"..\")` and `migrations(..)`";

/// The attributes of a resource.
pub(crate) struct ResourceAttributes {
    pub(crate) kind: Option<LitStr>,
    pub(crate) version: u32,
    pub(crate) global: bool,
    pub(crate) max_required: u32,
    pub(crate) feature: Option<LitStr>,
    pub(crate) exclusive: Vec<Exclusive>,
    pub(crate) after: Vec<After>,
    pub(crate) migrations: Vec<Path>,
}

/// `exclusive(field, field)`, or `exclusive(field, place = "..")` where other kinds may hold the place.
pub(crate) struct Exclusive {
    pub(crate) fields: Vec<Ident>,
    pub(crate) place: Option<LitStr>,
}

impl Parse for Exclusive {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut exclusive = Self { fields: Vec::new(), place: None };
        while !input.is_empty() {
            let word: Ident = input.parse()?;
            if word == "place" && input.peek(Token![=]) {
                input.parse::<Token![=]>()?;
                exclusive.place = Some(input.parse()?);
            } else {
                exclusive.fields.push(word);
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(exclusive)
    }
}

/// `after("kind", sharing = "kind")`.
pub(crate) struct After {
    pub(crate) kind: LitStr,
    pub(crate) sharing: LitStr,
}

impl Parse for After {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let kind = input.parse()?;
        input.parse::<Token![,]>()?;
        let word: Ident = input.parse()?;
        if word != "sharing" {
            return Err(syn::Error::new(word.span(), "an order looks like `after(\"aws:ec2/route\", sharing = \"aws:ec2/vpc\")`"));
        }
        input.parse::<Token![=]>()?;
        let after = Self { kind, sharing: input.parse()? };
        input.parse::<Option<Token![,]>>()?;
        Ok(after)
    }
}

impl ResourceAttributes {
    /// Reads the struct's attributes; what is wrong with them goes to `errors`.
    pub(crate) fn read(attributes: &[Attribute], errors: &mut Errors) -> Self {
        let mut read = Self {
            kind: None,
            version: 1,
            global: false,
            max_required: 3,
            feature: None,
            exclusive: Vec::new(),
            after: Vec::new(),
            migrations: Vec::new(),
        };
        attribute::each(attributes, "resource", KNOWN, errors, |key, entry| {
            match key {
                "type" => read.kind = Some(attribute::text(entry)?),
                "version" => read.version = attribute::number(entry)?,
                "global" => read.global = true,
                "max_required" => read.max_required = attribute::number(entry)?,
                "feature" => read.feature = Some(attribute::text(entry)?),
                "exclusive" => read.exclusive.push(parenthesized(entry)?),
                "after" => read.after.push(parenthesized(entry)?),
                "migrations" => read.migrations.extend(attribute::items::<Path>(entry)?),
                _ => return Ok(false),
            }
            Ok(true)
        });
        read
    }

    /// The cargo feature: the service's, if not told.
    pub(crate) fn feature(&self) -> String {
        let kind = self.kind.as_ref().map(LitStr::value).unwrap_or_default();
        let service = kind.split_once(':').and_then(|(_, rest)| rest.split_once('/')).map(|(service, _)| service.to_owned());
        self.feature.as_ref().map(LitStr::value).or(service).unwrap_or_default()
    }
}

fn parenthesized<T: Parse>(entry: &syn::meta::ParseNestedMeta) -> syn::Result<T> {
    let content;
    syn::parenthesized!(content in entry.input);
    content.parse()
}

/// Whether a text is a kind's name: `aws:ec2/subnet`.
pub(crate) fn is_kind(text: &str) -> bool {
    let word = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-');
    text.split_once(':')
        .is_some_and(|(provider, rest)| word(provider) && rest.split_once('/').is_some_and(|(service, kind)| word(service) && word(kind)))
}

#[cfg(test)]
mod tests {
    use super::is_kind;

    #[test]
    fn a_kind_names_provider_service_and_object() {
        assert!(is_kind("aws:ec2/subnet"));
        for text in ["subnet", "aws:subnet", "ec2/subnet", "aws:ec2/", "aws:EC2/subnet", "aws:ec2/a/b", "aws ec2"] {
            assert!(!is_kind(text), "{text}");
        }
    }
}

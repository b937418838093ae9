//! Questions about types that can be answered from how they are written.

use quote::ToTokens;
use syn::{GenericArgument, PathArguments, PathSegment, Type};

fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

/// The `T` of an `Option<T>`.
pub(crate) fn option_content(ty: &Type) -> Option<&Type> {
    let segment = last_segment(ty).filter(|segment| segment.ident == "Option")?;
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(content) => Some(content),
        _ => None,
    })
}

/// Whether it is a map of tags.
pub(crate) fn is_tags(ty: &Type) -> bool {
    last_segment(ty).is_some_and(|segment| segment.ident == "Tags")
}

/// The tokens as a person would write them.
pub(crate) fn written(tokens: &impl ToTokens) -> String {
    let mut text = tokens.to_token_stream().to_string();
    for (spaced, tight) in
        [(" :: ", "::"), (" < ", "<"), ("< ", "<"), (" >", ">"), (" (", "("), ("( ", "("), (" )", ")"), (" ,", ","), (" . ", ".")]
    {
        text = text.replace(spaced, tight);
    }
    text
}

//! Doc comments, read.

use syn::{Attribute, Expr, Lit, Meta};

/// The attributes that are doc comments.
pub(crate) fn attributes(attributes: &[Attribute]) -> Vec<Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("doc")).cloned().collect()
}

fn line(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(doc) = &attribute.meta else { return None };
    let Expr::Lit(literal) = &doc.value else { return None };
    match &literal.lit {
        Lit::Str(text) => Some(text.value().trim().to_owned()),
        _ => None,
    }
}

/// The first sentence of a doc comment, in one line.
pub(crate) fn first_sentence(docs: &[Attribute]) -> String {
    let lines = docs.iter().filter_map(line).flat_map(|line| line.split('\n').map(str::trim).map(str::to_owned).collect::<Vec<_>>());
    let paragraph: Vec<String> = lines.skip_while(String::is_empty).take_while(|line| !line.is_empty()).collect();
    let paragraph = paragraph.join(" ");
    let end = paragraph.match_indices(". ").map(|(at, _)| at).find(|at| ends_sentence(&paragraph, *at));
    end.map_or(paragraph.clone(), |at| paragraph[..=at].to_owned())
}

/// Whether the full stop there ends a sentence, and not an abbreviation.
fn ends_sentence(text: &str, at: usize) -> bool {
    let abbreviation = ["e.g", "i.e", "etc", "E.g", "I.e"].iter().any(|word| text[..at].ends_with(word));
    !abbreviation && !text[at + 2..].starts_with(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let lines: Vec<Attribute> = text.lines().map(|line| syn::parse_quote!(#[doc = #line])).collect();
        assert_eq!(first_sentence(&lines), expected);
    }

    #[test]
    fn a_sentence_ends_with_its_full_stop() {
        check(" The range. Within the network's.", "The range.");
        check(" The range of\n the subnet.\n More.", "The range of the subnet.");
        check(" The range\n\n More.", "The range");
        check(" The size, e.g. `t3.nano`, of it. More.", "The size, e.g. `t3.nano`, of it.");
        check("", "");
    }
}

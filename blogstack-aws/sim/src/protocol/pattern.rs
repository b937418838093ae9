//! The wildcards of filters: `*` for any characters, `?` for one.
//!
//! Source: *List and filter your resources* in the Amazon EC2 user guide; a backslash takes a wildcard literally.

/// Whether a pattern matches a whole text.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    match Pattern::new(pattern) {
        Ok(pattern) => pattern.matches(text),
        Err(exactly) => exactly == text,
    }
}

/// A text with wildcards.
#[derive(Debug)]
pub(crate) struct Pattern(Vec<Part>);

impl Pattern {
    /// Reads a pattern. What has no wildcards is one text only: that text.
    pub(crate) fn new(pattern: &str) -> Result<Self, String> {
        let parts = parse(pattern);
        let exactly: Option<String> = parts.iter().map(Part::character).collect();
        exactly.map_or(Ok(Self(parts)), Err)
    }

    /// Whether it matches a whole text.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let pattern = &self.0;
        let text: Vec<char> = text.chars().collect();
        let (mut at, mut position) = (0, 0);
        // Where the last `*` stood, and up to where it has swallowed the text.
        let mut star: Option<(usize, usize)> = None;
        while position < text.len() {
            match (pattern.get(at), star) {
                (Some(Part::Any), _) => {
                    star = Some((at, position));
                    at += 1;
                }
                (Some(part), _) if part.accepts(text[position]) => {
                    at += 1;
                    position += 1;
                }
                (_, Some((back, swallowed))) => {
                    at = back + 1;
                    position = swallowed + 1;
                    star = Some((back, position));
                }
                (_, None) => return false,
            }
        }
        pattern[at..].iter().all(|part| *part == Part::Any)
    }
}

#[derive(Debug, PartialEq)]
enum Part {
    Any,
    One,
    Exactly(char),
}

impl Part {
    /// The only character that it accepts, if there is only one.
    fn character(&self) -> Option<char> {
        match self {
            Part::Exactly(own) => Some(*own),
            Part::Any | Part::One => None,
        }
    }

    fn accepts(&self, character: char) -> bool {
        match self {
            Part::Any => false,
            Part::One => true,
            Part::Exactly(own) => *own == character,
        }
    }
}

fn parse(pattern: &str) -> Vec<Part> {
    let mut characters = pattern.chars();
    let mut parts = Vec::new();
    while let Some(character) = characters.next() {
        parts.push(match character {
            '*' => Part::Any,
            '?' => Part::One,
            '\\' => Part::Exactly(characters.next().unwrap_or('\\')),
            other => Part::Exactly(other),
        });
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_match_whole_texts() {
        for (pattern, text) in [("a*c", "abbc"), ("a?c", "abc"), ("*", ""), ("a*b*c", "a-b-b-c"), (r"a\*", "a*"), ("**", "x")] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("a*c", "abcd"), ("a?c", "ac"), ("", "a"), (r"a\*", "ab"), ("A", "a"), ("a", "")] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }
}

//! Writes the XML of the query protocols: elements, lists of `item`s, escaped text.

use std::fmt::{Display, Write as _};

/// A growing piece of XML.
#[derive(Clone, Debug, Default)]
pub(crate) struct Xml {
    text: String,
}

impl Xml {
    /// An empty piece, as operations answer that only succeed.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// A piece that is written already.
    pub(crate) fn written(text: String) -> Self {
        Self { text }
    }

    /// Text without an element of its own.
    pub(crate) fn plain(&mut self, value: &str) -> &mut Self {
        self.escape(value);
        self
    }

    /// An element that holds text.
    pub(crate) fn text(&mut self, name: &str, value: impl Display) -> &mut Self {
        self.open(name);
        self.escape(&value.to_string());
        self.close(name)
    }

    /// An element that holds text, when there is a value.
    pub(crate) fn maybe(&mut self, name: &str, value: Option<impl Display>) -> &mut Self {
        if let Some(value) = value {
            self.text(name, value);
        }
        self
    }

    /// An element that holds other elements.
    pub(crate) fn nest(&mut self, name: &str, inside: impl FnOnce(&mut Xml)) -> &mut Self {
        self.open(name);
        inside(self);
        self.close(name)
    }

    /// A list: one `item` for each entry.
    pub(crate) fn items<T>(&mut self, name: &str, entries: impl IntoIterator<Item = T>, mut inside: impl FnMut(&mut Xml, T)) -> &mut Self {
        self.open(name);
        for entry in entries {
            self.nest("item", |xml| inside(xml, entry));
        }
        self.close(name)
    }

    /// A list of texts.
    pub(crate) fn texts<'a>(&mut self, name: &str, values: impl IntoIterator<Item = &'a str>) -> &mut Self {
        self.open(name);
        for value in values {
            self.text("item", value);
        }
        self.close(name)
    }

    /// The tags of an object.
    pub(crate) fn tags<'a>(&mut self, tags: impl IntoIterator<Item = (&'a String, &'a String)>) -> &mut Self {
        self.items("tagSet", tags, |xml, (key, value)| {
            xml.text("key", key).text("value", value);
        })
    }

    /// Another piece, as it is.
    pub(crate) fn append(&mut self, other: &Xml) -> &mut Self {
        self.text.push_str(&other.text);
        self
    }

    /// An opening tag with a namespace, the given pieces, and the closing tag, behind an XML declaration.
    pub(crate) fn document(root: &str, namespace: &str, inside: &Xml) -> String {
        let declaration = r#"<?xml version="1.0" encoding="UTF-8"?>"#;
        format!("{declaration}\n<{root} xmlns=\"{namespace}\">{}</{root}>", inside.text)
    }

    pub(crate) fn into_string(self) -> String {
        self.text
    }

    fn open(&mut self, name: &str) -> &mut Self {
        self.raw(format_args!("<{name}>"))
    }

    fn close(&mut self, name: &str) -> &mut Self {
        self.raw(format_args!("</{name}>"))
    }

    fn raw(&mut self, text: std::fmt::Arguments<'_>) -> &mut Self {
        // Writing to a string cannot fail.
        let _ = self.text.write_fmt(text);
        self
    }

    fn escape(&mut self, value: &str) {
        for character in value.chars() {
            match character {
                '&' => self.text.push_str("&amp;"),
                '<' => self.text.push_str("&lt;"),
                '>' => self.text.push_str("&gt;"),
                '"' => self.text.push_str("&quot;"),
                '\r' => self.text.push_str("&#13;"),
                // XML 1.0 has no way to write the other control characters.
                control if control < ' ' && !matches!(control, '\n' | '\t') => self.text.push('\u{fffd}'),
                other => self.text.push(other),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_text_are_written_and_escaped() {
        let mut xml = Xml::new();
        xml.items("set", ["a<b", "c\r\u{1}"], |xml, value| {
            xml.text("value", value).maybe("none", None::<u8>);
        });
        let expected = "<set><item><value>a&lt;b</value></item><item><value>c&#13;\u{fffd}</value></item></set>";
        assert_eq!(xml.into_string(), expected);
    }
}

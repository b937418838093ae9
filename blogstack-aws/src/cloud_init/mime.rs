//! Several parts in one text. <https://docs.cloud-init.io/en/latest/explanation/format.html#mime-multi-part-archive>

use std::{fmt::Write as _, io::Write as _};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use flate2::{Compression, GzBuilder};

/// What a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    CloudConfig,
    Script,
}

/// A part without its text.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) kind: Type,
    pub(super) name: String,
}

/// The parts as one text. One that is alone stands as it is, unless it is compressed.
pub(super) fn message(parts: &[Part], texts: &[String], compressed: bool) -> String {
    if let ([only], false) = (texts, compressed) {
        return only.clone();
    }
    let boundary = boundary(texts);
    let mut message = format!("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"{boundary}\"\n");
    for (part, text) in parts.iter().zip(texts) {
        let _ = write!(message, "\n--{boundary}\n{}", written(part, text, compressed));
    }
    let _ = writeln!(message, "\n--{boundary}--");
    message
}

/// A line that stands in none of the texts.
fn boundary(texts: &[String]) -> String {
    let taken = |boundary: &String| texts.iter().any(|text| text.contains(boundary.as_str()));
    let mut boundary = "==part==".to_owned();
    while taken(&boundary) {
        boundary.push('=');
    }
    boundary
}

/// A part with its headers. Readers take a text that is not encoded for ASCII; and what was compressed, too, so that only ASCII is.
fn written(Part { kind, name }: &Part, text: &str, compressed: bool) -> String {
    let (mime, encoding, body) = match kind {
        _ if compressed && text.is_ascii() => ("application/gzip", "base64", in_lines(&gzip(text))),
        Type::CloudConfig => plain("text/cloud-config", text),
        Type::Script => plain("text/x-shellscript", text),
    };
    format!(
        "Content-Type: {mime}; charset=\"utf-8\"\nContent-Transfer-Encoding: {encoding}\n\
         Content-Disposition: attachment; filename=\"{name}\"\n\n{body}"
    )
}

fn plain<'a>(mime: &'a str, text: &str) -> (&'a str, &'static str, String) {
    if text.is_ascii() { (mime, "7bit", text.to_owned()) } else { (mime, "base64", in_lines(text.as_bytes())) }
}

/// Base64 in lines of the length that mail has.
fn in_lines(bytes: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(bytes);
    let mut lines = String::new();
    for (index, c) in text.chars().enumerate() {
        if index > 0 && index % 76 == 0 {
            lines.push('\n');
        }
        lines.push(c);
    }
    lines
}

/// The same text yields the same bytes: neither a time nor the name of a system stands in them.
fn gzip(text: &str) -> Vec<u8> {
    const UNKNOWN_SYSTEM: u8 = 255;
    let mut writer = GzBuilder::new().mtime(0).operating_system(UNKNOWN_SYSTEM).write(Vec::new(), Compression::best());
    writer.write_all(text.as_bytes()).and_then(|()| writer.finish()).expect("memory takes what is written")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(kind: Type, name: &str) -> Part {
        Part { kind, name: name.to_owned() }
    }

    #[test]
    fn one_part_stands_as_it_is() {
        assert_eq!(message(&[part(Type::Script, "01-a")], &["#!/bin/sh\n".to_owned()], false), "#!/bin/sh\n");
    }

    #[test]
    fn several_parts_are_kept_apart() {
        let parts = [part(Type::CloudConfig, "cloud-config"), part(Type::Script, "01-a")];
        let texts = ["#cloud-config\n{}\n".to_owned(), "#!/bin/sh\necho ==part==\n".to_owned()];
        let expected = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"==part===\"\n\n--==part===\nContent-Type: \
                        text/cloud-config; charset=\"utf-8\"\nContent-Transfer-Encoding: 7bit\nContent-Disposition: attachment; \
                        filename=\"cloud-config\"\n\n#cloud-config\n{}\n\n--==part===\nContent-Type: text/x-shellscript; \
                        charset=\"utf-8\"\nContent-Transfer-Encoding: 7bit\nContent-Disposition: attachment; filename=\"01-a\"\n\n#!/bin/sh\necho \
                        ==part==\n\n--==part===--\n";
        assert_eq!(message(&parts, &texts, false), expected);
    }

    #[test]
    fn what_is_not_ascii_or_compressed_is_encoded() {
        let parts = [part(Type::Script, "01-a")];
        let message = |text: &str, compressed| super::message(&parts, &[text.to_owned(), String::new()][..1], compressed);
        assert!(message("#!/bin/sh\n", true).contains("application/gzip"));
        assert!(!message("#!/bin/sh\necho é\n", true).contains("application/gzip"));
        assert_eq!(message("#!/bin/sh\n", true), message("#!/bin/sh\n", true));
        assert!(message(&"#!/bin/sh\n".repeat(2000), true).len() < 1000);
        assert!(written(&parts[0], "é", false).ends_with("\n\nw6k="));
    }
}

//! Values of `TXT` records: strings of up to 255 bytes in quotation marks.
//! <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html#TXTFormat>

/// How long one string may be.
const LONGEST: usize = 255;

/// A plain text as Route 53 writes it.
pub(super) fn quoted(text: &str) -> String {
    let strings = text.as_bytes().chunks(LONGEST).map(|bytes| {
        let escaped: Vec<String> = bytes.iter().map(|byte| escaped(*byte)).collect();
        format!("\"{}\"", escaped.concat())
    });
    let strings: Vec<String> = strings.collect();
    if strings.is_empty() { "\"\"".to_owned() } else { strings.join(" ") }
}

fn escaped(byte: u8) -> String {
    match byte {
        b'"' | b'\\' => format!("\\{}", char::from(byte)),
        b' '..=b'~' => char::from(byte).to_string(),
        other => format!("\\{other:03o}"),
    }
}

/// The plain text of what Route 53 wrote. What is not in quotation marks stays as it is.
pub(super) fn plain(value: &str) -> String {
    let mut bytes = Vec::new();
    let (mut inside, mut rest) = (false, value.bytes());
    while let Some(byte) = rest.next() {
        match byte {
            b'"' => inside = !inside,
            b'\\' if inside => bytes.push(unescaped(&mut rest)),
            other if inside => bytes.push(other),
            _ => {}
        }
    }
    if value.starts_with('"') { String::from_utf8_lossy(&bytes).into_owned() } else { value.to_owned() }
}

/// A character after a backslash, or three octal digits.
fn unescaped(rest: &mut std::str::Bytes<'_>) -> u8 {
    let digits: Vec<u8> = rest.clone().take(3).take_while(|byte| (b'0'..=b'7').contains(byte)).collect();
    let [a, b, c] = digits[..] else { return rest.next().unwrap_or(b'\\') };
    for _ in 0..3 {
        rest.next();
    }
    let digit = |byte: u8| u32::from(byte - b'0');
    u8::try_from(digit(a) * 64 + digit(b) * 8 + digit(c)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{plain, quoted};

    #[test]
    fn texts_are_written_and_read_back() {
        assert_eq!(quoted("v=spf1 -all"), "\"v=spf1 -all\"");
        assert_eq!(quoted("a\"b\\c\u{e9}"), "\"a\\\"b\\\\c\\303\\251\"");
        let long = "x".repeat(300);
        assert_eq!(quoted(&long), format!("\"{}\" \"{}\"", "x".repeat(255), "x".repeat(45)));
        for text in ["", "v=spf1 -all", "a\"b\\c\u{e9}", "say \\101", &long, &"\u{e9}".repeat(200)] {
            assert_eq!(plain(&quoted(text)), text);
        }
        assert_eq!(plain("bare"), "bare");
    }
}

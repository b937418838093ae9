//! Texts made of outputs.

/// A text with outputs in it, which plans can show: `interpolate!("{}/*", bucket.arn)`.
///
/// The number of `{}` is checked when the program compiles.
///
/// ```
/// # use blogstack_core::{Output, interpolate};
/// let text: Output<String> = interpolate!("{}-{}", "web", 8080_u16);
/// ```
#[macro_export]
macro_rules! interpolate {
    ($format:literal $(, $argument:expr)* $(,)?) => {{
        const PIECES: &[&str] = &$crate::pieces::<{ $crate::count_pieces($format) }>($format);
        const _: () = assert!(PIECES.len() == 1 $(+ { let _ = stringify!($argument); 1 })*, "one `{{}}` for each argument");
        $crate::Output::<String>::from_expr($crate::interpolation(PIECES, vec![$($crate::Printable::print(&$argument)),*]))
    }};
}

/// As [`interpolate!`], with secrets allowed: the result is secret.
#[macro_export]
macro_rules! interpolate_secret {
    ($format:literal $(, $argument:expr)* $(,)?) => {{
        const PIECES: &[&str] = &$crate::pieces::<{ $crate::count_pieces($format) }>($format);
        const _: () = assert!(PIECES.len() == 1 $(+ { let _ = stringify!($argument); 1 })*, "one `{{}}` for each argument");
        $crate::Output::<$crate::Secret<String>>::from_expr($crate::hidden($crate::interpolation(
            PIECES,
            vec![$($crate::PrintableSecret::print_secret(&$argument)),*],
        )))
    }};
}

/// How many pieces a format has: one more than it has `{}`.
#[doc(hidden)]
pub const fn count_pieces(format: &str) -> usize {
    let bytes = format.as_bytes();
    let (mut i, mut count) = (0, 1);
    while i + 1 < bytes.len() {
        if bytes[i] == b'{' && bytes[i + 1] == b'}' {
            count += 1;
            i += 1;
        }
        i += 1;
    }
    count
}

/// The pieces of a format between its `{}`.
#[doc(hidden)]
pub const fn pieces<const N: usize>(format: &'static str) -> [&'static str; N] {
    let mut found = [""; N];
    let (mut rest, mut i, mut n) = (format, 0, 0);
    while i + 1 < rest.len() {
        if rest.as_bytes()[i] == b'{' && rest.as_bytes()[i + 1] == b'}' {
            let (piece, tail) = rest.split_at(i);
            found[n] = piece;
            n += 1;
            rest = tail.split_at(2).1;
            i = 0;
        } else {
            i += 1;
        }
    }
    found[n] = rest;
    found
}

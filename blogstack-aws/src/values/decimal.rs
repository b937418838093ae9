//! Numbers with a fraction.

use std::{fmt, str::FromStr};

use blogstack_core::{Data, DecodeError, Expr, Input, IntoInput, Plain, Printable, Public, shape::Shape, value};

/// A number that may have a fraction, as in `0.5`. It is kept as its shortest text, so that equal numbers are equal.
///
/// ```
/// use blogstack_aws::Decimal;
///
/// let half: Decimal = "0.50".parse()?;
/// assert_eq!(half.to_string(), "0.5");
/// assert!("much".parse::<Decimal>().is_err() && "NaN".parse::<Decimal>().is_err());
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal(String);

impl Decimal {
    /// The number; nothing for what is infinite or no number.
    pub fn new(number: f64) -> Option<Self> {
        // The other zero is this zero.
        number.is_finite().then(|| Self((number + 0.0).to_string()))
    }

    /// As the machine has it.
    pub fn value(&self) -> f64 {
        self.0.parse().unwrap_or_default()
    }
}

impl FromStr for Decimal {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse().ok().and_then(Self::new).ok_or_else(|| format!("`{text}` is not a number"))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Data for Decimal {
    const SHAPE: Shape = Shape::Text;

    fn encode(&self) -> value::Value {
        value::Value::text(self.0.as_str())
    }

    fn decode(value: &value::Value) -> Result<Self, DecodeError> {
        value.as_text().and_then(|text| text.parse().ok()).ok_or_else(|| DecodeError::new("a number", value))
    }
}

impl Plain for Decimal {}
impl Public for Decimal {}

impl Printable for Decimal {
    fn print(&self) -> Expr {
        Expr::Literal(self.encode())
    }
}

impl IntoInput<Decimal> for f64 {
    fn into_input(self) -> Input<Decimal> {
        Input::from_expr(match Decimal::new(self) {
            Some(number) => Expr::Literal(number.encode()),
            None => Expr::Invalid(format!("{self} is not a number")),
        })
    }
}

macro_rules! whole_numbers {
    ($($number:ty),*) => {$(
        impl IntoInput<Decimal> for $number {
            fn into_input(self) -> Input<Decimal> {
                f64::from(self).into_input()
            }
        }
    )*};
}
whole_numbers!(u8, u16, u32, i32);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_numbers_are_written_alike() {
        let text = |number| Decimal::new(number).map(|number| number.to_string());
        assert_eq!(text(80.0).as_deref(), Some("80"));
        assert_eq!(text(-0.0).as_deref(), Some("0"));
        assert_eq!(text(1e-7).as_deref(), Some("0.0000001"));
        assert_eq!((text(f64::NAN), text(f64::INFINITY)), (None, None));
        assert_eq!(Decimal::decode(&value::Value::text("80.0")), Ok(Decimal("80".into())));
        assert!(Decimal::new(0.1).is_some_and(|tenth| tenth.value().to_bits() == 0.1_f64.to_bits()));
    }
}

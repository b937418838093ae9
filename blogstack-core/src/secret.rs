//! Values that must not be seen.

use std::fmt;

use zeroize::Zeroize;

use crate::{
    data::{Data, DecodeError},
    shape::Shape,
    value::{HIDDEN, Value},
};

/// A value that is never printed, exported or kept in clear.
///
/// It has no `Display` and no serde; `Debug` and plans show `[secret]`, and the journal holds it encrypted.
///
/// ```
/// # use blogstack_core::Secret;
/// let password = Secret::new("hunter2".to_string());
/// assert_eq!(format!("{password:?}"), "[secret]");
/// assert_eq!(password.expose(), "hunter2");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Hides a value.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for a provider that must send it.
    pub fn expose(&self) -> &T {
        &self.0
    }

    pub(crate) fn into_inner(self) -> T {
        self.0
    }
}

impl<T: Zeroize> Zeroize for Secret<T> {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

impl<T: Data> Data for Secret<T> {
    const SHAPE: Shape = Shape::Secret(&T::SHAPE);

    fn encode(&self) -> Value {
        Value::Secret(Box::new(self.0.encode()))
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        let hidden = || DecodeError { path: String::new(), expected: "another secret value".into(), found: HIDDEN.into() };
        T::decode(value.exposed()).map(Self).map_err(|_| hidden())
    }
}

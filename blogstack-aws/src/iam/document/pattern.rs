//! To what a statement applies.

use blogstack_core::{Input, IntoInput, Output, Value};

use crate::values::Arn;

/// The ARN of what a statement is about, or a pattern of ARNs: `*` and `?` stand for any characters.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>
///
/// Texts, ARNs, and outputs of both may stand where one is wanted. Parts of one array are of one type: `.into_input()` makes them so.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Value)]
pub struct ResourcePattern(pub String);

impl IntoInput<ResourcePattern> for &str {
    fn into_input(self) -> Input<ResourcePattern> {
        ResourcePattern(self.to_owned()).into_input()
    }
}

impl IntoInput<ResourcePattern> for String {
    fn into_input(self) -> Input<ResourcePattern> {
        ResourcePattern(self).into_input()
    }
}

impl IntoInput<ResourcePattern> for Arn {
    fn into_input(self) -> Input<ResourcePattern> {
        ResourcePattern(self.0).into_input()
    }
}

macro_rules! texts {
    ($($text:ty),*) => {$(
        impl IntoInput<ResourcePattern> for &Output<$text> {
            fn into_input(self) -> Input<ResourcePattern> {
                Input::from_expr(IntoInput::<$text>::into_input(self).into_expr())
            }
        }

        impl IntoInput<ResourcePattern> for Output<$text> {
            fn into_input(self) -> Input<ResourcePattern> {
                (&self).into_input()
            }
        }
    )*};
}
texts!(Arn, String);

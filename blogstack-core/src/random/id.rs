//! A part of a name that no other stack has.

use std::{collections::BTreeMap, fmt::Write as _, sync::Arc};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    Id, Resource,
    entropy::Entropy,
    graph::Home,
    provider::{Changes, Cx, FieldProblem, Found, LostCreate, Observed, Planned, ResourceProvider, Result, State, Wanted},
    value::Value,
};

/// A part of a name that no other stack has: for buckets, whose names are taken once in the world. Any change makes another one.
///
/// It is no secret: for those there is [`Password`](super::Password).
///
/// ```
/// use blogstack_core::{Scope, interpolate, random::RandomId};
///
/// fn program(s: &Scope) {
///     let unique = s.add("unique", RandomId::new(4_u8));
///     s.export("bucket", &interpolate!("images-{}", unique.hex));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "core:random/id", global)]
pub struct RandomId {
    /// Of how many bytes it is made: from 1 to 64. With 8 no two of a thousand million are the same.
    #[field(replace)]
    pub byte_length: u8,
    /// Values of which each change makes another one.
    #[field(replace)]
    pub keepers: Option<BTreeMap<String, String>>,
    /// Two lower-case hexadecimal digits for each byte.
    #[field(computed)]
    pub hex: String,
    /// Four letters, digits, `-` and `_` for each three bytes.
    #[field(computed)]
    pub base64_url: String,
}

/// Makes random ids.
pub struct RandomIds(Arc<dyn Entropy>);

const LENGTHS: std::ops::RangeInclusive<u8> = 1..=64;

impl RandomIds {
    /// Takes them from there.
    pub fn new(entropy: Arc<dyn Entropy>) -> Self {
        Self(entropy)
    }
}

impl ResourceProvider for RandomIds {
    type Resource = RandomId;

    const KEPT: bool = true;

    fn check(&self, planned: &Planned<'_, RandomId>) -> Vec<FieldProblem> {
        let wrong = planned.get(RandomId::byte_length).filter(|length| !LENGTHS.contains(length));
        let message = |length| format!("{length} is not between {} and {}", LENGTHS.start(), LENGTHS.end());
        wrong.map(|length| FieldProblem { field: "byte_length", message: message(length) }).into_iter().collect()
    }

    async fn survey(&self, _: &Cx<'_>, _: &RandomIdInputs) -> Result<Value> {
        Ok(Value::Null)
    }

    async fn create(&self, _: &Cx<'_>, inputs: RandomIdInputs) -> Result<State<RandomId>> {
        let RandomIdInputs { byte_length, keepers } = inputs;
        let mut bytes = vec![0; byte_length.into()];
        self.0.fill(&mut bytes);
        let hex = bytes.iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        let base64_url = URL_SAFE_NO_PAD.encode(&bytes);
        Ok(State { id: Id::new(hex.as_str()), fields: RandomId { byte_length, keepers, hex, base64_url } })
    }

    async fn read(&self, _: &Home, _: &[Wanted<RandomId>]) -> Result<Vec<Observed<RandomId>>> {
        Ok(Vec::new())
    }

    async fn update(&self, _: &Cx<'_>, current: State<RandomId>, _: &Changes<RandomId>) -> Result<State<RandomId>> {
        Ok(current)
    }

    async fn delete(&self, _: &Cx<'_>, _: State<RandomId>) -> Result<()> {
        Ok(())
    }

    async fn find(&self, _: &Cx<'_>, _: LostCreate<RandomIdInputs>) -> Result<Found<RandomId>> {
        Ok(Found::None)
    }

    async fn claim(&self, _: &Cx<'_>, _: &Id<RandomId>) -> Result<()> {
        Ok(())
    }

    async fn release(&self, _: &Cx<'_>, _: &Id<RandomId>) -> Result<()> {
        Ok(())
    }
}

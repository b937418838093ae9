//! Another name of a key. <https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html>
//!
//! A change of `alias_name` replaces it; it can name another key in place.

use std::str::FromStr;

use blogstack_core::{
    Expr, Home, Id, Input, IntoInput, Resource, Value,
    provider::{Changes, Cx, Result, State},
};

use super::Key;
use crate::{account::Account, call, natural::Natural, values::Arn};

/// Another name of a key, which may name another key later.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::kms::{Alias, Key};
///
/// fn program(s: &Scope) {
///     let key = s.add("uploads", Key::new());
///     s.add("uploads", Alias::new("alias/uploads", &key));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:kms/alias", feature = "kms", exclusive(alias_name))]
pub struct Alias {
    /// The name, which must be unique in the region: `alias/` and up to 250 letters, digits, `/`, `_` and `-`. *Replaces.*
    #[field(replace)]
    pub alias_name: AliasName,
    /// The key.
    pub target_key: Id<Key>,
    /// Its ARN.
    #[field(computed)]
    pub arn: Arn,
}

/// The name of a key, as in `alias/uploads`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Value)]
pub struct AliasName(String);

impl AliasName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AliasName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "/_-".contains(c);
        match text.strip_prefix("alias/") {
            Some("") | None => Err(format!("`{text}` is not a name of a key: these begin with `alias/`")),
            Some(name) if name.starts_with("aws/") => Err("names that begin with `alias/aws/` are AWS's own".into()),
            Some(name) if name.len() > 250 || !name.chars().all(allowed) => {
                Err(format!("`{text}` has other characters than letters, digits, `/`, `_` and `-`, or more than 256"))
            }
            Some(_) => Ok(Self(text.to_owned())),
        }
    }
}

impl IntoInput<AliasName> for &str {
    fn into_input(self) -> Input<AliasName> {
        match self.parse::<AliasName>() {
            Ok(name) => name.into_input(),
            Err(message) => Input::from_expr(Expr::Invalid(message)),
        }
    }
}

impl IntoInput<AliasName> for String {
    fn into_input(self) -> Input<AliasName> {
        self.as_str().into_input()
    }
}

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

impl Natural for Provider {
    type Resource = Alias;
    const OPERATION: &'static str = "kms:ListAliases";

    fn account(&self) -> &Account {
        &self.0
    }

    fn place(inputs: &AliasInputs) -> Id<Alias> {
        Id::new(inputs.alias_name.as_str())
    }

    fn is_as_wanted(inputs: &AliasInputs, there: &Alias) -> bool {
        inputs.target_key == there.target_key
    }

    fn describe(there: &State<Alias>) -> String {
        format!("`{}` names the key `{}`", there.id, there.fields.target_key)
    }

    /// One listing tells all aliases of the region.
    async fn read(&self, home: &Home, places: &[&str]) -> Result<Vec<State<Alias>>> {
        let client = self.0.kms(home);
        let all = call::pages(|marker| async {
            let request = client.list_aliases().set_marker(marker);
            let page = call::read(Self::OPERATION, || request.clone().send()).await?;
            Ok((page.aliases, page.next_marker))
        });
        let state = |alias: aws_sdk_kms::types::AliasListEntry| {
            let name = alias.alias_name.filter(|name| places.contains(&name.as_str()))?;
            let fields = Alias {
                alias_name: AliasName(name.clone()),
                target_key: Id::new(alias.target_key_id?),
                arn: Arn(alias.alias_arn.unwrap_or_default()),
            };
            Some(State { id: Id::new(name), fields })
        };
        Ok(all.await?.into_iter().filter_map(state).collect())
    }

    async fn make(&self, cx: &Cx<'_>, inputs: &AliasInputs) -> Result<()> {
        let request = self.0.kms(cx.home).create_alias();
        let request = request.alias_name(inputs.alias_name.as_str()).target_key_id(inputs.target_key.as_str());
        call::create("kms:CreateAlias", || request.clone().send()).await.map(drop)
    }

    async fn change(&self, cx: &Cx<'_>, current: &State<Alias>, changes: &Changes<Alias>) -> Result<()> {
        let Some(target) = changes.of(Alias::target_key)?.set() else { return Ok(()) };
        let request = self.0.kms(cx.home).update_alias().alias_name(current.id.as_str()).target_key_id(target.as_str());
        call::change("kms:UpdateAlias", || request.clone().send()).await.map(drop)
    }

    async fn erase(&self, cx: &Cx<'_>, current: &State<Alias>) -> Result<()> {
        let request = self.0.kms(cx.home).delete_alias().alias_name(current.id.as_str());
        call::read("kms:DeleteAlias", || request.clone().send()).await.map(drop)
    }
}

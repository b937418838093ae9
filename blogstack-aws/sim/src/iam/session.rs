//! Who calls: the account's own user, or somebody who has become a role.

use super::role::Role;
use crate::context::Context;
use crate::state::world::Place;

/// Somebody who has become a role. The access key says all of it, so that nothing has to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Session {
    pub(crate) role: String,
    pub(crate) name: String,
}

impl Session {
    /// What stands behind the account's number in the access key: letters and digits only.
    pub(crate) fn key(&self) -> String {
        let digit = |four: u8| char::from(if four < 10 { b'0' + four } else { b'A' + four - 10 });
        [&self.role, "/", &self.name].iter().flat_map(|part| part.bytes()).flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
    }

    /// The session of a key.
    pub(crate) fn of_key(key: &str) -> Option<Self> {
        let pairs = key.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
        let text = String::from_utf8(pairs.collect::<Option<Vec<u8>>>()?).ok()?;
        let (role, name) = text.split_once('/')?;
        Some(Self { role: role.to_owned(), name: name.to_owned() })
    }

    /// The ARN by which AWS calls it.
    pub(crate) fn arn(&self, place: &Place) -> String {
        format!("arn:aws:sts::{}:assumed-role/{}/{}", place.account, self.role, self.name)
    }

    /// The unique id by which AWS calls it, unless the role is gone.
    pub(crate) fn user_id(&self, context: &Context<'_>) -> Option<String> {
        Some(format!("{}:{}", self.role(context)?.aws_id, self.name))
    }

    pub(super) fn role<'a>(&self, context: &'a Context<'_>) -> Option<&'a Role> {
        super::region_of(context, &context.place.account)?.roles.get(&self.role)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_tells_role_and_session() {
        let session = Session { role: "web+1=a,b.c@d-e".to_owned(), name: "me".to_owned() };
        assert!(session.key().bytes().all(|byte| byte.is_ascii_alphanumeric()));
        assert_eq!(Session::of_key(&session.key()), Some(session));
        assert_eq!(Session::of_key("zz"), None);
    }
}

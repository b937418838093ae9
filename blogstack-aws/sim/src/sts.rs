//! The simulated STS: who is calling, and becoming a role.

use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::iam::authorize;
use crate::iam::session::Session;
use crate::protocol::reply::Answer;
use crate::protocol::request::{ROLE_KEY, Request};
use crate::protocol::xml::Xml;
use crate::state::world::Place;

/// The operation of a name, when it is simulated.
pub(crate) fn operation(name: &str) -> Option<Operation> {
    match name {
        "GetCallerIdentity" => Some(|context, request| Ok(Answer::Xml(caller(context, request)))),
        "AssumeRole" => Some(|context, request| assume_role(context, request).map(Answer::Xml)),
        _ => None,
    }
}

/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>
fn caller(context: &Context<'_>, request: &Request) -> Xml {
    let account = &context.place.account;
    let session = request.session.as_ref();
    let role = session.and_then(|session| Some((session.arn(context.place), session.user_id(context)?)));
    let (arn, id) = role.unwrap_or_else(|| (authorize::user(account), "AIDASIMULATEDUSER0000".to_owned()));
    let mut xml = Xml::new();
    xml.text("Arn", arn).text("UserId", id).text("Account", account);
    xml
}

/// A role that was made here must trust who wants to become it, and gives its rights alone. Any other may be assumed, and may do
/// everything. The key names the account and the session. It does not expire: the clock of who uses it may be far from the
/// simulation's.
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
fn assume_role(context: &Context<'_>, request: &Request) -> Result<Xml, Failure> {
    let (arn, session) = (context.params.required("RoleArn")?, context.params.required("RoleSessionName")?);
    let invalid = || Failure::new("ValidationError", format!("{arn} is invalid"));
    let [_, _, "iam", "", account, path] = arn.split(':').collect::<Vec<_>>()[..] else { return Err(invalid()) };
    let path = path.strip_prefix("role/").filter(|_| account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()));
    let name = path.ok_or_else(invalid)?.rsplit('/').next().unwrap_or_default();
    let session = Session { role: name.to_owned(), name: session.to_owned() };
    let role = authorize::assumed(context, request, arn)?;
    let id = role.map_or("AROASIMULATEDROLE0000", |role| &role.aws_id);
    let key = role.map(|_| session.key()).unwrap_or_default();
    let place = Place { account: account.to_owned(), ..context.place.clone() };
    context.params.read_all();
    let mut xml = Xml::new();
    xml.nest("AssumedRoleUser", |user| {
        user.text("Arn", session.arn(&place)).text("AssumedRoleId", format!("{id}:{}", session.name));
    });
    xml.nest("Credentials", |credentials| {
        credentials.text("AccessKeyId", format!("{ROLE_KEY}{account}{key}")).text("SecretAccessKey", "simulated");
        credentials.text("SessionToken", "simulated").text("Expiration", "2099-01-01T00:00:00Z");
    });
    Ok(xml)
}

#[cfg(test)]
mod tests {
    use crate::testing::{World, value};

    #[tokio::test(start_paused = true)]
    async fn the_access_key_names_the_account() {
        let world = World::new();
        let answer = world.as_account("210987654321").service("sts").ok("GetCallerIdentity", &[]).await;
        assert_eq!(value(&answer, "Account"), "210987654321");
        let answer = world.service("sts").ok("GetCallerIdentity", &[]).await;
        assert_eq!(value(&answer, "Account"), "123456789012");
    }

    #[tokio::test(start_paused = true)]
    async fn the_key_of_a_role_is_of_the_roles_account() {
        let sts = World::new().service("sts");
        let role = ("RoleArn", "arn:aws:iam::210987654321:role/deploy");
        let answer = sts.ok("AssumeRole", &[role, ("RoleSessionName", "me")]).await;
        assert_eq!(value(&answer, "Arn"), "arn:aws:sts::210987654321:assumed-role/deploy/me");
        let answer = sts.as_account(&value(&answer, "AccessKeyId")).ok("GetCallerIdentity", &[]).await;
        assert_eq!(value(&answer, "Account"), "210987654321");
    }

    #[tokio::test(start_paused = true)]
    async fn what_names_no_role_cannot_be_assumed() {
        let sts = World::new().service("sts");
        for role in ["deploy", "arn:aws:iam::21:role/deploy", "arn:aws:iam::210987654321:user/deploy"] {
            let message = sts.refused("AssumeRole", &[("RoleArn", role), ("RoleSessionName", "me")], "ValidationError").await;
            assert_eq!(message, format!("{role} is invalid"));
        }
    }
}

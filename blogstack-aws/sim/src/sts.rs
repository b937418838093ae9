//! The simulated STS: who is calling, and roles of other accounts.

use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::protocol::reply::Answer;
use crate::protocol::request::ROLE_KEY;
use crate::protocol::xml::Xml;

/// The operation of a name, when it is simulated.
pub(crate) fn operation(name: &str) -> Option<Operation> {
    match name {
        "GetCallerIdentity" => Some(|context, _| Ok(Answer::Xml(caller(context)))),
        "AssumeRole" => Some(|context, _| assume_role(context).map(Answer::Xml)),
        _ => None,
    }
}

/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>
fn caller(context: &Context<'_>) -> Xml {
    let account = &context.place.account;
    let mut xml = Xml::new();
    xml.text("Arn", format!("arn:aws:iam::{account}:user/simulated"));
    xml.text("UserId", "AIDASIMULATEDUSER0000").text("Account", account);
    xml
}

/// Any role of any account may be assumed. The key it gives names the account. It does not expire: the clock of who uses it may
/// be far from the simulation's.
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
fn assume_role(context: &Context<'_>) -> Result<Xml, Failure> {
    let (role, session) = (context.params.required("RoleArn")?, context.params.required("RoleSessionName")?);
    let invalid = || Failure::new("ValidationError", format!("{role} is invalid"));
    let [_, _, "iam", "", account, name] = role.split(':').collect::<Vec<_>>()[..] else { return Err(invalid()) };
    let name = name.strip_prefix("role/").filter(|_| account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()));
    let name = name.ok_or_else(invalid)?.rsplit('/').next().unwrap_or_default();
    context.params.read_all();
    let mut xml = Xml::new();
    xml.nest("AssumedRoleUser", |user| {
        user.text("Arn", format!("arn:aws:sts::{account}:assumed-role/{name}/{session}"));
        user.text("AssumedRoleId", format!("AROASIMULATEDROLE0000:{session}"));
    });
    xml.nest("Credentials", |credentials| {
        credentials.text("AccessKeyId", format!("{ROLE_KEY}{account}")).text("SecretAccessKey", "simulated");
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

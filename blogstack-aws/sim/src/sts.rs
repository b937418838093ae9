//! The simulated STS: who is calling.

use crate::context::Context;
use crate::failure::Failure;
use crate::protocol::reply::Answer;
use crate::protocol::xml::Xml;

/// Answers an operation, when it is simulated: *`GetCallerIdentity`*.
pub(crate) fn answer(context: &Context<'_>, operation: &str) -> Option<Result<Answer, Failure>> {
    if operation != "GetCallerIdentity" {
        return None;
    }
    let account = &context.place.account;
    let mut xml = Xml::new();
    xml.text("Arn", format!("arn:aws:iam::{account}:user/simulated"));
    xml.text("UserId", "AIDASIMULATEDUSER0000").text("Account", account);
    Some(Ok(Answer::Xml(xml)))
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
}

//! Brings the rules of a group from what they are to what they should be, by exactly those that differ.

use aws_sdk_ec2::Client;
use blogstack_core::{
    Id, Set,
    provider::{ErrorKind, Result},
};

use super::{
    SecurityGroup,
    rule::{self, Rule},
    traffic::Direction,
};
use crate::call::{self, done_unless};

/// What is to be done.
#[derive(Debug, Default, PartialEq)]
struct Difference {
    added: Vec<Rule>,
    removed: Vec<Rule>,
    described: Vec<Rule>,
}

fn difference(current: &Set<Rule>, wanted: &Set<Rule>) -> Difference {
    let twin = |rules: &Set<Rule>, rule: &Rule| rules.iter().find(|other| other.key() == rule.key()).cloned();
    let mut difference = Difference::default();
    for rule in wanted {
        match twin(current, rule) {
            None => difference.added.push(rule.clone()),
            Some(old) if old.description != rule.description => difference.described.push(rule.clone()),
            Some(_) => {}
        }
    }
    difference.removed.extend(current.iter().filter(|rule| twin(wanted, rule).is_none()).cloned());
    difference
}

/// The calls on one group's rules in one direction; each direction has calls of its own.
pub(super) struct Rules<'a> {
    pub(super) client: &'a Client,
    pub(super) id: &'a Id<SecurityGroup>,
    pub(super) direction: Direction,
}

impl Rules<'_> {
    /// Adds before it removes, so that what may pass before and after is never cut; a full group needs room first.
    pub(super) async fn bring(&self, current: &Set<Rule>, wanted: &Set<Rule>) -> Result<()> {
        let Difference { added, removed, described } = difference(current, wanted);
        match self.add(&added).await {
            Err(error) if error.kind == ErrorKind::Quota && !removed.is_empty() => {
                self.remove(&removed).await?;
                self.add(&added).await?;
            }
            answer => {
                answer?;
                self.remove(&removed).await?;
            }
        }
        self.describe(&described).await
    }

    /// All in one call; one by one when some are there already, as after a call whose answer was lost.
    async fn add(&self, rules: &[Rule]) -> Result<()> {
        if rules.is_empty() || self.authorize(rules).await? {
            return Ok(());
        }
        for rule in rules {
            if !self.authorize(std::slice::from_ref(rule)).await? {
                self.describe(std::slice::from_ref(rule)).await?;
            }
        }
        Ok(())
    }

    /// All in one call; one by one when some are gone already.
    async fn remove(&self, rules: &[Rule]) -> Result<()> {
        if rules.is_empty() || self.revoke(rules).await? {
            return Ok(());
        }
        for rule in rules {
            self.revoke(std::slice::from_ref(rule)).await?;
        }
        Ok(())
    }

    /// Whether they were added: not if one of them is there already.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html>
    async fn authorize(&self, rules: &[Rule]) -> Result<bool> {
        let (id, permissions) = (self.id.as_str(), rule::to_sdk(rules, self.id));
        let unless = "InvalidPermission.Duplicate";
        match self.direction {
            Direction::Ingress => {
                let request = self.client.authorize_security_group_ingress().group_id(id).set_ip_permissions(Some(permissions));
                call::change("ec2:AuthorizeSecurityGroupIngress", || done_unless(unless, request.clone().send())).await
            }
            Direction::Egress => {
                let request = self.client.authorize_security_group_egress().group_id(id).set_ip_permissions(Some(permissions));
                call::change("ec2:AuthorizeSecurityGroupEgress", || done_unless(unless, request.clone().send())).await
            }
        }
    }

    /// Whether they were removed: not if one of them is not there.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupIngress.html>
    async fn revoke(&self, rules: &[Rule]) -> Result<bool> {
        let (id, permissions) = (self.id.as_str(), rule::to_sdk(rules, self.id));
        let unless = "InvalidPermission.NotFound";
        match self.direction {
            Direction::Ingress => {
                let request = self.client.revoke_security_group_ingress().group_id(id).set_ip_permissions(Some(permissions));
                call::change("ec2:RevokeSecurityGroupIngress", || done_unless(unless, request.clone().send())).await
            }
            Direction::Egress => {
                let request = self.client.revoke_security_group_egress().group_id(id).set_ip_permissions(Some(permissions));
                call::change("ec2:RevokeSecurityGroupEgress", || done_unless(unless, request.clone().send())).await
            }
        }
    }

    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UpdateSecurityGroupRuleDescriptionsIngress.html>
    async fn describe(&self, rules: &[Rule]) -> Result<()> {
        if rules.is_empty() {
            return Ok(());
        }
        let (id, permissions) = (self.id.as_str(), rule::to_sdk(rules, self.id));
        match self.direction {
            Direction::Ingress => {
                let request =
                    self.client.update_security_group_rule_descriptions_ingress().group_id(id).set_ip_permissions(Some(permissions));
                call::change("ec2:UpdateSecurityGroupRuleDescriptionsIngress", || request.clone().send()).await?;
            }
            Direction::Egress => {
                let request =
                    self.client.update_security_group_rule_descriptions_egress().group_id(id).set_ip_permissions(Some(permissions));
                call::change("ec2:UpdateSecurityGroupRuleDescriptionsEgress", || request.clone().send()).await?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ec2::security_group::{peer::Peer, traffic::Traffic};

    fn rule(traffic: Traffic, description: &str) -> Rule {
        Rule { traffic, peer: Peer::Itself, description: description.to_owned() }
    }

    #[test]
    fn a_changed_description_is_no_other_rule() {
        let current = [rule(Rule::tcp(22), ""), rule(Rule::tcp(80), "old"), rule(Rule::tcp(443), "")].into_iter().collect();
        let wanted = [rule(Rule::tcp(80), "new"), rule(Rule::tcp(443), ""), rule(Rule::udp(53), "")].into_iter().collect();
        let expected = Difference {
            added: vec![rule(Rule::udp(53), "")],
            removed: vec![rule(Rule::tcp(22), "")],
            described: vec![rule(Rule::tcp(80), "new")],
        };
        assert_eq!(difference(&current, &wanted), expected);
    }
}

//! One traffic rule of a group. <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRule.html>
//!
//! A change of `security_group` or `direction` replaces it, as does one of `peer` from a range to a group and the like.

use aws_sdk_ec2::{
    Client,
    types::{self, Filter, ResourceType, SecurityGroupRuleRequest, SecurityGroupRuleUpdate},
};
use blogstack_core::{
    Field, Home, Id, IntoInput, Resource, Tags,
    provider::{Changes, Cx, FieldProblem, Observed, Planned, ProviderError, Result, State, UID_TAG},
    value::Tree,
};

use super::{
    described::{self, Described},
    filter,
    security_group::{Direction, Peer, Rule, SecurityGroup, Traffic, check, rule},
    tagged::Tagged,
    tagging,
};
use crate::{
    account::Account,
    call::{self, missing},
    values::Arn,
};

/// One rule of a security group, apart from the group: groups can name each other in such rules.
///
/// A group has either rules of its own in a direction (`SecurityGroup::ingress`, `SecurityGroup::egress`), or such as these. Rules that
/// move from here into their group are there again after a second run.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::ec2::{Rule, SecurityGroup, SecurityGroupRule, Vpc};
///
/// fn program(s: &Scope) {
///     let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
///     let web = s.add("web", SecurityGroup::new(&vpc, "web servers"));
///     let cache = s.add("cache", SecurityGroup::new(&vpc, "caches"));
///     s.add("cache-from-web", SecurityGroupRule::ingress(&cache, Rule::tcp(6379), &web));
///     s.add("web-from-cache", SecurityGroupRule::ingress(&web, Rule::tcp(8080), &cache));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:ec2/security-group-rule", feature = "ec2", max_required = 4, exclusive(security_group, direction, traffic, peer))]
pub struct SecurityGroupRule {
    /// The group it belongs to.
    #[field(replace)]
    pub security_group: Id<SecurityGroup>,
    /// Whether it lets in or out.
    #[field(replace)]
    pub direction: Direction,
    /// What it lets through.
    pub traffic: Traffic,
    /// Where that comes from, or goes to. Replaces when a range becomes an IPv6 range, a group or a prefix list, or the other way
    /// round.
    pub peer: Peer,
    /// What the rule is for, up to 255 characters.
    #[field(default = "")]
    pub description: String,
    /// Tags.
    pub tags: Tags,
    /// The account of the group.
    #[field(computed)]
    pub group_owner_id: String,
    /// Its ARN.
    #[field(computed)]
    pub arn: Arn,
}

impl SecurityGroupRule {
    /// A rule that lets in.
    pub fn ingress(
        security_group: impl IntoInput<Id<SecurityGroup>>,
        traffic: impl IntoInput<Traffic>,
        peer: impl IntoInput<Peer>,
    ) -> SecurityGroupRuleArgs {
        Self::new(security_group, Direction::Ingress, traffic, peer)
    }

    /// A rule that lets out. It adds to AWS's own rule, which lets everything out of a new group.
    pub fn egress(
        security_group: impl IntoInput<Id<SecurityGroup>>,
        traffic: impl IntoInput<Traffic>,
        peer: impl IntoInput<Peer>,
    ) -> SecurityGroupRuleArgs {
        Self::new(security_group, Direction::Egress, traffic, peer)
    }
}

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

impl Described for Provider {
    type Resource = SecurityGroupRule;
    type Item = types::SecurityGroupRule;
    const OPERATION: &'static str = "ec2:DescribeSecurityGroupRules";
    const ID_FILTER: &'static str = "security-group-rule-id";

    fn account(&self) -> &Account {
        &self.0
    }

    async fn describe(&self, client: &Client, filters: Vec<Filter>) -> Result<Vec<Self::Item>> {
        call::pages(|token| async {
            let request = client.describe_security_group_rules().set_filters(Some(filters.clone())).max_results(1000).set_next_token(token);
            let page = call::read(Self::OPERATION, || request.clone().send()).await?;
            Ok((page.security_group_rules, page.next_token))
        })
        .await
    }

    fn observed(&self, item: Self::Item, home: &Home) -> Option<Observed<SecurityGroupRule>> {
        let peer = peer_of(&item)?;
        let id = Id::new(item.security_group_rule_id?);
        let group_owner_id = item.group_owner_id.unwrap_or_else(|| home.account.clone());
        let fields = SecurityGroupRule {
            security_group: Id::new(item.group_id?),
            direction: if item.is_egress? { Direction::Egress } else { Direction::Ingress },
            traffic: Traffic::of_sdk(item.ip_protocol.as_deref()?, item.from_port, item.to_port)?,
            peer,
            description: item.description.unwrap_or_default(),
            tags: tagging::of_program(item.tags.as_ref()),
            arn: described::arn(home, &group_owner_id, "security-group-rule", id.as_str()),
            group_owner_id,
        };
        Some(State { id, fields }.into())
    }
}

fn peer_of(rule: &types::SecurityGroupRule) -> Option<Peer> {
    let group = rule.referenced_group_info().and_then(|info| info.group_id());
    match (rule.cidr_ipv4(), rule.cidr_ipv6(), rule.prefix_list_id(), group) {
        (Some(range), ..) => range.parse().ok().map(Peer::Range),
        (_, Some(range), ..) => range.parse().ok().map(Peer::Ipv6Range),
        (.., Some(list), _) => Some(Peer::PrefixList(list.to_owned())),
        (.., Some(group)) if Some(group) == rule.group_id() => Some(Peer::Itself),
        (.., Some(group)) => Some(Peer::Group(Id::new(group))),
        _ => None,
    }
}

/// AWS changes nothing but the value of a peer. <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySecurityGroupRules.html>
fn sort_of<U>(peer: &Tree<U>) -> Option<&'static str> {
    match peer.as_text().or_else(|| peer.entries().next().map(|(variant, _)| variant.as_str()))? {
        "range" => Some("a range"),
        "ipv6-range" => Some("an IPv6 range"),
        "prefix-list" => Some("a prefix list"),
        "group" | "itself" => Some("a group"),
        _ => None,
    }
}

/// Whether the peer is the rule's own group, known or not.
fn names_itself(planned: &Planned<'_, SecurityGroupRule>) -> bool {
    let group = planned.draft(SecurityGroupRule::security_group);
    group.is_some() && planned.draft(SecurityGroupRule::peer).and_then(|peer| peer.get("group")) == group
}

/// The group declares all the rules of a direction, and would remove this one.
fn inline(planned: &Planned<'_, SecurityGroupRule>) -> Option<String> {
    let group = planned.related(SecurityGroupRule::security_group)?;
    let (set, name) = match planned.get(SecurityGroupRule::direction)? {
        Direction::Ingress => (group.is_set(SecurityGroup::ingress), "ingress"),
        Direction::Egress => (group.is_set(SecurityGroup::egress), "egress"),
    };
    set.then(|| format!("the group declares its `{name}` itself, and removes every other rule: put this one there, or all of those here"))
}

fn rule_of(inputs: &SecurityGroupRuleInputs) -> Rule {
    let (traffic, peer) = (inputs.traffic, inputs.peer.clone());
    Rule { traffic, peer, description: inputs.description.clone().unwrap_or_default() }
}

fn request(rule: Rule, own: &Id<SecurityGroup>) -> SecurityGroupRuleRequest {
    let (protocol, from, to) = rule.traffic.to_sdk();
    let request = SecurityGroupRuleRequest::builder().ip_protocol(protocol).set_from_port(from).set_to_port(to);
    let request = request.set_description(Some(rule.description).filter(|text| !text.is_empty()));
    let request = match rule.peer {
        Peer::Range(range) => request.cidr_ipv4(range.to_string()),
        Peer::Ipv6Range(range) => request.cidr_ipv6(range.to_string()),
        Peer::PrefixList(id) => request.prefix_list_id(id),
        Peer::Group(id) => request.referenced_group_id(id.as_str()),
        Peer::Itself => request.referenced_group_id(own.as_str()),
    };
    request.build()
}

impl Provider {
    /// Adds the rule. <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html>
    async fn authorize(&self, cx: &Cx<'_>, inputs: &SecurityGroupRuleInputs) -> Result<Option<String>> {
        let client = self.0.ec2(cx.home);
        let group = &inputs.security_group;
        let permissions = Some(rule::to_sdk(&[rule_of(inputs)], group));
        let tags = tagging::specification(ResourceType::SecurityGroupRule, cx, &inputs.tags);
        let made = match inputs.direction {
            Direction::Ingress => {
                let request = client.authorize_security_group_ingress().group_id(group.as_str()).set_ip_permissions(permissions);
                let request = request.tag_specifications(tags);
                call::create("ec2:AuthorizeSecurityGroupIngress", || request.clone().send()).await?.security_group_rules
            }
            Direction::Egress => {
                let request = client.authorize_security_group_egress().group_id(group.as_str()).set_ip_permissions(permissions);
                let request = request.tag_specifications(tags);
                call::create("ec2:AuthorizeSecurityGroupEgress", || request.clone().send()).await?.security_group_rules
            }
        };
        Ok(made.into_iter().flatten().next().and_then(|rule| rule.security_group_rule_id))
    }

    /// The rule that is there already, if an attempt of ours made it.
    async fn twin(&self, cx: &Cx<'_>, inputs: &SecurityGroupRuleInputs, duplicate: ProviderError) -> Result<String> {
        let items = self.describe(&self.0.ec2(cx.home), vec![filter("group-id", [inputs.security_group.as_str()])]).await?;
        let is_ours = |item: &types::SecurityGroupRule| {
            item.tags().iter().any(|tag| tag.key() == Some(UID_TAG) && tag.value() == Some(cx.uid.as_str()))
        };
        let same =
            |there: &SecurityGroupRule| (there.direction, there.traffic, &there.peer) == (inputs.direction, inputs.traffic, &inputs.peer);
        let twin = items.into_iter().find_map(|item| {
            let ours = is_ours(&item);
            self.observed(item, cx.home).filter(|there| same(&there.state.fields)).map(|there| (there.state.id, ours))
        });
        match twin {
            Some((id, true)) => Ok(id.to_string()),
            Some((id, false)) => Err(duplicate.hint(format!("remove that rule, or take it over with `.adopt(\"{id}\")`"))),
            None => Err(duplicate),
        }
    }
}

impl Tagged for Provider {
    const TAGS: Field<SecurityGroupRule, Tags> = SecurityGroupRule::tags;

    fn check(&self, planned: &Planned<'_, SecurityGroupRule>) -> Vec<FieldProblem> {
        let itself = || "a group is not named so in its own rules: write `Peer::Itself`".to_owned();
        FieldProblem::among([
            ("security_group", inline(planned)),
            ("traffic", planned.get(SecurityGroupRule::traffic).and_then(check::bad_traffic)),
            ("peer", names_itself(planned).then(itself)),
            ("description", planned.get(SecurityGroupRule::description).and_then(|text| check::bad_text(&text))),
        ])
    }

    fn replaces(&self, current: &SecurityGroupRule, planned: &Planned<'_, SecurityGroupRule>) -> Option<String> {
        let old = blogstack_core::Data::encode(&current.peer);
        let (old, new) = (sort_of(&old)?, planned.draft(SecurityGroupRule::peer).and_then(sort_of)?);
        (old != new).then(|| format!("a rule for {old} cannot become one for {new}"))
    }

    async fn make(&self, cx: &Cx<'_>, inputs: &SecurityGroupRuleInputs) -> Result<Id<SecurityGroupRule>> {
        let id = match self.authorize(cx, inputs).await {
            Err(error) if error.is_code("InvalidPermission.Duplicate") => self.twin(cx, inputs, error).await?,
            answer => answer?.ok_or_else(|| missing("ec2:AuthorizeSecurityGroupIngress", "rule id"))?,
        };
        Ok(Id::new(id))
    }

    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySecurityGroupRules.html>
    async fn change(
        &self,
        cx: &Cx<'_>,
        current: &State<SecurityGroupRule>,
        _: &SecurityGroupRule,
        changes: &Changes<SecurityGroupRule>,
    ) -> Result<()> {
        let client = self.0.ec2(cx.home);
        let SecurityGroupRule { security_group, traffic, peer, description, .. } = &current.fields;
        let (to_traffic, to_peer) = (changes.of(SecurityGroupRule::traffic)?.set(), changes.of(SecurityGroupRule::peer)?.set());
        let to_description = changes.of(SecurityGroupRule::description)?.set();
        if to_traffic.is_some() || to_peer.is_some() || to_description.is_some() {
            let rule = Rule {
                traffic: to_traffic.unwrap_or(*traffic),
                peer: to_peer.unwrap_or_else(|| peer.clone()),
                description: to_description.unwrap_or_else(|| description.clone()),
            };
            let update = SecurityGroupRuleUpdate::builder().security_group_rule_id(current.id.as_str());
            let update = update.security_group_rule(request(rule, security_group)).build();
            let request = client.modify_security_group_rules().group_id(security_group.as_str()).security_group_rules(update);
            call::change("ec2:ModifySecurityGroupRules", || request.clone().send()).await?;
        }
        Ok(())
    }

    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupIngress.html>
    async fn erase(&self, cx: &Cx<'_>, current: &State<SecurityGroupRule>) -> Result<()> {
        let client = self.0.ec2(cx.home);
        let (group, id) = (current.fields.security_group.as_str(), current.id.as_str());
        match current.fields.direction {
            Direction::Ingress => {
                let request = client.revoke_security_group_ingress().group_id(group).security_group_rule_ids(id);
                call::read("ec2:RevokeSecurityGroupIngress", || request.clone().send()).await.map(drop)
            }
            Direction::Egress => {
                let request = client.revoke_security_group_egress().group_id(group).security_group_rule_ids(id);
                call::read("ec2:RevokeSecurityGroupEgress", || request.clone().send()).await.map(drop)
            }
        }
    }
}

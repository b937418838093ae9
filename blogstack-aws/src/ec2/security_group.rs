//! A set of traffic rules. <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html>
//!
//! A change of `vpc`, `description` or `group_name` replaces it.

use aws_sdk_ec2::{
    Client,
    types::{Filter, ResourceType},
};
use blogstack_core::{
    Field, Home, Id, Resource, Set, Tags,
    provider::{Change, Changes, Cx, ErrorKind, FieldProblem, Observed, Planned, ProviderError, Result, State, UID_TAG},
};

use super::{
    described::{self, Described},
    filter,
    tagged::Tagged,
    tagging,
    vpc::Vpc,
};
use crate::{
    account::Account,
    call::{self, missing},
    naming,
    values::Arn,
    wait,
};

pub(super) mod check;
mod peer;
pub(super) mod rule;
mod traffic;
mod update;

pub use self::{
    peer::Peer,
    rule::{Rule, RuleArgs},
    traffic::{Direction, Messages, Ports, Traffic},
};

use self::update::Rules;

/// What may reach the network interfaces that have it, and what they may reach.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::ec2::{Rule, SecurityGroup, Vpc};
///
/// fn program(s: &Scope) {
///     let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
///     let web = s.add("web", SecurityGroup::new(&vpc, "web servers").ingress([Rule::tcp(80).from("0.0.0.0/0")]));
///     s.add("db", SecurityGroup::new(&vpc, "databases").ingress([Rule::tcp(5432).from(&web)]));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:ec2/security-group", feature = "ec2", exclusive(vpc, group_name))]
pub struct SecurityGroup {
    /// The network.
    #[field(replace)]
    pub vpc: Id<Vpc>,
    /// What it is for, up to 255 characters.
    #[field(replace)]
    pub description: String,
    /// Its name, unique in the network; one is made up when it is not set. With a set name, a replacement has to delete the
    /// old group first.
    #[field(replace, optional_computed)]
    pub group_name: String,
    /// What is let in. Rules that are not in the set are removed; unset, nobody's are, and rules may be declared one by one as
    /// [`SecurityGroupRule`](super::SecurityGroupRule): so groups can name each other.
    #[field(default = rule::none())]
    pub ingress: Set<Rule>,
    /// What is let out. Rules that are not in the set are removed, AWS's own that lets everything out among them.
    #[field(default = rule::everywhere())]
    pub egress: Set<Rule>,
    /// Tags.
    pub tags: Tags,
    /// The account it belongs to.
    #[field(computed)]
    pub owner_id: String,
    /// Its ARN.
    #[field(computed)]
    pub arn: Arn,
}

/// The most characters of a name.
const LONGEST: usize = 255;

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

impl Described for Provider {
    type Resource = SecurityGroup;
    type Item = aws_sdk_ec2::types::SecurityGroup;
    const OPERATION: &'static str = "ec2:DescribeSecurityGroups";
    const ID_FILTER: &'static str = "group-id";

    fn account(&self) -> &Account {
        &self.0
    }

    async fn describe(&self, client: &Client, filters: Vec<Filter>) -> Result<Vec<Self::Item>> {
        call::pages(|token| async {
            let request = client.describe_security_groups().set_filters(Some(filters.clone())).max_results(1000).set_next_token(token);
            let page = call::read(Self::OPERATION, || request.clone().send()).await?;
            Ok((page.security_groups, page.next_token))
        })
        .await
    }

    fn observed(&self, item: Self::Item, home: &Home) -> Option<Observed<SecurityGroup>> {
        let id = Id::new(item.group_id?);
        let owner_id = item.owner_id.unwrap_or_else(|| home.account.clone());
        let fields = SecurityGroup {
            vpc: Id::new(item.vpc_id?),
            description: item.description?,
            group_name: item.group_name?,
            ingress: rule::of_sdk(item.ip_permissions, &id),
            egress: rule::of_sdk(item.ip_permissions_egress, &id),
            tags: tagging::of_program(item.tags.as_ref()),
            arn: described::arn(home, &owner_id, "security-group", id.as_str()),
            owner_id,
        };
        Some(State { id, fields }.into())
    }
}

impl Provider {
    async fn groups_with(&self, cx: &Cx<'_>, filters: Vec<Filter>) -> Result<Vec<aws_sdk_ec2::types::SecurityGroup>> {
        self.describe(&self.0.ec2(cx.home), filters).await
    }

    /// The group that has the name already, if an attempt of ours made it.
    async fn namesake(&self, cx: &Cx<'_>, vpc: &Id<Vpc>, name: &str, duplicate: ProviderError) -> Result<Id<SecurityGroup>> {
        // A filter for the name would miss one that differs by case only.
        let seen = || async {
            let groups = self.groups_with(cx, vec![filter("vpc-id", [vpc.as_str()])]).await?;
            Ok(groups.into_iter().find(|group| group.group_name.as_deref().is_some_and(|other| other.eq_ignore_ascii_case(name))))
        };
        let Ok(group) = wait::until(Self::OPERATION, &format!("`{name}` is seen"), described::WINDOW, seen).await else {
            return Err(duplicate);
        };
        let is_ours = group.tags().iter().any(|tag| tag.key() == Some(UID_TAG) && tag.value() == Some(cx.uid.as_str()));
        let id = group.group_id.unwrap_or_default();
        if is_ours {
            return Ok(Id::new(id));
        }
        let message = format!("the name `{name}` is taken in `{vpc}` by `{id}`");
        let error = ProviderError { message, ..duplicate }.field("group_name");
        Err(error.hint(format!("choose another name, or take that group over with `.adopt(\"{id}\")`")))
    }

    /// Why a group cannot be deleted, where that can be seen: rules of other groups that name it.
    async fn named_by(&self, cx: &Cx<'_>, id: &Id<SecurityGroup>) -> Result<Option<String>> {
        let mut others = Vec::new();
        for name in ["ip-permission.group-id", "egress.ip-permission.group-id"] {
            let groups = self.groups_with(cx, vec![filter(name, [id.as_str()])]).await?;
            others.extend(groups.into_iter().filter_map(|group| group.group_id).filter(|other| other != id.as_str()));
        }
        others.sort();
        others.dedup();
        Ok((!others.is_empty()).then(|| format!("rules of `{}` name it", others.join("`, `"))))
    }
}

impl Tagged for Provider {
    const TAGS: Field<SecurityGroup, Tags> = SecurityGroup::tags;

    fn check(&self, planned: &Planned<'_, SecurityGroup>) -> Vec<FieldProblem> {
        check::problems(planned)
    }

    async fn make(&self, cx: &Cx<'_>, inputs: &SecurityGroupInputs) -> Result<Id<SecurityGroup>> {
        let client = self.0.ec2(cx.home);
        let name = inputs.group_name.clone().unwrap_or_else(|| naming::unreserved(cx, LONGEST, &["sg-"]));
        let request = client
            .create_security_group()
            .vpc_id(inputs.vpc.as_str())
            .description(inputs.description.clone())
            .group_name(&name)
            .tag_specifications(tagging::specification(ResourceType::SecurityGroup, cx, &inputs.tags));
        match call::create("ec2:CreateSecurityGroup", || request.clone().send()).await {
            Ok(answer) => Ok(Id::new(answer.group_id.ok_or_else(|| missing("ec2:CreateSecurityGroup", "group id"))?)),
            Err(error) if error.is_code("InvalidGroup.Duplicate") => self.namesake(cx, &inputs.vpc, &name, error).await,
            Err(error) => Err(error),
        }
    }

    async fn finish(&self, cx: &Cx<'_>, id: &Id<SecurityGroup>, inputs: SecurityGroupInputs) -> Result<State<SecurityGroup>> {
        let client = self.0.ec2(cx.home);
        let made = described::seen(self, cx.home, id).await?.state.fields;
        let rules = |direction| Rules { client: &client, id, direction };
        if let Some(wanted) = &inputs.egress {
            // AWS's own rule is there even if it is not seen yet.
            let current = made.egress.into_iter().chain(rule::everywhere()).collect();
            rules(Direction::Egress).bring(&current, wanted).await?;
        }
        if let Some(wanted) = &inputs.ingress {
            rules(Direction::Ingress).bring(&made.ingress, wanted).await?;
        }
        self.ready(cx, id).await
    }

    async fn change(&self, cx: &Cx<'_>, current: &State<SecurityGroup>, _: &SecurityGroup, changes: &Changes<SecurityGroup>) -> Result<()> {
        let client = self.0.ec2(cx.home);
        let State { id, fields } = current;
        let rules = |direction| Rules { client: &client, id, direction };
        if let Change::Set(wanted) = changes.of(SecurityGroup::ingress)? {
            rules(Direction::Ingress).bring(&fields.ingress, &wanted).await?;
        }
        if let Change::Set(wanted) = changes.of(SecurityGroup::egress)? {
            rules(Direction::Egress).bring(&fields.egress, &wanted).await?;
        }
        Ok(())
    }

    async fn erase(&self, cx: &Cx<'_>, current: &State<SecurityGroup>) -> Result<()> {
        let client = self.0.ec2(cx.home);
        let request = client.delete_security_group().group_id(current.id.as_str());
        let deleted = described::unused("ec2:DeleteSecurityGroup", cx, || request.clone().send()).await;
        match deleted.map(drop) {
            Err(error) if error.kind == ErrorKind::Conflict => {
                let Some(why) = self.named_by(cx, &current.id).await? else { return Err(error) };
                let error = ProviderError { message: format!("{}: {why}", error.message), ..error };
                Err(error.hint("remove those rules, which this stack did not make, and run again"))
            }
            answer => answer,
        }
    }
}

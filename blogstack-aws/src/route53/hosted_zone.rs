//! A zone of the DNS. <https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHostedZone.html>
//!
//! A change of `name` replaces it, as does making a public one private. Its own NS and SOA records come and go with it.

use std::collections::BTreeSet;

use aws_sdk_route53::{
    Client,
    types::{self, HostedZoneConfig, TagResourceType, VpcRegion},
};
use blogstack_core::{
    Block, Home, Id, Resource, Set, Tags,
    provider::{
        Change, Changes, Cx, ErrorKind, FieldProblem, Found, LostCreate, Observed, Planned, ResourceProvider, Result, State, Wanted,
    },
    value::Value,
};
use futures::future::try_join_all;

use super::{DnsName, sync, tagging, zone_by_name};
use crate::{
    account::Account,
    call::{self, missing},
    ec2::Vpc,
    readable::{self, Readable},
    tags,
    wait::Pause,
};

/// A zone of the DNS: the records of a domain.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::{ec2::Vpc, route53::{HostedZone, ZoneVpc}};
///
/// fn program(s: &Scope) {
///     let public = s.add("blog", HostedZone::new("example.com").comment("the blog"));
///     s.export("name-servers", &public.name_servers);
///     let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
///     s.add("inside", HostedZone::new("blog.internal").vpcs([ZoneVpc::new(&vpc, s.region())]));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:route53/hosted-zone", feature = "route53", global)]
pub struct HostedZone {
    /// The domain.
    #[field(replace)]
    pub name: DnsName,
    /// What it is for.
    #[field(default = "")]
    pub comment: Option<String>,
    /// The networks that ask it, of which there is one at least: then it is private. Without them, the whole internet may.
    #[field(any_region)]
    pub vpcs: Option<Set<ZoneVpc>>,
    /// Tags.
    pub tags: Tags,
    /// The servers to name where the domain is registered; none for a private zone.
    #[field(computed)]
    pub name_servers: Vec<String>,
}

/// A network that asks a private zone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Block)]
pub struct ZoneVpc {
    /// The network.
    pub vpc: Id<Vpc>,
    /// The region it is in.
    pub vpc_region: String,
}

const KIND: TagResourceType = TagResourceType::Hostedzone;
const TAGGING: &str = "route53:ChangeTagsForResource";

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

impl Readable for Provider {
    type Resource = HostedZone;
    const OPERATION: &'static str = "route53:GetHostedZone";

    fn account(&self) -> &Account {
        &self.0
    }

    async fn read_ids(&self, home: &Home, ids: &[&str]) -> Result<Vec<Observed<HostedZone>>> {
        let client = self.0.route53(home);
        let all = try_join_all(ids.iter().map(|id| look(&client, id))).await?;
        Ok(all.into_iter().flatten().map(Observed::from).collect())
    }
}

/// A zone without its tags.
async fn look(client: &Client, id: &str) -> Result<Option<State<HostedZone>>> {
    let request = client.get_hosted_zone().id(id);
    let answer = match call::read(Provider::OPERATION, || request.clone().send()).await {
        Err(error) if error.kind == ErrorKind::NotFound => return Ok(None),
        answer => answer?,
    };
    let zone = answer.hosted_zone.ok_or_else(|| missing(Provider::OPERATION, "zone"))?;
    let network = |vpc: types::Vpc| Some(ZoneVpc { vpc: Id::new(vpc.vpc_id?), vpc_region: vpc.vpc_region?.as_str().to_owned() });
    let networks: Vec<ZoneVpc> = answer.vpcs.into_iter().flatten().filter_map(network).collect();
    let fields = HostedZone {
        name: DnsName::new(&zone.name),
        comment: Some(zone.config.and_then(|config| config.comment).unwrap_or_default()),
        vpcs: (!networks.is_empty()).then(|| networks.into_iter().collect()),
        tags: Tags::new(),
        name_servers: answer.delegation_set.map(|set| set.name_servers).unwrap_or_default(),
    };
    Ok(Some(State { id: Id::new(id), fields }))
}

fn to_sdk(network: &ZoneVpc) -> types::Vpc {
    types::Vpc::builder().vpc_id(network.vpc.as_str()).vpc_region(VpcRegion::from(network.vpc_region.as_str())).build()
}

impl Provider {
    /// The zone with its tags, which must be there.
    async fn present(&self, home: &Home, id: &Id<HostedZone>) -> Result<State<HostedZone>> {
        let client = self.0.route53(home);
        let mut zone = readable::visible(self, home, id).await?.state;
        let tags = tagging::read(&client, &KIND, &[id.as_str()]).await?.remove(id.as_str());
        zone.fields.tags = tags::of_program(tags.unwrap_or_default());
        Ok(zone)
    }

    /// The zone that was made for this token.
    async fn of_token(&self, home: &Home, name: &DnsName, token: &str) -> Result<Option<Id<HostedZone>>> {
        let zones = zone_by_name::of_name(&self.0.route53(home), name).await?;
        Ok(zones.into_iter().find(|zone| zone.caller_reference == token).map(|zone| Id::new(sync::id(&zone.id))))
    }

    /// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_AssociateVPCWithHostedZone.html>
    async fn associate(&self, cx: &Cx<'_>, id: &Id<HostedZone>, network: &ZoneVpc) -> Result<()> {
        let request = self.0.route53(cx.home).associate_vpc_with_hosted_zone().hosted_zone_id(id.as_str()).vpc(to_sdk(network));
        let answer = call::change("route53:AssociateVPCWithHostedZone", || request.clone().send()).await?;
        self.in_sync(cx, answer.change_info).await
    }

    /// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_DisassociateVPCFromHostedZone.html>
    async fn disassociate(&self, cx: &Cx<'_>, id: &Id<HostedZone>, network: &ZoneVpc) -> Result<()> {
        let request = self.0.route53(cx.home).disassociate_vpc_from_hosted_zone().hosted_zone_id(id.as_str()).vpc(to_sdk(network));
        let answer = call::read("route53:DisassociateVPCFromHostedZone", || request.clone().send()).await;
        match answer {
            Err(error) if error.is_code("VPCAssociationNotFound") => Ok(()),
            answer => self.in_sync(cx, answer?.change_info).await,
        }
    }

    async fn in_sync(&self, cx: &Cx<'_>, info: Option<types::ChangeInfo>) -> Result<()> {
        match info {
            Some(info) => sync::until_done(&self.0, cx, &sync::id(&info.id)).await,
            None => Ok(()),
        }
    }

    /// New networks first: the last one cannot go.
    async fn bring(&self, cx: &Cx<'_>, id: &Id<HostedZone>, wanted: &Set<ZoneVpc>) -> Result<()> {
        let there = look(&self.0.route53(cx.home), id.as_str()).await?.and_then(|zone| zone.fields.vpcs).unwrap_or_default();
        let (there, wanted): (BTreeSet<&ZoneVpc>, BTreeSet<&ZoneVpc>) = (there.iter().collect(), wanted.iter().collect());
        for network in wanted.difference(&there) {
            self.associate(cx, id, network).await?;
        }
        for network in there.difference(&wanted) {
            self.disassociate(cx, id, network).await?;
        }
        Ok(())
    }
}

impl ResourceProvider for Provider {
    type Resource = HostedZone;

    fn check(&self, planned: &Planned<'_, HostedZone>) -> Vec<FieldProblem> {
        let name = planned.get(HostedZone::name).and_then(|name| name.problem());
        let tags = planned.get(HostedZone::tags).and_then(|tags| tags::problem(&tags));
        let vpcs = planned.get(HostedZone::vpcs).filter(|vpcs: &Set<ZoneVpc>| vpcs.is_empty());
        let vpcs = vpcs.map(|_| "a private zone has one network at least; leave it unset for a public one".to_owned());
        FieldProblem::among([("name", name), ("tags", tags), ("vpcs", vpcs)])
    }

    fn replaces(&self, current: &HostedZone, planned: &Planned<'_, HostedZone>) -> Option<String> {
        let becomes_private = current.vpcs.is_none() && planned.is_set(HostedZone::vpcs);
        becomes_private.then(|| "a public zone cannot become private".to_owned())
    }

    async fn survey(&self, _: &Cx<'_>, _: &HostedZoneInputs) -> Result<Value> {
        Ok(Value::Null)
    }

    async fn create(&self, cx: &Cx<'_>, inputs: HostedZoneInputs) -> Result<State<HostedZone>> {
        let (operation, client) = ("route53:CreateHostedZone", self.0.route53(cx.home));
        let networks: Vec<&ZoneVpc> = inputs.vpcs.iter().flatten().collect();
        let config = HostedZoneConfig::builder().set_comment(inputs.comment.clone()).private_zone(!networks.is_empty()).build();
        let request = client.create_hosted_zone().name(inputs.name.as_str()).caller_reference(cx.token()).hosted_zone_config(config);
        let request = request.set_vpc(networks.first().map(|network| to_sdk(network)));
        let (id, change) = match call::create(operation, || request.clone().send()).await {
            // An attempt of ours made it: nobody else has the token.
            Err(error) if error.is_code("HostedZoneAlreadyExists") => {
                (self.of_token(cx.home, &inputs.name, cx.token()).await?.ok_or(error)?, None)
            }
            answer => {
                let answer = answer?;
                let zone = answer.hosted_zone.ok_or_else(|| missing(operation, "zone"))?;
                (Id::new(sync::id(&zone.id)), answer.change_info)
            }
        };
        cx.created(&id).await?;
        readable::seen(self, cx.home, &id).await?;
        let mut all = cx.ownership_tags();
        all.extend(inputs.tags);
        tagging::change(TAGGING, &client, (&KIND, id.as_str()), &all, &[]).await?;
        self.in_sync(cx, change).await?;
        if let Some(wanted) = inputs.vpcs.filter(|wanted| wanted.iter().nth(1).is_some()) {
            self.bring(cx, &id, &wanted).await?;
        }
        self.present(cx.home, &id).await
    }

    async fn read(&self, home: &Home, wanted: &[Wanted<HostedZone>]) -> Result<Vec<Observed<HostedZone>>> {
        let ids: Vec<&str> = wanted.iter().map(|one| one.id.as_str()).collect();
        let mut zones = self.read_ids(home, &ids).await?;
        let tagged: Vec<&str> = wanted.iter().filter(|one| one.manages(HostedZone::tags)).map(|one| one.id.as_str()).collect();
        let there: Vec<&str> = tagged.into_iter().filter(|id| zones.iter().any(|zone| zone.state.id.as_str() == *id)).collect();
        let mut all = tagging::read(&self.0.route53(home), &KIND, &there).await?;
        for zone in &mut zones {
            zone.state.fields.tags = tags::of_program(all.remove(zone.state.id.as_str()).unwrap_or_default());
        }
        Ok(zones)
    }

    async fn update(&self, cx: &Cx<'_>, current: State<HostedZone>, changes: &Changes<HostedZone>) -> Result<State<HostedZone>> {
        let client = self.0.route53(cx.home);
        let State { id, fields } = &current;
        readable::visible(self, cx.home, id).await?;
        if let Change::Set(comment) = changes.of(HostedZone::comment)? {
            let request = client.update_hosted_zone_comment().id(id.as_str()).comment(comment);
            call::change("route53:UpdateHostedZoneComment", || request.clone().send()).await?;
        }
        if let Change::Set(wanted) = changes.of(HostedZone::vpcs)? {
            self.bring(cx, id, &wanted).await?;
        }
        // A zone is made without tags: an interrupted create may have left it without ours.
        let there = tagging::read(&client, &KIND, &[id.as_str()]).await?.remove(id.as_str()).unwrap_or_default();
        let (mut set, removed) = tags::difference(&fields.tags, changes.of(HostedZone::tags)?);
        set.extend(cx.ownership_tags().into_iter().filter(|(key, _)| !there.contains_key(key)));
        tagging::change(TAGGING, &client, (&KIND, id.as_str()), &set, &removed).await?;
        self.present(cx.home, id).await
    }

    /// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_DeleteHostedZone.html>
    async fn delete(&self, cx: &Cx<'_>, current: State<HostedZone>) -> Result<()> {
        let request = self.0.route53(cx.home).delete_hosted_zone().id(current.id.as_str());
        match call::read("route53:DeleteHostedZone", || request.clone().send()).await {
            Err(error) if error.kind == ErrorKind::NotFound => Ok(()),
            Err(error) if error.is_code("HostedZoneNotEmpty") => {
                Err(error.hint("delete the records that this stack did not make, and run again"))
            }
            answer => self.in_sync(cx, answer?.change_info).await,
        }
    }

    /// The caller reference is in the listing.
    async fn find(&self, cx: &Cx<'_>, lost: LostCreate<HostedZoneInputs>) -> Result<Found<HostedZone>> {
        let mut pause = Pause::up_to(lost.left());
        loop {
            match self.of_token(cx.home, &lost.inputs.name, cx.token()).await? {
                Some(id) => return Ok(Found::One(id)),
                None if !pause.next().await => return Ok(Found::None),
                None => {}
            }
        }
    }

    async fn claim(&self, cx: &Cx<'_>, id: &Id<HostedZone>) -> Result<()> {
        tagging::change(TAGGING, &self.0.route53(cx.home), (&KIND, id.as_str()), &cx.ownership_tags(), &[]).await
    }

    async fn release(&self, cx: &Cx<'_>, id: &Id<HostedZone>) -> Result<()> {
        let removed: Vec<String> = cx.ownership_tags().into_keys().collect();
        call::gone_is_fine(tagging::change(TAGGING, &self.0.route53(cx.home), (&KIND, id.as_str()), &Tags::new(), &removed).await)
    }
}

//! Networks and their subnets as a plan leaves them: what several checks look at.

use std::collections::BTreeMap;

use blogstack_core::{
    error::Line,
    plan::{Plan, Standing},
};

use super::name::{Name, Names};
use crate::{
    Cidr,
    ec2::{InternetGateway, NetworkAcl, NetworkAclAssociation, RouteTable, RouteTableAssociation, Subnet, Vpc},
};

/// Whether something is so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    Yes,
    No,
    /// That is not known, and why.
    Unknown(String),
}

/// A network.
#[derive(Debug, Clone)]
pub(super) struct Network {
    pub(super) line: Option<Line>,
    pub(super) range: Option<Cidr>,
    /// Whether nothing is in it but what is declared: it was not there before.
    pub(super) is_own: bool,
    /// Its door to the internet, with the line that declares it.
    pub(super) gateway: Option<(Name, Option<Line>)>,
    /// The route tables that the program took over: one of them may be the main one.
    pub(super) adopted_tables: Vec<Name>,
    /// Its default ACL, where the program took it over.
    pub(super) default_acl: Option<Name>,
}

/// A part of a network.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) name: Name,
    pub(super) line: Option<Line>,
    pub(super) vpc: Name,
    pub(super) range: Option<Cidr>,
    /// Whether what is launched in it gets a public address.
    pub(super) is_public: Answer,
    /// The table that it is given, instead of the main one.
    pub(super) table: Option<Name>,
    /// The ACL that it is given, instead of the default one.
    pub(super) acl: Option<Name>,
}

/// All networks and subnets of a plan, by what other resources call them.
pub(super) struct Networks<'a> {
    pub(super) plan: &'a Plan,
    pub(super) names: Names<'a>,
    pub(super) by_name: BTreeMap<Name, Network>,
    parts: BTreeMap<Name, Part>,
}

impl<'a> Networks<'a> {
    pub(super) fn of(plan: &'a Plan) -> Self {
        let mut all = Self { plan, names: Names::of(plan), by_name: BTreeMap::new(), parts: BTreeMap::new() };
        all.by_name = all.read_networks();
        all.parts = all.read_parts();
        all
    }

    fn read_networks(&self) -> BTreeMap<Name, Network> {
        let mut networks: BTreeMap<Name, Network> = BTreeMap::new();
        for vpc in self.plan.standing::<Vpc>() {
            let network = Network {
                line: vpc.line(),
                range: vpc.get(Vpc::cidr_block),
                is_own: !vpc.is_adopted(),
                gateway: None,
                adopted_tables: Vec::new(),
                default_acl: None,
            };
            networks.insert(Name::Declared(vpc.urn().clone()), network);
        }
        for gateway in self.plan.standing::<InternetGateway>() {
            if let Some(network) = self.names.name::<Vpc>(gateway.draft(InternetGateway::vpc)).and_then(|name| networks.get_mut(&name)) {
                network.gateway = Some((Name::Declared(gateway.urn().clone()), gateway.line()));
            }
        }
        for table in self.plan.standing::<RouteTable>().into_iter().filter(Standing::is_adopted) {
            if let Some(network) = self.names.name::<Vpc>(table.draft(RouteTable::vpc)).and_then(|name| networks.get_mut(&name)) {
                network.adopted_tables.push(Name::Declared(table.urn().clone()));
            }
        }
        for acl in self.plan.standing::<NetworkAcl>().into_iter().filter(|acl| acl.get(NetworkAcl::is_default) == Some(true)) {
            if let Some(network) = self.names.name::<Vpc>(acl.draft(NetworkAcl::vpc)).and_then(|name| networks.get_mut(&name)) {
                network.default_acl = Some(Name::Declared(acl.urn().clone()));
            }
        }
        networks
    }

    fn read_parts(&self) -> BTreeMap<Name, Part> {
        let (mut tables, mut acls) = (BTreeMap::new(), BTreeMap::new());
        for one in self.plan.standing::<RouteTableAssociation>() {
            let subnet = self.names.name::<Subnet>(one.draft(RouteTableAssociation::subnet));
            tables.extend(subnet.zip(self.names.name::<RouteTable>(one.draft(RouteTableAssociation::route_table))));
        }
        for one in self.plan.standing::<NetworkAclAssociation>() {
            let subnet = self.names.name::<Subnet>(one.draft(NetworkAclAssociation::subnet));
            acls.extend(subnet.zip(self.names.name::<NetworkAcl>(one.draft(NetworkAclAssociation::network_acl))));
        }
        let part = |subnet: Standing<'_, Subnet>| {
            let name = Name::Declared(subnet.urn().clone());
            let is_public = match subnet.get(Subnet::map_public_ip_on_launch) {
                Some(true) => Answer::Yes,
                Some(false) => Answer::No,
                None => Answer::Unknown(format!("whether {name} gives public addresses")),
            };
            Part {
                line: subnet.line(),
                vpc: self.names.name::<Vpc>(subnet.draft(Subnet::vpc)).unwrap_or_else(|| Name::Unknown(format!("the network of {name}"))),
                range: subnet.get(Subnet::cidr_block),
                is_public,
                table: tables.get(&name).cloned(),
                acl: acls.get(&name).cloned(),
                name,
            }
        };
        self.plan.standing::<Subnet>().into_iter().map(part).map(|part| (part.name.clone(), part)).collect()
    }

    /// The subnet of that name; of one that is not declared nothing is known.
    pub(super) fn part(&self, name: &Name) -> Part {
        self.parts.get(name).cloned().unwrap_or_else(|| Part {
            name: name.clone(),
            line: None,
            vpc: Name::Unknown(format!("the network of {name}")),
            range: None,
            is_public: Answer::Unknown(format!("whether {name} gives public addresses")),
            table: None,
            acl: None,
        })
    }

    /// All declared subnets.
    pub(super) fn parts(&self) -> impl Iterator<Item = &Part> {
        self.parts.values()
    }
}

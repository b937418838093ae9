//! Resource record sets, as they are kept, read from requests and written.

use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::params::Params;
use crate::protocol::xml::Xml;
use crate::route53::name;
use crate::state::object::{Kind, Object};

/// A resource record set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    id: String,
    zone: String,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(super) set_identifier: Option<String>,
    routing: Vec<(String, String)>,
    location: Vec<(String, String)>,
    pub(super) ttl: Option<u32>,
    pub(crate) values: Vec<String>,
    pub(super) alias: Option<Alias>,
    pub(super) health_check: Option<String>,
}

/// What an alias stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Alias {
    zone: String,
    pub(super) name: String,
    evaluates_health: bool,
}

impl Object for Record {
    const KIND: Kind = Kind {
        name: "record-set",
        prefix: "",
        missing: "InvalidChangeBatch",
        malformed: None,
        sentence: "Tried to delete resource record set {} but it was not found",
    };

    fn id(&self) -> &str {
        &self.id
    }

    fn owners(&self) -> [Option<&str>; 2] {
        [Some(&self.zone), None]
    }
}

/// The kinds of records.
pub(super) const KINDS: [&str; 17] =
    ["A", "AAAA", "CAA", "CNAME", "DS", "HTTPS", "MX", "NAPTR", "NS", "PTR", "SOA", "SPF", "SRV", "SSHFP", "SVCB", "TLSA", "TXT"];

/// What says which of several records with one name and type answers.
const ROUTING: [&str; 4] = ["Weight", "Region", "Failover", "MultiValueAnswer"];
const LOCATION: [&str; 3] = ["ContinentCode", "CountryCode", "SubdivisionCode"];

impl Record {
    /// One of those that every zone has.
    pub(super) fn own(zone: &str, name: &str, kind: &str, ttl: u32, values: Vec<String>) -> Self {
        Self {
            id: id(zone, name, kind, None),
            zone: zone.to_owned(),
            name: name.to_owned(),
            kind: kind.to_owned(),
            set_identifier: None,
            routing: Vec::new(),
            location: Vec::new(),
            ttl: Some(ttl),
            values,
            alias: None,
            health_check: None,
        }
    }

    pub(super) fn of(zone: &str, params: &Params) -> Result<Self, Failure> {
        let (name, kind) = (name::canonical(params.required("Name")?)?, params.required("Type")?.to_owned());
        let set_identifier = params.owned("SetIdentifier");
        let records = params.group("ResourceRecords").map(|records| records.each("ResourceRecord")).unwrap_or_default();
        let pairs = |names: &[&str], params: &Params| {
            names.iter().filter_map(|name| Some(((*name).to_owned(), params.owned(name)?))).collect::<Vec<_>>()
        };
        let alias = match params.group("AliasTarget") {
            None => None,
            Some(alias) => Some(Alias {
                zone: alias.required("HostedZoneId")?.to_owned(),
                name: name::canonical(alias.required("DNSName")?)?,
                evaluates_health: alias.flag("EvaluateTargetHealth")?.unwrap_or_default(),
            }),
        };
        Ok(Self {
            id: id(zone, &name, &kind, set_identifier.as_deref()),
            zone: zone.to_owned(),
            name,
            kind,
            set_identifier,
            routing: pairs(&ROUTING, params),
            location: params.group("GeoLocation").map(|location| pairs(&LOCATION, &location)).unwrap_or_default(),
            ttl: params.number("TTL")?,
            values: records.iter().filter_map(|record| record.owned("Value")).collect(),
            alias,
            health_check: params.owned("HealthCheckId"),
        })
    }

    /// Whether it is in this zone.
    pub(crate) fn is_of(&self, zone: &str) -> bool {
        self.zone == zone
    }

    /// Whether it is one of several with the same name and type.
    pub(super) fn is_routed(&self) -> bool {
        self.set_identifier.is_some()
    }

    /// Whether it says how it is chosen.
    pub(super) fn has_routing(&self) -> bool {
        !self.routing.is_empty() || !self.location.is_empty()
    }

    /// Whether it says the same: the order of values means nothing.
    pub(super) fn says_the_same(&self, other: &Self) -> bool {
        let sorted = |record: &Self| {
            let mut record = record.clone();
            record.values.sort();
            record
        };
        sorted(self) == sorted(other)
    }

    pub(super) fn write(&self, xml: &mut Xml) {
        xml.nest("ResourceRecordSet", |xml| {
            xml.text("Name", &self.name).text("Type", &self.kind).maybe("SetIdentifier", self.set_identifier.as_ref());
            for (name, value) in &self.routing {
                xml.text(name, value);
            }
            if !self.location.is_empty() {
                xml.nest("GeoLocation", |xml| {
                    for (name, value) in &self.location {
                        xml.text(name, value);
                    }
                });
            }
            xml.maybe("TTL", self.ttl);
            if !self.values.is_empty() {
                xml.nest("ResourceRecords", |xml| {
                    for value in &self.values {
                        xml.nest("ResourceRecord", |xml| {
                            xml.text("Value", value);
                        });
                    }
                });
            }
            if let Some(alias) = &self.alias {
                xml.nest("AliasTarget", |xml| {
                    xml.text("HostedZoneId", &alias.zone).text("DNSName", &alias.name);
                    xml.text("EvaluateTargetHealth", alias.evaluates_health);
                });
            }
            xml.maybe("HealthCheckId", self.health_check.as_ref());
        });
    }

    /// Its name for people, as messages have it.
    pub(super) fn told(&self) -> String {
        let identifier = self.set_identifier.as_ref().map(|own| format!(", set-identifier='{own}'")).unwrap_or_default();
        format!("[name='{}', type='{}'{identifier}]", self.name, self.kind)
    }
}

/// Zone, name, type and, among several, which one.
pub(super) fn id(zone: &str, name: &str, kind: &str, set_identifier: Option<&str>) -> String {
    let name = name.trim_end_matches('.').replace("\\052", "*");
    let identifier = set_identifier.map(|own| format!("_{own}")).unwrap_or_default();
    format!("{zone}_{name}_{kind}{identifier}")
}

//! What the derives write, seen from a crate that uses them.
#![warn(clippy::pedantic, missing_docs, unreachable_pub)]

use std::net::Ipv4Addr;

use blogstack_core::{
    Args, Block, Data, Declare, Expr, Graph, Handle, Home, Id, Input, IntoInput, Output, Plain, Printable, Public, Resource, Scope, Secret,
    Tags, Value, declare, interpolate,
    shape::{Exclusive, Presence, Shape},
    value::Value as Encoded,
};

/// A range of addresses.
#[derive(Value, Debug, Clone, PartialEq)]
pub struct Cidr(String);

impl From<&str> for Cidr {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl IntoInput<Cidr> for &str {
    fn into_input(self) -> Input<Cidr> {
        Cidr::from(self).into_input()
    }
}

/// A network.
#[derive(Resource, Debug, Clone, PartialEq)]
#[resource(type = "test:net/vpc", exclusive(cidr_block))]
pub struct Vpc {
    /// The range of the network, e.g. `10.0.0.0/16`. It cannot shrink.
    #[field(replace)]
    pub cidr_block: Cidr,
    /// Whether names are resolved.
    #[field(default = true)]
    pub dns: bool,
    /// Where logs go.
    pub log_group: Option<String>,
    /// Tags.
    pub tags: Tags,
    /// The owner.
    #[field(computed, volatile)]
    pub owner: Option<String>,
}

/// A subnet.
#[derive(Resource, Debug, Clone, PartialEq)]
#[resource(
    type = "test:net/subnet",
    version = 2,
    global,
    max_required = 4,
    feature = "networks",
    exclusive(vpc, cidr_block),
    exclusive(address, place = "test:net/use-of-address"),
    after("test:net/gateway", sharing = "test:net/vpc"),
    migrations(v1_to_v2)
)]
pub struct Subnet {
    /// The network.
    #[field(replace)]
    pub vpc: Id<Vpc>,
    /// The range.
    #[field(replace, default = "10.0.0.0/24")]
    pub cidr_block: Cidr,
    /// The first address.
    #[field(optional_computed)]
    pub address: Ipv4Addr,
    /// Networks it can be reached from.
    #[field(any_region, loose)]
    pub peers: Option<Vec<Id<Vpc>>>,
    /// What may pass.
    pub rules: Option<Vec<Rule>>,
    /// How it is shared.
    pub sharing: Option<Sharing>,
    /// The key to it.
    #[field(write_only)]
    pub key: Option<Secret<String>>,
}

fn v1_to_v2(inputs: &mut Encoded, _outputs: &mut Encoded) {
    inputs.set("key", Encoded::Null);
}

/// A rule.
#[derive(Block, Debug, Clone, PartialEq)]
pub struct Rule {
    /// Who.
    pub from: Id<Vpc>,
    /// The port.
    #[field(default = 443)]
    pub port: u16,
    /// Why.
    pub reason: Option<String>,
}

/// How a subnet is shared.
#[derive(Value, Debug, Clone, PartialEq)]
pub enum Sharing {
    /// With nobody.
    NotShared,
    /// With one account.
    #[value(rename = "account")]
    With(String),
    /// With some accounts.
    Some {
        /// Who.
        accounts: Vec<String>,
        /// Until when.
        until: Option<String>,
    },
}

/// A protocol.
#[derive(Value, Debug, Clone, Copy, PartialEq)]
#[value(rename_all = "UPPERCASE")]
pub enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

/// A tunnel, which holds a secret.
#[derive(Value, Debug, Clone, PartialEq)]
pub struct Tunnel {
    /// Its far end.
    pub outside_ip: Ipv4Addr,
    /// Its key.
    pub key: Secret<String>,
    /// Its notes.
    pub notes: Option<String>,
}

fn run(program: impl FnOnce(&Scope)) -> Graph {
    let home = Home::new("1", Some("here"));
    declare(home, program).expect("the program is right")
}

/// The names of the fields that are set.
fn set(args: impl Args) -> Vec<&'static str> {
    args.into_parts().0.into_iter().map(|(name, _)| name).collect()
}

#[track_caller]
fn literal(args: impl Args, field: &str) -> Encoded {
    let found = args.into_parts().0.into_iter().find(|(name, _)| *name == field);
    match found.expect("the field is set").1 {
        Expr::Literal(value) => value,
        _ => panic!("`{field}` is not a literal"),
    }
}

#[track_caller]
fn round_trip<T: Data + PartialEq + std::fmt::Debug>(value: &T, shown: &str) {
    let encoded = value.encode();
    assert_eq!(format!("{encoded:?}"), shown);
    assert_eq!(T::decode(&encoded).as_ref(), Ok(value));
}

#[track_caller]
fn refused<T: Data + std::fmt::Debug>(value: &Encoded, message: &str) {
    assert_eq!(T::decode(value).expect_err("the wrong form").to_string(), message);
}

fn public(_: &impl Public) {}

#[test]
fn a_kind_is_encoded_without_what_is_unset() {
    let mut vpc = Vpc { cidr_block: "10.0.0.0/16".into(), dns: false, log_group: None, tags: Tags::new(), owner: None };
    round_trip(&vpc, r#"{"cidr_block": "10.0.0.0/16", "dns": false, "tags": {}}"#);
    vpc.owner = Some("me".into());
    round_trip(&vpc, r#"{"cidr_block": "10.0.0.0/16", "dns": false, "owner": "me", "tags": {}}"#);
}

#[test]
fn a_wrong_form_is_refused_with_its_place() {
    refused::<Vpc>(&Encoded::text("x"), r#"expected the fields of `Vpc`, found "x""#);
    refused::<Vpc>(&Encoded::empty(), "`cidr_block`: expected a value, found null");
    let mut value = Encoded::empty();
    value.set("cidr_block", Encoded::Int(1));
    refused::<Vpc>(&value, "`cidr_block`: expected text, found 1");
}

#[test]
fn the_schema_tells_all_about_a_kind() {
    let schema = Subnet::SCHEMA;
    assert_eq!((schema.kind, schema.version, schema.global, schema.feature), (Subnet::TYPE, 2, true, "networks"));
    let own = Exclusive { fields: &["vpc", "cidr_block"], place: "test:net/subnet(vpc, cidr_block)" };
    let shared = Exclusive { fields: &["address"], place: "test:net/use-of-address" };
    assert_eq!(schema.exclusive, [own, shared]);
    assert_eq!((schema.after[0].kind, schema.after[0].sharing), ("test:net/gateway", "test:net/vpc"));
    assert_eq!(schema.migrations.len(), 1);
    assert_eq!((Vpc::SCHEMA.version, Vpc::SCHEMA.global, Vpc::SCHEMA.feature, Vpc::SCHEMA.doc), (1, false, "net", "A network."));
}

#[test]
fn the_schema_documents_the_parts_of_nested_values() {
    let docs = |shape: Shape| match shape {
        Shape::Object(parts) | Shape::Choice(parts) => parts.iter().map(|part| part.doc).collect(),
        _ => vec![],
    };
    assert_eq!(docs(Rule::SHAPE), ["Who.", "The port.", "Why."]);
    assert_eq!(docs(Tunnel::SHAPE), ["Its far end.", "Its key.", "Its notes."]);
    assert_eq!(docs(Sharing::SHAPE), ["With nobody.", "With one account.", "With some accounts."]);
}

#[test]
fn the_schema_tells_all_about_fields() {
    let presence = |name| Subnet::SCHEMA.field(name).map(|field| field.presence);
    assert_eq!(presence("vpc"), Some(Presence::Required));
    assert_eq!(presence("cidr_block"), Some(Presence::Optional));
    assert_eq!(presence("address"), Some(Presence::OptionalComputed));
    assert_eq!(presence("key"), Some(Presence::Optional));
    let field = |name| Subnet::SCHEMA.field(name).expect("a field");
    assert!(field("vpc").replace && !field("rules").replace);
    assert!(field("peers").any_region && field("peers").loose && field("key").write_only);
    assert!(matches!(field("vpc").shape, Shape::Reference("test:net/vpc")));
    assert!(matches!(field("key").shape, Shape::Secret(Shape::Text)));
    assert_eq!(field("cidr_block").default.map(|default| default()), Some(Encoded::text("10.0.0.0/24")));
    let vpc = |name| Vpc::SCHEMA.field(name).expect("a field");
    assert_eq!(vpc("cidr_block").doc, "The range of the network, e.g. `10.0.0.0/16`.");
    assert!(vpc("owner").volatile && vpc("owner").presence == Presence::Computed);
    assert_eq!(vpc("tags").presence, Presence::Optional);
}

#[test]
fn only_what_was_set_is_declared() {
    assert_eq!(set(Vpc::new("10.0.0.0/16")), ["cidr_block"]);
    assert_eq!(set(Vpc::new("10.0.0.0/16").log_group("logs").dns(true)), ["cidr_block", "dns", "log_group"]);
    assert_eq!(set(Vpc::new("10.0.0.0/16").log_group(None::<&str>)), ["cidr_block"]);
    assert_eq!(set(Vpc::new("10.0.0.0/16").log_group(Some("logs")).clone()), ["cidr_block", "log_group"]);
}

#[test]
fn setters_take_values_outputs_handles_and_lists_of_them() {
    run(|scope| {
        let vpc = scope.add("vpc", Vpc::new("10.0.0.0/16"));
        let owner: Output<String> = interpolate!("{}!", vpc.owner);
        scope.add("other", Vpc::new(&vpc.cidr_block).log_group(owner).dns(vpc.dns.clone()));
        let peers: Vec<Handle<Vpc>> = vec![vpc.clone()];
        let rules = [Rule::new(&vpc).port(80), Rule::new(vpc.id.clone()).reason(&vpc.owner)];
        let subnet = Subnet::new(&vpc).peers(&peers).rules(rules).key(Secret::new("k".to_owned()));
        scope.add("a", subnet.clone().peers([&vpc]).address(Ipv4Addr::LOCALHOST));
        scope.add("b", subnet.peers(Some([&vpc.id])).sharing(Sharing::NotShared).ignore_changes(Subnet::key));
    });
}

#[test]
fn tags_are_set_together_or_one_by_one() {
    let tags = Tags::from([("a".to_owned(), "1".to_owned())]);
    let keys = |args: VpcArgs| match args.into_parts().0.pop() {
        Some(("tags", Expr::Object(tags))) => tags.into_keys().collect::<Vec<_>>(),
        _ => panic!("the tags are an object"),
    };
    assert_eq!(keys(Vpc::new("x").tag("b", "2").tag("c", String::from("3"))), ["b", "c"]);
    assert_eq!(keys(Vpc::new("x").tags(tags.clone()).tag("b", "2")), ["a", "b"]);
    assert_eq!(literal(Vpc::new("x").tag("b", "2").tags(tags.clone()), "tags"), tags.encode());
}

#[test]
fn tags_cannot_be_added_to_an_output() {
    let home = Home::new("1", None);
    let problems = declare(home, |scope| {
        let vpc = scope.add("a", Vpc::new("x"));
        scope.add("b", Vpc::new("x").tags(&vpc.tags).tag("b", "2"));
    });
    let message = problems.err().map(|problems| problems.to_string());
    assert_eq!(message.as_deref(), Some("`b`: field `tags`: `tag` cannot add to tags that are an output; give all of them to `tags`"));
}

#[test]
fn inputs_hold_what_a_provider_gets() {
    let inputs = SubnetInputs {
        vpc: Id::new("vpc-1"),
        cidr_block: None,
        address: None,
        peers: Some(vec![Id::new("vpc-2")]),
        rules: None,
        sharing: None,
        key: Some(Secret::new("hunter2".to_owned())),
    };
    round_trip(&inputs, r#"{"key": [secret], "peers": ["vpc-2"], "vpc": "vpc-1"}"#);
    assert!(!format!("{inputs:?}").contains("hunter2"));
    let vpc = VpcInputs { cidr_block: "x".into(), dns: None, log_group: None, tags: Tags::new() };
    round_trip(&vpc, r#"{"cidr_block": "x", "tags": {}}"#);
}

#[test]
fn a_block_is_a_whole_value() {
    let input: Input<Rule> = Rule::new(Id::new("vpc-1")).into_input();
    let Expr::Object(fields) = input.into_expr() else { panic!("a block is an object") };
    assert_eq!(fields.keys().collect::<Vec<_>>(), ["from", "port"]);
    assert!(matches!(fields["port"], Expr::Literal(Encoded::Int(443))));
    let input: Input<Rule> = Rule::new(Id::new("vpc-1")).port(None::<u16>).into_input();
    assert!(matches!(input.into_expr(), Expr::Object(fields) if fields.contains_key("port")));
    let rule = Rule { from: Id::new("vpc-1"), port: 80, reason: None };
    round_trip(&rule, r#"{"from": "vpc-1", "port": 80}"#);
    let mut old = rule.encode();
    old.set("port", Encoded::Null);
    assert_eq!(Rule::decode(&old).map(|rule| rule.port), Ok(443));
}

#[test]
fn variants_are_text_or_maps_with_one_entry() {
    round_trip(&Sharing::NotShared, r#""not-shared""#);
    round_trip(&Sharing::With("me".into()), r#"{"account": "me"}"#);
    round_trip(&Sharing::Some { accounts: vec!["me".into()], until: None }, r#"{"some": {"accounts": ["me"]}}"#);
    round_trip(&Protocol::Tcp, r#""TCP""#);
}

#[test]
fn an_unknown_variant_is_refused_with_the_known_ones() {
    refused::<Protocol>(&Encoded::text("tcp"), r#"expected one of `TCP`, `UDP`, found "tcp""#);
    refused::<Sharing>(&Encoded::empty(), "expected one of `not-shared`, `account`, `some`, found {}");
    let mut wrong = Encoded::empty();
    wrong.set("account", Encoded::Int(1));
    refused::<Sharing>(&wrong, "`account`: expected text, found 1");
    refused::<Sharing>(&Encoded::text("some"), r#"expected one of `not-shared`, `account`, `some`, found "some""#);
}

#[test]
fn fields_have_typed_names() {
    let path = Subnet::key;
    assert_eq!(path.name(), "key");
    assert_eq!(Vpc::tags.key("owner").segments(), ["tags", "owner"]);
    let tunnels: Output<Vec<Tunnel>> = Output::from_expr(Expr::List(Vec::new()));
    let _: Output<Ipv4Addr> = tunnels.at(0).get(Tunnel::outside_ip);
}

#[test]
fn what_holds_no_secret_is_public_and_prints() {
    public(&Vpc { cidr_block: "x".into(), dns: true, log_group: None, tags: Tags::new(), owner: None });
    public(&Rule { from: Id::new("vpc-1"), port: 80, reason: None });
    public(&Sharing::NotShared);
    let printed = |printable: &dyn Printable| match printable.print() {
        Expr::Literal(value) => value,
        _ => panic!("plain values print as literals"),
    };
    assert_eq!(printed(&Cidr::from("x")), Encoded::text("x"));
    assert_eq!(printed(&Protocol::Udp), Encoded::text("UDP"));
}

#[test]
fn plain_values_may_be_written_literally() {
    fn plain(_: &impl Plain) {}
    plain(&Rule { from: Id::new("vpc-1"), port: 80, reason: None });
    plain(&Protocol::Tcp);
    plain(&Cidr::from("x"));
    assert!(Tunnel::SHAPE.holds_secret());
}

#[test]
fn mistakes_do_not_compile_and_say_why() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/compile_fail/*.rs");
    cases.pass("tests/compile_pass/*.rs");
}

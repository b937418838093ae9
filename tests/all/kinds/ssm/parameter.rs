use blogstack_aws::ssm::{DataType, Parameter, ParameterArgs, ParameterType, Tier};
use blogstack_core::{Declare, Scope};
use blogstack_tests::{
    kinds::{self, Kind, create_first, delete_first, update},
    run,
    world::World,
};

const IMAGE: &str = "ami-0123456789abcdef0";

fn with(s: &Scope, more: impl FnOnce(ParameterArgs) -> ParameterArgs) {
    s.add("url", more(Parameter::new("https://example.org")));
}

fn full(s: &Scope, tier: Tier) {
    let parameter = Parameter::new(IMAGE).name("/blog/image").parameter_type(ParameterType::String).data_type(DataType::Image);
    s.add("url", parameter.description("which image").allowed_pattern("^ami-").tier(tier).tag("a", "1"));
}

fn unsaid(s: &Scope) {
    s.add("url", Parameter::new(IMAGE).name("/blog/image").data_type(DataType::Image));
}

fn value(s: &Scope, value: &'static str) {
    s.add("url", Parameter::new(value).name("/blog/image").tier(Tier::Standard));
}

pub(super) const KIND: Kind = Kind {
    subject: "url",
    minimal: |s| with(s, |url| url),
    changes: &[
        update("a tag set", |s| with(s, |url| url.tag("a", "1"))),
        update("tags cleared", |s| with(s, |url| url)),
        update("a list", |s| with(s, |url| url.parameter_type(ParameterType::StringList))),
        update("no list any more", |s| with(s, |url| url)),
        update("a description", |s| with(s, |url| url.description("where"))),
        update("a pattern, and no description", |s| with(s, |url| url.allowed_pattern("^h"))),
        update("no pattern", |s| with(s, |url| url)),
        create_first("everything, under a name", |s| full(s, Tier::Standard)),
        update("more room", |s| full(s, Tier::Advanced)),
        delete_first("less room", |s| full(s, Tier::Standard)),
        update("more room again", |s| full(s, Tier::Advanced)),
        delete_first("no more said of how much room", unsaid),
        update("most of it cleared", |s| value(s, IMAGE)),
        update("another value", |s| value(s, "none")),
        update("the same value as a list", |s| drop(s.add("url", Parameter::new("none").parameter_type(ParameterType::StringList)))),
    ],
    creates: "PutParameter",
    deletes: "DeleteParameter",
    vanish: kinds::delete,
    adopting: |s, ids| {
        s.add("url", Parameter::new("https://example.org").adopt(&ids["url"]));
    },
};

blogstack_tests::lives!(KIND);

#[test]
fn reads_are_batched_and_ask_only_for_what_is_managed() {
    run(async {
        let world = World::new();
        let program = |s: &Scope| {
            for number in 0..12 {
                s.add(format!("p{number:02}"), Parameter::new("1").name(format!("/p/{number:02}").as_str()));
            }
        };
        world.up(program).await;
        world.calls();
        assert!(world.stack(program).preview().await.unwrap().is_empty());
        assert_eq!(world.calls(), ["GetParameters", "GetParameters"]);
        world.up(|s| drop(s.add("p00", Parameter::new("1").name("/p/00").description("first")))).await;
        world.calls();
        world.stack(|s| drop(s.add("p00", Parameter::new("1").name("/p/00").description("first")))).preview().await.unwrap();
        assert_eq!(world.calls(), ["GetParameters", "DescribeParameters"]);
    });
}

#[test]
fn a_name_that_somebody_else_has_is_not_taken() {
    run(async {
        let world = World::new();
        let program = |s: &Scope| drop(s.add("url", Parameter::new("1").name("/url")));
        world.up(program).await;
        let report = world.beside().stack(program).up().await.unwrap();
        let error = &report.failed[0].error;
        assert!(error.to_string().starts_with("field `name`: the name `/url` is taken by an object of the stack `test`"), "{error}");
        assert_eq!(error.hint(), Some("choose another `name`, or take it over with `.adopt(\"/url\")`".into()));
    });
}

#[test]
fn what_aws_would_refuse_is_refused_before_any_call() {
    run(async {
        let world = World::new();
        let error = |program: fn(&Scope)| {
            let world = world.clone();
            async move { world.stack(program).preview().await.unwrap_err().to_string() }
        };
        let name = error(|s| drop(s.add("url", Parameter::new("1").name("aws-url")))).await;
        assert!(name.contains("names do not begin with `aws` or `ssm`"), "{name}");
        let empty = error(|s| drop(s.add("url", Parameter::new("")))).await;
        assert!(empty.contains("a parameter cannot be empty"), "{empty}");
        assert!(!world.calls().contains(&"PutParameter".to_owned()));
    });
}

#[test]
fn a_made_up_name_is_none_that_aws_keeps_for_itself() {
    run(async {
        let world = World::new();
        world.up(|s| drop(s.add("aws-settings", Parameter::new("1")))).await;
        let id = world.id("aws-settings").await;
        assert!(id.starts_with("x-aws-settings-"), "{id}");
    });
}

#[test]
fn plain_and_secure_ones_share_their_names() {
    run(async {
        let program = |s: &Scope| {
            s.add("plain", Parameter::new("1").name("/one"));
            s.add("secure", blogstack_aws::ssm::SecureParameter::new(blogstack_core::Secret::new("2".to_owned())).name("/one"));
        };
        let error = World::new().stack(program).preview().await.unwrap_err().to_string();
        assert!(error.contains("it has the same name as `plain` (ssm/parameter)"), "{error}");
    });
}

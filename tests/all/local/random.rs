//! What is made of chance is made once, and is the same for everybody who refers to it, whenever a run is stopped.

use std::sync::Arc;

use blogstack_aws::ssm::SecureParameter;
use blogstack_core::{
    Scope, Tags,
    disk::MemoryDisk,
    display::{Style, plan_text},
    random::{Password, RandomId},
    testing::Lab,
    value::Value,
};
use blogstack_sim::Sim;
use blogstack_tests::{
    crash::{Run, Stage, Stop, prompt},
    hidden::kept,
    run,
    world::{World, connection},
};
use expect_test::expect;

fn program(keeper: &'static str) -> impl Fn(&Scope) + Send + Sync + Clone + 'static {
    move |s: &Scope| {
        let keepers: Tags = [("user".to_owned(), keeper.to_owned())].into();
        let password = s.add("password", Password::new(20_u16).special("-_").keepers(keepers));
        s.add("parameter", SecureParameter::new(&password.result).name("/blog/password"));
        let unique = s.add("unique", RandomId::new(4_u8));
        s.export("unique", &unique.hex);
        s.export_secret("password", &password.result);
    }
}

/// What is recorded, and what arrived in the cloud.
async fn passwords(world: &World) -> (String, String) {
    let state = world.state().await;
    let record = state.records.values().find(|record| record.urn.path() == "password").expect("it is recorded");
    let Some(Value::Secret(result)) = record.outputs.get("result") else { panic!("{record:?}") };
    let there = world.sim.objects();
    let parameter = there.iter().find(|(key, _)| key.contains("/blog/password")).expect("it is there").1.to_string();
    let text = result.as_text().expect("it is text").to_owned();
    assert!(parameter.contains(&text), "{parameter}");
    (text, state.exports["unique"].as_text().expect("it is text").to_owned())
}

#[test]
fn a_password_stays_until_something_asks_for_another_one() {
    run(async {
        let world = World::new();
        world.up(program("a")).await;
        let first = passwords(&world).await;
        assert_eq!((first.0.len(), first.1.len()), (20, 8));
        assert!(world.stack(program("a")).preview().await.unwrap().is_empty());
        let plan = world.stack(program("b")).preview().await.unwrap();
        expect![[r#"
            Plan for stack `test` of `test` on `sim`. What has the same number is done side by side:

              1 ± password   replace  random/password
                    the old object is deleted afterwards (number 3)
                    keepers: {user: "a"} -> {user: "b"}; needs a new object
              2 ~ parameter  update   ssm/secure-parameter
                    value: [secret] -> <password.result>

            1 to update, 1 to replace; 1 stays as it is.
        "#]]
        .assert_eq(&plan_text(&plan, Style::plain()));
        world.up(program("b")).await;
        let second = passwords(&world).await;
        assert!(first.0 != second.0 && first.1 == second.1);
        world.destroy().await;
        assert!(world.sim.objects().is_empty() && world.state().await.records.is_empty());
    });
}

#[test]
fn a_password_is_in_no_file_and_no_plan_in_clear() {
    run(async {
        let disk = MemoryDisk::new();
        let sim = Sim::builder().seed(7).build().unwrap();
        let world = World { lab: Lab::new(connection(&sim)).on(Arc::new(disk.clone())), sim };
        world.up(program("a")).await;
        let (password, _) = passwords(&world).await;
        let plan = world.stack(program("b")).preview().await.unwrap();
        for shown in [kept(&disk), format!("{plan:?}"), format!("{:?}", world.state().await)] {
            assert!(!shown.contains(&password));
        }
    });
}

/// A password that was never recorded may be followed by another one, but never has the cloud another one than the state.
#[test]
fn wherever_a_run_is_stopped_everybody_has_the_same_password() {
    let (stage, up) = (Stage::empty(prompt), Run::up(program("a")));
    let effects = stage.finish(&up).effects;
    assert!(effects > 10, "{effects}");
    for stop in (0..effects).flat_map(|number| [Stop::Before(number), Stop::After(number)]) {
        let next = stage.run(&up, Some(stop)).stage.finish(&up).stage;
        let seen = |stage: &Stage| run(async { passwords(&stage.open()).await });
        let first = seen(&next);
        assert_eq!(seen(&next.finish(&up).stage), first, "{stop:?}");
    }
}

#[test]
fn what_cannot_be_made_is_refused() {
    run(async {
        let refused = |program: fn(&Scope)| async move { World::new().stack(program).preview().await.unwrap_err().to_string() };
        expect!["`short`: field `length`: 7 is not between 8 and 1024"]
            .assert_eq(&refused(|s| drop(s.add("short", Password::new(7_u16)))).await);
        expect!["`odd`: field `special`: 'é' is no punctuation of ASCII"]
            .assert_eq(&refused(|s| drop(s.add("odd", Password::new(9_u16).special("é")))).await);
        expect!["`none`: field `special`: no sort of characters is left"]
            .assert_eq(&refused(|s| drop(s.add("none", Password::new(9_u16).lower(false).upper(false).digits(false)))).await);
        expect!["`long`: field `byte_length`: 65 is not between 1 and 64"]
            .assert_eq(&refused(|s| drop(s.add("long", RandomId::new(65_u8)))).await);
        expect![[r#"
            `mine`: there is no random/id with the id `abcd` to adopt
              hint: check the id and the region, or declare it without `.adopt(..)` to make a new one"#]]
        .assert_eq(&refused(|s| drop(s.add("mine", blogstack_core::Declare::adopt(RandomId::new(4_u8), "abcd")))).await);
    });
}

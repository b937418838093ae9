//! The simulation answers what moto answers, but for a list of differences, each with its reason.

use blogstack_tests::{
    moto::{
        Moto,
        coverage::{self, Played},
        difference::{Difference, Listed},
        play::play,
        scenario::{self, Scenario},
    },
    run,
};

fn scenarios() -> Vec<Scenario> {
    let all = Scenario::all().unwrap_or_else(|error| panic!("{error}"));
    all.into_iter().map(|(_, scenario)| scenario).collect()
}

fn listed() -> Listed {
    Listed::read().unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn the_simulation_and_moto_differ_only_where_it_is_listed() {
    let Some(moto) = Moto::running() else { return };
    let mut found: Vec<Difference> = Vec::new();
    let mut surprises = Vec::new();
    for (number, scenario) in scenarios().iter().enumerate() {
        let played = run(play(&moto, &format!("4{number:011}"), scenario));
        found.extend(played.differences);
        surprises.extend(played.surprises);
    }
    assert!(surprises.is_empty(), "the simulation does not do what is expected of AWS:\n{}", surprises.join("\n"));
    let problems = listed().problems(&found);
    assert!(problems.is_empty(), "in tests/moto/differences.toml:\n{}", problems.join("\n"));
    println!("{} differences in {} scenarios", found.len(), scenarios().len());
}

#[test]
fn every_operation_that_a_kind_calls_is_played_with_success_and_with_an_error() {
    let (all, listed) = (scenarios(), listed());
    let played = Played::by(&all);
    let operations = coverage::operations();
    assert!(operations.len() > 60, "{operations:?}");
    let unplayed: Vec<_> = operations.iter().filter(|operation| !played.succeeding.contains(*operation)).collect();
    assert!(unplayed.is_empty(), "no scenario lets these succeed: {unplayed:?}");
    let refusable = operations.iter().filter(|operation| !listed.never_refused.contains_key(*operation));
    let unrefused: Vec<_> = refusable.filter(|operation| !played.refused.contains_key(*operation)).collect();
    assert!(unrefused.is_empty(), "no scenario has these refused: {unrefused:?}");
    let idle: Vec<_> = listed.never_refused.keys().filter(|one| played.refused.contains_key(*one) || !operations.contains(*one)).collect();
    assert!(idle.is_empty(), "these are listed as never refused, and are, or are not called: {idle:?}");
}

#[test]
fn every_error_of_the_simulation_is_provoked() {
    let (all, listed) = (scenarios(), listed());
    let played = Played::by(&all);
    let (provoked, codes) = (played.codes(), coverage::codes());
    assert!(codes.len() > 60 && codes.contains("InvalidSubnet.Conflict"), "{codes:?}");
    let missing: Vec<_> = codes.iter().filter(|code| !provoked.contains(code) && !listed.unprovoked.contains_key(*code)).collect();
    assert!(missing.is_empty(), "no scenario provokes {missing:?}");
    let idle: Vec<_> = listed.unprovoked.keys().filter(|code| provoked.contains(code) || !codes.contains(*code)).collect();
    assert!(idle.is_empty(), "these are listed as not provoked, and are, or are unknown: {idle:?}");
}

/// A list with one entry.
fn list(entry: &str) -> Listed {
    let reasons = "[reasons]\nmoto-lacks = \"It is not there.\"\nmoto-accepts = \"It lets this through:\"\nmoto-other-value = \"It says:\"";
    toml::from_str(&format!("{reasons}\n[unprovoked]\n[never_refused]\n[[difference]]\n{entry}")).unwrap()
}

fn difference(at: &str, moto: &[&str], simulation: &[&str]) -> Difference {
    let own = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
    Difference { scenario: "s".into(), operation: "CreateVpc".into(), at: at.into(), moto: own(moto), simulation: own(simulation) }
}

#[test]
fn what_is_not_listed_or_no_longer_differs_is_told() {
    let list = list("operations = [\"CreateVpc\"]\nat = [\"*/state\"]\nreason = \"moto-lacks\"");
    let lacking = difference("vpc/state", &[], &["pending"]);
    assert!(list.problems(std::slice::from_ref(&lacking)).is_empty());
    assert_eq!(list.problems(&[]).len(), 2, "it no longer differs, neither in the operation nor at the path");
    // Another element, another operation, or another form: both say something.
    let others = [
        difference("vpc/statement", &[], &["pending"]),
        Difference { operation: "CreateSubnet".into(), ..lacking.clone() },
        difference("vpc/state", &["available"], &["pending"]),
    ];
    for other in others {
        assert_eq!(list.problems(&[lacking.clone(), other.clone()]).len(), 1, "{other}");
    }
}

#[test]
fn an_entry_names_what_its_reason_is_about() {
    let accepts = difference("error", &["success"], &["InvalidVpc.Range"]);
    let entry = "operations = [\"CreateVpc\"]\nat = [\"error\"]\nreason = \"moto-accepts\"\nsimulation = [\"InvalidVpc.Range\"]";
    assert!(list(&format!("{entry}\nnote = \"CreateVpc\"")).problems(std::slice::from_ref(&accepts)).is_empty());
    assert_eq!(list(entry).problems(std::slice::from_ref(&accepts)).len(), 1, "a note is missing");
    let values = "operations = [\"CreateVpc\"]\nat = [\"vpc/state\"]\nreason = \"moto-other-value\"\nnote = \"CreateVpc\"";
    let says = difference("vpc/state", &["available"], &["pending"]);
    assert_eq!(list(values).problems(&[says]).len(), 1, "the values are missing");
    let unknown = "operations = [\"CreateVpc\"]\nat = [\"error\"]\nreason = \"whatever\"\nnote = \"CreateVpc\"";
    assert_eq!(list(unknown).problems(std::slice::from_ref(&accepts)).len(), 4, "no such reason: it covers nothing");
}

#[test]
fn scenarios_are_read_as_they_are_written() {
    let text = "# Comment\nscenario a name\n  CreateVpc CidrBlock=10.0.0.0/16 Name=\"two words\" -> vpc=vpcId\n  ssm:GetParameter Name=$vpc ! ParameterNotFound";
    let [scenario] = &scenario::read(text).unwrap()[..] else { panic!("one scenario") };
    let [first, second] = &scenario.steps[..] else { panic!("two steps") };
    assert_eq!(first.with[1], ("Name".to_owned(), "two words".to_owned()));
    assert_eq!(first.save, [("vpc".to_owned(), "vpcId".to_owned())]);
    assert_eq!((second.full_name().as_str(), second.refusal.as_deref()), ("ssm:GetParameter", Some("ParameterNotFound")));
    for wrong in ["CreateVpc", "scenario s\n CreateVpc CidrBlock", "scenario s\n CreateVpc !", "scenario s\n CreateVpc A=\"b"] {
        assert!(scenario::read(wrong).is_err(), "{wrong}");
    }
}

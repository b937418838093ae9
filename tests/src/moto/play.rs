//! Plays a scenario on moto and on the simulation, and tells where they differ.

use super::{
    Moto,
    answer::{Answer, SUCCESS, Values},
    difference::Difference,
    judge::Judge,
    scenario::{Names, Scenario, Step, filled},
};

/// What came of a scenario.
#[derive(Debug, Default)]
pub struct Played {
    /// Where the two differ.
    pub differences: Vec<Difference>,
    /// Where the simulation does not do what the scenario expects of AWS.
    pub surprises: Vec<String>,
}

/// One of the two, and what names stand for there.
struct Side {
    judge: Judge,
    names: Names,
}

/// Plays a scenario in an account of its own.
pub async fn play(moto: &Moto, account: &str, scenario: &Scenario) -> Played {
    let theirs = Judge::moto(moto, account);
    // Where profiles are what it is about, it makes its own.
    let about_iam = scenario.steps.iter().any(|step| step.service == "iam");
    let theirs = if about_iam { theirs } else { theirs.with_profiles().await };
    let mut theirs = Side::of(theirs, account);
    let mut ours = Side::of(Judge::simulation(account), account);
    let written: Vec<&str> = scenario.steps.iter().flat_map(|step| &step.with).map(|(_, value)| value.as_str()).collect();
    let written = written.join(" ");
    let mut played = Played::default();
    for step in &scenario.steps {
        let (their, our) = (theirs.take(step).await, ours.take(step).await);
        if our.error() != step.refusal.as_deref() {
            let expected = step.refusal.as_deref().unwrap_or(SUCCESS);
            let surprise = format!("{}: {} {:?}: expected {expected}, got {our:?}", scenario.name, step.operation, step.with);
            played.surprises.push(surprise);
        }
        let found = compared(&their, &our, |side: &Answer, own: &Side| side.values(&own.names, &written), [&theirs, &ours]);
        played.differences.extend(found.into_iter().map(|(at, moto, simulation)| Difference {
            scenario: scenario.name.clone(),
            operation: step.told_name(),
            at,
            moto,
            simulation,
        }));
    }
    played
}

impl Side {
    fn of(judge: Judge, account: &str) -> Self {
        Self { judge, names: Names::from([("account".into(), account.into())]) }
    }

    async fn take(&mut self, step: &Step) -> Answer {
        let with: Vec<_> = step.with.iter().map(|(name, value)| (name.clone(), filled(value, &self.names))).collect();
        let answer = self.judge.ask(&step.service, &step.operation, &with).await;
        for (name, element) in &step.save {
            self.names.extend(answer.first(element).map(|value| (name.clone(), value.to_owned())));
        }
        answer
    }
}

/// Where it is, what moto says there and what the simulation says.
type Apart = (String, Vec<String>, Vec<String>);

fn compared(their: &Answer, our: &Answer, values: impl Fn(&Answer, &Side) -> Values, [theirs, ours]: [&Side; 2]) -> Vec<Apart> {
    let outcome = |answer: &Answer| vec![answer.error().unwrap_or(SUCCESS).to_owned()];
    if their.error() != our.error() {
        return vec![("error".into(), outcome(their), outcome(our))];
    }
    if their.status != our.status {
        return vec![("status".into(), vec![their.status.to_string()], vec![our.status.to_string()])];
    }
    if their.error().is_some() {
        return Vec::new();
    }
    let (their, our) = (values(their, theirs), values(our, ours));
    let mut paths: Vec<&String> = their.keys().chain(our.keys()).collect();
    paths.sort();
    paths.dedup();
    let of = |values: &Values, path: &String| values.get(path).into_iter().flatten().cloned().collect::<Vec<_>>();
    let apart = paths.into_iter().filter(|path| their.get(*path) != our.get(*path));
    apart.map(|path| (path.clone(), of(&their, path), of(&our, path))).collect()
}

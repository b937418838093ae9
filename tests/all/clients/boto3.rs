//! boto3 creates, lists, changes and deletes each kind, with its waiters and paginators: `tests/python/boto3_kinds.py`.

use blogstack_sim::{Outcome, Sim};
use blogstack_tests::{
    fields::repository,
    python::Python,
    served::{ACCOUNT, Served, output, told},
};

#[test]
fn each_kind_lives_its_life() {
    let Some(python) = Python::with("clients") else { return };
    let served = Served::new(Sim::builder().time_scale(200.0));
    let script = repository("tests/python/boto3_kinds.py");
    let output = output(served.client(python.command("python")).arg(script).arg(ACCOUNT));
    assert!(output.status.success(), "{}", told(&output));
    assert!(served.sim.objects().is_empty(), "{:#?}", served.sim.objects());
    let calls = served.sim.calls();
    let lacking = calls.iter().filter(|call| matches!(call.outcome, Outcome::NotSimulated { .. }));
    assert_eq!(lacking.map(|call| call.operation.as_str()).collect::<Vec<_>>(), ["DescribeFpgaImages"]);
    let ignored = calls.iter().find(|call| !call.ignored.is_empty());
    assert!(ignored.is_none(), "{ignored:#?}");
}

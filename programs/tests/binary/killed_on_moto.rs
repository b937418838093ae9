//! `kill -9` at any time, on moto, which knows nothing of being watched: run again, and there is what an undisturbed run makes.

use std::{
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

use blogstack_tests::moto::{
    Moto,
    inventory::{Inventory, assert_only_left_behind, counts},
    stack::{Tenant, on_real_time},
};

use crate::stack::Stack;

const ROUNDS: u64 = 30;

/// A stack is made, and made smaller, and deleted.
const PHASES: [&[&str]; 3] = [&["up", "--set", "zones=2"], &["up", "--set", "zones=1"], &["destroy"]];

/// An undisturbed life: for each phase how long it took, and what was there afterwards.
type Undisturbed = Vec<(Duration, Inventory)>;

fn tenant(moto: &Moto, number: u64) -> (Tenant, Inventory) {
    on_real_time(async {
        let tenant = Tenant::new(moto, &format!("{:012}", 400_000_000_000 + number)).await;
        let before = counts(&tenant.judge).await;
        (tenant, before)
    })
}

fn undisturbed(moto: &Moto) -> Undisturbed {
    let ((tenant, before), stack) = (tenant(moto, ROUNDS), Stack::new());
    let phases = PHASES.map(|arguments| {
        let begun = now();
        stack.run(&tenant, arguments);
        (begun.elapsed(), on_real_time(counts(&tenant.judge)))
    });
    assert_only_left_behind(&before, &phases[2].1);
    phases.into()
}

#[expect(clippy::disallowed_methods, reason = "another process is timed, on real time")]
fn now() -> Instant {
    Instant::now()
}

/// Kills the program after a time; `false` when it had ended before.
#[expect(clippy::disallowed_methods, reason = "another process is waited for, on real time")]
fn is_killed(stack: &Stack, tenant: &Tenant, arguments: &[&str], after: Duration) -> bool {
    let arguments = [arguments, &["--target", "aws", "--yes"]].concat();
    let mut child = stack.command(tenant, &arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    thread::sleep(after);
    let has_ended = child.try_wait().unwrap().is_some();
    child.kill().unwrap();
    child.wait().unwrap();
    !has_ended
}

/// A life with one to three kills in one of its phases. Tells how many there were.
fn round(number: u64, moto: &Moto, undisturbed: &Undisturbed) -> usize {
    let mut chance = fastrand::Rng::with_seed(number);
    let ((tenant, _), stack) = (tenant(moto, number), Stack::new());
    let (fatal, kills) = (chance.usize(..PHASES.len()), chance.u8(1..=3));
    let mut killed = 0;
    for (phase, (arguments, (span, afterwards))) in PHASES.iter().zip(undisturbed).enumerate() {
        for _ in (0..kills).filter(|_| phase == fatal) {
            killed += usize::from(is_killed(&stack, &tenant, arguments, span.mul_f64(chance.f64())));
        }
        stack.run(&tenant, arguments);
        assert_eq!(on_real_time(counts(&tenant.judge)), *afterwards, "round {number}, {arguments:?}, {killed} kills in phase {fatal}");
    }
    killed
}

#[test]
fn a_killed_run_is_taken_up_on_moto() {
    let Some(moto) = Moto::running() else { return };
    let (moto, undisturbed) = (&moto, &undisturbed(&moto));
    let killed: usize = thread::scope(|scope| {
        let rounds = |first: u64| (first..ROUNDS).step_by(2).map(|number| round(number, moto, undisturbed)).sum::<usize>();
        let threads: Vec<_> = [0, 1].map(|first| scope.spawn(move || rounds(first))).into();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    println!("{ROUNDS} rounds on moto, {killed} kills");
    assert!(killed >= 30, "only {killed} kills in {ROUNDS} rounds");
}

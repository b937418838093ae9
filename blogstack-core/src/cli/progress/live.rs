//! On a terminal: one line for each piece of work that is running, and a bar for all of them.

use std::{collections::BTreeMap, time::Duration};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::{
    cli::words,
    event::Event,
    step::{Action, Work},
    urn::Urn,
};

/// Lines at the bottom of the terminal. They go away when it is dropped.
pub(super) struct Live {
    all: MultiProgress,
    total: ProgressBar,
    /// How often what turns is drawn; never, if it is nothing.
    tick: Duration,
    running: BTreeMap<(Urn, bool), ProgressBar>,
}

impl Live {
    /// A bar for this many pieces of work, drawn this often and whenever something happens.
    pub(super) fn new(total: u64, on: ProgressDrawTarget, tick: Duration) -> Self {
        let all = MultiProgress::with_draw_target(on);
        let total = all.add(ProgressBar::new(total).with_style(style("  {pos}/{len} [{bar:30}] {elapsed}")));
        total.tick();
        total.enable_steady_tick(tick);
        Self { all, total, tick, running: BTreeMap::new() }
    }

    /// Takes one event. What is over becomes an ordinary line above.
    pub(super) fn show(&mut self, event: &Event, line: &str) {
        match event {
            Event::Started { urn, action, work } => self.started(urn, *action, *work),
            Event::Retrying { urn, attempt, error, .. } => {
                self.bars(urn).for_each(|bar| bar.set_message(format!("`{}`: attempt {attempt} failed: {error}", urn.path())));
            }
            Event::Finished { urn, work, .. } | Event::Failed { urn, work, .. } => {
                if let Some(bar) = self.running.remove(&(urn.clone(), is_removal(*work))) {
                    bar.finish_and_clear();
                    self.total.inc(1);
                }
                self.print(line);
            }
            _ => self.print(line),
        }
    }

    fn started(&mut self, urn: &Urn, action: Action, work: Work) {
        let bar = ProgressBar::new_spinner().with_style(style("  {spinner} {wide_msg} {elapsed}"));
        let bar = self.all.insert_before(&self.total, bar);
        bar.set_message(format!("{} `{}` ({})", words::doing(action, work), urn.path(), urn.short_kind()));
        bar.tick();
        bar.enable_steady_tick(self.tick);
        self.running.insert((urn.clone(), is_removal(work)), bar);
    }

    fn bars(&self, urn: &Urn) -> impl Iterator<Item = &ProgressBar> {
        self.running.iter().filter(move |((other, _), _)| other == urn).map(|(_, bar)| bar)
    }

    fn print(&self, line: &str) {
        // A terminal that is gone shows nothing; the work goes on.
        let _ = self.all.println(line);
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.running.values().for_each(ProgressBar::finish_and_clear);
        self.total.finish_and_clear();
    }
}

/// A replacement has two pieces of work on one resource.
fn is_removal(work: Work) -> bool {
    matches!(work, Work::Remove | Work::Release)
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> ")
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use indicatif::InMemoryTerm;

    use super::*;

    /// What stands on a terminal, without the seconds and whatever turns.
    fn check(terminal: &InMemoryTerm, expected: &Expect) {
        let shown = terminal.contents();
        let turning = |c: char| "⠁⠂⠄⡀⢀⠠⠐⠈".contains(c);
        let elapsed = |word: &str| word.strip_suffix('s').is_some_and(|number| number.parse::<u32>().is_ok());
        let line = |line: &str| {
            let line = line.replace(turning, "*");
            let line = line.trim_end().rsplit_once(' ').filter(|(_, last)| elapsed(last)).map_or(&*line, |(before, _)| before);
            format!("{}\n", line.trim_end())
        };
        expected.assert_eq(&format!("-- terminal\n{}", shown.lines().map(line).collect::<String>()));
    }

    fn urn(path: &str) -> Urn {
        format!("{path}#test:shop/shelf").parse().expect("it is a urn")
    }

    #[test]
    fn what_runs_has_a_line_and_what_is_over_stands_above() {
        let terminal = InMemoryTerm::new(10, 60);
        let mut live = Live::new(2, ProgressDrawTarget::term_like(Box::new(terminal.clone())), Duration::ZERO);
        let (action, work) = (Action::Create, Work::Make);
        live.show(&Event::Started { urn: urn("base"), action, work }, "");
        live.show(&Event::Started { urn: urn("room/shelf"), action, work }, "");
        check(
            &terminal,
            &expect![[r#"
                -- terminal
                  * creating `base` (shop/shelf)
                  * creating `room/shelf` (shop/shelf)
                  0/2 [                              ]
            "#]],
        );
        live.show(&Event::Retrying { urn: urn("base"), attempt: 1, error: "too fast".into(), after: Duration::from_secs(1) }, "");
        check(
            &terminal,
            &expect![[r#"
                -- terminal
                  * `base`: attempt 1 failed: too fast
                  * creating `room/shelf` (shop/shelf)
                  0/2 [                              ]
            "#]],
        );
        live.show(&Event::Failed { urn: urn("base"), action, work, error: "rotten".into() }, "! failed: making `base`");
        check(
            &terminal,
            &expect![[r#"
                -- terminal
                ! failed: making `base`
                  * creating `room/shelf` (shop/shelf)
                  1/2 [===============>              ]
            "#]],
        );
        drop(live);
        check(
            &terminal,
            &expect![[r#"
                -- terminal
                ! failed: making `base`
            "#]],
        );
    }
}

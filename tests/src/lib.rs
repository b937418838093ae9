//! What the workspace's tests share: stacks on a simulated AWS, in memory and under virtual time.

pub mod crash;
pub mod fields;
pub mod hidden;
pub mod kinds;
pub mod moto;
pub mod packet;
pub mod python;
pub mod sabotage;
pub mod served;
pub mod service;
pub mod terraform;
pub mod toy;
pub mod used;
pub mod weighed;
pub mod world;

/// Runs a test under virtual time.
///
/// # Panics
/// When the runtime cannot be made.
pub fn run<T>(test: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.expect("a runtime on this thread").block_on(test)
}

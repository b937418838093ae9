//! What a process uses, for benchmarks. Linux only.

use std::fs;

/// What this process has used, by the kernel's account.
#[derive(Debug, Clone, Copy)]
pub struct Used {
    /// Seconds of processor time.
    pub seconds: f64,
    /// The most memory at any time, in bytes.
    pub peak: u64,
    /// Bytes written, to files and elsewhere.
    pub written: u64,
}

impl Used {
    /// Up to now.
    ///
    /// # Panics
    /// Where the kernel is not Linux.
    pub fn so_far() -> Self {
        let read = |name: &str| fs::read_to_string(format!("/proc/self/{name}")).expect("Linux");
        let field = |text: &str, name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)).expect("a field").to_owned();
            line.split_whitespace().next().expect("a number").parse::<u64>().expect("a number")
        };
        let stat = read("stat");
        let ticks: u32 = stat
            .rsplit(')')
            .next()
            .expect("fields")
            .split_whitespace()
            .skip(11)
            .take(2)
            .map(|field| field.parse::<u32>().expect("ticks"))
            .sum();
        Self { seconds: f64::from(ticks) / 100.0, peak: field(&read("status"), "VmHWM:") << 10, written: field(&read("io"), "wchar:") }
    }
}

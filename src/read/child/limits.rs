//! What the child may use: memory, processor time, no core file; and it ends with its parent.

use std::io::Read;

/// Address space of the child. The largest honest document measured (60,000 rows, 14 MB) needs 80 MB.
#[cfg(target_os = "linux")]
const MEMORY_BYTES: u64 = 1 << 30;

/// Processor time of the child.
#[cfg(target_os = "linux")]
const CPU_SECS: u64 = 60;

/// Sets the limits. A limit that cannot be set is left as it is: the parent's clock still runs.
#[cfg(target_os = "linux")]
pub fn set() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let limits = [(Resource::As, MEMORY_BYTES), (Resource::Cpu, CPU_SECS), (Resource::Core, 0)];
    for (resource, most) in limits {
        let _ = setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) });
    }
}

/// Sets nothing where limits are not known.
#[cfg(not(target_os = "linux"))]
pub fn set() {}

/// Ends this process when its standard input closes, which the parent holds open for its life.
/// (A parent-death signal would also fire when only the thread that started the child ends.)
pub fn end_with_parent() {
    let watch = || {
        let mut byte = [0; 1];
        while matches!(std::io::stdin().read(&mut byte), Ok(read) if read > 0) {}
        std::process::exit(1);
    };
    let _ = std::thread::Builder::new().stack_size(64 << 10).spawn(watch);
}

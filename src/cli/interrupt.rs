//! Ctrl-C and a polite kill: nothing half-written stays, then the signal does what it always does.

/// Watches for signals from now on. Where that cannot be had, the program runs without.
#[cfg(unix)]
pub fn watch() {
    use crate::write::scratch;
    use signal_hook::{
        consts::{SIGINT, SIGTERM},
        iterator::Signals,
        low_level::emulate_default_handler,
    };
    let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) else { return };
    let wait = move || {
        if let Some(signal) = signals.forever().next() {
            scratch::sweep(|| {
                // Ends the program, so that whoever started it sees what ended it.
                let _ = emulate_default_handler(signal);
            });
        }
    };
    let _ = std::thread::Builder::new().name("signals".to_owned()).spawn(wait);
}

/// There are no signals here; files in the making are hidden by their names.
#[cfg(not(unix))]
pub fn watch() {}

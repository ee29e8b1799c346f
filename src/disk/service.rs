//! Tells the supervisor (systemd, sd_notify(3)) how we are. Without one, nothing happens.

use std::{
    ffi::{OsStr, OsString},
    time::Duration,
};

/// We are up and do our work.
pub fn ready() {
    tell("READY=1");
}

/// We are not stuck; to be said at least twice per [`watchdog_interval`].
pub fn alive() {
    tell("WATCHDOG=1");
}

/// We are about to end, as asked.
pub fn stopping() {
    tell("STOPPING=1");
}

/// How long the supervisor waits for [`alive`] before it kills us; `None`: for ever.
pub fn watchdog_interval() -> Option<Duration> {
    let read = |name| std::env::var(name).ok();
    interval(read("WATCHDOG_USEC"), read("WATCHDOG_PID"), std::process::id())
}

fn interval(micros: Option<String>, pid: Option<String>, own: u32) -> Option<Duration> {
    // The variables are inherited: they may be meant for the process that started us.
    if pid.is_some_and(|pid| pid.parse() != Ok(own)) {
        return None;
    }
    let micros: u64 = micros?.parse().ok()?;
    (micros > 0).then(|| Duration::from_micros(micros))
}

fn tell(state: &str) {
    let address: Option<OsString> = std::env::var_os("NOTIFY_SOCKET");
    if let Some(address) = address.filter(|address| !address.is_empty()) {
        // A supervisor that does not listen is no reason to stop working.
        let _ = send(&address, state);
    }
}

#[cfg(unix)]
fn send(address: &OsStr, state: &str) -> std::io::Result<()> {
    use std::os::unix::{
        ffi::OsStrExt,
        net::{SocketAddr, UnixDatagram},
    };
    let socket = UnixDatagram::unbound()?;
    socket.set_nonblocking(true)?;
    let address = match address.as_bytes().split_first() {
        #[cfg(target_os = "linux")]
        Some((b'@', name)) => {
            <SocketAddr as std::os::linux::net::SocketAddrExt>::from_abstract_name(name)?
        }
        _ => SocketAddr::from_pathname(address)?,
    };
    socket.send_to_addr(state.as_bytes(), &address).map(|_| ())
}

#[cfg(not(unix))]
fn send(_address: &OsStr, _state: &str) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use std::os::{
        linux::net::SocketAddrExt,
        unix::net::{SocketAddr, UnixDatagram},
    };

    use super::*;

    fn heard(socket: &UnixDatagram) -> String {
        let mut told = [0; 99];
        let bytes = socket.recv(&mut told).unwrap();
        String::from_utf8_lossy(&told[..bytes]).into_owned()
    }

    #[test]
    fn the_supervisor_hears_us_by_path_and_by_abstract_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        let socket = UnixDatagram::bind(&path).unwrap();
        send(path.as_os_str(), "READY=1").unwrap();
        assert_eq!(heard(&socket), "READY=1");
        let name = format!("cmegate-{}", std::process::id());
        let address = SocketAddr::from_abstract_name(&name).unwrap();
        let socket = UnixDatagram::bind_addr(&address).unwrap();
        send(OsStr::new(&format!("@{name}")), "WATCHDOG=1").unwrap();
        assert_eq!(heard(&socket), "WATCHDOG=1");
        assert!(send(folder.path().join("nobody").as_os_str(), "READY=1").is_err());
    }

    #[test]
    fn the_watchdog_s_interval_is_ours_or_nobody_s() {
        let text = |text: &str| Some(text.to_owned());
        for (micros, pid, seconds) in [
            (text("30000000"), None, Some(30)),
            (text("30000000"), text("7"), Some(30)),
            (text("30000000"), text("8"), None),
            (text("0"), None, None),
            (text("soon"), None, None),
            (None, text("7"), None),
        ] {
            let expected = seconds.map(Duration::from_secs);
            assert_eq!(interval(micros.clone(), pid.clone(), 7), expected, "{micros:?} {pid:?}");
        }
    }
}

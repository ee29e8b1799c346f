//! Reads `gateway.toml` into a [`Gateway`].

use std::{net::SocketAddr, path::Path};

use super::{Gateway, Limits, LogStyle, Secret, endpoint, ledger};
use crate::{
    config::{keys, vault::Vault},
    spec::{self, Lints, Table},
};

/// Parses the file's text. `home` is the folder that relative paths begin at.
///
/// # Errors
/// Every mistake of the file.
pub(super) fn parse(path: &Path, text: &str, home: &Path) -> Result<Gateway, Lints> {
    // Only an empty path cannot be made absolute; the home is then the folder we stand in.
    let home = std::path::absolute(if home.as_os_str().is_empty() { Path::new(".") } else { home })
        .unwrap_or_else(|_| home.to_owned());
    spec::read(path, text, |table| {
        let ledger = ledger::address(table, &home);
        let ledger_password = Secret::from_key(table, "ledger_password", &home);
        check_password(table, &ledger, ledger_password.is_some());
        let key = |key, file: &str| {
            Secret::from_key(table, key, &home)
                .unwrap_or_else(|| Secret::in_file(home.join("secrets").join(file)))
        };
        Some(Gateway {
            ledger_key: key("ledger_key", "ledger.key"),
            lookup_key: key("lookup_key", "lookup.key"),
            spool: home.join(keys::filled(table, "spool").unwrap_or_else(|| "spool".to_owned())),
            workers: keys::bounded(table, "workers", 1, 64).unwrap_or(2) as usize,
            limits: limits(table),
            endpoints: endpoint::read_all(table, &home),
            web: web(table),
            retention_days: keys::retention_days(table),
            unit: keys::filled(table, "unit"),
            lang: table.choice("lang", keys::LANGS).unwrap_or_default(),
            log: log(table),
            passwords: Vault::from_key(table, &home),
            ledger,
            ledger_password,
            home,
        })
    })
}

/// A password belongs to a user of a PostgreSQL ledger.
fn check_password(table: &Table<'_>, ledger: &str, is_given: bool) {
    let has_user = ledger.split_once("://").is_some_and(|(_, rest)| rest.contains('@'));
    if is_given && !has_user {
        let (zh, en) = (
            "ledger_password 只用于 ledger = \"postgres://用户@主机/数据库\"",
            "ledger_password goes with ledger = \"postgres://USER@HOST/DATABASE\" only",
        );
        table.lint("ledger_password", zh, en);
    }
}

fn limits(table: &Table<'_>) -> Limits {
    let by_default = Limits::default();
    let Some(limits) = table.table("limits") else { return by_default };
    let max_bytes = keys::bounded(&limits, "max_bytes", 1 << 10, 1 << 40);
    let max_tries = keys::bounded(&limits, "max_tries", 1, 1000);
    let lease_secs = keys::bounded(&limits, "lease_secs", 10, 3600);
    limits.close();
    Limits {
        max_bytes: max_bytes.map_or(by_default.max_bytes, |bytes| bytes as u64),
        max_tries: max_tries.map_or(by_default.max_tries, |tries| tries as u32),
        lease_secs: lease_secs.map_or(by_default.lease_secs, |secs| secs as u32),
    }
}

fn log(table: &Table<'_>) -> LogStyle {
    let Some(log) = table.table("log") else { return LogStyle::default() };
    let style = log.choice("style", LogStyle::NAMES).unwrap_or_default();
    log.close();
    style
}

/// `web = "127.0.0.1:9640"`. Whoever can reach the address reads how busy the hospital is, so that other machines
/// may only if the operator says so in as many words.
fn web(table: &Table<'_>) -> Option<SocketAddr> {
    let is_open = table.boolean("web_open").unwrap_or(false);
    let text = table.string("web")?;
    let numeric = match text.strip_prefix("localhost:") {
        Some(port) => format!("127.0.0.1:{port}"),
        None => text,
    };
    let Ok(address) = numeric.parse::<SocketAddr>() else {
        let (zh, en) = (
            "web 应为“地址:端口”，如 \"127.0.0.1:9640\"",
            "web must be address:port, such as \"127.0.0.1:9640\"",
        );
        table.lint("web", zh, en);
        return None;
    };
    if !address.ip().is_loopback() && !is_open {
        let (zh, en) = (
            "这个地址别的电脑也能访问；请改用 127.0.0.1，确需开放则加 web_open = true",
            "other machines can reach this address; use 127.0.0.1, or add web_open = true if that is meant",
        );
        table.lint("web", zh, en);
    }
    Some(address)
}

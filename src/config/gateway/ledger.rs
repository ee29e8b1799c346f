//! Addresses of ledgers: `sqlite:PATH` or `postgres://…`.

use std::path::Path;

use crate::spec::Table;

/// How the address of a built-in ledger begins.
pub(super) const SQLITE: &str = "sqlite:";
const POSTGRES: [&str; 2] = ["postgres://", "postgresql://"];

/// Reads `ledger = "…"`; the path of a built-in ledger becomes absolute.
pub(super) fn address(table: &Table<'_>, home: &Path) -> String {
    let by_default = || format!("{SQLITE}{}", home.join("ledger.sqlite").display());
    let Some(text) = table.string("ledger") else { return by_default() };
    if let Some(path) = text.strip_prefix(SQLITE) {
        let path = path.strip_prefix("//").filter(|rest| rest.starts_with('/')).unwrap_or(path);
        if path.is_empty() || path.contains('?') || path == ":memory:" {
            let (zh, en) = ("sqlite: 后应为文件名", "after sqlite: the name of a file must follow");
            table.lint("ledger", zh, en);
        }
        return format!("{SQLITE}{}", home.join(path).display());
    }
    if POSTGRES.iter().any(|scheme| text.starts_with(scheme)) {
        if has_password(&text) {
            let (zh, en) = (
                "密码不能写在地址里；请写 ledger_password = { env = \"变量名\" } 或 { file = \"文件\" }",
                "the address must not hold the password; write ledger_password = { env = \"NAME\" } or { file = \"PATH\" }",
            );
            table.lint("ledger", zh, en);
        }
        return text;
    }
    let (zh, en) = (
        "ledger 应为 \"sqlite:文件名\" 或 \"postgres://用户@主机/数据库\"",
        "ledger must be \"sqlite:FILE\" or \"postgres://USER@HOST/DATABASE\"",
    );
    table.lint("ledger", zh, en);
    by_default()
}

/// Whether an address holds a password: after the user, or among its parameters.
pub(super) fn has_password(address: &str) -> bool {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let (authority, tail) = rest.split_once(['/', '?']).unwrap_or((rest, ""));
    let user = authority.rsplit_once('@').map_or("", |(user, _)| user);
    let parameters = tail.rsplit('?').next().unwrap_or_default().split('&');
    user.contains(':')
        || parameters.filter_map(|pair| pair.split_once('=')).any(|(name, _)| name == "password")
}

/// Puts a password into an address, behind its user.
pub(super) fn with_password(address: &str, password: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_owned() };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at_checked(end).unwrap_or((rest, ""));
    match authority.rsplit_once('@') {
        Some((user, host)) => format!("{scheme}://{user}:{}@{host}{tail}", escaped(password)),
        None => address.to_owned(),
    }
}

/// Percent-escapes everything that an address could misread.
fn escaped(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match is_plain(byte) {
            true => escaped.push(char::from(byte)),
            false => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_found_wherever_it_hides() {
        for (address, has) in [
            ("postgres://cme@db.example/gate", false),
            ("postgres://cme:secret@db.example/gate", true),
            ("postgres://db.example:5432/gate", false),
            ("postgres://cme@db.example/gate?sslmode=require", false),
            ("postgres://cme@db.example/gate?sslmode=require&password=x", true),
            ("https://a:b@c.example", true),
        ] {
            assert_eq!(has_password(address), has, "{address}");
        }
    }

    #[test]
    fn a_password_is_escaped_into_the_address() {
        let with = with_password("postgres://cme@db.example:5432/gate?a=b", "p@s:s/w 密");
        assert_eq!(with, "postgres://cme:p%40s%3As%2Fw%20%E5%AF%86@db.example:5432/gate?a=b");
    }
}

//! Reads `route.toml` into a [`Route`].

use std::path::Path;

use super::{OnError, Route, digest, folders, inlet, names, outlet, with};
use crate::{
    config::{Catalogue, Gateway, keys, source::Source, vault::Vault},
    model::Kind,
    spec::{self, Lints, Table},
};

/// What a route is checked against.
pub(super) struct Around<'a> {
    /// The gateway it belongs to.
    pub(super) gateway: &'a Gateway,
    /// The mappings it may name.
    pub(super) catalogue: &'a Catalogue,
    /// The routes before it.
    pub(super) earlier: &'a [&'a Route],
}

/// Parses a route's text.
///
/// # Errors
/// Every mistake of the file.
pub(super) fn parse(source: &Source, around: &Around<'_>) -> Result<Route, Lints> {
    let own = source.path.parent().unwrap_or(Path::new(""));
    let own = std::path::absolute(own).unwrap_or_else(|_| own.to_owned());
    let name = own.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let (gateway, catalogue) = (around.gateway, around.catalogue);
    spec::read(&source.path, &source.text, |table| {
        let (inputs, mappings) = names::inputs(table, catalogue);
        let (packs, judging) = names::packs(table, catalogue);
        let kinds =
            mappings.as_ref().map(|all| all.iter().map(|one| one.kind).collect::<Vec<Kind>>());
        let outlets = outlet::read_all(table, kinds.as_deref(), around);
        inlet::check_all(table);
        let on_error = table.choice("on_error", OnError::NAMES).unwrap_or_default();
        check_later(table);
        let lang = table.choice("lang", keys::LANGS).unwrap_or(gateway.lang);
        let is_on = table.boolean("enabled").unwrap_or(true);
        let folders = folders::read(table, &name, &own, around);
        let passwords = Vault::from_key(table, &gateway.home);
        folders::check(table, &folders, is_on, around);
        let with = with::read(table, &folders, gateway);
        folders::check_vaults(table, (&folders, passwords.as_ref()), around);
        let judges = digest::Judges {
            with: &with,
            home: &gateway.home,
            inputs: mappings.as_deref().unwrap_or_default(),
            outlets: &outlets,
            packs: &judging,
            on_error,
            lang,
        };
        Some(Route {
            label: keys::filled(table, "label").unwrap_or_else(|| name.clone()),
            settle_secs: seconds(table, "settle_secs", 0, 86_400).unwrap_or(3),
            needs_marker: marker(table),
            poll_secs: seconds(table, "poll_secs", 1, 86_400).unwrap_or(5),
            retention_days: keys::retention_days(table).or(gateway.retention_days),
            digest: digest::of(&judges, catalogue),
            name: name.clone(),
            folders,
            inputs,
            packs,
            with,
            outlets,
            on_error,
            lang,
            passwords: passwords.or_else(|| gateway.passwords.clone()),
            is_on,
        })
    })
}

fn seconds(table: &Table<'_>, key: &'static str, from: i64, to: i64) -> Option<u32> {
    keys::bounded(table, key, from, to).map(|seconds| seconds as u32)
}

fn marker(table: &Table<'_>) -> bool {
    table.choice("marker", &[("ok", true), ("none", false)]).unwrap_or(false)
}

/// Keys of the contract that a later version obeys.
fn check_later(table: &Table<'_>) {
    if table.has("on_cap") {
        let (zh, en) =
            ("本版本还没有 on_cap，请先去掉", "this version has no on_cap yet; leave it out");
        table.lint("on_cap", zh, en);
    }
}

//! The folder that holds a gateway: its plan, keys, ledger and spool.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::ArgMatches;

use super::{Context, Exit};
use crate::{
    clock::Clock,
    config::{Gateway as Plan, SHIPPED_HOME, Secret, gateway::SecretError},
    disk,
    ledger::{
        Ledger, LedgerError, Secrets,
        seal::{KeyError, Keys, LookupKey},
        spool::Spool,
    },
    model::Lang,
    pipeline::{
        chain,
        gateway::{Gateway, OpenError},
    },
};

/// The folder named by `--home`.
pub fn folder(verb: &ArgMatches) -> PathBuf {
    let named = verb.get_one::<PathBuf>("home").cloned();
    let folder = named.unwrap_or_else(|| PathBuf::from("watch-dirs"));
    std::path::absolute(&folder).unwrap_or(folder)
}

/// Puts the shipped routes into a home that is not there yet, or empty.
///
/// # Errors
/// The folder cannot be made.
pub fn furnish(home: &Path) -> io::Result<()> {
    if home.exists() && std::fs::read_dir(home)?.next().is_some() {
        return Ok(());
    }
    for (name, text) in SHIPPED_HOME {
        let path = home.join(name);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, text)?;
    }
    Ok(())
}

/// Reads `gateway.toml`.
///
/// # Errors
/// Told already; the exit code.
pub fn plan(context: &Context, home: &Path) -> Result<Plan, Exit> {
    Plan::load(home).map_err(|lints| context.config_fault(&lints.into()))
}

/// What came of looking for keys.
pub struct Found {
    /// The keys.
    pub secrets: Secrets,
    /// Key files that were made just now.
    pub made: Vec<PathBuf>,
}

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum NoKey {
    /// Its text cannot be had.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// Its text is no key, or its file cannot be made.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// Loads both keys; makes those that are missing if `may_make`.
///
/// # Errors
/// A key cannot be read or made.
pub fn secrets(plan: &Plan, may_make: bool) -> Result<Found, NoKey> {
    let mut made = Vec::new();
    let seal = key(&plan.ledger_key, may_make, &mut made, Keys::create, Keys::parse)?;
    let lookup = key(&plan.lookup_key, may_make, &mut made, LookupKey::create, LookupKey::parse)?;
    Ok(Found { secrets: Secrets { seal: Arc::new(seal), lookup }, made })
}

/// The look-up key alone.
///
/// # Errors
/// It cannot be read.
pub fn lookup(plan: &Plan) -> Result<LookupKey, NoKey> {
    Ok(LookupKey::parse(&plan.lookup_key.read()?)?)
}

fn key<K>(
    secret: &Secret,
    may_make: bool,
    made: &mut Vec<PathBuf>,
    create: fn(&Path) -> Result<K, KeyError>,
    parse: fn(&str) -> Result<K, KeyError>,
) -> Result<K, NoKey> {
    if let Some(path) = secret.path().filter(|path| may_make && !path.exists()) {
        made.push(path.to_owned());
        return Ok(create(path)?);
    }
    Ok(parse(&secret.read()?)?)
}

/// Says that a key was made. Beside an old ledger that means that the earlier one is lost.
fn made_key(path: &Path, is_old: bool, lang: Lang) -> String {
    let path = path.display();
    match (is_old, lang) {
        (false, Lang::Zh) => format!(
            "新建了密钥 {path}；请备份到别处：丢了它，账本里的文件名和封存的原件就再也打不开"
        ),
        (false, Lang::En) => format!(
            "made the key {path}; back it up elsewhere: without it, names in the ledger and sealed documents cannot be opened"
        ),
        (true, Lang::Zh) => format!(
            "警告：原来的密钥 {path} 不见了，已新建一把。以前的文件名和封存的原件现在打不开；请把备份里的密钥行加回这个文件，新的一行留在最后"
        ),
        (true, Lang::En) => format!(
            "warning: the key {path} was gone, a new one was made. Earlier names and sealed documents cannot be opened; put the lines of the back-up into this file again, before the new one"
        ),
    }
}

/// Opens everything for `run`. `may_begin`: a missing ledger may be made beside a spool that is in use.
///
/// # Errors
/// Told already; the exit code.
pub fn open(
    context: &Context,
    plan: Plan,
    mappings: Option<PathBuf>,
    clock: Clock,
    may_begin: bool,
) -> Result<Gateway, Exit> {
    let found = secrets(&plan, true).map_err(|error| key_fault(context, &error))?;
    let is_old = plan.ledger_file().is_some_and(Path::exists);
    for path in &found.made {
        eprintln!("{}", made_key(path, is_old, context.lang));
    }
    let spool = Spool::open(&plan.spool, Arc::clone(&found.secrets.seal)).map_err(|error| {
        context.screen.error(context.lang, &chain(&error));
        Exit::World
    })?;
    if !may_begin {
        refuse_lost_ledger(context, &plan, &spool)?;
    }
    let lookup = found.secrets.lookup.clone();
    let daemon = seated(context, &plan, &spool)?;
    let ledger = ledger(context, &plan, found.secrets, &daemon, clock.clone())?;
    Gateway::new(plan, mappings, (ledger, spool, lookup), clock).map_err(|error| match error {
        OpenError::Ledger(error) => ledger_fault(context, &error),
        other => {
            context.screen.error(context.lang, &chain(&other));
            Exit::World
        }
    })
}

/// A built-in ledger that is gone while its spool holds originals was lost or moved: an empty one would forget what was
/// delivered and deliver it again.
fn refuse_lost_ledger(context: &Context, plan: &Plan, spool: &Spool) -> Result<(), Exit> {
    let Some(file) = plan.ledger_file().filter(|file| !file.exists()) else { return Ok(()) };
    let bytes = spool.bytes().map_err(|error| {
        context.screen.error(context.lang, &chain(&error));
        Exit::World
    })?;
    if bytes == 0 {
        return Ok(());
    }
    let file = file.display();
    let told = match context.lang {
        Lang::Zh => format!(
            "账本 {file} 不见了，但 spool 里还有原件；请从备份恢复账本，或核对 gateway.toml 里的 ledger。确实要从空账本重新开始（以前交付过的会再交付一次）：加 --new-ledger"
        ),
        Lang::En => format!(
            "the ledger {file} is gone while the spool holds originals: restore it from a backup, or check ledger in gateway.toml. To begin an empty one, which delivers again what was delivered before, add --new-ledger"
        ),
    };
    context.screen.error(context.lang, &told);
    Err(Exit::Configuration)
}

/// Opens the ledger for the verbs that look at it.
///
/// # Errors
/// Told already; the exit code.
pub fn look(context: &Context, verb: &ArgMatches) -> Result<(Plan, Ledger, Arc<Keys>), Exit> {
    let plan = plan(context, &folder(verb))?;
    if plan.ledger_file().is_some_and(|file| !file.exists()) {
        let told = context.lang.pick(
            "还没有账本：先运行 cmegate run 或 cmegate run --once",
            "there is no ledger yet: run cmegate run or cmegate run --once first",
        );
        context.screen.error(context.lang, told);
        return Err(Exit::World);
    }
    let found = secrets(&plan, false).map_err(|error| key_fault(context, &error))?;
    let keys = Arc::clone(&found.secrets.seal);
    let operator = format!("operator@{}", disk::host());
    let ledger = ledger(context, &plan, found.secrets, &operator, Clock::system())?;
    Ok((plan, ledger, keys))
}

/// Daemons of one machine and home at the same time; nobody needs more.
const MOST_SEATS: u32 = 100;

/// The name of this daemon, for leases and its event chain: the same machine, home and seat give the
/// same name. Whoever has the name may take back the leases that stand under it, so that nobody else
/// living has it; and a built-in ledger, where every lease is taken back, has one daemon only.
fn seated(context: &Context, plan: &Plan, spool: &Spool) -> Result<String, Exit> {
    let name = format!("{}:{}", disk::host(), plan.home.display());
    let seat = match plan.ledger_file() {
        Some(_) => spool.take_seat("built-in ledger", 1),
        None => spool.take_seat(&name, MOST_SEATS),
    };
    match seat {
        Ok(Some(1)) => Ok(name),
        Ok(Some(number)) => Ok(format!("{name}#{number}")),
        Ok(None) => {
            let told = context.lang.pick(
                "已有一个 cmegate run 在用这个账本；请等它结束或先停掉它（要多个同时工作，请改用 PostgreSQL 账本）",
                "another cmegate run works on this ledger; wait for it or stop it (several at once need a PostgreSQL ledger)",
            );
            context.screen.error(context.lang, told);
            Err(Exit::World)
        }
        Err(error) => {
            context.screen.error(context.lang, &chain(&error));
            Err(Exit::World)
        }
    }
}

fn ledger(
    context: &Context,
    plan: &Plan,
    secrets: Secrets,
    daemon: &str,
    clock: Clock,
) -> Result<Ledger, Exit> {
    let address = plan.ledger_address().map_err(|error| {
        context.screen.error(context.lang, &error.render(context.lang));
        Exit::Configuration
    })?;
    Ledger::open(&address, secrets, daemon, clock).map_err(|error| ledger_fault(context, &error))
}

/// Tells about a ledger that refuses, and what to do.
pub fn ledger_fault(context: &Context, error: &LedgerError) -> Exit {
    let (zh, en) = match error {
        LedgerError::Newer { .. } => (
            "这个账本是更新版本的 cmegate 写的；请升级本程序，不要用旧版本打开",
            "a newer cmegate wrote it: upgrade this program",
        ),
        LedgerError::Corrupt { .. } => (
            "账本文件损坏：先停掉所有 cmegate，把它连同 -wal、-shm 文件改名留底，从备份恢复；没有备份就用 cmegate run --new-ledger 重建，原件都在 spool 里",
            "stop every cmegate, move the file aside with its -wal and -shm, restore it from a backup; without one cmegate run --new-ledger makes a new ledger, and the originals are in the spool",
        ),
        LedgerError::Stranger { what: "spool", .. } => (
            "账本和封存文件夹（spool）不是一套；请核对 gateway.toml 里的 ledger 和 spool",
            "ledger and spool do not belong together: check both in gateway.toml",
        ),
        LedgerError::Stranger { .. } => (
            "查重密钥（lookup.key）不是建账本时的那一把；请从备份恢复",
            "the look-up key is not the one this ledger was made with: restore it from a backup",
        ),
        LedgerError::Unreachable { .. } => (
            "连不上账本；请检查数据库是否在运行、地址和密码",
            "check that the database runs, its address and password",
        ),
        _ => ("", ""),
    };
    let hint = context.lang.pick(zh, en);
    let stop = if hint.is_empty() { "" } else { context.lang.pick("；", "; ") };
    context.screen.error(context.lang, &format!("{}{stop}{hint}", chain(error)));
    match error {
        LedgerError::UnknownJob(_) | LedgerError::WrongState { .. } => Exit::Usage,
        _ => Exit::World,
    }
}

/// Tells about a key that cannot be had.
pub fn key_fault(context: &Context, error: &NoKey) -> Exit {
    let hint = context.lang.pick(
        "；密钥由 cmegate run 或 cmegate doctor --init-key 新建",
        "; keys are made by cmegate run or cmegate doctor --init-key",
    );
    context.screen.error(context.lang, &format!("{}{hint}", chain(error)));
    Exit::World
}

//! `doctor`: what works here, what does not, and what to do.

use std::{path::Path, sync::Arc};

use clap::ArgMatches;
use serde::Serialize;

use super::{Context, Exit, home};
use crate::{
    clock::Clock,
    config::{Gateway as Plan, Route, Vault, gateway::Place},
    disk,
    ledger::{JobFilter, Ledger, seal::Keys, spool::Spool},
    model::Lang,
    pipeline::chain,
    read,
    spec::Lints,
};

/// Less free space than this is worth a word.
const LITTLE: u64 = 1 << 30;
/// A clock before this (2026-01-01) is wrong.
const EARLIEST: i64 = 1_767_225_600_000;

/// One thing looked at.
#[derive(Debug, Serialize)]
struct Check {
    what: String,
    is_well: bool,
    /// What is wrong, or what was found.
    found: String,
    /// What to do about it; empty if nothing.
    advice: String,
}

struct Doctor<'a> {
    context: &'a Context,
    checks: Vec<Check>,
    /// Worst of what was found.
    exit: Exit,
}

/// Runs `doctor`.
pub fn run(context: &mut Context, verb: &ArgMatches) -> Exit {
    let home = home::folder(verb);
    let mut doctor = Doctor { context, checks: Vec::new(), exit: Exit::Done };
    doctor.look_at_home(&home);
    match Plan::load(&home) {
        // Said already; nothing in it can be looked at.
        Err(_) if !home.is_dir() => {}
        Ok(plan) => {
            if verb.get_flag("rotate-key") {
                doctor.rotate(&plan);
            }
            doctor.look_at_plan(&plan, verb.get_flag("init-key"));
        }
        Err(lints) => doctor.lints("gateway.toml", &lints),
    }
    doctor.look_at_mappings();
    doctor.look_at_clock();
    doctor.look_at_reader();
    doctor.tell(verb.get_flag("json"))
}

impl Doctor<'_> {
    fn pick(&self, zh: &str, en: &str) -> String {
        self.context.lang.pick(zh, en).to_owned()
    }

    fn well(&mut self, what: impl Into<String>, found: impl Into<String>) {
        let (what, found) = (what.into(), found.into());
        self.checks.push(Check { what, is_well: true, found, advice: String::new() });
    }

    /// Something that the world refuses.
    fn ill(&mut self, what: impl Into<String>, found: impl Into<String>, advice: [&str; 2]) {
        self.add_ill(what, found, advice);
        self.exit = self.exit.max(Exit::World);
    }

    /// Something that people configured wrongly.
    fn wrong(&mut self, what: impl Into<String>, found: impl Into<String>, advice: [&str; 2]) {
        self.add_ill(what, found, advice);
        self.exit = self.exit.max(Exit::Configuration);
    }

    fn add_ill(&mut self, what: impl Into<String>, found: impl Into<String>, advice: [&str; 2]) {
        let advice = self.pick(advice[0], advice[1]);
        let (what, found) = (what.into(), found.into());
        self.checks.push(Check { what, is_well: false, found, advice });
    }

    fn lints(&mut self, what: &str, lints: &Lints) {
        let found = lints.render(self.context.lang);
        self.wrong(what, found.trim_end(), ["按所指的行改正", "mend the lines named"]);
    }

    fn look_at_home(&mut self, home: &Path) {
        let what = self.pick("监视文件夹", "home");
        if home.is_dir() {
            self.well(what, home.display().to_string());
        } else {
            let advice = [
                "运行 cmegate run 会按自带的样子建好；或用 --home 指到别处",
                "cmegate run makes it as shipped; or name another with --home",
            ];
            self.ill(what, home.display().to_string(), advice);
        }
    }

    fn look_at_plan(&mut self, plan: &Plan, may_make: bool) {
        let keys = self.look_at_keys(plan, may_make);
        self.look_at_place("spool", &plan.spool);
        if let Some(file) = plan.ledger_file() {
            let folder = file.parent().unwrap_or(&plan.home).to_owned();
            self.look_at_network(&folder);
        }
        if let Some(found) = keys {
            let spool = Spool::open(&plan.spool, Arc::clone(&found.secrets.seal));
            let is_new = plan.ledger_file().is_some_and(|file| !file.exists());
            match (is_new, spool) {
                (_, Err(error)) => {
                    let advice = ["检查文件夹权限", "check the folder's permissions"];
                    self.ill("spool", chain(&error), advice);
                }
                (true, Ok(_)) => {
                    let found =
                        self.pick("还没有，第一次运行时新建", "none yet; the first run makes it");
                    self.well(self.pick("账本", "ledger"), found);
                }
                (false, Ok(_)) => self.look_at_ledger(plan, found.secrets),
            }
        }
        for (name, route) in plan.routes(&self.context.catalogue) {
            match route {
                Ok(route) => {
                    self.look_at_route(&route);
                    self.look_at_vault(&name, route.passwords.as_ref());
                }
                Err(lints) => self.lints(&format!("{name}/route.toml"), &lints),
            }
        }
        for endpoint in &plan.endpoints {
            let Place::Folder(folder) = &endpoint.place;
            self.look_at_place(&endpoint.name, folder);
        }
    }

    fn look_at_keys(&mut self, plan: &Plan, may_make: bool) -> Option<home::Found> {
        let what = self.pick("密钥", "keys");
        match home::secrets(plan, may_make) {
            Ok(found) => {
                let made: Vec<String> =
                    found.made.iter().map(|path| path.display().to_string()).collect();
                for secret in [&plan.ledger_key, &plan.lookup_key] {
                    self.look_at_mode(secret.path());
                }
                if made.is_empty() {
                    let backup = self.pick(
                        "都在；请确认另有备份",
                        "there; see that there is a backup elsewhere",
                    );
                    self.well(what, backup);
                } else {
                    let told = self.pick("新建了（请备份）：", "made (back them up): ");
                    self.well(what, format!("{told}{}", made.join(&self.pick("、", ", "))));
                }
                Some(found)
            }
            Err(error) => {
                let advice = [
                    "从备份恢复；全新安装则运行 cmegate doctor --init-key",
                    "restore it from a backup; on a new machine run cmegate doctor --init-key",
                ];
                self.ill(what, chain(&error), advice);
                None
            }
        }
    }

    fn look_at_mode(&mut self, path: Option<&Path>) {
        let Some(path) = path else { return };
        if disk::exposed_mode(path).ok().flatten().is_some() {
            let advice = ["执行 chmod 600", "run chmod 600 on it"];
            self.ill(
                path.display().to_string(),
                self.pick("别人也能读", "others may read it"),
                advice,
            );
        }
    }

    /// Whether a route's passwords can be read, and by nobody else.
    fn look_at_vault(&mut self, route: &str, vault: Option<&Vault>) {
        let Some(vault) = vault else { return };
        let what = format!("{route}: {}", self.pick("密码文件", "password file"));
        match vault.read() {
            Ok(passwords) => {
                let count = passwords.given().count();
                self.well(what, format!("{} ({count})", vault.place()));
                self.look_at_mode(vault.path());
            }
            Err(error) => {
                let advice = [
                    "放好文件（每行一个密码，UTF-8），或去掉 passwords 一行；在此之前这个通道的文件都在等",
                    "put the file there (one password a line, UTF-8) or take the key passwords away; until then the route's documents wait",
                ];
                self.ill(what, error.render(self.context.lang), advice);
            }
        }
    }

    fn rotate(&mut self, plan: &Plan) {
        let what = self.pick("更换密钥", "new key");
        let Some(path) = plan.ledger_key.path() else {
            let advice = [
                "密钥在环境变量里：请在变量中另加一行新密钥",
                "the key is in the environment: add a line there",
            ];
            return self.ill(what, plan.ledger_key.place(), advice);
        };
        match Keys::add(path) {
            Ok(_) => {
                let found = self.pick(
                    "已加上新密钥，今后用它封存；旧密钥留着开旧件，请重新备份",
                    "added; it seals from now on, the old ones stay for what they sealed: back the file up again",
                );
                self.well(what, found);
            }
            Err(error) => {
                self.ill(what, chain(&error), ["检查文件权限", "check the file's permissions"])
            }
        }
    }

    fn look_at_ledger(&mut self, plan: &Plan, secrets: crate::ledger::Secrets) {
        let what = self.pick("账本", "ledger");
        let address = match plan.ledger_address() {
            Ok(address) => address,
            Err(error) => {
                let advice = ["按所说的设好密码", "set the password as it says"];
                return self.wrong(what, error.render(self.context.lang), advice);
            }
        };
        let operator = format!("operator@{}", disk::host());
        match Ledger::open(&address, secrets, &operator, Clock::system()) {
            Ok(ledger) => {
                let filter = JobFilter { limit: Some(1), ..JobFilter::default() };
                let count: u64 = ledger.counts().into_iter().flatten().map(|(_, n)| n).sum();
                let last =
                    ledger.jobs(&filter).ok().and_then(|jobs| jobs.first().map(|j| j.changed_at));
                if last.is_some_and(|last| last > Clock::system().now() + 60_000) {
                    let advice = ["校准本机时钟（NTP）", "set this machine's clock (NTP)"];
                    let found =
                        self.pick("账本里的时间比现在还晚", "its last entry lies in the future");
                    self.ill(what.clone(), found, advice);
                }
                let counted = match self.context.lang {
                    Lang::Zh => format!("{}，任务 {count} 个", ledger.address()),
                    Lang::En => format!("{}, {count} jobs", ledger.address()),
                };
                self.well(what, counted);
            }
            Err(error) => {
                let advice = [
                    "看上面这句话；数据库要在运行，地址要对",
                    "see what it says; the database must run and the address be right",
                ];
                self.ill(what, chain(&error), advice);
            }
        }
    }

    fn look_at_route(&mut self, route: &Route) {
        for path in &route.with {
            let what = format!("{}/with", route.name);
            let shown = path.display().to_string();
            if path.is_file() {
                self.well(what, shown);
            } else {
                let advice = [
                    "把人员名册放到那里，或改 route.toml 里的 with",
                    "put the staff master there, or mend with in route.toml",
                ];
                self.ill(what, shown, advice);
            }
        }
        let folders = &route.folders;
        for folder in [&folders.input, &folders.done, &folders.refused, &folders.out] {
            let name = folder.file_name().map(|name| name.to_string_lossy().into_owned());
            let what = format!("{}/{}", route.name, name.unwrap_or_default());
            if folder.exists() {
                self.look_at_place(&what, folder);
            } else {
                let found = self.pick("还没有，运行时新建", "not there yet; made when it runs");
                self.well(what, found);
            }
        }
    }

    /// Whether a folder can be written, and has room.
    fn look_at_place(&mut self, what: &str, folder: &Path) {
        let probe = folder.join(format!(".cmegate-doctor-{}", std::process::id()));
        let written = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&probe, b"ok"));
        // Nothing else was put there.
        let _ = std::fs::remove_file(&probe);
        let shown = folder.display().to_string();
        if let Err(error) = written {
            let advice = [
                "给运行 cmegate 的账号写权限，或换个文件夹",
                "let the account that runs cmegate write there",
            ];
            return self.ill(what, format!("{shown}: {error}"), advice);
        }
        match disk::free_bytes(folder) {
            Ok(free) if free < LITTLE => {
                let advice = [
                    "清理空间；满了会暂停接收，清出后自动继续",
                    "free some space; when full, intake pauses until there is room",
                ];
                self.ill(what, format!("{shown}: {} MB", free >> 20), advice);
            }
            _ => self.well(what, shown),
        }
    }

    fn look_at_network(&mut self, folder: &Path) {
        if let Ok(Some(kind)) = disk::network_kind(folder) {
            let advice = [
                "账本必须放在本机磁盘，不能放在网络共享上",
                "keep the ledger on a disk of this machine, never on a share",
            ];
            self.ill(self.pick("账本", "ledger"), format!("{} ({kind})", folder.display()), advice);
        }
    }

    fn look_at_mappings(&mut self) {
        let lints = self.context.catalogue.check(&[]);
        let what = self.pick("映射、目标、模板", "mappings, targets, templates");
        if lints.is_empty() {
            let names = self.context.catalogue.names(crate::config::FileKind::Target).len();
            let found = match self.context.lang {
                Lang::Zh => format!("没有写法错误；目标 {names} 个"),
                Lang::En => format!("no mistake; {names} targets"),
            };
            self.well(what, found);
        } else {
            self.lints(&what, &lints);
        }
    }

    fn look_at_clock(&mut self) {
        let now = Clock::system().now();
        let what = self.pick("时钟", "clock");
        let shown = crate::pipeline::gateway::words::minute(now);
        if now < EARLIEST {
            self.ill(what, shown, ["校准本机时钟（NTP）", "set this machine's clock (NTP)"]);
        } else {
            self.well(what, format!("{shown} (Asia/Shanghai)"));
        }
    }

    /// Old workbooks are read by a child of this program: it must be able to start itself.
    fn look_at_reader(&mut self) {
        let what = self.pick("旧格式读取程序", "reader of old workbooks");
        match read::child::ReaderProgram::current() {
            Ok(_) => self.well(what, self.pick("可用", "works")),
            Err(error) => {
                let advice = ["重新安装 cmegate", "install cmegate again"];
                self.ill(what, chain(&error), advice);
            }
        }
    }

    fn tell(self, is_json: bool) -> Exit {
        let is_well = self.checks.iter().all(|check| check.is_well);
        let screen = &self.context.screen;
        if is_json {
            let object =
                serde_json::json!({ "version": 1, "is_well": is_well, "checks": self.checks });
            screen.line(&object.to_string());
        } else {
            for check in &self.checks {
                let mark = if check.is_well { "✓" } else { "✗" };
                screen.line(&format!("{mark} {}  {}", screen.bold(&check.what), check.found));
                if !check.advice.is_empty() {
                    screen.line(&format!("    → {}", check.advice));
                }
            }
        }
        self.exit
    }
}

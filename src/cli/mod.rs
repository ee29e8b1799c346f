//! The command line: words in, exit code out. Data goes to stdout, everything else to stderr.

mod args;
mod catalogues;
mod convert;
mod demo;
mod explain;
mod gateway;
mod inspect;
mod interrupt;
mod pack;
mod past;
mod repair;
mod repro;
mod samples;
mod screen;
mod usage;
mod verify;

use std::{
    ffi::OsString,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::ArgMatches;

use crate::{
    config::{Catalogue, ConfigError},
    model::Lang,
    pipeline::{ConvertError, chain},
    read,
};
use screen::Screen;

/// How a run ended, worst last; the numbers are the contract of HOUSE's table of errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Done, with error findings.
    Findings = 1,
    /// The command line is wrong.
    Usage = 2,
    /// A mapping, target, pack or route is wrong.
    Configuration = 3,
    /// Disk, network or database.
    World = 4,
    /// Our own mistake.
    Bug = 101,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

/// What every verb gets.
struct Context {
    lang: Lang,
    screen: Screen,
    mappings: Option<PathBuf>,
    catalogue: Catalogue,
}

/// Runs the program on its own arguments.
pub fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().collect();
    if words.get(1).is_some_and(|verb| verb == read::child::VERB) {
        return read::child::serve(words.get(2..).unwrap_or_default());
    }
    if words.get(1).is_some_and(|verb| verb == read::package::unpack::VERB) {
        return read::package::unpack::serve(words.get(2..).unwrap_or_default());
    }
    let lang = args::language(&words);
    let matches = match args::command(lang).try_get_matches_from(&words) {
        Ok(matches) => matches,
        Err(error) => {
            return usage::tell(lang, &error).into();
        }
    };
    let screen = Screen::new(&matches);
    let folder = matches.get_one::<PathBuf>("mappings").cloned().or_else(args::default_mappings);
    let mut context =
        Context { lang, screen, mappings: folder.clone(), catalogue: Catalogue::open(folder) };
    let exit = dispatch(&mut context, &matches);
    // A closed pipe (`| head`) is no fault of ours.
    let _ = io::stdout().flush();
    // The system takes the memory back faster than we could give it piece by piece.
    std::mem::forget(context);
    exit.into()
}

fn dispatch(context: &mut Context, matches: &ArgMatches) -> Exit {
    match matches.subcommand() {
        Some(("convert", verb)) => convert::run(context, verb, crate::pipeline::Wants::Outputs),
        Some(("check", verb)) => convert::run(context, verb, crate::pipeline::Wants::Judgement),
        Some(("inspect", verb)) => inspect::run(context, verb),
        Some(("repair", verb)) => repair::run(context, verb),
        Some(("explain", verb)) => explain::run(context, verb),
        Some(("mapping", verb)) => catalogues::mapping(context, verb),
        Some(("target", verb)) => catalogues::target(context, verb),
        Some(("pack", verb)) => pack::run(context, verb),
        Some(("verify", verb)) => verify::run(context, verb),
        Some(("repro", verb)) => repro::run(context, verb),
        Some(("demo", _)) => demo::run(context),
        Some(("completions", verb)) => args::completions(context.lang, verb),
        Some((name, verb)) => gateway::run(context, name, verb).unwrap_or(Exit::Usage),
        None => Exit::Usage,
    }
}

impl Context {
    /// Tells an operator about a fault and gives the exit code that goes with it.
    fn fault(&self, error: &ConvertError) -> Exit {
        match error {
            ConvertError::Config(error) => self.config_fault(error),
            other => {
                self.screen.error(self.lang, &words(other, self.lang));
                Exit::World
            }
        }
    }

    fn config_fault(&self, error: &ConfigError) -> Exit {
        match error {
            ConfigError::Lints(lints) => {
                for line in lints.render(self.lang).lines() {
                    self.screen.error(self.lang, line);
                }
            }
            other => self.screen.error(self.lang, &other.render(self.lang)),
        }
        Exit::Configuration
    }
}

/// What the world refused and what to do, in the person's language where the fault is a usual one.
fn words(error: &ConvertError, lang: Lang) -> String {
    let (verb, path, source) = match error {
        ConvertError::Read(read::ReadError::Io { path, source }) => ("读不了", path, source),
        ConvertError::Io { path, source } => ("写不了", path, source),
        other => return chain(other),
    };
    let (zh, en) = match source.kind() {
        io::ErrorKind::NotFound => ("没有这个文件或文件夹，请核对路径", "check the path"),
        io::ErrorKind::PermissionDenied => {
            ("没有权限，请换个文件夹或找管理员", "ask for access, or use another folder")
        }
        io::ErrorKind::StorageFull => ("磁盘满了，请清理后重试", "free some space and try again"),
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => (
            "这个名字已被一个文件占用，请换个文件夹名",
            "a file has this name; choose another folder",
        ),
        _ => return chain(error),
    };
    match lang {
        Lang::Zh => format!("{verb} {}：{zh}", path.display()),
        Lang::En => format!("{}; {en}", chain(error)),
    }
}

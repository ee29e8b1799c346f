//! `mapping` and `target`: what ships and what a folder adds, shown and checked.

use std::path::{Path, PathBuf};

use clap::ArgMatches;

use super::{Context, Exit};
use crate::{
    config::{ConfigError, FileKind, Source},
    mapping::example,
    model::Lang,
    rules,
    spec::{Lint, Lints},
};

/// Runs `mapping list | show | check`.
pub fn mapping(context: &mut Context, verb: &ArgMatches) -> Exit {
    match verb.subcommand() {
        Some(("list", _)) => list_inputs(context),
        Some(("show", verb)) => show(context, FileKind::Input, verb),
        Some(("check", verb)) => check(context, verb),
        _ => Exit::Usage,
    }
}

/// Runs `target list | show`.
pub fn target(context: &mut Context, verb: &ArgMatches) -> Exit {
    match verb.subcommand() {
        Some(("list", _)) => list_targets(context),
        Some(("show", verb)) => show(context, FileKind::Target, verb),
        _ => Exit::Usage,
    }
}

fn list_inputs(context: &Context) -> Exit {
    let inputs = match context.catalogue.inputs() {
        Ok(inputs) => inputs,
        Err(error) => return context.config_fault(&error.into()),
    };
    for input in inputs {
        let label = context.lang.pick(&input.label[0], &input.label[1]);
        let outputs = input.outputs.join(", ");
        let name = context.screen.bold(&input.name);
        context.screen.line(&format!("{name}  {label}  [{}] → {outputs}", input.kind.name()));
    }
    for kind in [FileKind::Dictionary, FileKind::Pack] {
        let names = context.catalogue.names(kind).join(", ");
        let colon = context.lang.pick("：", ": ");
        context.screen.line(&format!("{}{colon}{names}", kind.label(context.lang)));
    }
    Exit::Done
}

fn list_targets(context: &Context) -> Exit {
    let lang = context.lang;
    let targets = match context.catalogue.targets() {
        Ok(targets) => targets,
        Err(error) => return context.config_fault(&error.into()),
    };
    for target in targets {
        let label = lang.pick(&target.label[0], &target.label[1]);
        let note = if target.is_stand_in {
            lang.pick("（示意模板，非官方空表）", "(stand-in template, not the official blank)")
        } else {
            ""
        };
        context.screen.line(&format!("{}  {label} {note}", context.screen.bold(&target.name)));
    }
    Exit::Done
}

fn show(context: &Context, kind: FileKind, verb: &ArgMatches) -> Exit {
    let name = verb.get_one::<String>("name").map_or("", String::as_str);
    // What inputs are made of is shown by its name as well.
    let others = [FileKind::Dictionary, FileKind::Pack];
    let is_other = |other: &FileKind| context.catalogue.names(*other).contains(&name);
    let kind = match kind {
        FileKind::Input if !context.catalogue.names(kind).contains(&name) => {
            others.into_iter().find(is_other).unwrap_or(kind)
        }
        _ => kind,
    };
    match context.catalogue.source(kind, name) {
        Ok(source) => {
            context.screen.line(source.text.trim_end());
            Exit::Done
        }
        Err(error) => context.config_fault(&error),
    }
}

fn check(context: &Context, verb: &ArgMatches) -> Exit {
    let files: Vec<PathBuf> =
        verb.get_many::<PathBuf>("files").into_iter().flatten().cloned().collect();
    let mut lints = context.catalogue.check(&files);
    let examples = run_examples(context, &files, &mut lints)
        + check_packs(context, &named(context, FileKind::Pack, &files), &mut lints);
    if !lints.is_empty() {
        return context.config_fault(&ConfigError::Lints(lints));
    }
    let done = match context.lang {
        Lang::Zh => format!("没有错误；示例 {examples} 个全部通过"),
        Lang::En => format!("no mistakes; {examples} examples pass"),
    };
    context.screen.line(&done);
    Exit::Done
}

/// What is to be checked of a kind: the files given that are of it, or all by name if none was given.
fn named(context: &Context, kind: FileKind, files: &[PathBuf]) -> Vec<String> {
    if files.is_empty() {
        return context.catalogue.names(kind).into_iter().map(str::to_owned).collect();
    }
    let is_one = |file: &&PathBuf| Source::from_disk(file).is_ok_and(|found| found.kind() == kind);
    // With its folder a file is told from the name of a built-in one.
    let path = |file: &PathBuf| Path::new(".").join(file).to_string_lossy().into_owned();
    files.iter().filter(is_one).map(path).collect()
}

/// Runs the examples of inputs; gives their number. Inputs that cannot be read are in `lints` already.
fn run_examples(context: &Context, files: &[PathBuf], lints: &mut Lints) -> usize {
    let mut count = 0;
    for name in named(context, FileKind::Input, files) {
        let source = context.catalogue.source(FileKind::Input, &name);
        let (Ok(input), Ok(source)) = (context.catalogue.input(&name), source) else { continue };
        for one in &input.examples {
            count += 1;
            if let Err([zh, en]) = example::run(&input, one) {
                let message = [format!("示例不符：{zh}"), format!("example fails: {en}")];
                let file = plain(&source.path);
                lints.0.push(Lint { file, line: one.line, column: 1, message });
            }
        }
    }
    count
}

/// Lints of packs, and rules whose examples fail; gives the number of examples.
fn check_packs(context: &Context, names: &[String], lints: &mut Lints) -> usize {
    let mut count = 0;
    for name in names {
        let pack = match context.catalogue.pack(name) {
            Ok(pack) => pack,
            Err(ConfigError::Lints(found)) => {
                lints.0.extend(found.0);
                continue;
            }
            Err(_) => continue,
        };
        let source = context.catalogue.source(FileKind::Pack, name);
        let path = source.map(|source| plain(&source.path)).unwrap_or_default();
        for (id, outcome) in rules::run_examples(&pack) {
            count += 1;
            if let Err(why) = outcome {
                let zh = format!("规则 {id} 的示例不符：{why}");
                let en = format!("an example of rule {id} fails: {why}");
                lints.0.push(Lint { file: path.clone(), line: 1, column: 1, message: [zh, en] });
            }
        }
    }
    count
}

/// A path as the operator wrote it.
fn plain(path: &Path) -> PathBuf {
    path.strip_prefix(".").unwrap_or(path).to_owned()
}

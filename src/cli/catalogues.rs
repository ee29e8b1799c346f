//! `mapping` and `target`: what ships and what a folder adds, shown and checked.

use std::path::PathBuf;

use clap::ArgMatches;

use super::{Context, Exit};
use crate::{
    config::{ConfigError, FileKind},
    mapping::example,
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
    let mut examples = 0;
    // Inputs that cannot be read are in `lints` already.
    if files.is_empty()
        && let Ok(inputs) = context.catalogue.inputs()
    {
        for input in inputs {
            for one in &input.examples {
                examples += 1;
                if let Err(why) = example::run(input, one) {
                    lints.0.push(failed(&input.name, one.line, &why));
                }
            }
        }
    }
    check_packs(context, &mut lints);
    if !lints.is_empty() {
        return context.config_fault(&ConfigError::Lints(lints));
    }
    let done = match context.lang {
        crate::model::Lang::Zh => format!("没有错误；示例 {examples} 个全部通过"),
        crate::model::Lang::En => format!("no mistakes; {examples} examples pass"),
    };
    context.screen.line(&done);
    Exit::Done
}

/// Lints of all packs, and rules whose examples fail.
fn check_packs(context: &Context, lints: &mut Lints) {
    for name in context.catalogue.pack_names() {
        match context.catalogue.pack(name) {
            Err(ConfigError::Lints(found)) => lints.0.extend(found.0),
            Err(_) => {}
            Ok(pack) => {
                for rule in &pack.rules {
                    for one in &rule.examples {
                        if let Err(why) = rules::run_example(rule, one) {
                            let id = &rule.clause.rule;
                            let zh = format!("规则 {id} 的示例不符：{why}");
                            let en = format!("an example of rule {id} fails: {why}");
                            let file = PathBuf::from(format!("mappings/packs/{name}.toml"));
                            lints.0.push(Lint { file, line: 1, column: 1, message: [zh, en] });
                        }
                    }
                }
            }
        }
    }
}

fn failed(input: &str, line: u32, why: &[String; 2]) -> Lint {
    Lint {
        file: PathBuf::from(format!("mappings/inputs/{input}.toml")),
        line,
        column: 1,
        message: [format!("示例不符：{}", why[0]), format!("example fails: {}", why[1])],
    }
}

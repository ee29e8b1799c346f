//! `--with DOC` and the accepted repairs of the home: what judging must know from elsewhere.

use std::{path::PathBuf, sync::Arc};

use clap::ArgMatches;

use super::{Context, Exit, gateway::home};
use crate::{
    config::repairs::{self, Accepted},
    model::{Lang, Past, past::Hasher},
    pipeline::past::{self, PastError, Told},
};

/// Loads what `--with` names, and the repairs that were accepted; nothing if it is not there.
///
/// # Errors
/// Told already; the exit code.
pub fn load(context: &Context, verb: &ArgMatches) -> Result<Arc<Past>, Exit> {
    load_beside(context, verb, accepted)
}

/// Loads what `--with` names as if nothing had been accepted yet: for those who choose anew.
///
/// # Errors
/// Told already; the exit code.
pub fn load_undecided(context: &Context, verb: &ArgMatches) -> Result<Arc<Past>, Exit> {
    load_beside(context, verb, |_, _| Ok(None))
}

/// The accepted repairs, and the key they are hashed under.
type Decisions = Option<(Vec<Accepted>, Hasher)>;

fn load_beside(
    context: &Context,
    verb: &ArgMatches,
    decisions: fn(&Context, &ArgMatches) -> Result<Decisions, Exit>,
) -> Result<Arc<Past>, Exit> {
    let named = verb.try_get_many::<PathBuf>("with").ok().flatten();
    let documents: Vec<PathBuf> = named.into_iter().flatten().cloned().collect();
    if documents.is_empty() {
        return Ok(Arc::default());
    }
    let repairs = decisions(context, verb)?;
    let loaded = past::load(&context.catalogue, &documents, repairs, context.lang)
        .map_err(|error| fault(context, &error))?;
    for told in loaded.documents.iter().filter(|_| !context.screen.is_quiet) {
        eprintln!("{}", sentence(told, context.lang));
    }
    Ok(Arc::new(loaded.past))
}

/// What was accepted in the home; `None` if nothing ever was.
fn accepted(context: &Context, verb: &ArgMatches) -> Result<Decisions, Exit> {
    let folder = home::folder(verb);
    let accepted = repairs::read(&folder).map_err(|lints| context.config_fault(&lints.into()))?;
    if accepted.is_empty() {
        return Ok(None);
    }
    let plan = home::plan(context, &folder)?;
    let lookup = home::lookup(&plan).map_err(|error| home::key_fault(context, &error))?;
    Ok(Some((accepted, past::hasher(lookup))))
}

fn sentence(told: &Told, lang: Lang) -> String {
    let Told { name, people, findings } = told;
    let (errors, warnings) = (findings.error, findings.warning);
    match lang {
        Lang::Zh => format!(
            "人员名册 {name}：{people} 人；其中错误 {errors}、警告 {warnings}（不影响本次处理）"
        ),
        Lang::En => format!(
            "staff master {name}: {people} people; {errors} errors and {warnings} warnings in it (they stop nothing here)"
        ),
    }
}

/// Tells why a document handed in gives nothing.
pub fn fault(context: &Context, error: &PastError) -> Exit {
    match error {
        PastError::Convert { path, source } => {
            let told =
                context.lang.pick("用不了 --with 的文件", "cannot use the document of --with");
            context.screen.error(context.lang, &format!("{told} {}", path.display()));
            context.fault(source)
        }
        PastError::NoTable { path, why } => {
            let path = path.display();
            let told = match context.lang {
                Lang::Zh => format!(
                    "--with 的文件 {path} 里没有人员表（要有姓名，以及身份证号或工号）：{why}"
                ),
                Lang::En => format!(
                    "{path}, named by --with, is no list of people (with 姓名 and 身份证号 or 工号): {why}"
                ),
            };
            context.screen.error(context.lang, &told);
            Exit::Configuration
        }
    }
}

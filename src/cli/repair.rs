//! `repair`: damaged identity numbers, who may be meant, and a person's choice as a decision that is kept.

use std::{
    io,
    path::{Path, PathBuf},
};

use clap::ArgMatches;

use super::{Context, Exit, gateway::home, past};
use crate::{
    clock::Clock,
    config::repairs::{self, Accepted},
    disk,
    model::{
        Lang,
        past::{Hasher, cell_hash, id_hash},
    },
    pipeline::{
        Request,
        gateway::words,
        past::hasher,
        repair::{Damage, damages},
    },
};

/// Proposals listed for one cell.
const MOST: usize = 20;

/// Runs `repair`.
pub fn run(context: &mut Context, verb: &ArgMatches) -> Exit {
    try_run(context, verb).unwrap_or_else(|exit| exit)
}

fn try_run(context: &Context, verb: &ArgMatches) -> Result<Exit, Exit> {
    let Some(document) = verb.get_one::<PathBuf>("document") else { return Err(Exit::Usage) };
    let request = Request {
        input: verb.get_one::<String>("input").cloned(),
        past: past::load_undecided(context, verb)?,
        lang: context.lang,
        ..Request::default()
    };
    let found =
        damages(&context.catalogue, document, &request).map_err(|error| context.fault(&error))?;
    let wishes: Vec<&String> = verb.get_many::<String>("accept").into_iter().flatten().collect();
    if wishes.is_empty() {
        list(context, document, &found);
        return Ok(Exit::Done);
    }
    let folder = home::folder(verb);
    let plan = home::plan(context, &folder)?;
    let lookup = home::lookup(&plan).map_err(|error| home::key_fault(context, &error))?;
    let hasher = hasher(lookup);
    let by = verb.get_one::<String>("by").map(|by| by.trim()).unwrap_or_default();
    let mut accepted = Vec::new();
    for wish in wishes {
        let (damage, number) = choose(context, &found, wish)?;
        let at = words::minute(Clock::system().now());
        accepted.push(decision(document, damage, number, (by, &at), &hasher, context.lang));
    }
    keep(context, &folder, accepted)?;
    Ok(Exit::Done)
}

fn list(context: &Context, document: &Path, found: &[Damage]) {
    let (lang, screen) = (context.lang, context.screen);
    if found.is_empty() {
        let told = lang.pick(
            "没有找到可以对上人员名册的受损身份证号",
            "no damaged ID number here has anybody in the staff master",
        );
        return screen.line(told);
    }
    for damage in found {
        let at = place(damage);
        screen.line(&format!(
            "{}  {}  {}  {}",
            screen.bold(&at),
            damage.shown,
            damage.who,
            damage.message
        ));
        for (number, proposal) in damage.proposals.iter().take(MOST).enumerate() {
            let candidate = &proposal.candidate;
            let (shown, grounds) = (candidate.tell(lang), candidate.grounds.label(lang));
            screen.line(&format!("  {}  {shown}  {grounds}", number + 1));
        }
    }
    if screen.is_quiet {
        return;
    }
    let first = found.first().map(place).unwrap_or_default();
    let name = document.display();
    let told = match lang {
        Lang::Zh => format!(
            "通常直接在标注工作簿里填上正确的号码就行。要把选择记为决定：\n  cmegate repair {name} --with 名册 --accept {first}=1 --by 您的姓名"
        ),
        Lang::En => format!(
            "The usual way is to type the right number in the annotated workbook. To keep a choice as a decision:\n  cmegate repair {name} --with MASTER --accept {first}=1 --by YOUR-NAME"
        ),
    };
    eprintln!("{told}");
}

/// `Sheet1!F6`, or `F6` in a text document.
fn place(damage: &Damage) -> String {
    match damage.sheet.as_str() {
        "" => damage.address.clone(),
        sheet => format!("{sheet}!{}", damage.address),
    }
}

/// Finds what `F6=1` or `Sheet1!F6=1` names.
fn choose<'d>(
    context: &Context,
    found: &'d [Damage],
    wish: &str,
) -> Result<(&'d Damage, usize), Exit> {
    let refuse = |zh: &str, en: &str| {
        context.screen.error(
            context.lang,
            &format!(
                "--accept {wish}{}{}",
                context.lang.pick("：", ": "),
                context.lang.pick(zh, en)
            ),
        );
        Exit::Usage
    };
    let parts = wish
        .rsplit_once('=')
        .and_then(|(at, number)| Some((at, number.trim().parse::<usize>().ok()?)));
    let Some((at, number)) = parts else {
        return Err(refuse(
            "应写成 F6=1（单元格=候选号）",
            "write F6=1: the cell and the candidate's number",
        ));
    };
    let (sheet, address) = match at.trim().rsplit_once('!') {
        Some((sheet, address)) => (Some(sheet.trim_matches('\'')), address),
        None => (None, at.trim()),
    };
    let mut named = found.iter().filter(|damage| {
        damage.address.eq_ignore_ascii_case(address)
            && sheet.is_none_or(|sheet| sheet == damage.sheet)
    });
    let Some(damage) = named.next() else {
        return Err(refuse("该单元格没有候选", "this cell has no candidates"));
    };
    if named.next().is_some() {
        return Err(refuse(
            "几张工作表都有这个单元格，请写成 工作表!F6=1",
            "several sheets have this cell; write SHEET!F6=1",
        ));
    }
    if number == 0 || number > damage.proposals.len() {
        return Err(refuse("没有这个候选号", "there is no such candidate"));
    }
    Ok((damage, number))
}

fn decision(
    document: &Path,
    damage: &Damage,
    number: usize,
    (by, at): (&str, &str),
    hasher: &Hasher,
    lang: Lang,
) -> Accepted {
    let chosen = damage.proposals.get(number - 1);
    let name = document.file_name().map(|name| name.to_string_lossy().into_owned());
    Accepted {
        document: name.unwrap_or_default(),
        sheet: damage.sheet.clone(),
        address: damage.address.clone(),
        heading: damage.heading.replace(['\r', '\n'], ""),
        candidate: chosen.map(|chosen| chosen.candidate.tell(lang)).unwrap_or_default(),
        by: by.to_owned(),
        at: at.to_owned(),
        cell: cell_hash(hasher, &damage.text, &damage.folded),
        id: chosen.map(|chosen| id_hash(hasher, &chosen.id_no)).unwrap_or_default(),
    }
}

/// Adds decisions to the file; a new one about the same cell and name takes the place of the old.
fn keep(context: &Context, folder: &Path, accepted: Vec<Accepted>) -> Result<(), Exit> {
    let mut all = repairs::read(folder).map_err(|lints| context.config_fault(&lints.into()))?;
    all.retain(|old| !accepted.iter().any(|new| new.cell == old.cell));
    let path = repairs::path(folder);
    for one in &accepted {
        let at = if one.sheet.is_empty() {
            one.address.clone()
        } else {
            format!("{}!{}", one.sheet, one.address)
        };
        let told = match context.lang {
            Lang::Zh => format!("已记录 {at} → {}（{} 确认于 {}）", one.candidate, one.by, one.at),
            Lang::En => {
                format!("kept {at} → {} (accepted by {} at {})", one.candidate, one.by, one.at)
            }
        };
        context.screen.line(&told);
    }
    all.extend(accepted);
    write(&path, &repairs::render(&all)).map_err(|error| {
        context.screen.error(
            context.lang,
            &format!("{}: {}", path.display(), crate::pipeline::chain(&error)),
        );
        Exit::World
    })
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        disk::private_folder(folder)?;
    }
    if path.exists() {
        return disk::replace_private(path, text.as_bytes());
    }
    disk::write_private(path, text.as_bytes())
}

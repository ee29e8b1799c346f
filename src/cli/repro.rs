//! `repro`: a copy of a document that keeps its defect and may be handed on.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command, value_parser};

use super::{
    Context, Exit,
    args::{option, verb},
};
use crate::{
    model::Lang,
    pipeline::{
        ConvertError,
        repro::{self, CopyError, Leak, Repro, ReproError},
    },
};

/// The words of `repro`.
pub fn command(lang: Lang) -> Command {
    let (zh, en) = (
        "做一份可以交给别人的副本：毛病还在，姓名、证件号、电话、单位等全换成编造的",
        "a copy that may be handed on: the defect stays, names, numbers and units are invented",
    );
    verb(lang, "repro", zh, en)
        .arg(
            Arg::new("document")
                .value_name("DOC")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help_heading(lang.pick("参数", "Arguments"))
                .help(lang.pick("读得不对的文件", "the document that is read wrongly")),
        )
        .arg(
            option("out", "ZIP", lang.pick("写到哪个 zip 文件", "the zip to write"))
                .required(true)
                .value_parser(value_parser!(PathBuf)),
        )
        .arg(
            option(
                "seed",
                "N",
                lang.pick(
                    "同一文件、同一数字做出同样的副本；请保密，不写则每次不同",
                    "the same copy of the same document each time; keep it secret; left out: random",
                ),
            )
            .value_parser(value_parser!(u64)),
        )
}

/// Runs `repro`.
pub fn run(context: &mut Context, verb: &ArgMatches) -> Exit {
    let (Some(document), Some(out)) =
        (verb.get_one::<PathBuf>("document"), verb.get_one::<PathBuf>("out"))
    else {
        return Exit::Usage;
    };
    let seed = verb.get_one::<u64>("seed").copied();
    match repro::repro(&context.catalogue, document, out, seed, context.lang) {
        Ok(made) => {
            tell(context, &made, out);
            Exit::Done
        }
        Err(ReproError::Convert(error)) => context.fault(&error),
        Err(ReproError::Io { path, source }) => context.fault(&ConvertError::Io { path, source }),
        Err(ReproError::Leak(leak)) => refuse(context, leaked(leak, context.lang)),
        Err(ReproError::Copy(error)) => match words(&error, context.lang) {
            Some(words) => refuse(context, words),
            None => {
                context.screen.error(context.lang, &super::chain(&error));
                Exit::World
            }
        },
    }
}

fn tell(context: &Context, made: &Repro, out: &std::path::Path) {
    let (lang, screen) = (context.lang, context.screen);
    screen.line(&format!("→ {}", out.display()));
    if screen.is_quiet {
        return;
    }
    let searched = made.searched;
    screen.line(&match lang {
        Lang::Zh => {
            format!("  副本 {}；原件的 {searched} 处内容逐一核对，副本里一处也没有", made.name)
        }
        Lang::En => format!(
            "  copy {}; {searched} texts of the original were looked for in it, none is there",
            made.name
        ),
    });
    for (zh, en, codes) in [
        (
            "  副本没能保留这些问题：",
            "  findings that the copy lost: ",
            made.lost().collect::<Vec<_>>(),
        ),
        ("  副本多出这些问题：", "  findings that only the copy has: ", made.gained().collect()),
    ] {
        if !codes.is_empty() {
            screen.line(&format!("{}{}", lang.pick(zh, en), codes.join(lang.pick("、", ", "))));
        }
    }
    if made.differing.is_empty() {
        let (zh, en) =
            ("  副本与原件的问题完全一样", "  the copy has the same findings as the original");
        screen.line(lang.pick(zh, en));
    }
}

fn refuse(context: &Context, words: &str) -> Exit {
    context.screen.error(context.lang, words);
    Exit::Findings
}

fn leaked(leak: Leak, lang: Lang) -> &'static str {
    match leak {
        Leak::Words => lang.pick(
            "副本里还有原件的文字，所以没有写出。请换一个 --seed 再试，或删去无关的行列后再做",
            "words of the original are still in the copy, so it was not written; try another --seed, or delete rows and columns that do not matter",
        ),
        Leak::Digits => lang.pick(
            "副本里还有原件的号码，所以没有写出。请换一个 --seed 再试，或删去无关的行列后再做",
            "numbers of the original are still in the copy, so it was not written; try another --seed, or delete rows and columns that do not matter",
        ),
    }
}

/// What the person can do about a document that is not copied; `None` if the world is at fault.
fn words(error: &CopyError, lang: Lang) -> Option<&'static str> {
    match error {
        CopyError::Unsupported => Some(lang.pick(
            "这种格式还不能做副本。能做的是：文本（csv、txt）、xlsx、xlsm、xls、ods。压缩包请先解开，只取读得不对的那一份；其他格式请只告诉我们 cmegate inspect 的结果",
            "documents of this format cannot be copied yet; text (csv, txt), xlsx, xlsm, xls and ods can. Unpack an archive and take the one document that is read wrongly; of other formats tell us what cmegate inspect says",
        )),
        CopyError::TooLarge => Some(lang.pick(
            "文件太大（上限 64 MiB）。请另存一份，只留下能看出毛病的几百行，再做副本",
            "the document is too large (limit 64 MiB); save one with only some hundred rows that show the defect",
        )),
        CopyError::Read(_) | CopyError::Write(_) => None,
    }
}

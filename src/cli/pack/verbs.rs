//! The words of `pack`.

use std::path::PathBuf;

use clap::{Arg, ArgAction, Command, value_parser};

use crate::{
    cli::args::{flag, option, verb},
    model::Lang,
};

fn word(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).value_name(value).required(true).help(help)
}

/// `pack` with its verbs.
pub fn command(lang: Lang) -> Command {
    let json = || flag("json", lang.pick("以 JSON 输出", "print JSON"));
    verb(
        lang,
        "pack",
        "规则包：列出、查看、检查、比较、试判",
        "rule packs: list, show, check, compare, try",
    )
    .subcommand_required(true)
    .arg_required_else_help(true)
    .subcommand(
        verb(
            lang,
            "list",
            "列出规则包：层级、状态、有效期、未核实的条数",
            "list packs: layer, status, dates, unverified rules",
        )
        .arg(json()),
    )
    .subcommand(
        verb(
            lang,
            "show",
            "把规则包排成一页：每条规则的条款、参数、示例",
            "a pack as a page: clause, parameters and examples of each rule",
        )
        .arg(word("name", "NAME", lang.pick("规则包或系列的名称", "pack or family")))
        .arg(json()),
    )
    .subcommand(
        verb(lang, "check", "检查写法并运行示例", "lint packs and run their examples").arg(
            Arg::new("names").value_name("NAME").num_args(0..).help(
                lang.pick("名称或 TOML 文件；不写则检查全部", "names or files; left out: all"),
            ),
        ),
    )
    .subcommand(
        verb(lang, "diff", "两个规则包有什么不同", "what differs between two packs")
            .arg(word("old", "A", lang.pick("原来的规则包", "the pack as it was")))
            .arg(word("new", "B", lang.pick("新的规则包", "the new pack")))
            .arg(json()),
    )
    .subcommand(impact(lang).arg(json()))
}

fn impact(lang: Lang) -> Command {
    let path = value_parser!(PathBuf);
    verb(
        lang,
        "impact",
        "用新规则包试判一个文件夹：哪些记录会判得不一样；不改动任何文件",
        "try a new pack on a folder: what would be judged differently; changes no file",
    )
    .arg(option("pack", "NEW", lang.pick("要试的规则包", "the pack to try")).required(true))
    .arg(
        option("on", "FOLDER", lang.pick("文件夹或文件", "folder or document"))
            .required(true)
            .value_parser(path),
    )
    .arg(
        option(
            "against",
            "NAME",
            lang.pick(
                "现在使用的规则包（可重复）；不写则与不用规则包相比",
                "packs in use now (repeatable); left out: no pack",
            ),
        )
        .action(ArgAction::Append),
    )
    .arg(
        option("as-of", "DATE", lang.pick("按哪一天审核", "judge as of a day"))
            .value_parser(|text: &str| text.parse::<chrono::NaiveDate>()),
    )
}

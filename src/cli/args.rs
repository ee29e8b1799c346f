//! The words of the command line, in Chinese and English.

use std::{ffi::OsString, io, path::PathBuf};

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use super::Exit;
use crate::model::Lang;

/// The language that the words ask for: `--lang`, else the locale; Chinese unless that says English.
pub fn language(words: &[OsString]) -> Lang {
    let mut words = words.iter().filter_map(|word| word.to_str());
    while let Some(word) = words.next() {
        let asked = match word.strip_prefix("--lang") {
            Some("") => words.next(),
            Some(rest) => rest.strip_prefix('='),
            None => None,
        };
        match asked {
            Some("en") => return Lang::En,
            Some("zh") => return Lang::Zh,
            _ => {}
        }
    }
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty());
    if locale.is_some_and(|value| value.starts_with("en")) { Lang::En } else { Lang::Zh }
}

/// A `mappings` folder in the current folder overrides what is built in.
pub fn default_mappings() -> Option<PathBuf> {
    let folder = PathBuf::from("mappings");
    let parts = ["inputs", "targets", "dictionaries", "packs"];
    parts.iter().any(|part| folder.join(part).is_dir()).then_some(folder)
}

const TEMPLATE: [&str; 2] = [
    "{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}",
    "{about-with-newline}\nUsage: {usage}\n\n{all-args}{after-help}",
];

pub(super) fn verb(lang: Lang, name: &'static str, zh: &'static str, en: &'static str) -> Command {
    Command::new(name)
        .about(lang.pick(zh, en))
        .help_template(lang.pick(TEMPLATE[0], TEMPLATE[1]))
        .next_help_heading(lang.pick("选项", "Options"))
        .subcommand_help_heading(lang.pick("子命令", "Commands"))
        .disable_help_subcommand(true)
        .disable_help_flag(true)
        .arg(
            Arg::new("help")
                .short('h')
                .long("help")
                .action(ArgAction::Help)
                .help(lang.pick("显示帮助", "print help")),
        )
}

pub(super) fn option(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help)
}

pub(super) fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

fn documents(lang: Lang) -> Arg {
    Arg::new("documents")
        .value_name("DOC")
        .num_args(1..)
        .required(true)
        .value_parser(value_parser!(PathBuf))
        .help_heading(lang.pick("参数", "Arguments"))
        .help(lang.pick(
            "要处理的文件（格式按内容识别，不看扩展名）；文件夹则处理其中的文件",
            "documents (told apart by content, not by name); a folder stands for the files in it",
        ))
}

pub(super) fn password_file(lang: Lang) -> Arg {
    let help = lang.pick(
        "密码文件，每行一个打开密码，依次试用",
        "file of passwords to open documents with, one a line",
    );
    option("password-file", "FILE", help).value_parser(value_parser!(PathBuf))
}

fn judging(lang: Lang, command: Command) -> Command {
    let path = value_parser!(PathBuf);
    command
        .arg(documents(lang))
        .arg(option(
            "input",
            "NAME",
            lang.pick("指定输入映射；不写则自动识别", "input mapping; left out: the one that fits"),
        ))
        .arg(
            option(
                "pack",
                "NAME",
                lang.pick("按规则包审核（可重复）", "judge by a pack (repeatable)"),
            )
            .action(ArgAction::Append),
        )
        .arg(with(lang))
        .arg(option("out", "DIR", lang.pick("结果文件夹", "folder for results")).value_parser(path))
        .arg(flag(
            "strict",
            lang.pick("有一处错误就整份暂缓", "one error holds the whole document"),
        ))
        .arg(
            option(
                "as-of",
                "DATE",
                lang.pick("按哪一天审核，如 2022-11-01", "judge as of a day, e.g. 2022-11-01"),
            )
            .value_parser(|text: &str| text.parse::<chrono::NaiveDate>()),
        )
        .arg(password_file(lang))
        .arg(flag(
            "json",
            lang.pick("结果以 JSON 输出到标准输出", "print one JSON object to stdout"),
        ))
}

/// The whole command line in a language.
pub fn command(lang: Lang) -> Command {
    let root = verb(
        lang,
        "cmegate",
        "继教数据网关：收各科室的杂乱表格，出各平台要的文件，并把标注好的原表还给填表人",
        "Gateway for continuing medical education data: messy spreadsheets in, each platform's file out",
    );
    loudness(lang, globals(lang, root))
        .version(env!("CARGO_PKG_VERSION"))
        .disable_version_flag(true)
        .arg(
            Arg::new("version")
                .short('V')
                .long("version")
                .action(ArgAction::Version)
                .help(lang.pick("显示版本", "print version")),
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(convert(lang))
        .subcommand(check(lang))
        .subcommand(inspect(lang))
        .subcommand(repair(lang))
        .subcommand(explain(lang))
        .subcommand(mapping(lang))
        .subcommand(target(lang))
        .subcommand(super::pack::command(lang))
        .subcommands(super::gateway::verbs(lang))
        .subcommand(super::verify::command(lang))
        .subcommand(super::repro::command(lang))
        .subcommand(verb(
            lang,
            "demo",
            "用自带样例走一遍全程，并告诉您到哪里看结果",
            "the whole journey on the built-in samples, and where to look",
        ))
        .subcommand(completion_verb(lang))
}

fn check(lang: Lang) -> Command {
    judging(
        lang,
        verb(
            lang,
            "check",
            "只审核不出平台文件；加 --out 则写标注工作簿和报告",
            "judge only; with --out also writes the annotated workbook and report",
        ),
    )
}

fn inspect(lang: Lang) -> Command {
    verb(
        lang,
        "inspect",
        "看看这是什么：格式、编码、工作表、表头、选了哪个映射、为什么",
        "what a document is: format, encoding, sheets, headings, chosen mapping and why",
    )
    .arg(documents(lang))
    .arg(option("input", "NAME", lang.pick("指定输入映射", "input mapping")))
    .arg(password_file(lang))
    .arg(with(lang))
    .arg(flag("json", lang.pick("以 JSON 输出", "print JSON")))
}

fn with(lang: Lang) -> Arg {
    option(
        "with",
        "DOC",
        lang.pick(
            "人员名册（可重复）：用来给损坏的身份证号找候选人、补姓名里的生僻字",
            "staff master (repeatable): proposes whose a damaged ID number is, fills rare characters of names",
        ),
    )
    .action(ArgAction::Append)
    .value_parser(value_parser!(PathBuf))
}

fn repair(lang: Lang) -> Command {
    let (zh, en) = (
        "列出损坏的身份证号可能是名册里的谁；--accept 把您的选择记为决定",
        "whose a damaged ID number may be, by the staff master; --accept keeps your choice",
    );
    verb(lang, "repair", zh, en)
        .arg(
            Arg::new("document")
                .value_name("DOC")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help_heading(lang.pick("参数", "Arguments"))
                .help(lang.pick("有问题的文件", "the document")),
        )
        .arg(with(lang))
        .arg(option("input", "NAME", lang.pick("指定输入映射", "input mapping")))
        .arg(
            option(
                "accept",
                "CELL=N",
                lang.pick(
                    "采用某单元格的第几个候选，如 F6=1 或 工作表!F6=1（可重复）",
                    "take candidate N of a cell, e.g. F6=1 or SHEET!F6=1 (repeatable)",
                ),
            )
            .action(ArgAction::Append)
            .requires("by"),
        )
        .arg(
            option("by", "NAME", lang.pick("谁确认的", "who accepts it"))
                .value_parser(clap::builder::NonEmptyStringValueParser::new()),
        )
}

fn explain(lang: Lang) -> Command {
    verb(
        lang,
        "explain",
        "解释一个问题代码：什么意思、为什么要紧、怎么改、依据哪一条",
        "what a finding means, why it matters, how to mend it, the clause",
    )
    .arg(
        Arg::new("code")
            .value_name("CODE")
            .help(lang.pick("问题代码；不写则列出全部", "finding code; left out: list all")),
    )
}

fn completion_verb(lang: Lang) -> Command {
    verb(lang, "completions", "输出命令行补全脚本", "print a shell completion script").arg(
        Arg::new("shell")
            .value_name("SHELL")
            .required(true)
            .hide_possible_values(true)
            .help_heading(lang.pick("参数", "Arguments"))
            .help("bash, zsh, fish, elvish, powershell")
            .value_parser(value_parser!(clap_complete::Shell)),
    )
}

fn globals(lang: Lang, root: Command) -> Command {
    root.arg(
        option(
            "home",
            "DIR",
            lang.pick(
                "监视文件夹所在处（默认：watch-dirs）",
                "where the watch folders are (default: watch-dirs)",
            ),
        )
        .value_parser(value_parser!(PathBuf))
        .default_value("watch-dirs")
        .hide_default_value(true)
        .global(true),
    )
    .arg(
        option(
            "mappings",
            "DIR",
            lang.pick(
                "覆盖内置映射的文件夹（默认：当前文件夹下的 mappings）",
                "folder that overrides the built-in mappings (default: ./mappings)",
            ),
        )
        .value_parser(value_parser!(PathBuf))
        .global(true),
    )
    .arg(
        option("lang", "zh|en", lang.pick("语言", "language of messages"))
            .value_parser(["zh", "en"])
            .hide_possible_values(true)
            .global(true),
    )
    .arg(
        option(
            "color",
            "WHEN",
            lang.pick(
                "何时用颜色：auto（默认，只在终端上）、always、never",
                "when to use colour: auto (only on a terminal; default), always, never",
            ),
        )
        .value_parser(["auto", "always", "never"])
        .default_value("auto")
        .hide_possible_values(true)
        .hide_default_value(true)
        .global(true),
    )
}

/// How much is said.
fn loudness(lang: Lang, root: Command) -> Command {
    root.arg(
        Arg::new("quiet")
            .short('q')
            .long("quiet")
            .action(ArgAction::SetTrue)
            .global(true)
            .help(lang.pick("少说话", "say less")),
    )
    .arg(
        Arg::new("verbose")
            .short('v')
            .long("verbose")
            .action(ArgAction::SetTrue)
            .global(true)
            .help(lang.pick("多说些", "say more")),
    )
}

fn convert(lang: Lang) -> Command {
    let command = verb(
        lang,
        "convert",
        "把文件转成平台要的文件，写报告，有问题时附标注工作簿",
        "convert documents into the platforms' files, with a report and, where needed, the annotated workbook",
    );
    judging(lang, command)
        .arg(
            option(
                "target",
                "NAME",
                lang.pick(
                    "目标（可重复）；不写则用映射自带的",
                    "target (repeatable); left out: those that the mapping names",
                ),
            )
            .action(ArgAction::Append),
        )
        .arg(flag(
            "fast",
            lang.pick(
                "压缩更快，文件约大七分之一",
                "compress faster; files about a seventh larger",
            ),
        ))
}

fn name(lang: Lang) -> Arg {
    Arg::new("name").value_name("NAME").required(true).help(lang.pick("名称", "name"))
}

fn mapping(lang: Lang) -> Command {
    let files = Arg::new("files")
        .value_name("FILE")
        .num_args(0..)
        .value_parser(value_parser!(PathBuf))
        .help(
            lang.pick("映射、目标、字典的 TOML 文件；不写则检查全部", "TOML files; left out: all"),
        );
    verb(lang, "mapping", "输入映射：列出、查看、检查", "input mappings: list, show, check")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(verb(
            lang,
            "list",
            "列出输入映射，以及字典和规则包的名称",
            "list input mappings, and the names of dictionaries and packs",
        ))
        .subcommand(
            verb(
                lang,
                "show",
                "打印一个映射、字典或规则包的 TOML",
                "print the TOML of a mapping, dictionary or pack",
            )
            .arg(name(lang)),
        )
        .subcommand(
            verb(
                lang,
                "check",
                "检查所有写法错误并运行其中的示例",
                "lint everything and run the examples",
            )
            .arg(files),
        )
}

fn target(lang: Lang) -> Command {
    verb(lang, "target", "目标：列出、查看", "targets: list, show")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(verb(lang, "list", "列出目标", "list targets"))
        .subcommand(
            verb(lang, "show", "打印一个目标的 TOML", "print a target's TOML").arg(name(lang)),
        )
}

/// Prints a completion script.
pub fn completions(lang: Lang, verb: &ArgMatches) -> Exit {
    if let Some(shell) = verb.get_one::<clap_complete::Shell>("shell") {
        clap_complete::generate(*shell, &mut command(lang), "cmegate", &mut io::stdout());
    }
    Exit::Done
}

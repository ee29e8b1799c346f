//! The words of the gateway's verbs: `run`, `jobs`, `purge`, `doctor`.

use clap::{Arg, ArgAction, Command, value_parser};

use crate::{
    cli::args::{flag, option, verb},
    ledger::State,
    model::Lang,
};

/// All of them.
pub fn gateway(lang: Lang) -> [Command; 4] {
    [run(lang), jobs(lang), purge(lang), doctor(lang)]
}

fn run(lang: Lang) -> Command {
    let (zh, en) = (
        "守着投递文件夹：收、审、转、交，一份不丢、一份不重",
        "the daemon: watches the drop folders, converts, delivers; nothing lost, nothing twice",
    );
    verb(lang, "run", zh, en)
        .arg(flag(
            "once",
            lang.pick(
                "把现有文件办完就退出（给 cron 用），退出码取最坏的一个",
                "work off what is there and exit with the worst code, for cron",
            ),
        ))
        .arg(flag(
            "new-ledger",
            lang.pick(
                "账本丢了又没有备份：从空账本重新开始",
                "the ledger is lost without a backup: begin an empty one",
            ),
        ))
        .arg(
            option(
                "log",
                "STYLE",
                lang.pick("日志样式：human 或 json", "log style: human or json"),
            )
            .value_parser(["human", "json"]),
        )
        .arg(json(lang).requires("once"))
}

fn json(lang: Lang) -> Arg {
    flag("json", lang.pick("以 JSON 输出", "print JSON"))
}

fn job(lang: Lang) -> Arg {
    Arg::new("job")
        .value_name("ID")
        .required(true)
        .help_heading(lang.pick("参数", "Arguments"))
        .help(lang.pick("任务号，见 jobs list", "job, as jobs list shows it"))
}

fn jobs(lang: Lang) -> Command {
    let states: Vec<&str> = State::ALL.into_iter().map(State::name).collect();
    let list = verb(lang, "list", "列出任务，新的在前", "list jobs, newest first")
        .arg(
            option("state", "STATE", lang.pick("只列这个状态", "only this state"))
                .value_parser(states),
        )
        .arg(option("route", "NAME", lang.pick("只列这个通道", "only this route")))
        .arg(flag("all", lang.pick("全部，而不是最近 50 个", "all of them, not the last 50")))
        .arg(json(lang));
    let (zh, en) = (
        "任务：列出、查看、重试、取消、确认、校验账本",
        "jobs: list, show, retry, cancel, confirm, verify",
    );
    verb(lang, "jobs", zh, en)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(list)
        .subcommand(
            verb(lang, "show", "一个任务的全部情况", "everything about one job")
                .arg(job(lang))
                .arg(json(lang)),
        )
        .subcommand(
            verb(lang, "retry", "把停下的任务再办一次", "take up again a job that ended short")
                .arg(job(lang)),
        )
        .subcommand(
            verb(lang, "cancel", "取消一个没办完的任务", "call off a job that is not finished")
                .arg(job(lang)),
        )
        .subcommand(
            verb(
                lang,
                "confirm",
                "登记签到人数（由人清点）；暂缓的任务随即重新办理",
                "note how many signed, by a person's count; a held job runs again with it",
            )
            .arg(job(lang))
            .arg(
                option("signed", "N", lang.pick("签到的人数", "how many signed"))
                    .value_parser(clap::value_parser!(u32))
                    .required(true),
            ),
        )
        .subcommand(
            verb(
                lang,
                "verify",
                "校验事件链：账本有没有被人改过",
                "walk the event chains: was the ledger tampered with",
            )
            .arg(json(lang)),
        )
}

fn purge(lang: Lang) -> Command {
    let (zh, en) = (
        "清除过了保留期的原件和记录；先列出，加 --yes 才清除",
        "forget originals and records past their retention; lists them, removes with --yes",
    );
    verb(lang, "purge", zh, en)
        .arg(
            option(
                "older-than",
                "DAYS",
                lang.pick(
                    "办结多少天以上（代替配置里的）",
                    "ended so many days ago, instead of the configured",
                ),
            )
            .value_parser(value_parser!(u32)),
        )
        .arg(flag("yes", lang.pick("真的清除", "really remove")))
        .arg(json(lang))
}

fn doctor(lang: Lang) -> Command {
    let (zh, en) = (
        "体检：配置、文件夹、账本、密钥、时钟、模板，不对的告诉您怎么办",
        "configuration, folders, ledger, key, clock, templates: what is wrong and what to do",
    );
    verb(lang, "doctor", zh, en)
        .arg(
            flag("init-key", lang.pick("没有密钥就新建", "make the keys if there are none"))
                .action(ArgAction::SetTrue),
        )
        .arg(flag(
            "rotate-key",
            lang.pick(
                "加一把新的封存密钥，旧的留着开旧件",
                "add a new sealing key; old ones open what they sealed",
            ),
        ))
        .arg(json(lang))
}

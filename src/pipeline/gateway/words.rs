//! Sentences for the person who must do something, in Chinese and English.

use chrono::{DateTime, FixedOffset, NaiveDate};

use crate::{clock::Millis, model::Lang};

/// Seconds by which Asia/Shanghai is ahead of UTC; it has no summer time.
const SHANGHAI: i32 = 8 * 3600;

/// A time as people in China read it.
pub fn local(time: Millis) -> Option<DateTime<FixedOffset>> {
    let zone = FixedOffset::east_opt(SHANGHAI)?;
    Some(DateTime::from_timestamp_millis(time)?.with_timezone(&zone))
}

/// The civil date of a time in Asia/Shanghai.
pub fn date(time: Millis) -> Option<NaiveDate> {
    local(time).map(|time| time.date_naive())
}

/// `2026-11-22 20:15`.
pub fn minute(time: Millis) -> String {
    local(time).map_or_else(String::new, |time| time.format("%Y-%m-%d %H:%M").to_string())
}

/// When another document was delivered.
pub fn delivered(time: Option<Millis>, lang: Lang) -> String {
    match time {
        Some(time) => format!("{}{}", minute(time), lang.pick(" 已交付", " delivered")),
        None => lang.pick("尚未交付", "not delivered yet").to_owned(),
    }
}

/// `3、8、12…`: at most `most` of them.
pub fn row_list(rows: &[u32], most: usize) -> String {
    let named: Vec<String> = rows.iter().take(most).map(u32::to_string).collect();
    let more = if rows.len() > most { "…" } else { "" };
    format!("{}{more}", named.join("、"))
}

/// `（第 3、8 行）`, or nothing.
pub fn rows(rows: &[u32], most: usize, lang: Lang) -> String {
    match (rows.is_empty(), lang) {
        (true, _) => String::new(),
        (false, Lang::Zh) => format!("（第 {} 行）", row_list(rows, most)),
        (false, Lang::En) => format!(" (rows {})", row_list(rows, most)),
    }
}

/// One sentence that a job carries; `{0}` is filled.
pub struct Sentence(pub [&'static str; 2]);

impl Sentence {
    /// The sentence in a language.
    pub fn tell(&self, lang: Lang, argument: &str) -> String {
        let [zh, en] = self.0;
        lang.pick(zh, en).replace("{0}", argument)
    }
}

/// The whole document waits for its sender.
pub const HELD: Sentence = Sentence([
    "{0} 处错误，没有可交付的行；请按 refused 里的标注工作簿改好后重新投递",
    "{0} errors and no row to deliver; mend the annotated workbook in refused and drop it again",
]);
/// A package without a roster.
pub const ONLY_EVIDENCE: Sentence = Sentence([
    "压缩包里只有证明材料，没有名单；请把名单和材料放进同一个压缩包后重新投递",
    "the package holds evidence and no roster; pack roster and evidence together and drop it again",
]);
/// Some rows wait.
pub const PARTLY: Sentence = Sentence([
    "{0} 行有错误，未交付；请按 refused 里的标注工作簿改好后重新投递",
    "{0} rows were held; mend the annotated workbook in refused and drop it again",
]);
/// The passwords of a route cannot be had.
pub const NO_VAULT: Sentence = Sentence([
    "本通道 route.toml 里 passwords 所指的密码读不到；放好后自动继续，详见 cmegate doctor",
    "the passwords that the route's route.toml names cannot be read; once they are there this goes on by itself, see cmegate doctor",
]);
/// Nobody can open it.
pub const QUARANTINED: Sentence =
    Sentence(["打不开这份文件：{0}", "the document cannot be opened: {0}"]);
/// The reader died too often.
pub const READER_DIES: Sentence = Sentence([
    "这份文件三次让读取程序崩溃，不再尝试；请用 Excel 或 WPS 打开另存为 .xlsx 后重新投递",
    "reading this document killed the reader three times; save it as .xlsx and drop it again",
]);
/// The daemon died too often.
pub const DAEMON_DIES: Sentence = Sentence([
    "程序在处理这份文件时连续 {0} 次中断，已跳过；请把它交给开发者，修好后执行 cmegate jobs retry",
    "the program died {0} times on this document; it was skipped: tell the developers, then retry it",
]);
/// The route is away.
pub const NO_ROUTE: Sentence = Sentence([
    "通道“{0}”不存在、已停用或配置有错；改好 route.toml 后会自动继续",
    "the route {0} is missing, switched off or wrong; mend its route.toml and it goes on by itself",
]);
/// The disk is full.
pub const DISK_FULL: Sentence = Sentence([
    "磁盘满了；清理空间后会自动继续",
    "the disk is full; free some space and it goes on by itself",
]);
/// A mapping is wrong.
pub const CONFIGURATION: Sentence = Sentence([
    "配置有错：{0}；改好后执行 cmegate jobs retry",
    "the configuration is wrong: {0}; mend it, then retry the job",
]);
/// The key of the spool is lost.
pub const KEY_LOST: Sentence = Sentence([
    "封存的原件打不开（{0}）；密钥丢失的，请从备份恢复密钥文件后执行 cmegate jobs retry，或请填表人重新投递",
    "the sealed original cannot be opened ({0}); if its key is lost, restore the key file and retry, or have it sent again",
]);
/// A staff master is away.
pub const WITH_MISSING: Sentence = Sentence([
    "找不到 route.toml 里 with 指的人员名册 {0}；放好后会自动继续",
    "{0}, which with in route.toml names, is not there; put it there and it goes on by itself",
]);
/// A staff master is none.
pub const WITH_UNFIT: Sentence = Sentence([
    "route.toml 里 with 指的文件里没有人员表（{0}）；换成人员名册后会自动继续",
    "what with in route.toml names is no list of people ({0}); put one there and it goes on by itself",
]);
/// Our own mistake.
pub const PANIC: Sentence = Sentence([
    "程序自身出错（不是文件的问题）；请把日志交给开发者，修好后执行 cmegate jobs retry",
    "the program itself is at fault; send the log to the developers, then retry",
]);
/// A file that cannot be read.
pub const UNREADABLE: Sentence = Sentence([
    "读不了这份文件（{0}）；请检查权限，能读后会自动继续",
    "the file cannot be read ({0}); check its permissions and it goes on by itself",
]);
/// A file that could not be taken is gone.
pub const LEFT: Sentence = Sentence([
    "文件已从 in 里拿走，不用再处理",
    "the file was taken out of in; nothing is left to do",
]);
/// A file that is too large.
pub const TOO_LARGE: Sentence = Sentence([
    "文件超过上限 {0} 字节；请拆分后重新投递，或在 gateway.toml 里调高 max_bytes",
    "the file is larger than {0} bytes; split it, or raise max_bytes in gateway.toml",
]);
/// What was to be sent is gone.
pub const GONE: Sentence = Sentence([
    "要发送的文件 {0} 已经不在了；请把它放回原处后执行 cmegate jobs retry，或自行交给对方",
    "the file {0} that was to be sent is gone; put it back and retry the job, or hand it over yourself",
]);
/// Another document contradicts an output that was not sent yet.
pub const CONTRADICTED: Sentence = Sentence([
    "任务 {0} 的文件给了其中的人不同的学分，先不发送；请核对",
    "the document of job {0} gives other credits to people in it; not sent before somebody settles it",
]);

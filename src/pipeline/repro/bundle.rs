//! The zip that is handed on: the copy, its report, and a page about both.

use std::{fmt::Write, path::Path};

use serde_json::Value;

use super::{Made, Repro, ReproError, failed};
use crate::{
    pipeline::DocumentReport,
    write::{deflate::Level, package::PackageError, package::PackageWriter},
};

/// A report without the paths of the machine that it was made on.
pub fn without_paths(report: &[u8]) -> Vec<u8> {
    let Ok(mut value) = serde_json::from_slice::<Value>(report) else { return Vec::new() };
    for key in ["annotated", "report"] {
        if let Some(place) =
            value.pointer_mut("/document").and_then(|document| document.get_mut(key))
        {
            *place = Value::Null;
        }
    }
    serde_json::to_vec_pretty(&value).unwrap_or_default()
}

/// What the receiver must know, in Chinese and English.
pub fn info(repro: &Repro, original: &DocumentReport, copied: &DocumentReport) -> String {
    let mut text = format!(
        "cmegate {}\n命令 command: cmegate repro DOC --out case.zip\n文件 copy: {}\n格式 container: {}\n编码 encoding: {}\n映射 input: {}\n",
        env!("CARGO_PKG_VERSION"),
        repro.name,
        original.format.unwrap_or("-"),
        original.encoding.unwrap_or("-"),
        original.input.as_deref().unwrap_or("-"),
    );
    let records = |report: &DocumentReport| report.records.values().sum::<u64>();
    let _ = write!(
        text,
        "记录 records: {} → {}\n暂缓 held: {} → {}\n\n",
        records(original),
        records(copied),
        original.held,
        copied.held
    );
    text.push_str(
        "姓名、证件号、电话、单位、日期等都已换成编造的；批注、属性、图片、链接、宏等已删除。\n",
    );
    text.push_str("Names, numbers, phones, units and dates are invented; comments, properties, pictures, links and macros are left out.\n\n");
    text.push_str("问题代码：原件 → 副本 findings: original → copy\n");
    for (code, before) in &repro.codes {
        let after = copied.codes.get(code.as_str()).map_or(0, |told| told.count);
        let mark = if *before == after { "" } else { "  *" };
        let _ = writeln!(text, "  {code}  {before} → {after}{mark}");
    }
    for (code, before, after) in
        repro.differing.iter().filter(|(code, ..)| !repro.codes.contains_key(code))
    {
        let _ = writeln!(text, "  {code}  {before} → {after}  *");
    }
    let lost: Vec<&str> = repro.lost().collect();
    text.push_str(&match (repro.differing.is_empty(), lost.is_empty()) {
        (true, _) => "\n副本与原件的问题完全一样。 The copy has the same findings as the original.\n".to_owned(),
        (false, true) => "\n副本保留了原件的每一种问题；带 * 的个数不同。 The copy keeps every kind of finding; counts marked * differ.\n".to_owned(),
        (false, false) => format!("\n副本丢失了这些问题 The copy lost: {}\n", lost.join(", ")),
    });
    text
}

impl Repro {
    /// Codes of the original that the copy has not.
    pub fn lost(&self) -> impl Iterator<Item = &str> {
        self.differing
            .iter()
            .filter(|(_, before, after)| *before > 0 && *after == 0)
            .map(|(code, ..)| code.as_str())
    }

    /// Codes that only the copy has.
    pub fn gained(&self) -> impl Iterator<Item = &str> {
        self.differing.iter().filter(|(_, before, _)| *before == 0).map(|(code, ..)| code.as_str())
    }
}

/// Writes the bundle; it appears under its name when it is whole.
pub fn write(out: &Path, made: &Made, report: &[u8], info: &str) -> Result<(), ReproError> {
    let packed = (|| {
        let mut package = PackageWriter::create(out)?;
        package.put_part(&made.name, &made.bytes, Level::Default)?;
        package.put_part("report.json", report, Level::Default)?;
        package.put_part("info.txt", info.as_bytes(), Level::Default)?;
        package.finish()
    })();
    let file = packed.map_err(|error| match error {
        PackageError::Io { path, source } => ReproError::Io { path, source },
        other => failed(out, std::io::Error::other(other)),
    })?;
    file.publish().map(drop).map_err(|source| failed(out, source))
}

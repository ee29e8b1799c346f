//! What a sender reads beside, or instead of, an annotated workbook: one paragraph about a document that nobody could
//! open, or a few lines about a package.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::step::file_name;
use crate::{
    model::{Lang, Severity},
    pipeline::{DocumentReport, fitting, report::Told},
};

/// Writes `NAME.说明.txt` into a folder; a byte order mark lets every Notepad show it right.
///
/// # Errors
/// The folder cannot be written.
pub fn write(
    folder: &Path,
    relative: &str,
    report: &DocumentReport,
    lang: Lang,
) -> io::Result<PathBuf> {
    let name = file_name(relative);
    let path = folder.join(format!("{}.说明.txt", fitting(name)));
    fs::write(&path, format!("\u{feff}{}\r\n", paragraph(name, report, lang)))?;
    Ok(path)
}

fn paragraph(name: &str, report: &DocumentReport, lang: Lang) -> String {
    if !report.members.is_empty() {
        return lines(name, report, lang);
    }
    let worst = report.codes.values().max_by_key(|told| told.severity);
    let (message, hint) =
        worst.map_or(("", ""), |told| (told.message.as_str(), told.hint.as_str()));
    let (message, hint) = (stop(message), stop(hint));
    match lang {
        Lang::Zh => format!("“{name}”没有被接收。{message}。{hint}。改好后请重新投递。"),
        Lang::En => format!("{name} was not accepted. {message}. {hint}. Then drop it again."),
    }
}

/// Of a package, one line for each kind of fault: which document, what is wrong, how to mend it.
fn lines(name: &str, report: &DocumentReport, lang: Lang) -> String {
    let mut text = match lang {
        Lang::Zh => format!("“{name}”里有需要处理的地方，改好后请把整个压缩包重新投递："),
        Lang::En => format!("{name} needs attention; mend it and drop the whole package again:"),
    };
    let mut faults: Vec<&Told> =
        report.codes.values().filter(|told| told.severity > Severity::Info).collect();
    faults.sort_by_key(|told| std::cmp::Reverse((told.severity, told.count)));
    for told in faults {
        let (severity, document) = (told.severity.label(lang), &told.document);
        let (message, hint) = (stop(&told.message), stop(&told.hint));
        let more = match (told.count, lang) {
            (1, _) => String::new(),
            (count, Lang::Zh) => format!("（共 {count} 处）"),
            (count, Lang::En) => format!(" ({count} times)"),
        };
        let line = match lang {
            Lang::Zh => format!("\r\n\r\n【{severity}】{document}：{message}{more}。{hint}。"),
            Lang::En => format!("\r\n\r\n[{severity}] {document}: {message}{more}. {hint}."),
        };
        text.push_str(&line);
    }
    text
}

fn stop(text: &str) -> &str {
    text.trim_end_matches(['。', '.'])
}

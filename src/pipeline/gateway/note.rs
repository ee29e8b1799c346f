//! One paragraph for a sender whose document nobody could open.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::step::file_name;
use crate::{
    model::{Lang, codes},
    pipeline::{DocumentReport, fitting},
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
    let worst = report.codes.iter().max_by_key(|(_, (severity, _, _))| *severity);
    let (message, hint) = worst.map_or((String::new(), ""), |(name, (_, _, message))| {
        (message.clone(), codes::find(name).map_or("", |code| code.mend(lang)))
    });
    let stop = |text: &str| text.trim_end_matches(['。', '.']).to_owned();
    let (message, hint) = (stop(&message), stop(hint));
    match lang {
        Lang::Zh => format!("“{name}”没有被接收。{message}。{hint}。改好后请重新投递。"),
        Lang::En => format!("{name} was not accepted. {message}. {hint}. Then drop it again."),
    }
}

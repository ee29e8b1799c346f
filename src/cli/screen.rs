//! What people see on a terminal: colour, widths of Chinese text, tables, errors.

use std::io::{self, IsTerminal, Write};

use clap::ArgMatches;
use unicode_width::UnicodeWidthStr;

use crate::model::{Lang, Severity};

/// How to speak to this terminal.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    has_color: bool,
    /// Whether to say less.
    pub is_quiet: bool,
    /// Whether to say more.
    pub is_verbose: bool,
    /// Whether progress may be drawn on stderr.
    pub has_progress: bool,
}

impl Screen {
    /// Reads the global options.
    pub fn new(matches: &ArgMatches) -> Screen {
        let is_quiet = matches.get_flag("quiet");
        let has_color = match matches.get_one::<String>("color").map(String::as_str) {
            Some("always") => true,
            Some("never") => false,
            _ => io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
        };
        Screen {
            has_color,
            is_quiet,
            is_verbose: matches.get_flag("verbose"),
            has_progress: io::stderr().is_terminal() && !is_quiet,
        }
    }

    /// Prints a line of data.
    pub fn line(&self, text: &str) {
        // A closed pipe is no fault of ours; the exit code still tells how the work went.
        let _ = writeln!(io::stdout().lock(), "{text}");
    }

    /// Prints an error to stderr.
    pub fn error(&self, lang: Lang, text: &str) {
        let _ = writeln!(io::stderr().lock(), "{}{text}", lang.pick("错误：", "error: "));
    }

    /// Colours a text by severity.
    pub fn tint(&self, severity: Severity, text: &str) -> String {
        let code = match severity {
            Severity::Error => "31",
            Severity::Warning => "33",
            Severity::Info => "36",
        };
        self.paint(code, text)
    }

    /// Makes a text bold.
    pub fn bold(&self, text: &str) -> String {
        self.paint("1", text)
    }

    /// Makes a text faint.
    pub fn faint(&self, text: &str) -> String {
        self.paint("2", text)
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.has_color { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// Prints a table with aligned columns, its first row as heading.
    pub fn table(&self, rows: &[Vec<String>]) {
        let count = rows.iter().map(Vec::len).max().unwrap_or(0);
        let widths: Vec<usize> = (0..count)
            .map(|at| rows.iter().filter_map(|row| row.get(at)).map(|text| text.width()).max())
            .map(Option::unwrap_or_default)
            .collect();
        for (at, row) in rows.iter().enumerate() {
            let line = padded(row, &widths);
            self.line(&if at == 0 { self.bold(&line) } else { line });
        }
    }
}

fn padded(row: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for (text, width) in row.iter().zip(widths) {
        line.push_str(text);
        line.extend(std::iter::repeat_n(' ', width.saturating_sub(text.width()) + 2));
    }
    line.trim_end().to_owned()
}

//! The daemon's log, on stderr: one line per event, for people or as JSON; keeping and rotating it is the platform's.
//!
//! No line carries personal data. [`FIELDS`] says which fields an event may have and how each is shown: a document's
//! name only as [`shown_name`] shows it, a field that is not in the table only as `***`. Messages are fixed texts:
//! write `info!(document = %name, "admitted")`, never the name into the message. Events of other libraries are dropped.

use std::{
    fmt,
    io::{self, Write},
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, FixedOffset, Utc};
use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    level_filters::LevelFilter,
};
use tracing_subscriber::{
    Layer,
    layer::{Context, SubscriberExt},
};

use crate::{
    clock::{Clock, Millis},
    config::gateway::LogStyle,
    model::Lang,
    text::mask::{shown_name, shown_words},
};

/// How a field is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    /// As it is: counts, states, names that the operator gave.
    Plain,
    /// As the name of a document.
    Name,
    /// As a sentence that may hold paths.
    Words,
}

/// Fields that events may have. What is not here is shown as `***`.
const FIELDS: &[(&[&str], Shown)] = &[
    (&["job", "route", "state", "outcome", "target", "endpoint", "input", "code"], Shown::Plain),
    (&["tries", "count", "bytes", "millis", "records", "held", "errors", "warnings"], Shown::Plain),
    (&["rows", "added", "changed", "gone", "same", "deaths", "routes", "jobs"], Shown::Plain),
    (&["daemon", "worker", "version", "address", "signal", "step", "key_id"], Shown::Plain),
    // Mistakes in files of the operator: where and what, nothing of any document.
    (&["cause", "lints"], Shown::Plain),
    (&["document", "name", "output"], Shown::Name),
    (
        &["message", "error", "sentence", "reason", "path", "folder", "ledger", "spool"],
        Shown::Words,
    ),
];

/// How much is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Loudness {
    /// `-q`: errors and warnings.
    Quiet,
    /// What a person who looks after the daemon wants to read.
    #[default]
    Usual,
    /// `-v`: every step.
    Verbose,
}

/// Begins to write the log of this process to stderr. Called again it changes nothing.
pub fn start(style: LogStyle, lang: Lang, loudness: Loudness, clock: Clock) {
    let lines = Lines { style, lang, loudness, clock, to: Mutex::new(io::stderr()) };
    // Somebody has begun already, in tests: the first one stays.
    let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry().with(lines));
}

/// Writes each event as one line, in one piece.
struct Lines<W> {
    style: LogStyle,
    lang: Lang,
    loudness: Loudness,
    clock: Clock,
    to: Mutex<W>,
}

impl<W: Write + Send + 'static, S: Subscriber> Layer<S> for Lines<W> {
    fn enabled(&self, about: &Metadata<'_>, _: Context<'_, S>) -> bool {
        let is_ours = about.target().split("::").next() == Some(env!("CARGO_CRATE_NAME"));
        is_ours && *about.level() <= self.level()
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::from_level(self.level()))
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let line = match self.style {
            LogStyle::Human => self.human(*event.metadata().level(), &fields),
            LogStyle::Json => self.json(*event.metadata().level(), &fields),
        };
        // A full disk or a closed pipe must not stop the daemon for its log.
        let _ = self.to.lock().unwrap_or_else(PoisonError::into_inner).write_all(line.as_bytes());
    }
}

impl<W> Lines<W> {
    fn level(&self) -> Level {
        match self.loudness {
            Loudness::Quiet => Level::WARN,
            Loudness::Usual => Level::INFO,
            Loudness::Verbose => Level::DEBUG,
        }
    }

    /// `2026-03-01 08:00:00.123 信息 admitted job=… route=…`
    fn human(&self, level: Level, fields: &Fields) -> String {
        let time = local(self.clock.now()).format("%Y-%m-%d %H:%M:%S%.3f");
        let [zh, en] = level_words(level);
        let mut line = format!("{time} {} {}", self.lang.pick(zh, en), one_line(&fields.message));
        for (name, value) in &fields.others {
            let plain = match value {
                Value::Text(text) => one_line(text),
                Value::Number(number) => number.clone(),
            };
            let quote = if plain.contains(' ') || plain.is_empty() { "\"" } else { "" };
            line.push_str(&format!(" {name}={quote}{plain}{quote}"));
        }
        line + "\n"
    }

    /// One JSON object: `time`, `level`, `message`, then the fields.
    fn json(&self, level: Level, fields: &Fields) -> String {
        let time = local(self.clock.now()).format("%Y-%m-%dT%H:%M:%S%.3f%:z");
        let [_, level] = level_words(level);
        let message = quoted(&fields.message);
        let mut line = format!("{{\"time\":\"{time}\",\"level\":\"{level}\",\"message\":{message}");
        for (name, value) in &fields.others {
            let value = match value {
                Value::Text(text) => quoted(text),
                Value::Number(number) => number.clone(),
            };
            line.push_str(&format!(",{}:{value}", quoted(name)));
        }
        line + "}\n"
    }
}

fn level_words(level: Level) -> [&'static str; 2] {
    match level {
        Level::ERROR => ["错误", "error"],
        Level::WARN => ["警告", "warn"],
        Level::INFO => ["信息", "info"],
        _ => ["细节", "debug"],
    }
}

/// The time in Shanghai, eight hours ahead of UTC.
fn local(now: Millis) -> DateTime<FixedOffset> {
    let utc = DateTime::<Utc>::from_timestamp_millis(now).unwrap_or_default();
    // Eight hours are a valid offset.
    utc.with_timezone(&FixedOffset::east_opt(8 * 3600).unwrap_or_else(|| chrono::Offset::fix(&Utc)))
}

/// A text that cannot pretend to be another line.
fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

fn quoted(text: &str) -> String {
    // A text can always be written as JSON.
    serde_json::to_string(text).unwrap_or_default()
}

/// The fields of one event, as they are shown.
#[derive(Default)]
struct Fields {
    message: String,
    others: Vec<(&'static str, Value)>,
}

enum Value {
    Text(String),
    Number(String),
}

impl Fields {
    fn text(&mut self, field: &Field, text: &str) {
        let shown = match shown(field.name()) {
            Some(Shown::Plain) => text.to_owned(),
            Some(Shown::Name) => shown_name(text),
            Some(Shown::Words) => shown_words(text),
            None => "***".to_owned(),
        };
        match field.name() {
            "message" => self.message = shown,
            name => self.others.push((name, Value::Text(shown))),
        }
    }

    fn number(&mut self, field: &Field, number: impl fmt::Display) {
        match shown(field.name()) {
            Some(_) => self.others.push((field.name(), Value::Number(number.to_string()))),
            None => self.text(field, ""),
        }
    }
}

fn shown(name: &str) -> Option<Shown> {
    FIELDS.iter().find(|(names, _)| names.contains(&name)).map(|(_, shown)| *shown)
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.text(field, &format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.text(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.number(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.number(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.number(field, value);
    }
}

#[cfg(test)]
mod tests;

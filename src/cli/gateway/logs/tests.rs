//! Lines as an operator reads them.

use std::sync::Arc;

use tracing::{debug, error, info, warn};

use super::*;

#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What is written while `tell` runs, at 2026-03-01 08:00 in Shanghai.
fn written(style: LogStyle, lang: Lang, loudness: Loudness, tell: impl FnOnce()) -> String {
    let sink = Sink::default();
    let clock = Clock::manual(1_772_323_200_123);
    let lines = Lines { style, lang, loudness, clock, to: Mutex::new(sink.clone()) };
    tracing::subscriber::with_default(tracing_subscriber::registry().with(lines), tell);
    String::from_utf8(sink.0.lock().unwrap().clone()).unwrap()
}

fn tell_three() {
    info!(job = "3k", route = "rosters", records = 118_u64, "admitted");
    warn!(reason = "the disk is full", "intake pauses");
    debug!(job = "3k", "claimed");
}

#[test]
fn a_line_is_readable_and_in_the_time_of_shanghai() {
    let text = written(LogStyle::Human, Lang::Zh, Loudness::Usual, tell_three);
    assert_eq!(
        text,
        "2026-03-01 08:00:00.123 信息 admitted job=3k route=rosters records=118\n\
         2026-03-01 08:00:00.123 警告 intake pauses reason=\"the disk is full\"\n"
    );
}

#[test]
fn a_line_of_json_is_an_object() {
    let text = written(LogStyle::Json, Lang::Zh, Loudness::Verbose, tell_three);
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(
        lines[0],
        serde_json::json!({
            "time": "2026-03-01T08:00:00.123+08:00", "level": "info", "message": "admitted",
            "job": "3k", "route": "rosters", "records": 118,
        })
    );
}

#[test]
fn quiet_leaves_the_usual_out() {
    let text = written(LogStyle::Human, Lang::En, Loudness::Quiet, tell_three);
    assert_eq!(text.lines().count(), 1);
    assert!(text.contains(" warn intake pauses"), "{text}");
}

#[test]
fn no_field_carries_personal_data() {
    for style in [LogStyle::Human, LogStyle::Json] {
        let text = written(style, Lang::Zh, Loudness::Verbose, || {
            info!(document = "儿科/张三.xlsx", "admitted");
            info!(document = ?"张三.xlsx", output = %"张三.national-cme-roster.xlsx", "delivered");
            info!(person = "张三", mobile = 13_800_001_234_u64, is_there = true, "unknown fields");
            let cause = io::Error::other("cannot read /srv/in/张三 13800001234.xlsx");
            error!(error = %cause, path = "/srv/in/张三.xlsx", "cannot take it");
            error!("cannot read {}: no", "/srv/in/张三.xlsx");
        });
        assert_eq!(text.lines().count(), 5);
        for personal in ["张三", "13800001234", "true"] {
            assert!(!text.contains(personal), "{text}");
        }
        assert!(text.contains("***") && text.contains(".xlsx"), "{text}");
    }
}

#[test]
fn a_text_cannot_pretend_to_be_another_line() {
    let text = written(LogStyle::Human, Lang::Zh, Loudness::Usual, || {
        info!(route = "a\n2026 错误", "b\r\nc");
    });
    assert_eq!(text.lines().count(), 1);
}

#[test]
fn other_libraries_are_not_heard() {
    let text = written(LogStyle::Human, Lang::Zh, Loudness::Verbose, || {
        info!(target: "postgres", "SELECT 张三");
        info!(target: "cmegated", "no");
    });
    assert_eq!(text, "");
}

//! The figures as Prometheus reads them (text exposition format 0.0.4).

use std::fmt::Write;

use crate::pipeline::health::{BOUNDS, Figures, RouteFigures};

/// What the answer's `Content-Type` says.
pub(super) const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Writes all figures, in an order that does not change.
pub(super) fn text(figures: &Figures) -> String {
    let mut page = Page(String::with_capacity(4096));
    let is_ready = f64::from(figures.reasons.is_empty());
    page.family("cmegate_build_info", "gauge", "The version that runs.");
    page.line("cmegate_build_info", &[("version", env!("CARGO_PKG_VERSION"))], 1.0);
    page.lone("cmegate_ready", "gauge", "Whether documents that arrive are worked on.", is_ready);
    let is_paused = f64::from(figures.is_paused);
    page.lone("cmegate_intake_paused", "gauge", "Whether documents are not taken.", is_paused);
    page.family("cmegate_jobs", "gauge", "Jobs in the ledger, by state.");
    for (state, count) in &figures.jobs {
        page.line("cmegate_jobs", &[("state", state.name())], *count as f64);
    }
    page.lone(
        "cmegate_oldest_unfinished_job_age_seconds",
        "gauge",
        "Age of the oldest unfinished job; 0 if there is none.",
        figures.oldest_seconds.unwrap_or(0.0),
    );
    routes(&mut page, figures);
    page.family("cmegate_findings_total", "counter", "Findings, by severity.");
    for (severity, count) in ["info", "warning", "error"].into_iter().zip(figures.findings) {
        page.line("cmegate_findings_total", &[("severity", severity)], count as f64);
    }
    conversions(&mut page, figures);
    page.0
}

/// A family with one line per route: name, type, help, the figure.
type PerRoute = (&'static str, &'static str, &'static str, fn(&RouteFigures) -> u64);

const PER_ROUTE: [PerRoute; 4] = [
    ("cmegate_waiting_files", "gauge", "Files that are not settled.", |route| route.waiting),
    ("cmegate_records_total", "counter", "Records read.", |route| route.records),
    ("cmegate_records_held_total", "counter", "Records in no output.", |route| route.held),
    ("cmegate_retries_total", "counter", "Attempts that the world spoilt.", |route| route.retries),
];

fn routes(page: &mut Page, figures: &Figures) {
    page.family("cmegate_documents_total", "counter", "Documents that ended, by outcome.");
    for (route, counted) in &figures.routes {
        for (outcome, count) in &counted.documents {
            let labels = [("route", route.as_str()), ("outcome", outcome)];
            page.line("cmegate_documents_total", &labels, *count as f64);
        }
    }
    for (name, kind, help, figure) in PER_ROUTE {
        page.family(name, kind, help);
        for (route, counted) in &figures.routes {
            page.line(name, &[("route", route)], figure(counted) as f64);
        }
    }
}

fn conversions(page: &mut Page, figures: &Figures) {
    page.family("cmegate_conversion_seconds", "histogram", "How long conversions took.");
    let mut so_far = 0;
    let bounds = BOUNDS.iter().map(|bound| (*bound as f64 / 1000.0).to_string());
    for (bound, count) in bounds.chain(["+Inf".to_owned()]).zip(figures.conversions) {
        so_far += count;
        page.line("cmegate_conversion_seconds_bucket", &[("le", &bound)], so_far as f64);
    }
    let seconds = figures.conversion_millis as f64 / 1000.0;
    page.line("cmegate_conversion_seconds_sum", &[], seconds);
    page.line("cmegate_conversion_seconds_count", &[], so_far as f64);
}

struct Page(String);

impl Page {
    fn lone(&mut self, name: &str, kind: &str, help: &str, value: f64) {
        self.family(name, kind, help);
        self.line(name, &[], value);
    }

    fn family(&mut self, name: &str, kind: &str, help: &str) {
        // Writing to a text cannot fail, here and below.
        let _ = write!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
    }

    fn line(&mut self, name: &str, labels: &[(&str, &str)], value: f64) {
        self.0.push_str(name);
        for (at, (label, text)) in labels.iter().enumerate() {
            let before = if at == 0 { '{' } else { ',' };
            let _ = write!(self.0, "{before}{label}=\"{}\"", escaped(text));
        }
        let after = if labels.is_empty() { "" } else { "}" };
        let _ = writeln!(self.0, "{after} {value}");
    }
}

/// A label's value: backslash, quote and line break are escaped; what else nobody should see in a line is dropped.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' => escaped.push_str("\\\\"),
            '"' => escaped.push_str("\\\""),
            '\n' => escaped.push_str("\\n"),
            letter if letter.is_control() => {}
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::ledger::State;
    use crate::model::Severity;
    use crate::pipeline::health::{DocumentFigures, Health};

    fn health() -> Health {
        let health = Health::new(Clock::manual(90_000));
        health.started();
        health.set_jobs(&[(State::Admitted, 3), (State::Stuck, 1)], Some(30_000));
        health.set_waiting("rosters", 7);
        let document = DocumentFigures { outcome: State::Delivered, records: 118, held: 2 };
        health.add_document("rosters", &document);
        health.add_document("签\"到\\\n", &DocumentFigures { outcome: State::Held, ..document });
        health.add_findings(Severity::Error, 2);
        health.add_retry("rosters");
        for took in [9, 10, 11, 700_000] {
            health.add_conversion(took);
        }
        health
    }

    #[test]
    fn every_figure_has_its_line() {
        let text = text(&health().figures());
        for line in [
            "cmegate_ready 1",
            "cmegate_intake_paused 0",
            "cmegate_jobs{state=\"admitted\"} 3",
            "cmegate_jobs{state=\"stuck\"} 1",
            "cmegate_oldest_unfinished_job_age_seconds 60",
            "cmegate_waiting_files{route=\"rosters\"} 7",
            "cmegate_documents_total{route=\"rosters\",outcome=\"delivered\"} 1",
            "cmegate_documents_total{route=\"签\\\"到\\\\\\n\",outcome=\"held\"} 1",
            "cmegate_records_total{route=\"rosters\"} 118",
            "cmegate_records_held_total{route=\"rosters\"} 2",
            "cmegate_retries_total{route=\"rosters\"} 1",
            "cmegate_findings_total{severity=\"info\"} 0",
            "cmegate_findings_total{severity=\"error\"} 2",
            "cmegate_conversion_seconds_bucket{le=\"0.01\"} 2",
            "cmegate_conversion_seconds_bucket{le=\"0.025\"} 3",
            "cmegate_conversion_seconds_bucket{le=\"300\"} 3",
            "cmegate_conversion_seconds_bucket{le=\"+Inf\"} 4",
            "cmegate_conversion_seconds_sum 700.03",
            "cmegate_conversion_seconds_count 4",
        ] {
            assert!(text.lines().any(|own| own == line), "{line} is not in\n{text}");
        }
    }

    #[test]
    fn each_family_is_told_once_and_its_lines_stand_together() {
        let text = text(&health().figures());
        let mut seen: Vec<&str> = Vec::new();
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("# TYPE ") {
                let name = rest.split(' ').next().unwrap();
                assert!(!seen.contains(&name), "{name} stands twice");
                seen.push(name);
            } else if !line.starts_with('#') {
                assert!(line.starts_with(seen.last().unwrap()), "{line}");
            }
        }
        assert!(text.ends_with('\n'));
    }
}

//! Which records a rule looks at: `when = { credit_route = ["…"], credits = ">=4" }`, all of which must hold.
//!
//! One text, or several of which one is enough: `X` equals, `!X` is there and differs, `~X` contains, `*` is there, `-` is
//! not there, `>=N` `<=N` `>N` `<N` compare numbers (or days), `@monitored` is on the pack's list of monitored projects.

use super::{
    asked::Asked,
    facts::{Binding, Facts},
    pack::{MonitoredProject, Projects},
    params::Params,
};
use crate::{model::FieldType, spec::Word};

/// Conditions that must all hold.
#[derive(Debug, Default)]
pub struct Guard {
    conditions: Vec<(Asked, Vec<Test>)>,
}

#[derive(Debug)]
enum Test {
    Present,
    Absent,
    Is(String),
    IsNot(String),
    Contains(String),
    AtLeast(i32),
    AtMost(i32),
    Monitored(Projects),
}

impl Guard {
    /// Reads `when` of a rule.
    pub fn read(params: &Params<'_, '_>, monitored: &[MonitoredProject]) -> Guard {
        let mut conditions = Vec::new();
        for (name, words) in params.of("when").word_lists("when") {
            let Some(asked) = params.asked("when", &name) else { continue };
            let mut tests = Vec::new();
            for word in &words {
                if word.text == "@monitored" {
                    tests.push(Test::Monitored(Projects::new(monitored)));
                    continue;
                }
                match test(asked, &word.text) {
                    Some(test) => tests.push(test),
                    None => tell(params, word),
                }
            }
            conditions.push((asked, tests));
        }
        Guard { conditions }
    }

    /// Whether the record is one that the rule looks at.
    pub fn holds(&self, facts: &Facts<'_>) -> bool {
        self.conditions.iter().all(|(asked, tests)| {
            // "None of these" must hold for each of them; everything else for one.
            let is_exclusion = tests.iter().all(|test| matches!(test, Test::IsNot(_)));
            let mut tests = tests.iter();
            if is_exclusion {
                tests.all(|test| holds(test, *asked, facts))
            } else {
                tests.any(|test| holds(test, *asked, facts))
            }
        })
    }

    /// The columns without which nobody can say whether a record is meant.
    pub fn lacks(&self, binding: &Binding) -> Vec<Asked> {
        let needed = self.conditions.iter().filter(|(_, tests)| {
            // A table without the column lacks the value as well.
            !tests.iter().any(|test| matches!(test, Test::Absent))
        });
        needed.map(|(asked, _)| *asked).filter(|asked| !binding.has(*asked)).collect()
    }

    /// Whether every record is meant.
    pub fn is_empty(&self) -> bool {
        self.conditions.is_empty()
    }
}

fn tell(params: &Params<'_, '_>, word: &Word) {
    let text = &word.text;
    let zh = format!("条件“{text}”里的数字或日期看不懂");
    params.of("when").lint_at(word.at, zh, format!("no number or day in the condition {text}"));
}

fn test(asked: Asked, text: &str) -> Option<Test> {
    let number = |text: &str| number(asked, text.trim());
    Some(match text {
        "*" => Test::Present,
        "-" => Test::Absent,
        _ => {
            if let Some(rest) = text.strip_prefix(">=") {
                Test::AtLeast(number(rest)?)
            } else if let Some(rest) = text.strip_prefix("<=") {
                Test::AtMost(number(rest)?)
            } else if let Some(rest) = text.strip_prefix('>') {
                Test::AtLeast(number(rest)? + 1)
            } else if let Some(rest) = text.strip_prefix('<') {
                Test::AtMost(number(rest)? - 1)
            } else if let Some(rest) = text.strip_prefix('!') {
                Test::IsNot(rest.to_owned())
            } else if let Some(rest) = text.strip_prefix('~') {
                Test::Contains(rest.to_owned())
            } else {
                Test::Is(text.to_owned())
            }
        }
    })
}

/// A number of a field as [`Facts::measure`] counts it, or a day.
fn number(asked: Asked, text: &str) -> Option<i32> {
    use chrono::{Datelike, NaiveDate};
    match asked.kind() {
        FieldType::Date | FieldType::DateTime => {
            text.parse::<NaiveDate>().ok().map(|day| day.num_days_from_ce())
        }
        _ => text.parse::<f64>().ok().map(|number| (number * 2.0).round() as i32),
    }
}

fn holds(test: &Test, asked: Asked, facts: &Facts<'_>) -> bool {
    match test {
        Test::Present => facts.has(asked),
        Test::Absent => !facts.has(asked),
        Test::Is(text) => facts.text(asked) == text,
        Test::IsNot(text) => facts.has(asked) && facts.text(asked) != text,
        Test::Contains(text) => facts.text(asked).contains(text.as_str()),
        Test::AtLeast(least) => facts.measure(asked).is_some_and(|number| number >= *least),
        Test::Monitored(projects) => projects.find(facts.text(asked)).is_some(),
        Test::AtMost(most) => facts.measure(asked).is_some_and(|number| number <= *most),
    }
}

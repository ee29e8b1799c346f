use std::path::Path;

use super::Expression;
use crate::{rules::params::Params, spec};

fn lints(text: &str) -> Vec<String> {
    let file = format!("version = 1\nmust = '{text}'\n");
    let read = spec::read(Path::new("a.toml"), &file, |table| {
        let params = Params::new(Vec::new(), table);
        Expression::read(&params, "must").map(drop)
    });
    read.err()
        .map_or(Vec::new(), |lints| lints.0.iter().map(|lint| lint.message[1].clone()).collect())
}

#[test]
fn what_is_no_plain_condition_is_refused_at_load_with_the_reason() {
    for (text, reason) in [
        ("credits <= 2 * days && credit_class in [\"Ⅰ类\", \"Ⅱ类\"]", ""),
        ("start_date >= day(\"2022-11-01\")", ""),
        ("project_name.startsWith(\"全国\") || size(journal) > 3", ""),
        ("credts <= 2", "unknown credts; did you mean credits?"),
        ("[1, 2].all(x, x > credits)", "loops are not allowed"),
        (
            "double(title) > 2",
            "double() is not allowed; known: size, contains, startsWith, endsWith, day",
        ),
        ("start_date > day(\"gestern\")", "day() takes one text, \"YYYY-MM-DD\""),
        ("1 < 2", "the condition names no field"),
    ] {
        let found = lints(text);
        let expected: Vec<&str> = if reason.is_empty() { Vec::new() } else { vec![reason] };
        assert_eq!(found, expected, "{text}");
    }
    assert_eq!(lints("credits <=").len(), 1);
    assert_eq!(lints(&"(".repeat(900)).len(), 1);
    assert_eq!(lints(&format!("credits > 0{}", " + 1".repeat(240))).len(), 1);
    assert!(lints(&format!("credits > {}1", "-".repeat(980))).len() < 2, "and never worse");
}

//! `inspect`: what a document is, and why it was read that way.

use clap::ArgMatches;

use super::{Context, Exit, convert};
use crate::pipeline::{DocumentReport, Request, Wants};

/// Runs `inspect`.
pub fn run(context: &mut Context, verb: &ArgMatches) -> Exit {
    let Some(passwords) = convert::passwords(context, verb) else { return Exit::Configuration };
    let documents = convert::documents(verb);
    let past = match super::past::load(context, verb) {
        Ok(past) => past,
        Err(exit) => return exit,
    };
    let request = Request {
        past,
        input: verb.get_one::<String>("input").cloned(),
        wants: Wants::Inspection,
        lang: context.lang,
        passwords,
        ..Request::default()
    };
    let results = convert::convert_all(context, &documents, &request);
    if verb.get_flag("json") {
        return convert::print_json(context, &documents, results);
    }
    let mut exit = Exit::Done;
    for result in results {
        match result {
            Ok(report) => {
                if report.findings.error > 0 {
                    exit = exit.max(Exit::Findings);
                }
                convert::summary(context, &report);
                tables(context, &report);
            }
            Err(error) => exit = exit.max(context.fault(&error)),
        }
    }
    exit
}

fn tables(context: &Context, report: &DocumentReport) {
    let (lang, screen) = (context.lang, context.screen);
    for member in report.members.iter().filter(|member| member.has_tables()) {
        screen.line(&format!("  › {}", screen.bold(&member.name)));
        tables(context, member);
    }
    for table in &report.tables {
        let sheet =
            if table.sheet.is_empty() { lang.pick("（文本）", "(text)") } else { &table.sheet };
        screen.line(&format!("  {} {sheet}", screen.bold(lang.pick("工作表", "sheet"))));
        for why in &table.why {
            screen.line(&format!("    {why}"));
        }
        for column in &table.columns {
            let heading = one_line(&column.heading);
            screen.line(&format!("    {}  {heading} → {}", column.column, column.field));
        }
        for column in &table.unmapped {
            let unused = lang.pick("没有用到", "not used");
            screen.line(&screen.faint(&format!(
                "    {}  {} – {unused}",
                column.column,
                one_line(&column.heading)
            )));
        }
        let skipped = table.skipped;
        let counts = [
            (lang.pick("数据行", "rows"), table.rows),
            (lang.pick("隐藏行", "hidden"), table.hidden),
            (lang.pick("空行", "blank"), skipped.blank),
            (lang.pick("页脚", "footer"), skipped.footer),
            (lang.pick("小计", "subtotal"), skipped.subtotal),
            (lang.pick("示例", "sample"), skipped.sample),
            (lang.pick("重复表头", "repeated headings"), skipped.repeated_heading),
        ];
        let shown: Vec<String> = counts
            .iter()
            .filter(|(_, count)| *count > 0)
            .map(|(label, count)| format!("{label} {count}"))
            .collect();
        screen.line(&format!("    {}", shown.join("  ")));
    }
}

/// A heading as it fits on a line: people break headings inside the cell.
fn one_line(heading: &str) -> String {
    heading.split(['\r', '\n']).map(str::trim).collect()
}

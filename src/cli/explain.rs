//! `explain`: what a finding means, why it matters, how to mend it.

use clap::ArgMatches;

use super::{Context, Exit};
use crate::{
    model::{Code, codes},
    spec::did_you_mean,
};

/// Runs `explain`; without a code it lists them all.
pub fn run(context: &mut Context, verb: &ArgMatches) -> Exit {
    let lang = context.lang;
    let Some(name) = verb.get_one::<String>("code") else {
        let mut rows = vec![vec![
            lang.pick("代码", "code").to_owned(),
            lang.pick("级别", "severity").to_owned(),
            lang.pick("含义", "meaning").to_owned(),
        ]];
        rows.extend(all().map(|code| {
            let what = without_blanks(code.what(lang));
            vec![code.name.into(), code.severity.label(lang).into(), what]
        }));
        context.screen.table(&rows);
        return Exit::Done;
    };
    if let Some(code) = codes::find(name) {
        show(context, code);
        return Exit::Done;
    }
    let near = did_you_mean(name, all().map(|code| code.name));
    let near = near.map_or(String::new(), |near| match lang {
        crate::model::Lang::Zh => format!("，是否想写“{near}”？"),
        crate::model::Lang::En => format!("; did you mean {near}?"),
    });
    context
        .screen
        .error(lang, &format!("{} {name}{near}", lang.pick("没有这个代码：", "no such code:")));
    Exit::Usage
}

fn all() -> impl Iterator<Item = &'static Code> {
    codes::GROUPS.iter().flat_map(|group| group.iter().copied())
}

fn show(context: &Context, code: &Code) {
    let (lang, screen) = (context.lang, context.screen);
    let label = screen.tint(code.severity, code.severity.label(lang));
    screen.line(&format!("{}  {label}", screen.bold(code.name)));
    for (label, text) in [
        (lang.pick("含义", "What"), code.what(lang)),
        (lang.pick("原因", "Why"), code.why(lang)),
        (lang.pick("改法", "Mend"), code.mend(lang)),
    ] {
        screen.line(&format!("  {label}  {}", without_blanks(text)));
    }
}

/// The words of a code with `…` where a finding would name something.
fn without_blanks(text: &str) -> String {
    (0..5).fold(text.to_owned(), |text, at| text.replace(&format!("{{{at}}}"), "…"))
}

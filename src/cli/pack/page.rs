//! A pack as a page that people read, and as JSON.

use serde_json::{Value, json};

use super::{in_force, unverified};
use crate::{
    cli::Context,
    model::Lang,
    rules::{Pack, Rule, day_text},
};

/// The words of a rule with `…` where a finding would name something.
pub fn without_blanks(text: &str) -> String {
    (0..6).fold(text.to_owned(), |text, at| text.replace(&format!("{{{at}}}"), "…"))
}

/// What a mark means.
fn mark(mark: char, lang: Lang) -> &'static str {
    match mark {
        'E' => lang.pick("错误", "error"),
        'C' => lang.pick("封顶", "cap"),
        'W' => lang.pick("提醒", "warning"),
        'D' => lang.pick("期限", "deadline"),
        _ => lang.pick("提示", "info"),
    }
}

/// Prints a pack.
pub fn print(context: &Context, pack: &Pack) {
    let (lang, screen, head) = (context.lang, context.screen, &pack.head);
    screen.line(&format!(
        "{}  {}",
        screen.bold(&pack.name),
        lang.pick(&head.label[0], &head.label[1])
    ));
    let reviewed = if head.reviewed_by.is_empty() {
        lang.pick("无人复核", "nobody").to_owned()
    } else {
        head.reviewed_by.clone()
    };
    let mut lines = vec![
        (lang.pick("层级", "layer"), head.layer.label(lang).to_owned()),
        (lang.pick("状态", "status"), head.status.label(lang).to_owned()),
        (lang.pick("有效期", "in force"), in_force(pack, lang)),
        (lang.pick("依据", "authority"), head.authority.clone()),
        (lang.pick("复核", "reviewed by"), reviewed),
        (lang.pick("下层规则包", "extends"), head.extends.join(", ")),
    ];
    if unverified(pack) > 0 {
        lines.push((lang.pick("未核实的规则", "unverified rules"), unverified(pack).to_string()));
    }
    for (label, text) in lines.iter().filter(|(_, text)| !text.is_empty()) {
        screen.line(&format!("  {label}{}{text}", lang.pick("：", ": ")));
    }
    for rule in &pack.rules {
        screen.line("");
        print_rule(context, rule);
    }
    if !pack.reminders.is_empty() {
        screen.line("");
        let head = lang
            .pick("程序判不了、要由人核对的", "for people to look at, no program can judge them");
        screen.line(&screen.bold(head));
    }
    for one in &pack.reminders {
        let said = |texts: &[String; 2]| lang.pick(&texts[0], &texts[1]).to_owned();
        screen.line(&format!("  {}  {}", one.id, said(&one.what)));
        screen.line(&format!("      {}", screen.faint(&said(&one.source))));
        let label = lang.pick("缺少的数据", "what is missing");
        screen.line(&format!("      {}", screen.faint(&format!("{label}: {}", said(&one.lacks)))));
    }
}

fn print_rule(context: &Context, rule: &Rule) {
    let (lang, screen, clause) = (context.lang, context.screen, &rule.clause);
    let said = |texts: &[String; 2]| without_blanks(lang.pick(&texts[0], &texts[1]));
    let label = screen.tint(rule.severity, mark(rule.mark, lang));
    screen.line(&format!("{}  {label}  {}", screen.bold(&clause.rule), said(&clause.what)));
    let kinds: Vec<&str> =
        rule.entity.iter().map(|kind| lang.pick(kind.label(), kind.name())).collect();
    let params: Vec<String> =
        rule.params.iter().map(|(key, text)| format!("{key} = {text}")).collect();
    let examples = rule.examples.iter().map(|example| {
        let record: Vec<String> =
            example.record.iter().map(|(field, text)| format!("{field}={text}")).collect();
        let mut outcome = if example.is_breach {
            lang.pick("不通过", "fails").to_owned()
        } else {
            lang.pick("通过", "passes").to_owned()
        };
        if !example.proposed.is_empty() {
            outcome.push_str(&format!(
                "{}{}",
                lang.pick("，改为 ", ", proposes "),
                example.proposed
            ));
        }
        if let Some(day) = example.as_of {
            outcome.push_str(&format!("{}{}", lang.pick("，审核日 ", ", as of "), day_text(day)));
        }
        format!("{} → {outcome}", record.join(" "))
    });
    let mut lines = vec![
        (lang.pick("条款", "clause"), said(&clause.source)),
        (lang.pick("改法", "mend"), said(&clause.mend)),
        (lang.pick("判什么", "judges"), format!("{}  {}", rule.kind, kinds.join("、"))),
        (lang.pick("参数", "parameters"), params.join("; ")),
    ];
    if let Some(why) = &rule.unverified {
        lines.push((lang.pick("未核实", "unverified"), said(why)));
    }
    lines.extend(examples.map(|text| (lang.pick("示例", "example"), text)));
    for (label, text) in lines.iter().filter(|(_, text)| !text.trim().is_empty()) {
        screen.line(&format!("  {}  {text}", screen.faint(label)));
    }
}

/// What a pack says of itself, as JSON.
pub fn json_head(pack: &Pack) -> Value {
    let head = &pack.head;
    let day = |day: i32| (!matches!(day, i32::MIN | i32::MAX)).then(|| day_text(day));
    json!({
        "name": pack.name,
        "label": { "zh": head.label[0], "en": head.label[1] },
        "family": head.family,
        "layer": head.layer.label(Lang::En),
        "status": head.status.name(),
        "effective_from": day(head.in_force.0),
        "effective_to": day(head.in_force.1),
        "authority": head.authority,
        "reviewed_by": head.reviewed_by,
        "extends": head.extends,
        "rules": pack.rules.len(),
        "unverified": unverified(pack),
        "sha256": pack.digest,
    })
}

/// A whole pack as JSON.
pub fn json_whole(pack: &Pack) -> Value {
    let mut told = json_head(pack);
    let rules: Vec<Value> = pack.rules.iter().map(json_rule).collect();
    told["rules"] = Value::Array(rules);
    let both = |texts: &[String; 2]| json!({ "zh": texts[0], "en": texts[1] });
    let reminders = pack.reminders.iter().map(|one| {
        let (source, what, lacks) = (both(&one.source), both(&one.what), both(&one.lacks));
        json!({ "id": one.id, "source": source, "what": what, "lacks": lacks })
    });
    told["reminders"] = Value::Array(reminders.collect());
    told
}

fn json_rule(rule: &Rule) -> Value {
    let both = |texts: &[String; 2]| json!({ "zh": texts[0], "en": texts[1] });
    let clause = &rule.clause;
    let params: serde_json::Map<String, Value> =
        rule.params.iter().map(|(key, text)| (key.clone(), json!(text))).collect();
    json!({
        "id": clause.rule,
        "pack": clause.pack,
        "kind": rule.kind,
        "mark": rule.mark.to_string(),
        "entity": rule.entity.iter().map(|kind| kind.name()).collect::<Vec<_>>(),
        "source": both(&clause.source),
        "what": both(&clause.what),
        "mend": both(&clause.mend),
        "parameters": params,
        "unverified": rule.unverified.as_ref().map(both),
        "examples": rule.examples.len(),
    })
}

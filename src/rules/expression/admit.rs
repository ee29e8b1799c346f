//! What of the language gets in. Whole numbers become decimals, so that `2 * days` has one sort of numbers, and
//! `day("2022-11-01")` becomes the number of that day.

use cel::{
    IdedExpr,
    common::ast::{Expr, LiteralValue},
};
use chrono::{Datelike, NaiveDate};

/// Most parts of one condition.
const MOST_PARTS: usize = 200;

/// Questions about texts and lists; operators have no letters in their names.
const FUNCTIONS: [&str; 4] = ["size", "contains", "startsWith", "endsWith"];

/// Admits a condition, or says in Chinese and English what must not be in it.
///
/// # Errors
/// The first part that does not get in.
pub fn admit(tree: &mut IdedExpr) -> Result<(), [String; 2]> {
    let mut parts = 0;
    one(tree, &mut parts)
}

fn refuse(zh: impl Into<String>, en: impl Into<String>) -> Result<(), [String; 2]> {
    Err([zh.into(), en.into()])
}

fn one(tree: &mut IdedExpr, parts: &mut usize) -> Result<(), [String; 2]> {
    *parts += 1;
    if *parts > MOST_PARTS {
        return refuse("条件太复杂", "the condition has too many parts");
    }
    if let Some(day) = day(&tree.expr)? {
        tree.expr = Expr::Literal(LiteralValue::Double(day.into()));
        return Ok(());
    }
    match &mut tree.expr {
        Expr::Literal(literal) => {
            if let LiteralValue::Int(number) = literal {
                *literal = LiteralValue::Double((*number.inner() as f64).into());
            }
            Ok(())
        }
        Expr::Ident(_) => Ok(()),
        Expr::List(list) => list.elements.iter_mut().try_for_each(|part| one(part, parts)),
        Expr::Call(call) => {
            let name = call.func_name.as_str();
            let is_operator = !name.starts_with(|letter: char| letter.is_ascii_alphabetic());
            if !is_operator && !FUNCTIONS.contains(&name) {
                let known = FUNCTIONS.join(", ");
                return refuse(
                    format!("条件里不能用 {name}()；可用：{known}, day"),
                    format!("{name}() is not allowed; known: {known}, day"),
                );
            }
            let target = call.target.as_deref_mut().into_iter();
            target.chain(&mut call.args).try_for_each(|part| one(part, parts))
        }
        Expr::Comprehension(_) => {
            refuse("条件里不能用循环（all、exists、map、filter）", "loops are not allowed")
        }
        Expr::Select(_) | Expr::Map(_) | Expr::Struct(_) | Expr::Unspecified => refuse(
            "条件里只能用字段、数字、文字和运算",
            "only fields, numbers, texts and operators are allowed",
        ),
    }
}

/// The number of the day that `day("2022-11-01")` means.
fn day(expr: &Expr) -> Result<Option<f64>, [String; 2]> {
    let Expr::Call(call) = expr else { return Ok(None) };
    if call.func_name != "day" || call.target.is_some() {
        return Ok(None);
    }
    let parsed = match call.args.as_slice() {
        [IdedExpr { expr: Expr::Literal(LiteralValue::String(text)), .. }] => {
            text.inner().parse::<NaiveDate>().ok()
        }
        _ => None,
    };
    match parsed {
        Some(day) => Ok(Some(f64::from(day.num_days_from_ce()))),
        None => Err([
            "day() 里应写 \"年-月-日\"".to_owned(),
            "day() takes one text, \"YYYY-MM-DD\"".to_owned(),
        ]),
    }
}

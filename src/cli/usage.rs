//! What is wrong with a command line, in the person's language.

use std::io::Write;

use clap::{
    Error,
    error::{ContextKind, ContextValue, ErrorKind},
};

use super::Exit;
use crate::model::Lang;

/// Prints help, version, or what is wrong; gives the exit code.
pub fn tell(lang: Lang, error: &Error) -> Exit {
    if !error.use_stderr() || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        // Nobody is left to tell when the terminal itself is gone.
        let _ = error.print();
        return if error.use_stderr() { Exit::Usage } else { Exit::Done };
    }
    let text = match lang {
        Lang::En => error.render().to_string(),
        Lang::Zh => format!("错误：{}\n\n加 --help 看用法。\n", chinese(error)),
    };
    let _ = write!(std::io::stderr(), "{text}");
    Exit::Usage
}

fn chinese(error: &Error) -> String {
    let word = |kind| error.get(kind).map(plain).unwrap_or_default();
    let with = |label: &str, kind| match word(kind) {
        text if text.is_empty() => text,
        text => format!("{label}{text}"),
    };
    let (arg, value) = (word(ContextKind::InvalidArg), word(ContextKind::InvalidValue));
    match error.kind() {
        ErrorKind::UnknownArgument => {
            format!("没有选项“{arg}”{}", with("；是否想写 ", ContextKind::SuggestedArg))
        }
        ErrorKind::InvalidSubcommand => {
            let name = word(ContextKind::InvalidSubcommand);
            format!("没有子命令“{name}”{}", with("；是否想写 ", ContextKind::SuggestedSubcommand))
        }
        ErrorKind::MissingRequiredArgument => format!("缺少 {arg}"),
        ErrorKind::MissingSubcommand => {
            format!("缺少子命令{}", with("，可用：", ContextKind::ValidSubcommand))
        }
        ErrorKind::InvalidValue if value.is_empty() => format!("{arg} 后面缺少内容"),
        ErrorKind::InvalidValue => {
            format!("{arg} 不能是“{value}”{}", with("；可用：", ContextKind::ValidValue))
        }
        ErrorKind::ValueValidation => format!("{arg} 不能是“{value}”"),
        ErrorKind::ArgumentConflict => {
            format!("{arg} 重复，或与别的选项冲突{}", with("：", ContextKind::PriorArg))
        }
        ErrorKind::TooManyValues => format!("{arg} 后面的内容太多：{value}"),
        _ => format!(
            "命令行有误{}{}",
            with("：", ContextKind::InvalidArg),
            with("，", ContextKind::InvalidValue)
        ),
    }
}

fn plain(value: &ContextValue) -> String {
    match value {
        ContextValue::Strings(words) => words.join("、"),
        ContextValue::StyledStrs(words) => {
            words.iter().map(ToString::to_string).collect::<Vec<_>>().join("、")
        }
        other => other.to_string(),
    }
}

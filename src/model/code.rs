//! Finding codes: what can be wrong with a datum, and the words that say so. The words stand in `codes/`.

use super::Lang;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// For information; nothing to do.
    Info,
    /// A person should look.
    Warning,
    /// The record is held: it is written to no output.
    Error,
}

impl Severity {
    /// The word in reports: `error`, `warning`, `info`.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }

    /// The word that people read.
    pub fn label(self, lang: Lang) -> &'static str {
        match self {
            Severity::Info => lang.pick("提示", "info"),
            Severity::Warning => lang.pick("警告", "warning"),
            Severity::Error => lang.pick("错误", "error"),
        }
    }
}

/// One kind of finding. `{0}`, `{1}` … in the texts are filled from [`super::Finding::args`].
#[derive(Debug)]
pub struct Code {
    /// Stable kebab-case name, part of the report's contract: `id-checksum`.
    pub name: &'static str,
    /// Severity unless a mapping or rule says otherwise.
    pub severity: Severity,
    /// What is wrong, one sentence: Chinese, English.
    pub what: [&'static str; 2],
    /// Why it matters: Chinese, English.
    pub why: [&'static str; 2],
    /// How to mend it: Chinese, English.
    pub mend: [&'static str; 2],
}

impl Code {
    /// The message template in a language.
    pub fn what(&self, lang: Lang) -> &'static str {
        pick(&self.what, lang)
    }

    /// The reason in a language.
    pub fn why(&self, lang: Lang) -> &'static str {
        pick(&self.why, lang)
    }

    /// The hint in a language.
    pub fn mend(&self, lang: Lang) -> &'static str {
        pick(&self.mend, lang)
    }
}

fn pick(texts: &[&'static str; 2], lang: Lang) -> &'static str {
    lang.pick(texts[0], texts[1])
}

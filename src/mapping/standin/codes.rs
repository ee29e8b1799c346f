//! Stand-in value codes.
use crate::model::{Code, Severity};
macro_rules! code {
    ($name:ident, $id:literal, $severity:ident) => {
        pub static $name: Code = Code {
            name: $id,
            severity: Severity::$severity,
            what: ["", ""],
            why: ["", ""],
            mend: ["", ""],
        };
    };
}
code!(ERROR_CELL, "error-cell", Error);
code!(FORMULA_UNCALCULATED, "formula-uncalculated", Error);
code!(ID_CHECKSUM, "id-checksum", Error);
code!(NUMBER_UNREADABLE, "number-unreadable", Error);
code!(VALUE_MISSING, "value-missing", Error);
code!(CHOICE_UNKNOWN, "choice-unknown", Error);
code!(CHOICE_DOUBTFUL, "choice-doubtful", Warning);
code!(OUT_OF_RANGE, "out-of-range", Error);
code!(VALUES_MENDED, "values-mended", Info);

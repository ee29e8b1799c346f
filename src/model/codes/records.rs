//! Codes of exports that hold records rather than sheets: DBF, XML, JSON, fixed-width text.

use crate::model::{Code, Severity};

/// All codes of this group.
pub static CODES: &[&Code] = &[
    &RECORDS_CUT,
    &NO_RECORDS,
    &RECORD_UNREADABLE,
    &RECORD_COUNT_DIFFERS,
    &DELETED_RECORDS,
    &FIELD_CUT,
    &MEMO_MISSING,
    &MEMO_UNREADABLE,
    &NOT_TEXT,
    &VALUES_BESIDE,
    &ENTITY_NOT_READ,
    &LINE_SHORT,
    &LINE_WITH_TAB,
];

/// An export that breaks off or breaks its own format. `{0}` the last record that was whole.
pub static RECORDS_CUT: Code = Code {
    name: "records-cut",
    severity: Severity::Error,
    what: [
        "文件不完整或已损坏，读到第 {0} 条记录后就读不下去了。",
        "The file is cut off or damaged: nothing can be read after record {0}.",
    ],
    why: [
        "后面的人员会漏掉，所以整个文件都没有处理。",
        "Whoever stands further down would be lost, so nothing of it was used.",
    ],
    mend: [
        "请在原系统里重新导出，等导出完成后再拷贝、提交；如果还是不行，请导出为 Excel（.xlsx）或 CSV。",
        "Export it again, let the export finish, then copy it; if that fails, export to Excel (.xlsx) or CSV.",
    ],
};

/// An XML or JSON document in which nothing looks like records.
pub static NO_RECORDS: Code = Code {
    name: "no-records",
    severity: Severity::Error,
    what: [
        "文件里没有找到成列的记录（例如一人一条的数据）。",
        "The file holds no list of records, such as one entry per person.",
    ],
    why: [
        "没有可以当作行和列的内容，整个文件都没有处理。",
        "There is nothing to read as rows and columns, so nothing of it was used.",
    ],
    mend: [
        "请确认导出的是人员或学分数据；或者请导出为 Excel（.xlsx）或 CSV 再提交。",
        "Make sure that people or credits were exported, or export to Excel (.xlsx) or CSV.",
    ],
};

/// One record of an export that cannot be read while others can.
pub static RECORD_UNREADABLE: Code = Code {
    name: "record-unreadable",
    severity: Severity::Error,
    what: [
        "这一条记录的格式是坏的，读不出来。",
        "This record breaks the format and cannot be read.",
    ],
    why: [
        "这条记录没有写入结果，其他记录不受影响。",
        "It is missing from the result; the other records are not affected.",
    ],
    mend: [
        "请在原系统里查看这条记录（常见原因是内容里有引号或换行），改好后重新导出。",
        "Look at this record in its system, often a value holds a quote or a line break, and export again.",
    ],
};

/// A header that counts other records than the file holds. `{0}` counted in the header, `{1}` found.
pub static RECORD_COUNT_DIFFERS: Code = Code {
    name: "record-count-differs",
    severity: Severity::Warning,
    what: [
        "文件头写的是 {0} 条记录，实际有 {1} 条。",
        "The file says that it has {0} records, but it holds {1}.",
    ],
    why: [
        "多半是导出时没有正常关闭。已按实际的记录处理，可能有遗漏或多余的记录。",
        "Usually the export was not closed properly. What is there was used; records may be missing or too many.",
    ],
    mend: [
        "请核对人数；如果不对，请在原系统里关闭数据表后重新导出。",
        "Check the number of people; if it is wrong, close the table in its system and export again.",
    ],
};

/// Records that are marked as deleted in the table. `{0}` how many.
pub static DELETED_RECORDS: Code = Code {
    name: "deleted-records",
    severity: Severity::Info,
    what: [
        "有 {0} 条记录带有删除标记，没有处理。",
        "{0} records are marked as deleted and were left out.",
    ],
    why: [
        "数据表里删除的记录只是做了标记，Excel 和 WPS 打开时也不显示。",
        "Deleted records are only marked in such a table; Excel and WPS do not show them either.",
    ],
    mend: [
        "如果是误删，请在原系统里恢复这些记录（FoxPro 用 RECALL），再重新导出；否则不用修改。",
        "If they were deleted by mistake, recall them and export again; otherwise there is nothing to do.",
    ],
};

/// A text that fills its field and ends within a character.
pub static FIELD_CUT: Code = Code {
    name: "field-cut",
    severity: Severity::Error,
    what: [
        "这里的内容被截断了，最后一个汉字只剩半个。",
        "This text is cut off within its last Chinese character.",
    ],
    why: [
        "字段宽度不够，后面的内容在导出时就丢了，姓名或单位可能不完整。",
        "The field is too narrow, so the rest was lost in the export; a name or a unit may be incomplete.",
    ],
    mend: [
        "请在原系统里查到完整的内容，加宽这个字段后重新导出；定长文本请核对各列的宽度。",
        "Look up the whole text, widen the field and export again; for fixed-width text check the widths.",
    ],
};

/// Long texts stand in a second file that is not there. `{0}` its extension, `{1}` the column.
pub static MEMO_MISSING: Code = Code {
    name: "memo-missing",
    severity: Severity::Warning,
    what: [
        "“{1}”列的内容存放在同名的 .{0} 文件里，这个文件没有一起提交。",
        "The column {1} is stored in a .{0} file of the same name, which was not handed in.",
    ],
    why: ["这一列只能当作空白处理。", "This column had to be taken as blank."],
    mend: [
        "请把两个文件放在同一个文件夹里（名字相同）一起打包提交；或者用 Excel、WPS 打开后另存为 .xlsx。",
        "Put both files, with the same name, into one folder and hand them in together, or save as .xlsx.",
    ],
};

/// A pointer to a long text that leads nowhere.
pub static MEMO_UNREADABLE: Code = Code {
    name: "memo-unreadable",
    severity: Severity::Warning,
    what: ["这个备注型字段的内容读不出来。", "The long text of this memo field cannot be read."],
    why: [
        "备注文件可能已损坏，或者和数据表不是同一次导出的，这里只能当作空白处理。",
        "The memo file may be damaged or of another export, so this was taken as blank.",
    ],
    mend: [
        "请重新导出数据表和备注文件，一起提交。",
        "Export the table and its memo file again and hand both in.",
    ],
};

/// A column of pictures or other objects. `{0}` the column.
pub static NOT_TEXT: Code = Code {
    name: "not-text",
    severity: Severity::Info,
    what: [
        "“{0}”列存放的是图片或其他对象，没有读取。",
        "The column {0} holds pictures or other objects, which were not read.",
    ],
    why: ["这一列按空白处理。", "This column was taken as blank."],
    mend: [
        "如果这一列有需要的文字，请导出为 Excel（.xlsx）再提交；否则不用修改。",
        "If it holds words that matter, export to Excel (.xlsx); otherwise there is nothing to do.",
    ],
};

/// Values of an XML or JSON export that belong to no record. `{0}` their names, `{1}` how many names.
pub static VALUES_BESIDE: Code = Code {
    name: "values-beside",
    severity: Severity::Info,
    what: [
        "记录之外还有 {1} 项内容没有读取：{0}。",
        "{1} values outside of the records were not read: {0}.",
    ],
    why: [
        "只有每条记录里面的内容才会成为表格的列。",
        "Only what stands within a record becomes a column.",
    ],
    mend: [
        "如果这些内容每个人都需要（例如科室），请在导出时把它们放到每条记录里；否则不用修改。",
        "If everybody needs them, a department say, export them within each record; otherwise nothing to do.",
    ],
};

/// A reference to an entity that XML itself does not know. `{0}` its name.
pub static ENTITY_NOT_READ: Code = Code {
    name: "entity-not-read",
    severity: Severity::Error,
    what: [
        "这里用了 XML 的自定义实体（&{0};），为了安全没有展开。",
        "This value uses an entity of its own (&{0};), which is never expanded.",
    ],
    why: [
        "实体代表的内容不知道是什么，值不完整，不能按原样写入。",
        "What it stands for is unknown, so the value is incomplete and cannot be written.",
    ],
    mend: [
        "请让导出程序直接写出文字，不要用自定义实体；或者导出为 Excel（.xlsx）或 CSV。",
        "Let the program write plain text instead of entities, or export to Excel (.xlsx) or CSV.",
    ],
};

/// A line that ends before all columns of a fixed-width text have begun. `{0}` columns it has, `{1}` expected.
pub static LINE_SHORT: Code = Code {
    name: "line-short",
    severity: Severity::Warning,
    what: [
        "这一行太短，只够 {0} 列，应有 {1} 列。",
        "This line is too short: it has room for {0} of {1} columns.",
    ],
    why: [
        "后面的列只能当作空白；如果中间少了字符，前面的列也可能错位。",
        "The columns after it are blank; if characters are missing within, others may be shifted, too.",
    ],
    mend: [
        "请核对这一行；定长文本请不要用编辑器删除空格，最好直接用系统导出的原文件。",
        "Check this line; never delete blanks of a fixed-width text, use the file as it was exported.",
    ],
};

/// A tab in a line of fixed-width text.
pub static LINE_WITH_TAB: Code = Code {
    name: "line-with-tab",
    severity: Severity::Error,
    what: [
        "定长文本的这一行里有制表符（Tab），各列的位置不准。",
        "This line of a fixed-width text holds a tab, so its columns cannot be told.",
    ],
    why: [
        "按固定宽度切分会切错位置，姓名、证件号可能串列。",
        "Cut by widths, names and numbers may end up in the wrong columns.",
    ],
    mend: [
        "请把制表符换成相应个数的空格，或者直接用系统导出的原文件。",
        "Replace the tab by as many blanks as it stands for, or use the file as it was exported.",
    ],
};

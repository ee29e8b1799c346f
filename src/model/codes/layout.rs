//! Codes of finding the table and its mapping.

use crate::model::{Code, Severity};

/// Nothing in the grid looks like a row of headings.
pub static NO_HEADINGS: Code = Code {
    name: "no-headings",
    severity: Severity::Error,
    what: [
        "这张表里找不到标题行（写着“姓名”“身份证号”等列名的那一行）。",
        "No row of headings (name, ID number …) was found in this sheet.",
    ],
    why: [
        "没有标题行就不知道每一列是什么，所以一行也没有转换。",
        "Without headings nobody can tell what each column holds, so no row was converted.",
    ],
    mend: [
        "请在数据上方加一行标题，每列写明名称，例如：姓名、身份证号、工作单位、学分。",
        "Put one row above the data that names each column, such as 姓名, 身份证号, 工作单位, 学分.",
    ],
};

/// There are headings, but no rows below them.
pub static ONLY_HEADINGS: Code = Code {
    name: "only-headings",
    severity: Severity::Error,
    what: [
        "表里只有标题行，下面没有数据。",
        "The sheet has headings but no rows of data below them.",
    ],
    why: ["没有可以转换的内容。", "There is nothing to convert."],
    mend: [
        "请确认交来的是填好的表，而不是空白模板；填好后重新提交。",
        "Check that this is the filled sheet and not the blank template, then hand it in again.",
    ],
};

/// Headings, but of no known layout.
pub static LAYOUT_UNKNOWN: Code = Code {
    name: "layout-unknown",
    severity: Severity::Error,
    what: [
        "第 {0} 行像是标题行，但与已知的任何一种表都对不上；能认出的列：{1}。",
        "Row {0} looks like headings, but they fit no known layout; columns recognised: {1}.",
    ],
    why: [
        "不能确定这是什么表，猜错会把数据填到别的列，所以一行也没有转换。",
        "A wrong guess would put values into wrong columns, so no row was converted.",
    ],
    mend: [
        "请对照模板改列名；如果这是一种新表，请信息科用 cmegate mapping 为它加一个映射。",
        "Name the columns as in the template, or have IT write a mapping for this layout.",
    ],
};

/// Two mappings fit equally well.
pub static LAYOUT_UNCLEAR: Code = Code {
    name: "layout-unclear",
    severity: Severity::Error,
    what: [
        "这张表同时符合几种表的格式，分不清是哪一种：{0}。",
        "The sheet fits several layouts equally well: {1}.",
    ],
    why: [
        "不同的表有不同的去处，猜错会交错地方，所以一行也没有转换。",
        "Layouts lead to different outputs; a wrong guess would send the rows astray, so none was converted.",
    ],
    mend: [
        "请在命令里用 --input 指明是哪一种，或放进专门收这种表的文件夹。",
        "Say which one it is with --input, or put the document into the folder for that layout.",
    ],
};

/// The best mapping lacks columns that it cannot do without.
pub static COLUMN_MISSING: Code = Code {
    name: "column-missing",
    severity: Severity::Error,
    what: [
        "这张表最像“{0}”，但缺少必须有的列：{1}。",
        "The sheet looks most like {2}, but these columns are missing: {1}.",
    ],
    why: [
        "缺了这些列就认不出每一行是谁、做了什么，所以一行也没有转换。",
        "Without these columns no row can be told apart, so none was converted.",
    ],
    mend: [
        "请补上这些列，并在标题行写明列名；列已经有但名称不同时，请改成上面的名称。",
        "Add these columns with their headings; if they are there under other names, rename them.",
    ],
};

/// Columns that the mapping does not know.
pub static UNMAPPED_COLUMNS: Code = Code {
    name: "unmapped-columns",
    severity: Severity::Info,
    what: [
        "这些列不在“{1}”的映射里，没有转换：{0}。",
        "These columns are not in the mapping {2} and were not converted: {0}.",
    ],
    why: [
        "目标文件不需要它们；如果其中有重要内容，它不会出现在结果里。",
        "The outputs do not need them; whatever they hold will not be in the outputs.",
    ],
    mend: [
        "不需要就不用管；需要时请改用标准列名，或请信息科把列名加进映射。",
        "Leave it, or use the standard heading, or have IT add the heading to the mapping.",
    ],
};

/// Hidden or filtered rows were read.
pub static HIDDEN_ROWS: Code = Code {
    name: "hidden-rows",
    severity: Severity::Info,
    what: [
        "有 {0} 行是隐藏的或被筛选掉的，也一起读取了。",
        "{0} hidden or filtered rows were read as well.",
    ],
    why: [
        "隐藏的行在屏幕上看不到，容易把不该报的人报上去。",
        "Nobody sees hidden rows, so people may be handed in who should not be.",
    ],
    mend: [
        "请取消隐藏和筛选后看一看；不该报的行请删除，再重新提交。",
        "Unhide the rows and clear the filter; delete the rows that should not be handed in.",
    ],
};

/// The table ended at a footer.
pub static FOOTER_ROWS: Code = Code {
    name: "footer-rows",
    severity: Severity::Info,
    what: [
        "从第 {1} 行起是表尾（填表人、审核人、说明等），共 {0} 行，没有当作数据。",
        "The footer begins in row {1}; its {0} rows were not taken as data.",
    ],
    why: [
        "表尾不是人员数据；如果其中有人员，他们不在结果里。",
        "A footer holds no records; people listed there are not in the outputs.",
    ],
    mend: [
        "表尾之后若还有人员，请把他们移到表尾前面。",
        "Move people listed below the footer to above it.",
    ],
};

/// Rows below a footer look like records.
pub static ROWS_AFTER_FOOTER: Code = Code {
    name: "rows-after-footer",
    severity: Severity::Warning,
    what: [
        "表尾后面还有 {0} 行像是数据（从第 {1} 行起），没有转换。",
        "{0} rows below the footer look like data (from row {1}); they were not converted.",
    ],
    why: [
        "这些行不会出现在结果里，可能漏掉了人。",
        "These rows are not in the outputs; people may be missing.",
    ],
    mend: [
        "请把这些行移到“填表人”“说明”等表尾行的前面，再重新提交。",
        "Move these rows to above the footer and hand the sheet in again.",
    ],
};

/// Sample rows were left out.
pub static SAMPLE_ROWS: Code = Code {
    name: "sample-rows",
    severity: Severity::Info,
    what: [
        "有 {0} 行标着“示例”，没有当作数据。",
        "{0} rows are marked as samples and were not taken as data.",
    ],
    why: ["示例行里的人不是真的学员。", "The people in sample rows are not real learners."],
    mend: [
        "如果是真实数据，请去掉“示例”字样；否则不用管。",
        "If a row is real, remove the word 示例 from it; otherwise leave it.",
    ],
};

/// Subtotal rows were left out.
pub static SUBTOTAL_ROWS: Code = Code {
    name: "subtotal-rows",
    severity: Severity::Info,
    what: [
        "有 {0} 行是小计或合计，没有当作数据。",
        "{0} subtotal or total rows were not taken as data.",
    ],
    why: ["小计和合计不是人员。", "Totals are not people."],
    mend: ["不用处理。", "Nothing to do."],
};

/// Rows that only name a section of the table.
pub static SECTION_ROWS: Code = Code {
    name: "section-rows",
    severity: Severity::Info,
    what: [
        "有 {0} 行是分组标题（如科室名占满一行），没有当作数据。",
        "{0} rows only name a section of the table and were not taken as data.",
    ],
    why: [
        "分组标题里的科室名不会自动填到下面的人员。",
        "The section's name is not filled into the rows below it.",
    ],
    mend: [
        "需要科室时，请单独加一列“科室”，每行填写。",
        "If the department matters, add a column 科室 and fill it in every row.",
    ],
};

/// The headings stand in the table again.
pub static HEADING_REPEATED: Code = Code {
    name: "heading-repeated",
    severity: Severity::Info,
    what: [
        "有 {0} 行是重复出现的标题（每页打印一次），没有当作数据。",
        "{0} rows repeat the headings (once per printed page) and were not taken as data.",
    ],
    why: ["重复的标题不是人员。", "Repeated headings are not people."],
    mend: [
        "不用处理；要每页打印标题，可用“页面布局 - 打印标题”。",
        "Nothing to do; Page Layout > Print Titles repeats headings on paper only.",
    ],
};

/// The headings stand in the table again, in another order.
pub static HEADINGS_MOVED: Code = Code {
    name: "headings-moved",
    severity: Severity::Error,
    what: [
        "第 {0} 行又是标题行，但列的顺序变了（{1}）；从这一行起的数据都没有输出。",
        "Row {0} holds headings again, but the columns are in another order ({1}); all rows below it are held.",
    ],
    why: [
        "照前面的顺序读取，会把内容填到别的列，例如把科室当成单位。",
        "Read in the first order, values would land in wrong fields, such as 科室 in 单位.",
    ],
    mend: [
        "请把下面各行按第一个标题行的列顺序排好，接在上面的数据后面；或者单独放到另一张工作表。",
        "Put these rows under the first headings in the same order of columns, or move them to a sheet of their own.",
    ],
};

/// A heading stands twice in one table.
pub static HEADING_TWICE: Code = Code {
    name: "heading-twice",
    severity: Severity::Warning,
    what: [
        "有两列都是“{0}”，只用了 {1} 列，{2} 列没有转换。",
        "Two columns mean {0}; only column {1} was used, column {2} was not converted.",
    ],
    why: [
        "两列内容不同时，可能用错了一列。",
        "If the two differ, the wrong one may have been used.",
    ],
    mend: [
        "请只留正确的一列，或把另一列改名。",
        "Keep only the right column, or rename the other one.",
    ],
};

/// A hidden sheet was not read.
pub static HIDDEN_SHEET_SKIPPED: Code = Code {
    name: "hidden-sheet-skipped",
    severity: Severity::Info,
    what: ["隐藏的工作表“{0}”没有读取。", "The hidden sheet {0} was not read."],
    why: [
        "隐藏的工作表多半是下拉选项的字典。",
        "Hidden sheets are mostly the lists behind drop-downs.",
    ],
    mend: [
        "如果里面有人员，请取消隐藏后重新提交。",
        "If it holds people, unhide it and hand the workbook in again.",
    ],
};

/// A sheet of a workbook holds no table.
pub static SHEET_WITHOUT_TABLE: Code = Code {
    name: "sheet-without-table",
    severity: Severity::Info,
    what: [
        "这张工作表里没有可以转换的表，跳过了。",
        "This sheet holds no table that can be converted and was skipped.",
    ],
    why: [
        "它可能是填写说明或字典；里面的内容不在结果里。",
        "It may be a notice or a list; nothing of it is in the outputs.",
    ],
    mend: [
        "如果里面有人员，请补上与其他工作表相同的标题行；没有就不用管。",
        "If it holds people, give it the same row of headings as the other sheets; otherwise leave it.",
    ],
};

/// All codes of this group.
pub static CODES: &[&Code] = &[
    &NO_HEADINGS,
    &ONLY_HEADINGS,
    &LAYOUT_UNKNOWN,
    &LAYOUT_UNCLEAR,
    &COLUMN_MISSING,
    &UNMAPPED_COLUMNS,
    &HIDDEN_ROWS,
    &FOOTER_ROWS,
    &ROWS_AFTER_FOOTER,
    &SAMPLE_ROWS,
    &SUBTOTAL_ROWS,
    &SECTION_ROWS,
    &HEADING_REPEATED,
    &HEADINGS_MOVED,
    &HEADING_TWICE,
    &HIDDEN_SHEET_SKIPPED,
    &SHEET_WITHOUT_TABLE,
];

//! Codes of the reading step: containers, encodings, cells.

use crate::model::{Code, Severity};

/// All codes of this group.
pub static CODES: &[&Code] = &[
    &NOT_A_SPREADSHEET,
    &ZIP_PACKAGE,
    &FORMAT_NOT_READ,
    &EMPTY_DOCUMENT,
    &ENCRYPTED,
    &TRUNCATED_ZIP,
    &BROKEN_WORKBOOK,
    &TOO_LARGE,
    &SPARSE_DIMENSION,
    &SHEET_UNREADABLE,
    &READER_DIED,
    &UNDECODABLE,
    &ENCODING_UNCERTAIN,
    &PUA_REPAIRED,
    &NUL_REMOVED,
    &RAGGED_ROW,
    &QUOTE_UNCLOSED,
    &TOO_MANY_COLUMNS,
    &REPEATED_ADDRESS,
    &DUPLICATE_PART,
    &PARTIAL_COPY,
    &PASSWORD_WRONG,
    &ENCRYPTION_NOT_READ,
    &OPENED_WITH_PASSWORD,
    &GUARDED_CELLS,
    &PAGE_CUT_OFF,
];

/// The bytes are neither a workbook nor text.
pub static NOT_A_SPREADSHEET: Code = Code {
    name: "not-a-spreadsheet",
    severity: Severity::Error,
    what: ["这不是表格文件，也不是文本文件。", "This is neither a spreadsheet nor a text file."],
    why: [
        "里面没有可以读取的行和列，整个文件都没有处理。",
        "It has no rows and columns to read, so nothing of it was used.",
    ],
    mend: [
        "请用 Excel 或 WPS 打开原表，“另存为”Excel 工作簿（.xlsx），再重新提交。",
        "Open the original in Excel or WPS, save it as an Excel workbook (.xlsx) and hand it in again.",
    ],
};

/// A zip archive that is no workbook.
pub static ZIP_PACKAGE: Code = Code {
    name: "zip-package",
    severity: Severity::Error,
    what: ["这是一个压缩包，不是表格。", "This is a zip archive, not a spreadsheet."],
    why: [
        "压缩包里的文件没有打开，里面的内容都没有处理。",
        "The archive was not unpacked, so nothing inside it was used.",
    ],
    mend: [
        "请先解压，再把里面的表格一个一个提交。",
        "Unpack it first and hand in the spreadsheets one by one.",
    ],
};

/// A known format that is not read. `{0}` the format and `{1}` what to do in Chinese, `{2}` and `{3}` in English.
pub static FORMAT_NOT_READ: Code = Code {
    name: "format-not-read",
    severity: Severity::Error,
    what: ["这个文件其实是{0}，目前不能直接读取。", "This file is really {2}, which is not read."],
    why: [
        "文件里的内容都没有处理。改扩展名并不会改变文件的真实格式。",
        "Nothing of it was used. Renaming a file does not change its real format.",
    ],
    mend: ["{1}", "{3}"],
};

/// No byte, or nothing but a byte order mark and blanks.
pub static EMPTY_DOCUMENT: Code = Code {
    name: "empty-document",
    severity: Severity::Error,
    what: ["文件是空的，没有任何内容。", "The file is empty."],
    why: [
        "没有任何一行可以处理，常见原因是保存或复制时中断。",
        "There is no row to use; often a save or a copy was cut off.",
    ],
    mend: [
        "请打开原表，确认里面有内容，保存并关闭后重新提交。",
        "Open the original, make sure that it has content, save, close and hand it in again.",
    ],
};

/// A workbook under a password.
pub static ENCRYPTED: Code = Code {
    name: "encrypted",
    severity: Severity::Error,
    what: ["这个工作簿设置了打开密码。", "This workbook needs a password to open."],
    why: [
        "没有密码就看不到内容，整个文件都没有处理。",
        "Without the password its content cannot be seen, so nothing of it was used.",
    ],
    mend: [
        "请用 Excel 或 WPS 打开，在“文件 → 信息 → 保护工作簿 → 用密码进行加密”里清空密码，保存后重新提交。",
        "Open it, clear the password under File → Info → Protect Workbook → Encrypt with Password, save and hand it in again.",
    ],
};

/// A zip container whose end is missing or whose parts are cut.
pub static TRUNCATED_ZIP: Code = Code {
    name: "truncated-zip",
    severity: Severity::Error,
    what: ["工作簿不完整，后半部分丢失了。", "The workbook is incomplete: its end is missing."],
    why: [
        "常见原因是没有传完或没有拷贝完，只读前半部分会漏掉人员，所以整个文件都没有处理。",
        "Usually an upload or a copy was cut off. Reading the first part would lose people, so nothing was used.",
    ],
    mend: [
        "请重新拷贝或上传原文件；如果原文件也打不开，请用 Excel 或 WPS 的“打开并修复”后另存为 .xlsx。",
        "Copy or upload the original again; if that does not open either, use Open and Repair and save as .xlsx.",
    ],
};

/// A part of a workbook that breaks its own format. `{0}` the part.
pub static BROKEN_WORKBOOK: Code = Code {
    name: "broken-workbook",
    severity: Severity::Error,
    what: ["工作簿已损坏，读不出其中的“{0}”。", "The workbook is damaged: {0} cannot be read."],
    why: [
        "损坏之后的内容都读不到，继续处理会漏掉数据。",
        "Whatever stands after the damage cannot be read, so going on would lose data.",
    ],
    mend: [
        "请用 Excel 或 WPS 打开（选择“打开并修复”），检查内容后另存为 .xlsx 再提交。",
        "Open it in Excel or WPS with Open and Repair, check it, save as .xlsx and hand it in again.",
    ],
};

/// A limit that keeps hostile documents from eating the machine. `{0}` what is too large, `{1}` the limit.
pub static TOO_LARGE: Code = Code {
    name: "too-large",
    severity: Severity::Error,
    what: ["{0}超过了上限（{1}）。", "{0} is over the limit of {1}."],
    why: [
        "这么大的内容多半是格式异常，为了不影响其他文件，没有继续读取。",
        "That size usually means a malformed file; reading stopped so that other files are not held up.",
    ],
    mend: [
        "请把需要的行和列复制到一个新的工作簿里，或者拆成几个文件，再提交。",
        "Copy the rows and columns that matter into a new workbook, or split it into several, and hand them in.",
    ],
};

/// Cells so far from the rest that the sheet looks huge.
pub static SPARSE_DIMENSION: Code = Code {
    name: "sparse-dimension",
    severity: Severity::Warning,
    what: [
        "工作表里有离正文很远的单元格，表格范围异常大。",
        "The sheet has cells far away from its table, so its range is unusually large.",
    ],
    why: [
        "远处的内容多半是误填，会让表格打开很慢，也可能被当成数据。",
        "What stands far off is usually a slip; it makes the sheet slow and may be taken for data.",
    ],
    mend: [
        "请按 Ctrl+End 找到最后一个单元格，删除正文以外的空行和空列，保存后再提交。",
        "Press Ctrl+End to find the last cell, delete the rows and columns beyond your table and save.",
    ],
};

/// One sheet that cannot be read while others can. `{0}` its name.
pub static SHEET_UNREADABLE: Code = Code {
    name: "sheet-unreadable",
    severity: Severity::Error,
    what: ["工作表“{0}”读不出来。", "The sheet “{0}” cannot be read."],
    why: [
        "这个工作表里的内容没有处理，其他工作表不受影响。",
        "Nothing of this sheet was used; other sheets are not affected.",
    ],
    mend: [
        "请在 Excel 或 WPS 里打开，把这个工作表的内容复制到新的工作簿，另存为 .xlsx 再提交。",
        "Open it, copy this sheet's cells into a new workbook, save as .xlsx and hand it in again.",
    ],
};

/// The child process that reads old formats was stopped. `{0}` the reason.
pub static READER_DIED: Code = Code {
    name: "reader-died",
    severity: Severity::Error,
    what: ["读取这个文件时中断了（{0}）。", "Reading this file was stopped ({0})."],
    why: [
        "文件可能已损坏，或者结构异常，读取它会占用过多的内存或时间。",
        "The file may be damaged or built so that reading it takes too much memory or time.",
    ],
    mend: [
        "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”，再提交新文件。",
        "Open it in Excel or WPS, save it as an Excel workbook (.xlsx) and hand in the new file.",
    ],
};

/// Bytes of a text document that its encoding does not know; each shows as U+FFFD.
pub static UNDECODABLE: Code = Code {
    name: "undecodable",
    severity: Severity::Error,
    what: [
        "这个单元格里有无法识别的字（显示为“�”）。",
        "This cell has characters that cannot be decoded (shown as “�”).",
    ],
    why: [
        "姓名等内容可能已经缺字或变成乱码，不能按原样写入。",
        "A name or another value may have lost characters, so it cannot be written as it is.",
    ],
    mend: [
        "请在原系统里查到正确的内容，改好这个单元格，再另存为 .xlsx 提交。",
        "Look the value up in the system it came from, correct the cell and save as .xlsx.",
    ],
};

/// The encoding is a guess. `{0}` the encoding that was taken.
pub static ENCODING_UNCERTAIN: Code = Code {
    name: "encoding-uncertain",
    severity: Severity::Warning,
    what: [
        "不能确定这个文本文件的编码，暂按 {0} 读取。",
        "The encoding of this text file is uncertain; it was read as {0}.",
    ],
    why: [
        "编码判断错了，汉字会变成别的字，姓名就不对了。",
        "With the wrong encoding Chinese characters turn into others, and names are wrong.",
    ],
    mend: [
        "请核对结果里的汉字是否正确；如有乱码，请用 Excel 或 WPS 打开原文件，另存为 .xlsx 再提交。",
        "Check the Chinese characters in the result; if they are garbled, save the original as .xlsx and hand that in.",
    ],
};

/// Private-use characters of old fonts were replaced by what they stand for. `{0}` how many.
pub static PUA_REPAIRED: Code = Code {
    name: "pua-repaired",
    severity: Severity::Info,
    what: [
        "有 {0} 个旧字库的生僻字，已换成标准汉字。",
        "{0} characters of old fonts were replaced by their standard forms.",
    ],
    why: [
        "旧字库的字在别的电脑上会显示为空白或方框。",
        "Characters of old fonts show as blanks or boxes on other machines.",
    ],
    mend: ["不用修改，有空时请核对一下这些字。", "Nothing to do; have a look at them if you can."],
};

/// NUL bytes in a text document, which stand for no character, were left out. `{0}` how many.
pub static NUL_REMOVED: Code = Code {
    name: "nul-removed",
    severity: Severity::Info,
    what: ["去掉了 {0} 个看不见的空字符（NUL）。", "{0} invisible NUL characters were left out."],
    why: [
        "旧系统导出时会用空字符补齐长度，它们不是内容，写进表格会打不开。",
        "Old systems pad values with them; they are no content, and no workbook can hold them.",
    ],
    mend: ["不用修改。", "Nothing to do."],
};

/// A row with cells beyond the table's width. `{0}` columns found, `{1}` expected.
pub static RAGGED_ROW: Code = Code {
    name: "ragged-row",
    severity: Severity::Warning,
    what: [
        "这一行有 {0} 列，比其他行（{1} 列）多。",
        "This row has {0} columns, more than the usual {1}.",
    ],
    why: [
        "多半是内容里混入了分隔符（例如单位名称里的逗号），后面的各列可能都错位了。",
        "Usually a value contains the delimiter, a comma in a unit's name say, so later columns may be shifted.",
    ],
    mend: [
        "请在 Excel 或 WPS 里检查这一行，把错位的内容移回正确的列，另存为 .xlsx 再提交。",
        "Check this row, move shifted values back to their columns, save as .xlsx and hand it in again.",
    ],
};

/// A quote that opens a field and never closes it.
pub static QUOTE_UNCLOSED: Code = Code {
    name: "quote-unclosed",
    severity: Severity::Warning,
    what: [
        "这里有一个双引号只有开头、没有结尾。",
        "A double quote opens here and is never closed.",
    ],
    why: [
        "为了不把后面的行都吞进一个单元格，这个引号按普通字符处理，这一行可能错位。",
        "So as not to swallow the rows below, it was taken as an ordinary character; this row may be shifted.",
    ],
    mend: [
        "请在原表里删去多余的双引号(\")或补上另一半，再重新导出。",
        "Delete the stray double quote (\") or add its partner, and export again.",
    ],
};

/// A row with more columns than a spreadsheet can hold. `{0}` the limit.
pub static TOO_MANY_COLUMNS: Code = Code {
    name: "too-many-columns",
    severity: Severity::Error,
    what: ["这一行超过了 {0} 列。", "This row has more than {0} columns."],
    why: [
        "表格最多只能有这么多列，后面的内容没有读取，多半是分隔符或换行出了问题。",
        "A spreadsheet holds no more, so the rest was not read; usually delimiters or line ends are wrong.",
    ],
    mend: [
        "请检查导出时选择的分隔符和换行，或者另存为 .xlsx 再提交。",
        "Check the delimiter and line ends of the export, or save as .xlsx and hand that in.",
    ],
};

/// Rows or cells of a sheet whose addresses repeat or go backwards. `{0}` the sheet, `{1}` how many.
pub static REPEATED_ADDRESS: Code = Code {
    name: "repeated-address",
    severity: Severity::Warning,
    what: [
        "工作表“{0}”里有 {1} 处行号或单元格重复、颠倒。",
        "The sheet “{0}” has {1} rows or cells that repeat an address or stand out of order.",
    ],
    why: [
        "这是导出软件的毛病：重复的行顺次排在后面，重复的单元格只取最后一个，位置可能与您看到的不同。",
        "The exporting program is at fault: repeated rows were moved down and of repeated cells the last was taken.",
    ],
    mend: [
        "请用 Excel 或 WPS 打开（如提示修复请同意），检查内容后另存为 .xlsx 再提交。",
        "Open it in Excel or WPS, accept the repair, check it, save as .xlsx and hand it in again.",
    ],
};

/// A part that the container holds twice. `{0}` its name.
pub static DUPLICATE_PART: Code = Code {
    name: "duplicate-part",
    severity: Severity::Warning,
    what: [
        "工作簿里有两个同名的内部文件（{0}），只读取了一个。",
        "The workbook holds two inner files of one name ({0}); one of them was read.",
    ],
    why: [
        "不同的软件可能读到不同的内容，您看到的不一定就是这里处理的。",
        "Different programs may read different content, so what you see may not be what was used.",
    ],
    mend: [
        "请用 Excel 或 WPS 打开，检查内容后另存为 .xlsx 再提交。",
        "Open it in Excel or WPS, check it, save as .xlsx and hand it in again.",
    ],
};

/// A workbook that cmegate itself made of only some rows of a longer document.
pub static PARTIAL_COPY: Code = Code {
    name: "partial-copy",
    severity: Severity::Error,
    what: [
        "这是系统返回的节选工作簿，只有出错的行，不是完整的表。",
        "This is a shortened workbook that the system returned: it has only the rows with problems, not the whole table.",
    ],
    why: [
        "直接提交会漏掉其余人员，所以整个文件都没有处理。",
        "Handed in as it is, it would leave out everybody else, so nothing of it was used.",
    ],
    mend: [
        "请在原来的完整文件里照着改好，保存后再提交原来的文件。",
        "Mend the original, complete document as listed, save it and hand the original in again.",
    ],
};

/// A workbook under a password that is none of those given.
pub static PASSWORD_WRONG: Code = Code {
    name: "password-wrong",
    severity: Severity::Error,
    what: [
        "这个文件有打开密码，已有的密码都打不开它。",
        "This file needs a password to open, and none of those at hand fits.",
    ],
    why: [
        "打不开就看不到内容，整个文件都没有处理。密码区分大小写、全角半角和首尾空格。",
        "Its content cannot be seen, so nothing of it was used. Case, width and blanks of a password matter.",
    ],
    mend: [
        "请用 Excel 或 WPS 打开，在“文件 → 信息 → 保护工作簿 → 用密码进行加密”里清空密码，保存后重新提交；或者问清密码，请管理员加进本通道的密码文件。",
        "Clear the password under File → Info → Protect Workbook → Encrypt with Password, save and hand it in again; or have the operator add the right password to the route's password file.",
    ],
};

/// Protection that asks for something else than a password, or by a method that is not known. `{0}` which.
pub static ENCRYPTION_NOT_READ: Code = Code {
    name: "encryption-not-read",
    severity: Severity::Error,
    what: [
        "这个文件用特殊的方式加了密（{0}），有密码也不能在这里打开。",
        "This file is protected in a special way ({0}) that no password opens here.",
    ],
    why: [
        "例如企业权限管理（IRM）：只有登录过的电脑才能打开，所以整个文件都没有处理。",
        "Rights management (IRM) for instance opens on a signed-in computer only, so nothing of it was used.",
    ],
    mend: [
        "请在能打开它的电脑上打开，取消“限制访问”或加密，另存为 .xlsx 再提交。",
        "Open it where it opens, remove the restriction or encryption, save as .xlsx and hand that in.",
    ],
};

/// One of the passwords given opened the document.
pub static OPENED_WITH_PASSWORD: Code = Code {
    name: "opened-with-password",
    severity: Severity::Info,
    what: [
        "这个文件有打开密码，已用登记的密码打开；返回的标注工作簿不带密码。",
        "This file was opened with a password from the password file; an annotated workbook that comes back has none.",
    ],
    why: [
        "标注工作簿和平台文件都没有密码，转发时别人也能打开。",
        "Neither the annotated workbook nor the platforms' files have a password, so whoever gets them can open them.",
    ],
    mend: [
        "不用修改。需要转发标注工作簿时，请先重新设置密码。",
        "Nothing to do. Set a password again before you pass an annotated workbook on.",
    ],
};

/// Cells whose digits are guarded by a formula or an apostrophe, read as the text within. `{0}` how many.
pub static GUARDED_CELLS: Code = Code {
    name: "guarded-cells",
    severity: Severity::Info,
    what: [
        "有 {0} 个单元格写成 =\"0012\" 或 '0012 的样子，已按里面的文字读取。",
        "{0} cells are written like =\"0012\" or '0012; the text inside was read.",
    ],
    why: [
        "导出软件用这种写法防止数字被改动，内容没有丢失，不影响提交。",
        "The exporting program guards digits that way; nothing was lost and nothing is held back.",
    ],
    mend: [
        "不用改。如果想去掉这些符号，请用 Excel 或 WPS 打开，另存为 .xlsx。",
        "Nothing needs to be done. To be rid of the marks, open it in Excel or WPS and save as .xlsx.",
    ],
};

/// A web page that ends in the middle of a table row. `{0}` the table.
pub static PAGE_CUT_OFF: Code = Code {
    name: "page-cut-off",
    severity: Severity::Error,
    what: [
        "网页表格“{0}”不完整：最后一行没有写完，文件就结束了。",
        "The web table “{0}” is incomplete: the file ends in the middle of a row.",
    ],
    why: [
        "常见原因是导出或下载中断，后面的人员可能已经丢失。",
        "Usually an export or a download was cut off, and the people who follow may be missing.",
    ],
    mend: [
        "请重新导出或下载一次，用 Excel 或 WPS 打开核对人数，另存为 .xlsx 再提交。",
        "Export or download it again, open it in Excel or WPS, check the number of people, save as .xlsx and hand it in.",
    ],
};

//! Formats that are recognised and not read: one line each, with what the sender can do instead.

use super::{Container, Nature};
use crate::read::package::{self, PackageFormat};

/// A format that is not read.
#[derive(Debug, PartialEq, Eq)]
pub struct Foreign {
    /// What people call it: Chinese, English.
    pub name: [&'static str; 2],
    /// What to do instead: Chinese, English.
    pub mend: [&'static str; 2],
}

const SAVE_AS: [&str; 2] = [
    "请用 Excel 或 WPS 打开它，另存为“Excel 工作簿（.xlsx）”，再提交新文件。",
    "Open it in Excel or WPS, save it as an Excel workbook (.xlsx) and hand in the new file.",
];
const UNPACK: [&str; 2] = [
    "请先解压，再把里面的表格一个一个提交。",
    "Unpack it first and hand in the spreadsheets one by one.",
];
const FIND_TABLE: [&str; 2] = [
    "请提交原来的 Excel 表格；如果没有，请把内容录入 Excel 后保存为 .xlsx。",
    "Hand in the spreadsheet it was made from, or type its content into Excel and save as .xlsx.",
];
const COPY_TABLE: [&str; 2] = [
    "请打开它，把里面的表格复制到 Excel 中，保存为 .xlsx 再提交。",
    "Open it, copy its table into Excel, save as .xlsx and hand that in.",
];
const EXPORT: [&str; 2] = [
    "请在原来的软件里把数据导出为 Excel（.xlsx）或 CSV，再提交。",
    "Export the data from its program to Excel (.xlsx) or CSV and hand that in.",
];

const SAVE_ATTACHMENT: [&str; 2] = [
    "请打开邮件，把附件里的表格保存下来，再提交表格。",
    "Open the message, save the spreadsheet attached to it and hand that in.",
];

const fn foreign(zh: &'static str, en: &'static str, mend: [&'static str; 2]) -> Foreign {
    Foreign { name: [zh, en], mend }
}

/// An HTML page, often named `.xls`.
pub static HTML: Foreign = foreign("网页（HTML）表格", "an HTML table", SAVE_AS);
/// SpreadsheetML 2003.
pub static XML_SPREADSHEET: Foreign = foreign("XML 表格 2003", "an XML Spreadsheet 2003", SAVE_AS);
/// OpenDocument in one XML file.
pub static FLAT_ODS: Foreign =
    foreign("OpenDocument 单文件 XML 表格（.fods）", "a flat OpenDocument spreadsheet", SAVE_AS);
/// A web page with its pictures in one file.
pub static MHTML: Foreign =
    foreign("单个文件网页（MHTML）", "a single-file web page (MHTML)", SAVE_AS);
/// Symbolic link format.
pub static SYLK: Foreign = foreign("SYLK 表格（.slk）", "a SYLK file", SAVE_AS);
/// Lotus 1-2-3.
pub static LOTUS: Foreign = foreign("Lotus 1-2-3 表格", "a Lotus 1-2-3 worksheet", SAVE_AS);
/// Apple Numbers.
pub static NUMBERS: Foreign = foreign("苹果 Numbers 表格", "an Apple Numbers document", EXPORT);
/// PDF.
pub static PDF: Foreign = foreign("PDF 文件", "a PDF document", FIND_TABLE);
/// OFD, the national fixed-layout format (GB/T 33190).
pub static OFD: Foreign = foreign("OFD 版式文件", "an OFD document", FIND_TABLE);
/// A picture.
pub static IMAGE: Foreign = foreign("图片", "a picture", FIND_TABLE);
/// Word and WPS Writer, any age.
pub static WORD: Foreign = foreign("Word 文档", "a Word document", COPY_TABLE);
/// PowerPoint and WPS Presentation.
pub static SLIDES: Foreign = foreign("演示文稿（PPT）", "a presentation", COPY_TABLE);
/// Rich text.
pub static RTF: Foreign = foreign("RTF 文档", "a rich text document", COPY_TABLE);
/// An Outlook message.
pub static MAIL: Foreign = foreign("Outlook 邮件", "an Outlook message", SAVE_ATTACHMENT);
/// RAR archive.
pub static RAR: Foreign = foreign("RAR 压缩包", "a RAR archive", UNPACK);
/// Any other archive or compressed file.
pub static ARCHIVE: Foreign = foreign("压缩文件", "a compressed file", UNPACK);
/// Database files.
pub static DATABASE: Foreign = foreign("数据库文件", "a database file", EXPORT);
/// Parquet.
pub static PARQUET: Foreign = foreign("Parquet 数据文件", "a Parquet file", EXPORT);
/// UTF-32 text.
pub static UTF_32: Foreign = foreign("UTF-32 编码的文本", "text in UTF-32", SAVE_AS);

/// What fixed bytes at a fixed place give away.
static MAGIC: &[(usize, &[u8], Nature)] = &[
    (0, b"\x89PNG\r\n\x1a\n", Nature::Foreign(&IMAGE)),
    (0, b"\xff\xd8\xff", Nature::Foreign(&IMAGE)),
    (0, b"GIF87a", Nature::Foreign(&IMAGE)),
    (0, b"GIF89a", Nature::Foreign(&IMAGE)),
    (0, b"II*\0", Nature::Foreign(&IMAGE)),
    (0, b"MM\0*", Nature::Foreign(&IMAGE)),
    (8, b"WEBP", Nature::Foreign(&IMAGE)),
    (4, b"ftyphe", Nature::Foreign(&IMAGE)),
    (4, b"ftypmif1", Nature::Foreign(&IMAGE)),
    (0, b"%PDF-", Nature::Foreign(&PDF)),
    (0, b"Rar!\x1a\x07", Nature::Foreign(&RAR)),
    (0, b"7z\xbc\xaf\x27\x1c", Nature::Package(PackageFormat::SevenZip)),
    (0, b"PK\x07\x08", Nature::Package(PackageFormat::Zip)),
    (0, b"\x1f\x8b\x08", Nature::Package(PackageFormat::Gzip)),
    (0, b"BZh", Nature::Foreign(&ARCHIVE)),
    (0, b"\xfd7zXZ\0", Nature::Foreign(&ARCHIVE)),
    (0, b"\x28\xb5\x2f\xfd", Nature::Foreign(&ARCHIVE)),
    (0, b"MSCF\0\0\0\0", Nature::Foreign(&ARCHIVE)),
    (257, b"ustar", Nature::Package(PackageFormat::Tar)),
    (0, b"{\\rtf", Nature::Foreign(&RTF)),
    (0, b"SQLite format 3\0", Nature::Foreign(&DATABASE)),
    (4, b"Standard Jet DB", Nature::Foreign(&DATABASE)),
    (4, b"Standard ACE DB", Nature::Foreign(&DATABASE)),
    (0, b"PAR1", Nature::Foreign(&PARQUET)),
    (0, b"\x00\x00\x02\x00\x06\x04", Nature::Foreign(&LOTUS)),
    (0, b"\x00\x00\x1a\x00", Nature::Foreign(&LOTUS)),
    (0, b"TABLE\r\n0,1\r\n", Nature::Table(Container::Dif)),
    (0, b"TABLE\n0,1\n", Nature::Table(Container::Dif)),
    (0, b"ID;P", Nature::Foreign(&SYLK)),
    (0, b"\xff\xfe\0\0", Nature::Foreign(&UTF_32)),
    (0, b"\0\0\xfe\xff", Nature::Foreign(&UTF_32)),
];

/// What fixed bytes at a fixed place give away, if anything.
pub fn by_magic(head: &[u8]) -> Option<Nature> {
    let fixed = MAGIC
        .iter()
        .find(|(at, magic, _)| head.get(*at..).is_some_and(|from| from.starts_with(magic)));
    if head.starts_with(b"\x1f\x8b") && package::holds_tar(head) {
        return Some(Nature::Package(PackageFormat::Tar));
    }
    fixed
        .map(|(_, _, nature)| *nature)
        .or_else(|| package::is_tar(head).then_some(Nature::Package(PackageFormat::Tar)))
        .or_else(|| is_bmp(head).then_some(Nature::Foreign(&IMAGE)))
        .or_else(|| is_dbf(head).then_some(Nature::Table(Container::Dbf)))
}

/// `BM` alone begins many texts; the reserved words and the size of the next header settle it.
fn is_bmp(head: &[u8]) -> bool {
    let reserved = head.get(6..10) == Some(&[0; 4]);
    let header = head.get(14..18).is_some_and(|size| size[1..] == [0; 3] && size[0] >= 12);
    head.starts_with(b"BM") && reserved && header
}

/// A dBase header: kind, date of last change, header length that fits its field list, terminator.
/// Source: dBase III file header (32 bytes, then 32 a field) and dBase 7 (68 bytes, then 48 a field), 0x0D last.
fn is_dbf(head: &[u8]) -> bool {
    let &[kind, _, month, day, _, _, _, _, low, high, width_low, width_high, ..] = head else {
        return false;
    };
    let (start, step) = match kind {
        0x02 | 0x03 | 0x30..=0x32 | 0x43 | 0x63 | 0x83 | 0x8b | 0xcb | 0xf5 | 0xfb => (32, 32),
        0x04 | 0x8c => (68, 48),
        _ => return false,
    };
    let length = usize::from(u16::from_le_bytes([low, high]));
    let width = u16::from_le_bytes([width_low, width_high]);
    let fields_end = (start..length).step_by(step).find(|at| head.get(*at) == Some(&0x0d));
    let is_whole = fields_end.is_some() || length > head.len();
    month <= 12 && day <= 31 && length > start + step && width > 1 && is_whole
}

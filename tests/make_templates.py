#!/usr/bin/env python3
"""Makes the stand-in template workbooks of mappings/targets/templates/ (openpyxl). Same program, same bytes.

The platforms' official blanks are not public: these stand in for them, and each says so on its sheets.

  python3 tests/make_templates.py            writes both
  python3 tests/make_templates.py --check    says whether the committed files are what this program makes
"""
import datetime, io, pathlib, re, sys, tomllib, zipfile

from openpyxl import Workbook
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter as letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "mappings" / "targets" / "templates"
LAST = 100_002                       # validations reach as far as the platform's upload is said to take
WHEN = datetime.datetime(2024, 1, 1)
STAND_IN = "本表为示范模板，不是平台官方模板；正式上报请用平台下载的模板。"
THIN = Side(style="thin", color="FF9AA5B1")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
HEAD = PatternFill("solid", fgColor="FF2F5F8F")
NEEDED = Font(name="宋体", size=11, bold=True, color="FFFFFFFF")
PLAIN = Font(name="宋体", size=11)


def entries(name):
    with open(ROOT / "mappings" / "dictionaries" / f"{name}.toml", "rb") as file:
        return tomllib.load(file)["entries"]


def titles(spelling):
    return [(e["spellings"][spelling] if spelling else e["label"], e["label"]) for e in entries("title")]


def dictionary_sheet(book, lists):
    """Writes each list in a column (or two) of a hidden sheet and names it."""
    sheet = book.create_sheet("字典")
    sheet.sheet_state = "hidden"
    at = 1
    for name, rows in lists:
        width = len(rows[0])
        sheet.cell(1, at, name).font = Font(name="宋体", bold=True)
        for down, row in enumerate(rows, 2):
            for right, word in enumerate(row):
                sheet.cell(down, at + right, word).number_format = "@"
        where = f"字典!${letter(at)}$2:${letter(at)}${len(rows) + 1}"
        book.defined_names[name] = DefinedName(name, attr_text=where)
        at += width


def notes(book, lines):
    sheet = book.create_sheet("填报说明", 0)
    sheet.column_dimensions["A"].width = 96
    sheet.sheet_view.showGridLines = False
    sheet["A1"] = "填报说明"
    sheet["A1"].font = Font(name="宋体", size=16, bold=True)
    sheet.row_dimensions[1].height = 30
    for at, line in enumerate([STAND_IN, *lines], 2):
        cell = sheet.cell(at, 1, line if at == 2 else f"{at - 2}. {line}")
        cell.font = Font(name="宋体", size=11, bold=at == 2, color="FFC00000" if at == 2 else "FF000000")
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.row_dimensions[at].height = 21


def roster_sheet(book, name, title, columns, heading_row):
    """A title row, (a line that says what the sheet is,) the headings, and one styled row to fill."""
    sheet = book.create_sheet(name)
    last = letter(len(columns))
    sheet.merge_cells(f"A1:{last}1")
    sheet["A1"] = title
    sheet["A1"].font = Font(name="宋体", size=16, bold=True)
    sheet["A1"].alignment = Alignment(horizontal="center", vertical="center")
    sheet.row_dimensions[1].height = 32
    if heading_row == 3:
        sheet.merge_cells(f"A2:{last}2")
        sheet["A2"] = STAND_IN
        sheet["A2"].font = Font(name="宋体", size=10, color="FFC00000")
        sheet["A2"].alignment = Alignment(horizontal="center", vertical="center")
        sheet.row_dimensions[2].height = 20
    sheet.row_dimensions[heading_row].height = 24
    for at, (heading, width, number_format, centred) in enumerate(columns, 1):
        head = sheet.cell(heading_row, at, heading)
        head.font, head.fill, head.border = NEEDED, HEAD, BOX
        head.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        column = sheet.column_dimensions[letter(at)]
        column.width, column.number_format, column.font = width, number_format, PLAIN
        cell = sheet.cell(heading_row + 1, at)
        cell.font, cell.border, cell.number_format = PLAIN, BOX, number_format
        cell.alignment = Alignment(horizontal="center" if centred else "left", vertical="center")
    first = heading_row + 1
    sheet.freeze_panes = f"A{first}"
    sheet.auto_filter.ref = f"A{heading_row}:{last}{heading_row}"
    sheet.print_title_rows = f"1:{heading_row}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    return sheet


def choose(sheet, column, first, name, what):
    check = DataValidation(type="list", formula1=f"={name}", allow_blank=False, showErrorMessage=True)
    check.errorTitle, check.error = "不在字典项内", f"{what}请从下拉列表中选择。"
    check.add(f"{column}{first}:{column}{LAST}")
    sheet.add_data_validation(check)


def limit(sheet, column, first, what, error, **rule):
    check = DataValidation(showErrorMessage=True, allow_blank=True, **rule)
    check.errorTitle, check.error = what, error
    check.add(f"{column}{first}:{column}{LAST}")
    sheet.add_data_validation(check)


def mark_repeats(sheet, column, first):
    style = DifferentialStyle(fill=PatternFill("solid", bgColor="FFFFC7CE"))
    rule = Rule(type="duplicateValues", dxf=style)
    sheet.conditional_formatting.add(f"{column}{first}:{column}{LAST}", rule)


def national():
    book = Workbook()
    del book["Sheet"]
    columns = [("序号", 6, "0", True), ("姓名", 12, "@", True), ("证件类型", 14, "@", True), ("证件号码", 22, "@", True),
               ("手机号", 14, "@", True), ("工作单位", 32, "@", False), ("职称", 9, "@", True),
               ("项目编号", 18, "@", True), ("学分", 8, "0.0", True), ("培训日期", 13, "@", True)]
    sheet = roster_sheet(book, "学员信息", "国家级继续医学教育项目学员信息（示范模板）", columns, 2)
    dictionary_sheet(book, [("证件类型", [(e["label"],) for e in entries("id-type")]),
                            ("职称代码", titles("national-cme-roster"))])
    choose(sheet, "C", 3, "证件类型", "证件类型")
    choose(sheet, "G", 3, "职称代码", "职称代码")
    limit(sheet, "E", 3, "手机号", "手机号应为 11 位。", type="textLength", operator="equal", formula1="11")
    limit(sheet, "I", 3, "学分", "学分应在 0.5 至 25 之间。", type="decimal", operator="between", formula1="0.5", formula2="25")
    mark_repeats(sheet, "D", 3)
    notes(book, ["请勿修改表头，不得增删列；各列均为必填项。", "证件号码、手机号、职称代码、项目编号和培训日期均为文本格式。",
                 "职称填代码，代码与名称的对应关系见隐藏的“字典”工作表。", "培训日期写作 2024-05-11 的样式。"])
    book.active = 1
    return book


def beijing():
    book = Workbook()
    del book["Sheet"]
    columns = [("姓名", 12, "@", True), ("性别", 6, "@", True), ("证件类型", 14, "@", True), ("证件号码", 22, "@", True),
               ("单位", 30, "@", False), ("科室", 16, "@", False), ("职称", 14, "@", True), ("职称级别", 11, "@", True),
               ("手机", 14, "@", True), ("IC卡号", 13, "@", True), ("项目编号", 20, "@", True), ("授予学分", 10, "0.0", True),
               ("备注", 20, "@", False)]
    sheet = roster_sheet(book, "学员通讯录", "北京市继续医学教育项目学员通讯录（示范模板）", columns, 3)
    levels = ["正高", "副高", "中级", "初级(师)", "初级(士)", "未定级"]
    dictionary_sheet(book, [("性别", [("男",), ("女",)]), ("证件类型", [(e["label"],) for e in entries("id-type")]),
                            ("职称", [(label,) for _, label in titles(None)]), ("职称级别", [(level,) for level in levels])])
    for column, name in (("B", "性别"), ("C", "证件类型"), ("G", "职称"), ("H", "职称级别")):
        choose(sheet, column, 4, name, name)
    limit(sheet, "J", 4, "IC卡号", "IC卡号应为 9 位，前面的 0 不能省。", type="textLength", operator="equal", formula1="9")
    limit(sheet, "L", 4, "授予学分", "学分应在 0.5 至 25 之间。", type="decimal", operator="between", formula1="0.5", formula2="25")
    mark_repeats(sheet, "D", 4)
    notes(book, ["请勿修改表头，不得增删列。", "姓名、性别、证件类型、证件号码、单位、职称、职称级别、手机和授予学分为必填项。",
                 "证件号码、手机和 IC卡号均为文本格式。"])
    book.active = 1
    return book


def fixed_bytes(book):
    """The workbook with fixed dates inside and outside its parts."""
    book.properties.creator = "cmegate"
    book.properties.created = book.properties.modified = WHEN
    loose = io.BytesIO()
    book.save(loose)
    tight = io.BytesIO()
    with zipfile.ZipFile(loose) as old, zipfile.ZipFile(tight, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2024-01-01T00:00:00Z", part)
            info = zipfile.ZipInfo(name, WHEN.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0
            new.writestr(info, part, compresslevel=9)
    return tight.getvalue()


def main():
    is_right = True
    for name, make in (("national-cme-roster", national), ("beijing-cme-roster", beijing)):
        path, made = FOLDER / f"{name}.xlsx", fixed_bytes(make())
        if "--check" in sys.argv:
            same = path.exists() and path.read_bytes() == made
            is_right &= same
            print(f"{path.name}: {'as made' if same else 'DIFFERS'}")
        else:
            path.write_bytes(made)
            print(f"{path.name}: {len(made)} bytes")
    sys.exit(not is_right)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Makes samples/: invented people with valid checksums, in the mess that hospitals really send.

usage: make_samples.py [FOLDER]      (needs openpyxl, xlwt, odfpy; the files are committed, so only needed to change them)
Same script -> same cells; the containers carry fixed dates.
"""
import datetime
import random
import sys
from pathlib import Path

OUT = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent / "samples")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜"
GIVEN = "安平宁静文博思远嘉禾明轩若兰清秋雨桐景行知微云舒以沫承泽书瑶星野"
UNITS = ["青禾市第一人民医院", "青禾市中医医院", "云岭县人民医院", "青禾市妇幼保健院", "东湖区社区卫生服务中心"]
DEPTS = ["内科", "外科", "妇产科", "儿科", "急诊科", "护理部", "药学部", "检验科"]
TITLES = ["主任医师", "副主任医师", "主治医师", "医师", "主管护师", "护师", "护士", "药师", "技师"]
EDUCATION = ["博士", "硕士", "本科", "大专", "中专"]


def checked(first17):
    return first17 + "10X98765432"[sum(int(d) * w for d, w in zip(first17, WEIGHTS)) % 11]


def people(count, seed):
    """Invented: the area code 999900 belongs to no place."""
    rnd = random.Random(seed)
    for _ in range(count):
        male = rnd.random() < 0.4
        born = datetime.date(1965, 1, 1) + datetime.timedelta(days=rnd.randrange(13000))
        number = checked("999900" + born.strftime("%Y%m%d") + "%02d" % rnd.randrange(100) + str(rnd.randrange(5) * 2 + male))
        yield {
            "name": rnd.choice(SURNAMES) + "".join(rnd.sample(GIVEN, rnd.choice([1, 2, 2]))),
            "sex": "男" if male else "女",
            "id": number,
            "born": born,
            "unit": rnd.choice(UNITS),
            "dept": rnd.choice(DEPTS),
            "title": rnd.choice(TITLES),
            "edu": rnd.choice(EDUCATION),
            "mobile": "199%08d" % rnd.randrange(10 ** 8),
            "staff": "%06d" % rnd.randrange(10 ** 5),
            "card": "0%08d" % rnd.randrange(10 ** 8),
        }


PROJECT = "2022-03-01-127(国)"


def gbk_csv():
    """A district's export: GBK, titles as people say them, one damaged ID, one repeated person, one unknown title."""
    lines = ["序号,姓名,性别,身份证号,工作单位,科室,职称,学历,手机号,项目编号,学分,培训日期"]
    rows = list(people(24, 1))
    rows[5]["id"] = rows[5]["id"][:17] + ("1" if rows[5]["id"][17] != "1" else "2")
    rows[9]["title"] = "特级专家"
    rows[14]["mobile"] = rows[14]["mobile"][:-1]
    rows.append(dict(rows[3]))
    for n, p in enumerate(rows, 1):
        date = ["2022-03-05", "2022.3.5", "2022年3月5日", "20220305"][n % 4]
        credit = "4学分" if n % 6 == 0 else "4"
        number = p["id"] if n % 5 else "".join(chr(ord(c) + 0xFEE0) for c in p["id"])
        lines.append(",".join([str(n), p["name"], p["sex"], number, p["unit"], p["dept"], p["title"], p["edu"], p["mobile"], PROJECT, credit, date]))
    lines.append("填表人：某某,,,审核人：,,,,,,,,")
    (OUT / "区县上报学员名册_GBK.csv").write_bytes(("\r\n".join(lines) + "\r\n").encode("gbk"))


def fixed(workbook):
    workbook.properties.created = workbook.properties.modified = datetime.datetime(2022, 11, 1)
    workbook.properties.creator = "cmegate samples"
    return workbook


def merged_headings():
    """Title rows, a two-row heading with merged groups, one unit merged over its people, a subtotal, a footer."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    book = fixed(Workbook())
    sheet = book.active
    sheet.title = "学员通讯录"
    sheet.merge_cells("A1:L1")
    sheet["A1"] = "青禾市2022年国家级继续医学教育项目学员通讯录"
    sheet["A1"].font = Font(bold=True, size=16)
    sheet["A1"].alignment = Alignment(horizontal="center")
    sheet["A2"] = "填报单位：青禾市第一人民医院（盖章）　　填报日期：2022年11月1日"
    top = {"A": "序号", "B": "基本信息", "F": "单位信息", "I": "联系\n电话", "J": "项目编号", "K": "授予学分*", "L": "培训日期"}
    low = {"B": "姓　名", "C": "性别", "D": "证件号码（必填）", "E": "学历", "F": "所在单位", "G": "科室", "H": "技术职称"}
    for column, text in top.items():
        sheet[f"{column}3"] = text
    for column, text in low.items():
        sheet[f"{column}4"] = text
    for merge in ("A3:A4", "B3:E3", "F3:H3", "I3:I4", "J3:J4", "K3:K4", "L3:L4"):
        sheet.merge_cells(merge)
    rows = sorted(people(18, 2), key=lambda p: p["unit"])
    rows[4]["name"] = rows[4]["name"][0] + "　" + rows[4]["name"][1:]
    rows[7]["sex"] = "女" if rows[7]["sex"] == "男" else "男"
    at = 5
    sheet.append(["示例", "张三", "男", "填18位号码", "本科", "某医院", "内科", "医师", "13800000000", PROJECT, 4, "2022.3.5"])
    at += 1
    first = {}
    for n, p in enumerate(rows, 1):
        unit = p["unit"] if p["unit"] not in first else None
        first.setdefault(p["unit"], at)
        sheet.append([n, p["name"], p["sex"], p["id"], p["edu"], unit, p["dept"], p["title"], p["mobile"], PROJECT, 4, "2022.3.5"])
        sheet.cell(at, 4).number_format = "@"
        at += 1
        if n == 9:
            sheet.append(["小计", None, None, None, None, None, None, None, None, None, 36])
            at += 1
            first = {}
    last = None
    for row in range(6, at):
        value = sheet.cell(row, 6).value
        if value:
            last = row
        elif last and sheet.cell(row, 1).value != "小计" and row + 1 <= at:
            end = row
            while end + 1 < at and sheet.cell(end + 1, 6).value is None and sheet.cell(end + 1, 1).value != "小计":
                end += 1
            if not any(last >= m.min_row and last <= m.max_row and m.min_col == 6 for m in sheet.merged_cells.ranges):
                sheet.merge_cells(start_row=last, end_row=end, start_column=6, end_column=6)
    sheet.append([])
    sheet.append(["填表人：", None, None, "审核人：", None, None, "联系电话："])
    sheet.row_dimensions[8].hidden = True
    sheet.column_dimensions["D"].width = 24
    sheet.freeze_panes = "A5"
    book.save(OUT / "学员通讯录_两行表头.xlsx")


def truncated_ids():
    """What Excel does to 18 digits typed as a number: the last three become 000."""
    from openpyxl import Workbook
    book = fixed(Workbook())
    sheet = book.active
    sheet.title = "Sheet1"
    sheet.append(["姓名", "性别", "身份证号", "单位", "职称", "学历", "手机", "项目编号", "学分", "培训日期"])
    for n, p in enumerate(people(10, 3)):
        number = p["id"]
        if n in (2, 5) and number[17] != "X":
            number = int(number[:15] + "000")
        elif n == 7:
            number = "1.10101E+17"
        sheet.append([p["name"], p["sex"], number, p["unit"], p["title"], p["edu"], int(p["mobile"]), PROJECT, 4, datetime.date(2022, 3, 5)])
        sheet.cell(n + 2, 10).number_format = "yyyy/m/d"
    book.save(OUT / "身份证号被截断.xlsx")


def two_sheets():
    """One sheet per department, a hidden sheet with the value lists, an empty third one."""
    from openpyxl import Workbook
    book = fixed(Workbook())
    book.remove(book.active)
    for number, dept in enumerate(["内科", "护理部"]):
        sheet = book.create_sheet(dept)
        sheet.append([f"{dept}学员名单"])
        sheet.append(["姓名", "性别", "身份证号码", "工作单位", "职称", "最高学历", "联系电话", "项目编号", "学分", "日期", "内部备注号"])
        for p in people(8, 40 + number):
            sheet.append([p["name"], p["sex"], p["id"], p["unit"], p["title"], p["edu"], p["mobile"], PROJECT, 4, "2022-03-05", "N" + p["staff"]])
    lists = book.create_sheet("字典")
    lists.sheet_state = "hidden"
    for title in TITLES:
        lists.append([title])
    book.create_sheet("Sheet3")
    book.save(OUT / "两个科室.xlsx")
    # The same workbook under the wrong name: people rename files by hand.
    (OUT / "改错了扩展名.xls").write_bytes((OUT / "两个科室.xlsx").read_bytes())


def old_xls():
    import xlwt
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("人员")
    day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for column, text in enumerate(["工号", "姓名", "性别", "身份证号", "出生日期", "科室", "职称", "学历", "手机号码"]):
        sheet.write(0, column, text)
    for n, p in enumerate(people(15, 5), 1):
        born = p["born"] if n != 6 else p["born"] + datetime.timedelta(days=365)
        values = [p["staff"], p["name"], p["sex"], p["id"], born, p["dept"], p["title"], p["edu"], p["mobile"]]
        for column, value in enumerate(values):
            sheet.write(n, column, value, day) if column == 4 else sheet.write(n, column, value)
    book.save(str(OUT / "人事系统导出.xls"))


def ods_roster():
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P
    book = OpenDocumentSpreadsheet()
    table = Table(name="签到")
    rows = [["继续医学教育活动签到表"], ["序号", "姓名", "单位", "科室", "职称", "手机", "签到时间", "签退时间"]]
    for n, p in enumerate(people(12, 6), 1):
        time = "2022-03-05 8:%02d" % (10 + n) if n != 4 else "8点多"
        rows.append([str(n), p["name"], p["unit"], p["dept"], p["title"], p["mobile"], time, "2022/3/5 17:30"])
    for row in rows:
        line = TableRow()
        for text in row:
            cell = TableCell(valuetype="string")
            cell.addElement(P(text=text))
            line.addElement(cell)
        table.addElement(line)
    book.spreadsheet.addElement(table)
    book.save(str(OUT / "签到表.ods"))


def utf16_text():
    """Excel's «Unicode text»: UTF-16LE, tabs."""
    lines = ["姓名\t性别\t身份证号\t工作单位\t职称\t学历\t手机号\t项目编号\t学分\t培训日期"]
    for n, p in enumerate(people(10, 7)):
        name = p["name"] if n != 3 else "阿依古丽•买买提"
        lines.append("\t".join([name, p["sex"], p["id"], p["unit"], p["title"], p["edu"], p["mobile"], PROJECT, "4", "2022/3/5"]))
    (OUT / "Unicode文本.txt").write_bytes(b"\xff\xfe" + "\r\n".join(lines).encode("utf-16-le"))


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    for make in (gbk_csv, merged_headings, truncated_ids, two_sheets, old_xls, ods_roster, utf16_text):
        make()

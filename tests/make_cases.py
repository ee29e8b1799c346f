#!/usr/bin/env python3
"""Makes the inputs of tests/corpus/: one small document per trap, invented people with valid checksums.

usage: make_cases.py [FOLDER]      (needs openpyxl; the files are committed, so only needed to change them)
The expectations beside them are written by the tests: `CMEGATE_BLESS=1 cargo test --test it cases`.
"""
import base64
import datetime
import io
import sys
import zipfile
from pathlib import Path

from openpyxl import Workbook

OUT = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent / "corpus")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
HEAD = ["姓名", "性别", "身份证号", "工作单位", "职称", "学历", "手机号", "项目编号", "学分", "天数", "培训日期"]
NAMES = "陈安宁 周文博 吴思远 郑嘉禾 王明轩 冯若兰 褚清秋 卫雨桐 蒋景行 沈知微 韩云舒 杨以沫".split()
CREDITS, DATE, CODE = "4", "2022-03-05", "2022-03-01-127(国)"


def number(n, male=False, born="19800101"):
    first = "999900" + born + "%02d" % (n % 100) + ("1" if male else "2")
    return first + "10X98765432"[sum(int(d) * w for d, w in zip(first, WEIGHTS)) % 11]


def right(whole):
    return "10X98765432"[sum(int(d) * w for d, w in zip(whole, WEIGHTS)) % 11] == whole[17]


def person(n, **changes):
    """One row under HEAD; `changes` by heading."""
    row = [NAMES[n % len(NAMES)], "女", number(n), "青禾市第一人民医院", "医师", "本科",
           "1990000%04d" % n, "2022-03-01-%03d(国)" % (n + 1), CREDITS, "2", DATE]
    for heading, value in changes.items():
        row[HEAD.index(heading)] = value
    return row


def lines(rows, end="\r\n"):
    return end.join(",".join(row) for row in rows) + end


def save(case, name, content, words=None):
    folder = OUT / case
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    if words:
        (folder / "words").write_text(words + "\n")


def book(case, build, words=None):
    workbook = Workbook()
    workbook.properties.created = workbook.properties.modified = datetime.datetime(2022, 11, 1)
    build(workbook, workbook.active)
    raw = io.BytesIO()
    workbook.save(raw)
    # The same bytes on every run: members carry a fixed time.
    fixed = io.BytesIO()
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            new.writestr(zipfile.ZipInfo(member.filename, (1980, 1, 1, 0, 0, 0)), old.read(member), zipfile.ZIP_DEFLATED)
    save(case, "input.xlsx", fixed.getvalue(), words)


def texts():
    save("title-rows", "input.csv", lines([["青禾市2022年国家级继续医学教育项目学员通讯录"], ["填报单位：青禾市第一人民医院（盖章）"], [], HEAD, person(0), person(1)]))
    save("headings-per-page", "input.csv", lines([HEAD, person(0), person(1), HEAD, person(2), HEAD, person(3)]))
    moved = HEAD[:]
    moved[0], moved[3] = moved[3], moved[0]
    save("headings-moved", "input.csv", lines([HEAD, person(0), moved, person(1)]))
    save("subtotals-and-footer", "input.csv", lines([["序号"] + HEAD, ["1"] + person(0), ["小计"] + [""] * 8 + ["4", "", ""], ["2"] + person(1), ["合计"] + [""] * 8 + ["8", "", ""], ["填表人：某某", "", "", "审核人："] + [""] * 8, ["3"] + person(2)]))
    save("rows-of-samples", "input.csv", lines([["序号"] + HEAD, ["示例", "张三", "男", "填18位号码"] + person(0)[3:], ["1"] + person(1)]))
    save("section-rows", "input.csv", lines([["序号"] + HEAD, ["一、内科"] + [""] * 11, ["1"] + person(0), ["二、外科"] + [""] * 11, ["2"] + person(1)]))
    save("utf-16-with-yi", "input.txt", lines([HEAD, person(0, 姓名="一一"), person(1, 姓名="丁一")]).replace(",", "\t").encode("utf-16-le"))
    save("utf-16-big-endian", "input.txt", b"\xFE\xFF" + lines([HEAD, person(0)]).replace(",", "\t").encode("utf-16-be"))
    # GB18030 FE59 was a private-use code point until the edition of 2022.
    save("gb18030-private-use", "input.csv", lines([HEAD, person(0, 工作单位="青禾市@医院"), person(1)]).encode("gb18030").replace(b"@", b"\xFE\x59"))
    save("ditto-marks", "input.csv", lines([HEAD, person(0), person(1, 工作单位="同上", 职称="〃"), person(2, 工作单位='"""')]))
    save("ditto-above-nothing", "input.csv", lines([HEAD, person(0, 工作单位="同上"), person(1)]))
    save("ragged-rows", "input.csv", lines([HEAD, person(0), person(1) + ["", "多", "出"], person(2)[:9]]))
    save("quotes", "input.csv", lines([HEAD, person(0, 工作单位='"青禾市\n第一人民医院,东院"'), person(1, 工作单位='"没有合上的引号')]))
    save("semicolons", "input.csv", lines([HEAD, person(0)]).replace(",", ";"))
    save("full-width-commas", "input.csv", lines([HEAD, person(0)]).replace(",", "，"))
    save("nul-characters", "input.csv", lines([HEAD, person(0, 姓名="陈\0安宁")]))
    save("not-utf-8", "input.csv", lines([HEAD, person(0), person(1, 工作单位="青@院")]).encode().replace(b"@", b"\xFF"))
    save("formula-guard", "input.csv", lines([HEAD, person(0, 工作单位="=HYPERLINK(A1)"), person(1, 工作单位="-某医院"), person(2)]), "--target canonical-csv")
    save("formula-guard-workbook", "input.csv", lines([HEAD, person(0, 工作单位="=HYPERLINK(A1)")]), "--target national-cme-roster")
    save("gbk-lacks-it", "input.csv", lines([HEAD, person(0, 姓名="陈\U00020BB7"), person(1)]), "--target his-credit-csv")
    save("other-kind", "input.csv", "姓名,单位,科室,签到时间,签退时间\n陈安宁,某医院,内科,2022-03-05 8:00,2022-03-05 17:00\n", "--target national-cme-roster")
    save("sign-in-times", "input.csv", "姓名,单位,科室,日期,签到时间,签退时间,学分\n陈安宁,某医院,内科,2022-03-05,8:00,17:00,约2\n周文博,某医院,内科,2022-03-05,2022-03-05,2022-03-05T09:00:00Z,2分\n", "--target canonical-jsonl")
    save("target-lacks-column", "input.csv", lines([row[:1] + row[2:] for row in (HEAD, person(0))]), "--target his-credit-csv --target national-cme-roster")
    save("too-long", "input.csv", lines([HEAD, person(0, 工作单位="青禾市" * 120)]), "--target national-cme-roster")
    save("strict", "input.csv", lines([HEAD, person(0), person(1, 学分="40")]), "--strict --target canonical-jsonl")


def staff():
    """Damaged numbers and rare characters beside a staff master."""
    head = ["工号", "姓名", "性别", "身份证号", "科室", "岗位", "职称", "手机"]
    ids = [number(n, male=n % 2 == 1, born="198%d0101" % (n % 10)) for n in range(12)]
    with_x = next(number(n, born="19900307") for n in range(100) if number(n, born="19900307").endswith("X"))
    # Another woman whose number has the same first 15 digits.
    twin = next(whole for whole in (ids[0][:15] + end + check for end in ("12", "34", "56", "78") for check in "0123456789") if right(whole))
    depts = ["心内科", "骨科", "儿科", "护理部"]
    rows = [["%05d" % n, NAMES[n], "男" if n % 2 else "女", ids[n], depts[n % 4], "医师岗", "医师", "1990000%04d" % n] for n in range(12)]
    rows[2][1], rows[3][1], rows[4][1] = "王\U0002CB5A斌", "阿依古丽·买买提", "王䶮"
    rows += [["00100", NAMES[0], "女", twin, "儿科", "医师岗", "医师", "19900000100"],
             ["00101", NAMES[5], "女", with_x, "骨科", "医师岗", "医师", "19900000101"],
             ["00102", "某人", "女", "99990019800101000", "骨科", "医师岗", "医师", ""]]
    master = lines([head] + rows)

    def roster(n, **changes):
        row = ["%s" % NAMES[n % 12], "男" if n % 2 else "女", rows[n][3], "青禾市第一人民医院", depts[n % 4], "医师", "本科",
               "1990000%04d" % n, "2022-03-01-%03d(国)" % (n + 1), CREDITS, DATE]
        for heading, value in changes.items():
            row[ROSTER.index(heading)] = value
        return row

    cut = lambda n: ids[n][:15] + "000"
    typo = lambda id_no, at, other: id_no[:at] + other + id_no[at + 1:]
    damaged = [roster(0, 身份证号=cut(0)), roster(1, 身份证号="%.5E" % int(ids[1][:17] + "0")), roster(5, 身份证号=typo(ids[5], 10, "1")),
               roster(6, 身份证号=ids[6][:15] + ids[6][16] + ids[6][15] + ids[6][17] if ids[6][15] != ids[6][16] else typo(ids[6], 15, "7")),
               roster(7, 姓名="不在册", 身份证号=cut(7)), roster(8, 身份证号="999900197001010000", 姓名="查无此人"), roster(9, 身份证号=ids[9][:17]),
               roster(5, 姓名=NAMES[5], 身份证号=with_x[:17], 科室="骨科", 性别="女"), roster(10)]
    save("damaged-ids-beside-staff", "input.csv", lines([ROSTER] + damaged), "--target canonical-jsonl")
    save("damaged-ids-beside-staff", "with.csv", master)
    gaps = [roster(2, 姓名="王?斌"), roster(2, 姓名="王??斌", 项目编号="2022-03-01-090(国)"), roster(3, 姓名="阿□古丽•买买提"), roster(4, 姓名="王[岩]"), roster(4, 姓名="李*", 项目编号="2022-03-01-091(国)"),
            roster(6, 姓名="王?斌"), roster(10, 姓名="王?", 身份证号=number(99)), roster(3, 姓名="阿依古丽·买买提", 项目编号="2022-03-01-092(国)")]
    save("names-filled-from-staff", "input.csv", lines([ROSTER] + gaps), "--target canonical-jsonl")
    save("names-filled-from-staff", "with.csv", master)

    def numbers(workbook, sheet):
        sheet.append(ROSTER)
        for n in (0, 1, 2):
            row = roster(n)
            row[2] = int(ids[n][:15] + "000")
            sheet.append(row)
        sheet.append(roster(5, 身份证号=with_x, 性别="女"))

    book("id-column-of-numbers", numbers, "--target canonical-jsonl")


ROSTER = ["姓名", "性别", "身份证号", "工作单位", "科室", "职称", "学历", "手机号", "项目编号", "学分", "培训日期"]


def packs():
    wide = HEAD + ["公布学分", "录入途径"]
    rows = [person(0) + ["4", ""], person(1, 学分="8", 天数="4") + ["6", "北京市继教委许可发证书项目"],
            person(2, 项目编号="2022-03-01-127(国)", 学分="4") + ["4", "外出进修"],
            person(3, 项目编号="2022-03-01-127(国)", 学分="4") + ["4", "讲授区级继教项目"],
            person(4, 项目编号="2022-10-01-015(国)", 学分="8", 天数="4") + ["8", "北京市继教委许可发证书项目"],
            person(5, 学分="6", 天数="2") + ["6", ""], person(6, 培训日期="2024-03-05") + ["4", ""],
            person(7, 学分="8", 天数="") + ["8", ""]]
    save("pack-beijing-2022", "input.csv", lines([wide] + rows), "--pack beijing-2022 --target canonical-jsonl")
    save("pack-family", "input.csv", lines([wide] + rows[6:]), "--pack beijing --target canonical-jsonl")
    save("pack-lacks-columns", "input.csv", lines([HEAD, person(0)]), "--pack beijing-2022 --target canonical-jsonl")
    save("as-of", "input.csv", lines([HEAD, person(0, 培训日期="2030-03-05"), person(1)]), "--as-of 2024-06-01 --target canonical-jsonl")


def values():
    ids = [person(0, 身份证号=number(0)[:17] + ("0" if number(0)[17] != "0" else "1")), person(1, 身份证号="99990019800101002"), person(2, 身份证号="9999001980010100X8"),
           person(3, 身份证号="999900198013010028"), person(4, 身份证号="999900800101002"), person(5, 身份证号="9.99900198001E+17"), person(6, 身份证号="９９９９００" + number(6)[6:]),
           person(7, 性别="男"), person(8, 身份证号="")]
    save("id-numbers", "input.csv", lines([HEAD] + ids), "--target canonical-jsonl")
    wide = HEAD + ["证件类型", "出生日期", "IC卡号", "电子邮箱", "邮编"]
    others = [person(0, 身份证号="G12345678") + ["护照", "1980-01-01", "012345678", "a@b.cn", "100000"], person(1, 身份证号="123") + ["护照", "", "12345", "a.b.cn", "1000"],
              person(2) + ["身份证", "1981-01-01", "12345678", "", ""], person(3) + ["什么证", "", "1234567890", "", ""]]
    save("documents-of-other-types", "input.csv", lines([wide] + others), "--target canonical-jsonl")
    names = [person(0, 姓名="陈?宁"), person(1, 姓名="周文博、吴思远"), person(2, 姓名="郑3"), person(3, 姓名="阿依古丽·买买提"), person(4, 姓名="王　明"), person(5, 姓名="")]
    save("names", "input.csv", lines([HEAD] + names), "--target canonical-jsonl")
    phones = [person(0, 手机号="1990000000"), person(1, 手机号="19900000001/19900000002"), person(2, 手机号="010-12345678"), person(3, 手机号="1.99E+10"), person(4, 手机号="+86 199 0000 0004")]
    save("phones", "input.csv", lines([HEAD] + phones), "--target canonical-jsonl")
    dates = ["2022年3月5日", "二〇二二年三月五日", "2022.3", "3月5日", "2022-02-30", "03/04/2022", "2022.3.5-3.7", "2022.3.7-3.5", "44625", "202203", "某日", "1822-03-05", "20220305"]
    save("dates", "input.csv", lines([HEAD] + [person(n, 培训日期=date) for n, date in enumerate(dates)]), "--target canonical-jsonl")
    numbers = ["4学分", "》4", "约4", "0.3", "四", "40", "4小时", "", "某"]
    save("credits", "input.csv", lines([HEAD] + [person(n, 学分=text) for n, text in enumerate(numbers)]), "--target canonical-jsonl")
    codes = ["2022-03-01-127", "2022-03-01-127(国)项目名称", "2022-03", "44621", "2022/3/1", "20220301127"]
    save("project-codes", "input.csv", lines([HEAD] + [person(n, 项目编号=text) for n, text in enumerate(codes)]), "--target canonical-jsonl")
    choices = [person(0, 职称="特级专家"), person(1, 学历="大本"), person(2, 性别="中"), person(3, 职称="主管护师 "), person(4, 学历="研究生")]
    save("choices", "input.csv", lines([HEAD] + choices), "--target canonical-jsonl")
    save("repeats", "input.csv", lines([HEAD, person(1), person(1), person(2), person(2, 学分="2"), person(3), person(3, 姓名="另一人")]), "--target canonical-jsonl")


def tables():
    def two_rows(workbook, sheet):
        sheet.append(["青禾市学员通讯录"])
        sheet.append(["序号", "基本信息", None, None, None, "单位信息", None, "联系\n电话", "项目编号", "授予学分*", "培训日期"])
        sheet.append([None, "姓　名", "性别", "证件号码（必填）", "学历", "所在单位", "技术职称"])
        for merge in ("A1:K1", "A2:A3", "B2:E2", "F2:G2", "H2:H3", "I2:I3", "J2:J3", "K2:K3"):
            sheet.merge_cells(merge)
        for n in range(3):
            p = person(n)
            sheet.append([n + 1, p[0], p[1], p[2], p[5], p[3], p[4], p[6], p[7], 4, p[10]])
    book("two-row-headings", two_rows)

    def side_by_side(workbook, sheet):
        sheet.append(HEAD + [None] + HEAD)
        for n in range(3):
            sheet.append(person(2 * n) + [None] + (person(2 * n + 1) if n < 2 else []))
    book("two-people-side-by-side", side_by_side)

    def vertical(workbook, sheet):
        sheet.append(HEAD)
        for n in range(4):
            sheet.append(person(n, 工作单位="青禾市第一人民医院" if n == 0 else "云岭县人民医院" if n == 3 else None))
        sheet.merge_cells("D2:D4")
    book("vertical-merges", vertical)

    def hidden(workbook, sheet):
        sheet.append(HEAD)
        for n in range(4):
            sheet.append(person(n))
        sheet.row_dimensions[3].hidden = True
        other = workbook.create_sheet("字典")
        other.append(["男"])
        other.sheet_state = "hidden"
        people = workbook.create_sheet("旧名单")
        people.append(HEAD)
        people.append(person(9))
        people.sheet_state = "hidden"
    book("hidden-rows-and-sheets", hidden)

    def truncated(workbook, sheet):
        sheet.append(HEAD)
        sheet.append(person(0, 身份证号=int(number(0)[:15] + "000")))
        sheet.append(person(1, 身份证号="9.99900198001E+17"))
        sheet.append(person(2))
        sheet.append(person(3, 身份证号=999900198001010))
    book("truncated-ids", truncated)

    def errors(workbook, sheet):
        sheet.append(HEAD)
        sheet.append(person(0, 工作单位="#N/A", 学分="=1+1"))
        sheet["D2"].data_type = "e"
        sheet.append(person(1, 项目编号=datetime.date(2022, 3, 1), 培训日期=datetime.date(2022, 3, 5)))
        sheet.append(person(2, 学分=4.25))
    book("error-cells", errors)

    def several(workbook, sheet):
        sheet.title = "说明"
        sheet.append(["本表由各科室填写"])
        for title, first in (("内科", 0), ("外科", 2)):
            other = workbook.create_sheet(title)
            other.append(HEAD)
            other.append(person(first))
            other.append(person(first + 1))
    book("several-sheets", several)

    def twice(workbook, sheet):
        sheet.append(HEAD + ["联系电话", "内部备注号"])
        sheet.append(person(0) + ["010-12345678", "A1"])
    book("heading-twice", twice)

    def lacks(workbook, sheet):
        sheet.append(["性别", "工作单位", "职称", "学历", "项目编号", "学分"])
        sheet.append(["女", "青禾市第一人民医院", "医师", "本科", CODE, 4])
    book("column-missing", lacks)

    def only(workbook, sheet):
        sheet.append(HEAD)
    book("only-headings", only)

    def none(workbook, sheet):
        sheet.append(["会议通知"])
        sheet.append(["请各科室准时参加"])
    book("no-headings", none)

    def unknown(workbook, sheet):
        sheet.append(["姓名", "床号", "住院号", "入院诊断", "性别", "主管医生"])
        sheet.append(["陈安宁", "1", "0001", "无", "女", "周文博"])
    book("layout-unknown", unknown)

    def sparse(workbook, sheet):
        sheet.append(HEAD)
        sheet.append(person(0))
        sheet["XFD1048576"] = "x"
    book("sparse-cell", sparse)


def containers():
    save("empty-file", "input.csv", b"")
    save("not-a-spreadsheet", "input.xlsx", b"\x00\x01\x02\x03\xFF\xFE\x00\x00" * 64)
    save("pdf-named-xls", "input.xls", b"%PDF-1.4\n1 0 obj\n<< >>\nendobj\n")
    save("web-page-named-xls", "input.xls", "<html><body><table><tr><td>姓名</td></tr></table></body></html>")
    whole = io.BytesIO()
    workbook = Workbook()
    workbook.active.append(HEAD)
    workbook.save(whole)
    save("truncated-zip", "input.xlsx", whole.getvalue()[:2000])
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w") as archive:
        archive.writestr(zipfile.ZipInfo("名单.txt", (1980, 1, 1, 0, 0, 0)), "名单")
    save("zip-of-files", "input.xlsx", plain.getvalue())
    save("rights-managed-workbook", "input.xlsx", compound("EncryptedPackage"))
    save("wide-row", "input.csv", ",".join(HEAD) + "\n" + ",".join(person(0)) + "," * 20000 + "\n")


def doubts():
    """What is doubtful rather than wrong, and what only a target minds."""
    save("old-fonts", "input.csv", lines([HEAD, person(0, 姓名="陈\uE863宁"), person(1, 姓名="周\uE000博")]), "--target canonical-jsonl")
    save("gb18030-of-old-fonts", "input.csv", lines([HEAD, person(0, 姓名="陈@宁")]).encode("gb18030").replace(b"@", b"\xAA\xA1"), "--target canonical-jsonl")
    save("big5", "input.csv", "姓名,性別,身分證號,工作單位,職稱,學歷,手機\r\n陳安寧,女,A123456789,市立醫院,醫師,大學,19900000001\r\n".encode("big5"))
    save("latin-1", "input.csv", "name,unit_name,mobile,credits\nJos\xe9,H\xf4pital,19900000001,4\n".encode("latin-1"), "--target canonical-jsonl")

    def doubles(workbook, sheet):
        sheet.append(HEAD)
        sheet.append(person(0, 身份证号=999900198001010048))
        right = (number(n, born=f"19{year}0101") for year in range(60, 99) for n in range(100))
        good = next(int(text) for text in right if text.isdigit() and int(text) % 16 == 0 and int(text) % 1000)
        sheet.append(person(1, 身份证号=good))
        sheet.append(person(2, 培训日期=202203))
        sheet.append(person(3, 身份证号=good + 32))
        sheet.append(person(4, 培训日期=20220))
    book("numbers-through-doubles", doubles, "--target canonical-jsonl")

    def staff(workbook, sheet):
        sheet.append(["工号", "姓名", "性别", "身份证号", "科室", "职称", "学历", "入职日期", "所在单位"])
        for n, code in enumerate([1.23e17, datetime.date(2022, 3, 1), "000123"]):
            p = person(n)
            sheet.append([code, p[0], p[1], p[2], "内科", p[4], p[5], "2010-01-01", p[3]])
        sheet["A3"].number_format = "yyyy-mm-dd"
    book("staff-codes", staff, "--target canonical-jsonl")
    save("sessions", "input.csv", lines([HEAD + ["期数"], person(0) + ["1.5"], person(1) + ["第2期"]]), "--target canonical-jsonl")
    save("minutes-online", "input.csv", "姓名,单位,科室,签到时间,签退时间,在线时长(分钟),签到方式\n陈安宁,某医院,内科,2022-03-05 8:00,2022-03-05 17:00,很久,直播\n周文博,某医院,内科,2022-03-05 8:00,2022-03-05 17:00,90分钟,直播\n", "--target canonical-jsonl")
    save("doubtful-words", "input.csv", lines([HEAD + ["证件类型", "学分类别"], person(0, 身份证号="12345678") + ["警官证", "l类"]]), "--target canonical-jsonl")
    columns = "\n".join(f'[[columns]]\nheading = "{h}"\nfield = "{f}"\n{more}\n' for h, f, more in [
        ("姓名", "name", "max_chars = 3"), ("科室", "dept", "required = true"), ("学分", "credits", 'style = "number"'), ("日期", "training_date", 'style = "date-text"')])
    save("strict-target", "tight.toml", f'version = 1\nlabel = {{ zh = "窄表", en = "tight table" }}\nkind = "enrolment"\nformat = "csv"\n\n{columns}')
    wide = HEAD + ["科室", "备注"]
    rows = [person(0, 工作单位="12") + ["内科", "2022-03-05"], person(1, 姓名="阿依古丽", 工作单位="12") + ["内科", "2022-03-05"], person(2, 工作单位="12") + ["", "2022-03-05"],
            person(3) + ["内科", "2022-03-05"], person(4, 工作单位="12") + ["内科", "某日"]]
    save("strict-target", "input.csv", lines([wide] + rows), "--target CASE/tight.toml")
    for name in ("one", "two"):
        save("layout-unclear", f"mappings/inputs/{name}.toml", f'version = 1\nlabel = {{ zh = "{name}", en = "{name}" }}\nkind = "person"\noutputs = ["canonical-jsonl"]\n\n' + "\n".join(
            f'[[columns]]\nfield = "{field}"\nheadings = ["{heading}"]\nkey = true\n' for field, heading in [("name", "甲"), ("unit_name", "乙"), ("dept", "丙")]))
    save("layout-unclear", "input.csv", "甲,乙,丙\n陈安宁,某医院,内科\n", "--mappings CASE/mappings")


def damage():
    """Workbooks that were damaged, or never right."""
    workbook = Workbook()
    workbook.properties.created = workbook.properties.modified = datetime.datetime(2022, 11, 1)
    for row in (HEAD, person(0), person(1)):
        workbook.active.append(row)
    raw = io.BytesIO()
    workbook.save(raw)

    def rebuilt(case, change, more=()):
        made = io.BytesIO()
        with zipfile.ZipFile(raw) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
            members = [(member.filename, old.read(member)) for member in old.infolist()] + list(more)
            for name, content in members:
                content = change(name, content)
                if content is not None:
                    new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
        save(case, "input.xlsx", made.getvalue(), "--target canonical-jsonl")

    SHEET, BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
    keep = lambda name, content: content
    rebuilt("sheet-cut-off", lambda name, content: content[: len(content) // 2] if name == SHEET else content)
    rebuilt("sheet-missing", lambda name, content: None if name == SHEET else content)
    rebuilt("workbook-part-broken", lambda name, content: content[: len(content) // 2] + b"<" if name == BOOK else content)
    rebuilt("rows-repeat-addresses", lambda name, content: content.replace(b'<row r="3">', b'<row r="2">') if name == SHEET else content)
    rebuilt("longest-text", lambda name, content: content.replace(b"</t>", b"x" * (9 << 20) + b"</t>", 1) if name == SHEET else content)
    import warnings
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(raw) as old:
            rebuilt("part-twice", keep, [(SHEET, old.read(SHEET))])
    properties = (b'<?xml version="1.0"?><Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
                  b'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"><property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" '
                  b'pid="2" name="cmegate-partial"><vt:lpwstr>1</vt:lpwstr></property></Properties>')
    rebuilt("partial-copy-comes-back", keep, [("docProps/custom.xml", properties)])


def markup():
    """Spreadsheets written as markup: web pages, one or several in a file, and XML of Excel and OpenDocument."""
    wrong = number(1)[:17] + ("0" if number(1)[17] != "0" else "1")
    people = [person(0), person(1, 身份证号=wrong), person(2)]
    text = HEAD.index("身份证号"), HEAD.index("手机号"), HEAD.index("项目编号")

    def page(rows, names=(), end="</table></body></html>"):
        listed = "".join(f"<x:ExcelWorksheet><x:Name>{name}</x:Name></x:ExcelWorksheet>" for name in names)
        island = f"<!--[if gte mso 9]><xml><x:ExcelWorkbook><x:ExcelWorksheets>{listed}</x:ExcelWorksheets></x:ExcelWorkbook></xml><![endif]-->"
        style = "<style>.t{mso-number-format:\"\\@\";} br{mso-data-placement:same-cell;}</style>"
        cells = "".join("<tr>" + "".join(f"<td{' class=t' if at in text else ''}>{cell}</td>" for at, cell in enumerate(row)) + "</tr>\r\n" for row in rows)
        title = f"<tr><td colspan={len(HEAD)}>青禾市2022年国家级继续医学教育项目学员通讯录</td></tr>\r\n"
        return f"<html xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><head><meta charset=\"utf-8\">{island}{style}</head><body><table border=1>{title}{cells}{end}"

    # The page claims to be UTF-8 and is not.
    save("html-table-named-xls", "input.xls", page([HEAD] + people, ["学员名单"]).encode("gb18030"))
    rows = page([HEAD] + people[:2] + [["<table><tr><td>核对</td></tr></table>"] + [""] * 10], end="").replace("<tr><td>", "<TR><TD>").replace("</td>", "").replace("</tr>", "")
    spanned = rows.replace("青禾市第一人民医院", "青禾市第一人民医院<br>东院", 1).replace("<td>女", "<td rowspan=2>女", 1)
    spanned = spanned[::-1].replace("女>dt<", "", 1)[::-1]
    save("html-table-careless", "input.html", spanned)
    save("page-cut-off", "input.xls", page([HEAD] + people).encode("gb18030")[:-120])
    guarded = [[f'="{cell}"' if at in text else cell for at, cell in enumerate(row)] for row in people[:1] + people[2:]]
    guarded[1][text[0]] = "'" + people[2][text[0]]
    save("guarded-cells", "input.xls", lines([HEAD] + guarded).replace(",", "\t").encode("gb18030"))

    boundary = "----=_NextPart_01D8"
    def part(location, kind, transfer, body):
        return (f"--{boundary}\r\nContent-Location: file:///C:/4A1B/{location}\r\nContent-Transfer-Encoding: {transfer}\r\n"
                f"Content-Type: {kind}; charset=\"gb2312\"\r\n\r\n{body}\r\n")
    listed = ("<html xmlns:x=3D\"urn:schemas-microsoft-com:office:excel\"><!--[if gte mso 9]><xml><x:ExcelWorkbook><x:ExcelWorksheets>"
              "<x:ExcelWorksheet><x:Name>=D1=A7=D4=B1</x:Name><x:WorksheetSource HRef=3D\"a.files/sheet001.htm\"/></x:ExcelWorksheet>"
              "</x:ExcelWorksheets></x:ExcelWorkbook></xml><![endif]--></html>")
    sheet = base64.encodebytes(page([HEAD] + people).encode("gb18030")).decode().replace("\n", "\r\n")
    save("mhtml-workbook", "input.xls", "MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\n"
         f"Content-Type: multipart/related; boundary=\"{boundary}\"\r\n\r\n" + part("a.htm", "text/html", "quoted-printable", listed)
         + part("a.files/tabstrip.htm", "text/html", "7bit", "<table><tr><td>tab</table>")
         + part("a.files/sheet001.htm", "text/html", "base64", sheet) + f"--{boundary}--\r\n")

    def cell(at, value):
        date = at == HEAD.index("培训日期") and value != "培训日期"
        kind = "DateTime" if date else "Number" if value.isdigit() and len(value) < 3 else "String"
        style = ' ss:StyleID="d"' if date else ' ss:StyleID="t"' if at in text else ""
        return f'<Cell{style}><Data ss:Type="{kind}">{value + "T00:00:00.000" if date else value}</Data></Cell>'
    table = "".join("<Row>" + "".join(cell(at, value) for at, value in enumerate(row)) + "</Row>\r\n" for row in [HEAD] + people)
    save("xml-spreadsheet-2003", "input.xls", ('<?xml version="1.0" encoding="gb2312"?>\r\n<?mso-application progid="Excel.Sheet"?>\r\n'
         '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Styles>'
         '<Style ss:ID="d"><NumberFormat ss:Format="yyyy\\-mm\\-dd"/></Style><Style ss:ID="t"><NumberFormat ss:Format="@"/></Style></Styles>'
         f'<Worksheet ss:Name="学员"><Table><Row><Cell ss:MergeAcross="10"><Data ss:Type="String">通讯录</Data></Cell></Row><Row/>{table}</Table></Worksheet>'
         '<Worksheet ss:Name="旧"><WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet>'
         '</Workbook>').encode("gb18030"))

    def flat(value):
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
    table = "".join("<table:table-row>" + "".join(map(flat, row)) + "</table:table-row>\n" for row in [HEAD] + people)
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text"))
    save("flat-open-document", "input.fods", f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document {spaces} '
         'office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:body><office:spreadsheet><table:table table:name="学员">'
         f'{table}</table:table></office:spreadsheet></office:body></office:document>')


def compound(stream):
    """A smallest compound file (MS-CFB) with one empty stream, as a workbook under rights management has."""
    def entry(name, kind, child=0xFFFFFFFF):
        raw = name.encode("utf-16-le") + b"\0\0"
        return (raw.ljust(64, b"\0") + len(raw).to_bytes(2, "little") + bytes([kind, 1]) + b"\xFF" * 8
                + child.to_bytes(4, "little") + bytes(36) + (0xFFFFFFFE).to_bytes(4, "little") + bytes(8))
    header = (bytes.fromhex("D0CF11E0A1B11AE1") + bytes(16) + (0x3E).to_bytes(2, "little") + (3).to_bytes(2, "little")
              + b"\xFE\xFF" + (9).to_bytes(2, "little") + (6).to_bytes(2, "little") + bytes(10) + (1).to_bytes(4, "little")
              + (1).to_bytes(4, "little") + bytes(4) + (4096).to_bytes(4, "little") + (0xFFFFFFFE).to_bytes(4, "little") + bytes(4)
              + (0xFFFFFFFE).to_bytes(4, "little") + bytes(4) + bytes(4) + b"\xFF" * (108 * 4))
    fat = (0xFFFFFFFD).to_bytes(4, "little") + (0xFFFFFFFE).to_bytes(4, "little") + b"\xFF" * (126 * 4)
    directory = entry("Root Entry", 5, 1) + entry(stream, 2) + bytes(256)
    return header + fat + directory


texts()
staff()
packs()
values()
tables()
containers()
doubts()
damage()
markup()

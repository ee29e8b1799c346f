#!/usr/bin/env python3
"""Makes the inputs of tests/corpus/ that are exports of records: DBF, XML, JSON Lines, DIF, fixed widths.

usage: make_exports.py [FOLDER]      (the files are committed, so only needed to change them)
Same invented people as make_cases.py; the expectations are written by `CMEGATE_BLESS=1 cargo test --test it cases`.
"""
import json
import struct
import sys
from pathlib import Path

sys.argv, FOLDER = sys.argv[:1], (sys.argv + [str(Path(__file__).parent / "corpus")])[1]
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
NAMES = "陈安宁 周文博 吴思远 郑嘉禾 王明轩 冯若兰 褚清秋 卫雨桐".split()


def number(n):
    first = "99990019800101%02d2" % n
    return first + "10X98765432"[sum(int(d) * w for d, w in zip(first, WEIGHTS)) % 11]


def save(case, name, content, words="--target canonical-jsonl"):
    folder = Path(FOLDER) / case
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    if words:
        (folder / "words").write_text(words + "\n")


def dbf(version, fields, records, count=None, language=0):
    """Fields are (name, type, length); records (mark, values) with values of bytes or text."""
    width = 1 + sum(length for _, _, length in fields)
    head = struct.pack("<4BIHH17xBxx", version, 122, 3, 5, len(records) if count is None else count,
                       33 + 32 * len(fields), width, language)
    body = b""
    for name, kind, length in fields:
        body += struct.pack("<11sc4xBB14x", name.encode("gbk")[:10], kind.encode(), length, 0)
    body += b"\r"
    for mark, values in records:
        body += mark.encode()
        for value, (_, _, length) in zip(values, fields):
            raw = value if isinstance(value, bytes) else value.encode("gbk")
            body += raw[:length].ljust(length)
    return head + body + b"\x1a"


STAFF = [("工号", "C", 6), ("姓名", "C", 8), ("性别", "C", 2), ("身份证号", "C", 18), ("出生日期", "D", 8),
         ("单位名称", "C", 15), ("职称", "C", 10), ("备注", "M", 10)]


def staff(n, unit="青禾市医院", remark="", mark=" "):
    return mark, ["%06d" % n, NAMES[n], "女", number(n), "19800101", unit, "主治医师", remark]


def tables():
    rows = [staff(0), staff(1, mark="*"), staff(2, remark="         1"), staff(3, unit="某市第一人民医院")]
    # A western mark on a Chinese table, and a count that nobody brought up to date.
    save("dbf-foxpro", "input.dbf", dbf(0xF5, STAFF, rows, count=3, language=0x03))
    whole = dbf(0x03, STAFF, [staff(n) for n in range(4)])
    save("dbf-cut", "input.dbf", whole[:-40])
    with_picture = STAFF[:4] + [("照片", "G", 10)]
    save("dbf-memo", "input.dbf", dbf(0x83, with_picture + [("备注", "M", 10)], [
        (" ", staff(0)[1][:4] + ["         7", "         1"]), (" ", staff(1)[1][:4] + ["", "         9"])]))


def marked_up():
    people = "".join(
        f"<PERSON><GH>{n:06d}</GH><XM>{NAMES[n]}</XM><XB>2</XB><SFZH>{number(n)}</SFZH><KSMC>内科</KSMC>"
        f"<PHONE>1990000{n:04d}</PHONE><CERT>甲{n}</CERT><CERT>乙{n}</CERT></PERSON>\n" for n in range(4))
    xml = f"<?xml version='1.0' encoding='GBK'?>\n<EXPORT><DWMC>青禾市医院</DWMC>\n<LIST>{people}</LIST></EXPORT>\n"
    save("xml-staff-gbk", "input.xml", xml.encode("gbk"))
    # The declaration lies, elements are Chinese, an entity of its own, values between the records.
    people = "".join(
        f"<科室 名称='内科{n}'><人员><工号>1{n:05d}</工号><姓名>{NAMES[n + 4]}</姓名></人员><人员><工号>{n:06d}</工号><姓名>{NAMES[n]}</姓名><身份证号>{number(n)}</身份证号>"
        f"<备注>{'&hr;' if n == 2 else ''}</备注></人员><人数>2</人数></科室>" for n in range(4))
    xml = f"<?xml version='1.0' encoding='gb2312'?><!DOCTYPE 名册 [<!ENTITY hr 'x'>]><名册>{people}</名册>"
    save("xml-chinese-elements", "input.xml", xml)
    save("xml-cut", "input.xml", xml[:-60])
    save("xml-without-records", "input.xml", "<?xml version='1.0'?><settings><a/><b/></settings>")
    records = [{"gh": "%06d" % n, "name": NAMES[n], "id_no": number(n), "mobile": 19900000000 + n, "dept": None,
                "dwmc": "青禾市医院", "active": True} for n in range(4)]
    lines = [json.dumps(record, ensure_ascii=False) for record in records]
    lines[2] = lines[2].replace('"gh"', 'gh"')
    save("json-lines", "input.jsonl", "\n".join(lines) + "\n")
    nested = {"code": 0, "data": {"total": 4, "rows": records[:2]}}
    save("json-nested", "input.json", json.dumps(nested, ensure_ascii=False, indent=2))


def interchange():
    rows = [["工号", "姓名", "身份证号"]] + [["%06d" % n, NAMES[n], number(n)] for n in range(2)]
    cells = "".join("-1,0\r\nBOT\r\n" + "".join(f'1,0\r\n"{cell}"\r\n' for cell in row) for row in rows)
    dif = f'TABLE\r\n0,1\r\n"EXCEL"\r\nVECTORS\r\n0,3\r\n""\r\nTUPLES\r\n0,3\r\n""\r\nDATA\r\n0,0\r\n""\r\n{cells}-1,0\r\nEOD\r\n'
    save("dif", "input.dif", dif.encode("gbk"))


MAPPING = """version = 1
label = { zh = "老系统名册", en = "roster of an old system" }
kind = "person"
outputs = ["canonical-jsonl"]

[fixed]
columns = [
  { heading = "工号", width = 6 },
  { heading = "姓名", width = 8 },
  { heading = "身份证号", width = 18 },
  { heading = "科室", width = 10 },
  { heading = "职称", width = 10 },
]

[[columns]]
field = "person_no"
key = true

[[columns]]
field = "name"
key = true

[[columns]]
field = "id_no"

[[columns]]
field = "dept"

[[columns]]
field = "title"
dictionary = "title"

[[examples]]
headings = ["工号", "姓名", "身份证号"]
cells = ["000000", "陈安宁", "%s"]
record = { person_no = "000000", name = "陈安宁" }
"""


def widths():
    def line(n, dept="内科", title="医师"):
        cells = ("%06d" % n, 6), (NAMES[n], 8), (number(n), 18), (dept, 10), (title, 10)
        return b"".join(text.encode("gbk").ljust(width) for text, width in cells).rstrip()
    lines = ["青禾市医院人员表".encode("gbk"), b"-" * 40, line(0), line(1, dept="心血管内科一病区"), line(2)[:30],
             line(3, dept="内\t科"), line(4)]
    cut = b"000005" + "A卫雨桐王".encode("gbk") + number(5).encode()
    save("fixed-widths", "input.txt", b"\r\n".join(lines[2:] + [cut]) + b"\r\n\x1a", "--input CASE/old.toml")
    (Path(FOLDER) / "fixed-widths" / "old.toml").write_text(MAPPING % number(0))


tables()
marked_up()
interchange()
widths()

#!/usr/bin/env python3
"""Writes the rejects of a report as the peers' checker wants them: row number, first failing check.

usage: rejects.py NAME.report.json NAME.xlsx      (writes NAME.xlsx.rejects.csv)
"""
import csv
import json
import sys

# The order in which the peers check a row; the first failing check is the reason.
ORDER = ["name", "sex", "id", "sexid", "unit", "title", "edu", "phone", "proj", "credit", "date"]
FIELDS = {
    "name": "name", "sex": "sex", "id_no": "id", "unit_name": "unit", "title": "title", "education": "edu",
    "mobile": "phone", "project_code": "proj", "credits": "credit", "training_date": "date",
}

report, out = sys.argv[1:3]
first = {}
with open(report, encoding="utf-8") as file:
    findings = json.load(file)["findings"]
for finding in findings:
    if finding["severity"] != "error":
        continue
    reason = "sexid" if finding["code"] == "id-sex-mismatch" else FIELDS[finding["field"]]
    row = finding["row"]
    if row not in first or ORDER.index(reason) < ORDER.index(first[row]):
        first[row] = reason
with open(out + ".rejects.csv", "w", encoding="utf-8-sig", newline="") as file:
    writer = csv.writer(file)
    writer.writerow(["row", "reason"])
    writer.writerows(sorted(first.items()))

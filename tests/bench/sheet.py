"""Reads or writes the benchmark's sheet with openpyxl or XlsxWriter, for comparison.

sheet.py read FILE.xlsx | openpyxl INPUT.csv OUT.xlsx | xlsxwriter INPUT.csv OUT.xlsx
(INPUT.csv: `sheet_bench input ROWS INPUT.csv`; it is read before the clock starts.)
Each uses the library's fast way: read_only, write_only, constant_memory.
"""
import csv
import json
import sys
import time
from datetime import datetime

import openpyxl
import xlsxwriter

NUMBERS = {0, 9}
TIMES = {10, 15, 17}


def table(source):
    with open(source, encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    return [header] + [[typed(at, text) for at, text in enumerate(row)] for row in rows]


def typed(column, text):
    if column in NUMBERS:
        return int(text)
    return datetime.fromisoformat(text) if column in TIMES else text or None


def read(path):
    sheet = openpyxl.load_workbook(path, read_only=True).worksheets[0]
    return sum(1 for row in sheet.iter_rows(values_only=True) if any(row))


def write_openpyxl(rows, out):
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    book.save(out)


def write_xlsxwriter(rows, out):
    with xlsxwriter.Workbook(out, {"constant_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is not None:
                    sheet.write(line, column, value)


what, *paths = sys.argv[1:]
rows = None if what == "read" else table(paths[0])
start = time.perf_counter()
if what == "read":
    count = read(paths[0])
else:
    {"openpyxl": write_openpyxl, "xlsxwriter": write_xlsxwriter}[what](rows, paths[1])
    count = len(rows) - 1
seconds = time.perf_counter() - start
print(json.dumps({"program": "openpyxl" if what == "read" else what, "count": count, "seconds": round(seconds, 3)}))

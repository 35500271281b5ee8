"""Prints what openpyxl finds in a workbook's first sheet, as JSON: `read_export.py FILE`.

Cells are texts; a number is marked `#`, a date with time `@`, so that types can be compared.
"""

import datetime
import json
import sys

import openpyxl


def noted(value):
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return value.strftime("@%Y-%m-%d %H:%M")
    if isinstance(value, (int, float)):
        return f"#{value:g}"
    return value


sheet = openpyxl.load_workbook(sys.argv[1]).worksheets[0]
print(
    json.dumps(
        {
            "cells": [[noted(value) for value in row] for row in sheet.iter_rows(values_only=True)],
            "print": {
                "paper": sheet.page_setup.paperSize,
                "orientation": sheet.page_setup.orientation,
                "fit_to_width": sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToHeight == 0,
                "repeated_rows": sheet.print_title_rows,
                "frozen_at": sheet.freeze_panes,
                "footer": sheet.oddFooter.center.text,
            },
        }
    )
)

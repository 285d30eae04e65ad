"""Workbooks that are made to keep a program busy: refused within a second, whatever they hold."""

import time
import zipfile
from io import BytesIO

import pytest
from openpyxl import Workbook

from efi.imports.tables import Record
from efi.imports.workbooks import LAST_ROW, MOST_COLUMNS, xlsx_records

HEAD = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = "</sheetData></worksheet>"
SHEET = "xl/worksheets/sheet1.xml"


def workbook(rows, **more):
    """A workbook whose sheet has these rows, as XML; `more` parts of it, by their names."""
    empty, made = BytesIO(), BytesIO()
    Workbook().save(empty)
    with zipfile.ZipFile(empty) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, more.pop(part, HEAD + rows + TAIL if part == SHEET else old.read(part)))
        for part, content in more.items():
            new.writestr(part, content)
    return made


def cell(place, text="x"):
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def row(number, *cells):
    return f'<row r="{number}">{"".join(cells)}</row>'


def records(rows, **more):
    return list(xlsx_records(workbook(rows, **more)))


def lost(rows, **more):
    """What is said of a file of which no more is read; within 5 seconds of work, where reading on takes a minute."""
    made, before = workbook(rows, **more), time.process_time()
    *_, last = xlsx_records(made)
    assert time.process_time() - before < 5
    return last.lost


def test_rows_and_cells_that_are_left_out_are_blank():
    found = records(row(1, cell("A1", "a"), cell("B1", "b")) + row(4, cell("B4", "y")) + row(5))
    assert found == [Record(line=1, cells=["a", "b"]), Record(line=4, cells=["", "y"])]


def test_the_last_row_of_a_sheet_is_read_at_once():
    last = row(LAST_ROW, cell(f"A{LAST_ROW}"))
    before = time.process_time()
    assert [found.line for found in records(row(1, cell("A1")) + last)] == [1, LAST_ROW]
    assert time.process_time() - before < 1


@pytest.mark.parametrize("number", [LAST_ROW + 1, 10**9, 10**300])
def test_a_row_beyond_the_last_is_refused(number):
    assert lost(row(1, cell("A1")) + row(number, cell("A1"))) == "has a row beyond 1,048,576, the last of a sheet"


def test_a_text_far_to_the_right_in_every_row_is_refused():
    far = "".join(row(number, cell(f"A{number}"), cell(f"XFD{number}")) for number in range(1, 20_001))
    assert lost(far) == f"has a text in column 16,384 of row 1: {MOST_COLUMNS} columns are the most"


def test_blank_cells_far_to_the_right_are_passed_over():
    assert records(row(1, cell("A1"), '<c r="XFD1" s="1"/>')) == [Record(line=1, cells=["x"])]


def test_a_row_of_more_cells_than_a_sheet_has_columns_is_refused():
    assert "and a sheet has 16,384 columns" in lost(row(1, "<c/>" * 16_385))


def test_what_unpacks_to_more_than_a_hundred_times_its_size_is_refused():
    assert lost("<row/>" * 2_000_000) == "would unpack to more than 100 times its size"


def test_so_are_its_texts():
    texts = "<sst>" + "<si/>" * 2_000_000 + "</sst>"
    assert lost(row(1, cell("A1")), **{"xl/sharedStrings.xml": texts}) == "would unpack to more than 100 times its size"

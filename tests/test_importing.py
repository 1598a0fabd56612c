"""Files to fields and records, and back: without a store."""

from __future__ import annotations

import asyncio
import codecs
import csv
import gc
import io
import itertools
import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server import csvfile
from server.errors import StartError
from server.exporting import to_csv, to_json
from server.fields import INHERITED
from server.grids import Grid
from server.importing import BATCH, Survey, records, survey
from server.model import Record

AIRPORTS = Path(__file__).parent.parent / "server/samples/airports.csv"


def load(data: bytes | str, keep_na: bool = False) -> tuple[Survey, list[dict[str, Any]]]:
    stream = io.BytesIO(data.encode() if isinstance(data, str) else data)
    found = survey(stream, keep_na)
    return found, [fields for batch in records(stream, found) for _, fields in batch]


def types(data: bytes | str, keep_na: bool = False) -> list[str]:
    return [column.kind.type for column in load(data, keep_na)[0].columns]


def column_type(*cells: str, keep_na: bool = False) -> str:
    """The type of a column "a" beside one that is always filled."""
    lines = [csvfile.to_line(["a", "b"]), *(csvfile.to_line([cell, "x"]) for cell in cells)]
    return types("".join(lines), keep_na)[0]


def flaws(data: bytes | str) -> list[tuple[int, str]]:
    return [(line, reason) for line, reason in load(data)[0].flaws.first]


def problem(data: bytes | str) -> str:
    with pytest.raises(StartError) as caught:
        load(data)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# --- encodings and delimiters

TABLE = "name;größe\r\nZoë;1\r\nJosé;2\r\n"


@pytest.mark.parametrize(
    ("encoded", "encoding"),
    [
        (TABLE.encode(), "utf-8"),
        (codecs.BOM_UTF8 + TABLE.encode(), "utf-8-sig"),
        (codecs.BOM_UTF16_LE + TABLE.encode("utf-16-le"), "utf-16"),
        (codecs.BOM_UTF16_BE + TABLE.encode("utf-16-be"), "utf-16"),
        (TABLE.encode("cp1252"), "cp1252"),
    ],
)
def test_encodings(encoded: bytes, encoding: str) -> None:
    found, rows = load(encoded)
    assert found.layout == (encoding, ";")
    assert [column.label for column in found.columns] == ["name", "größe"]
    assert rows == [{"name": "Zoë", "größe": 1}, {"name": "José", "größe": 2}]


def test_an_encoding_is_judged_by_the_whole_file() -> None:
    head = b"a,b\n" + b"x,1\n" * 50_000
    assert load(head + "é,2\n".encode("cp1252"))[1][-1] == {"a": "é", "b": 2}
    assert load(head + "é,2\n".encode())[1][-1] == {"a": "é", "b": 2}


def test_a_character_may_lie_across_two_chunks() -> None:
    text = "a,b\n" + "é" * csvfile.CHUNK
    for shift in range(2):
        assert csvfile.detect(io.BytesIO(("x" * shift + text).encode())).encoding == "utf-8"


def test_a_few_broken_bytes_do_not_make_utf8_another_encoding() -> None:
    found, rows = load("a,b\né,1\nü,2\nx\udcff,3\n".encode(errors="surrogateescape"))
    assert rows == [{"a": "é", "b": 1}, {"a": "ü", "b": 2}]
    assert [flaw.line for flaw in found.flaws.first] == [4]


def test_windows_quotes_and_euro() -> None:
    assert load(b"a,b\n\x93x\x94,\x80 5\n")[1] == [{"a": "“x”", "b": "€ 5"}]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(delimiter: str) -> None:
    lines = [["a", "b", "c"], ["1,5", "x y", "2026-07-30"], ["2,5", "p|q;r\ts,", "2026-07-31"]]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(lines)
    found, rows = load(text.getvalue())
    assert found.layout.delimiter == delimiter
    assert [list(row.values()) for row in rows] == lines[1:]


def test_decimal_commas_do_not_make_commas_the_delimiter() -> None:
    assert load("a;b\n1,5;2,5\n3,5;4,5\n")[1] == [{"a": "1,5", "b": "2,5"}, {"a": "3,5", "b": "4,5"}]


def test_what_stands_in_quotes_is_no_delimiter() -> None:
    text = 'place,"x;y;z"\nRome,"1;2;3"\nOslo,"4;5;6"\n'
    assert load(text)[1] == [{"place": "Rome", "x_y_z": "1;2;3"}, {"place": "Oslo", "x_y_z": "4;5;6"}]


def test_one_column_needs_no_delimiter() -> None:
    assert load("note\nhello\nworld\n")[1] == [{"note": "hello"}, {"note": "world"}]


# --- headers and names


@pytest.mark.parametrize(
    ("text", "has_header"),
    [
        ("id,when\n1,2026-01-01\n", True),
        ("1,2026-01-01\n2,2026-01-02\n", False),
        ("name,city\nAnn,Rome\n", True),  # nothing tells: there is one
        ("Ann,5\nBob,6\n", False),
        ("country,2019,2020\nDE,1,2\n", False),
        ("id,2019,2020\n1,1,2\n", True),  # a name above values decides
        ("phone,zip\n+49 30 1,01067\n", True),
        ("+49 30 1,01067\n+49 30 2,01069\n", False),
        ("1,true\n", False),
        ("flag,x\ntrue,y\n", True),
        (" 5 ,x\n6,y\n7,z\n", False),
    ],
)
def test_headers(text: str, has_header: bool) -> None:
    found, rows = load(text)
    assert found.has_header is has_header
    assert len(rows) == found.count == text.count("\n") - has_header


def test_without_a_header_columns_are_numbered() -> None:
    found, rows = load("1,x\n2,y\n")
    assert [column.label for column in found.columns] == ["Column 1", "Column 2"]
    assert rows == [{"Column_1": 1, "Column_2": "x"}, {"Column_1": 2, "Column_2": "y"}]


def test_labels_are_printed_as_they_are_and_names_are_safe_and_unique() -> None:
    found, _ = load('"Dep. Time!", Größe ,2019,,a,a,a 2,_schema,__proto__,"x\ny",名前\n' + ",".join("1" * 11))
    assert [(column.label, column.name) for column in found.columns] == [
        ("Dep. Time!", "Dep_Time"),
        ("Größe", "Größe"),
        ("2019", "_2019"),
        ("Column 4", "Column_4"),
        ("a", "a"),
        ("a 3", "a_3"),
        ("a 2", "a_2"),
        ("_schema", "schema"),
        ("__proto__", "proto"),
        ("x\ny", "x_y"),
        ("名前", "名前"),
    ]


def test_a_column_has_no_name_that_every_object_of_javascript_has() -> None:
    labels = [*sorted(INHERITED), "constructor", "_constructor", "Constructor"]
    found = survey(io.BytesIO(f"{','.join(labels)}\n{','.join('x' * len(labels))}\n".encode()))
    names = [column.name for column in found.columns]
    assert not INHERITED & set(names)
    assert len(set(names)) == len(labels)
    assert found.columns[labels.index("constructor")].label == "constructor"


def test_every_header_makes_a_definition_that_a_grid_takes() -> None:
    found, rows = load(",".join(["x" * 500] * 3 + ["!?", "_2", "2"]) + "\n" + ",".join("abcdef"))
    grid = Grid.from_definition("g", "G", [column.definition() for column in found.columns])
    assert len(grid.load_new(rows[0])) == 6


# --- types


@pytest.mark.parametrize(
    ("type", "cells"),
    [
        ("integer", ["0", "-1", "999999999999999", "-999999999999999"]),
        ("number", ["1.5", "-0.25", "3", "12.50", "-0.0", "0.000000000000000012345", "123456789012.345"]),
        ("boolean", ["true", "false"]),
        ("date", ["2026-07-30", "0001-01-01", "2024-02-29"]),
        ("datetime", ["2013-01-01T10:00:00Z", "2013-01-01T10:00:00.5+05:30"]),
        ("text", ["x", "1"]),
        ("long_text", ["x", "y" * 201]),
        ("long_text", ["x\ny"]),
        ("text", ["y" * 200]),
    ],
)
def test_a_type_is_that_of_every_cell(type: str, cells: list[str]) -> None:
    assert column_type(*cells) == type
    assert column_type("", *cells, "") == type
    if type not in ("text", "long_text"):
        assert column_type(*cells * BATCH, "x") == "text"


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "007",
            "00AA",
            "+49",
            "+1",
            "-",
            "-0",
            "1e5",
            "1E5",
            "0x1F",
            "1_000",
            "1,5",
            "1.",
            ".5",
            "01.5",
            "٣",
        ),
        *("1234567890123456", "0.1234567890123456", "1.00000000000000000", "NaN", "inf", "1 000"),
        *("True", "TRUE", "yes", "2026-02-30", "2026-7-30", "30.07.2026", "2026-07-30T10:00"),
        *("2026-07-30T10:00:00", "2026-07-30T25:00Z", "2026-07-30 10:00:00Z", "na", "n/a", "None", "null"),
        *(" 1", "1 "),
    ],
)
def test_what_is_not_canonical_stays_text(cell: str) -> None:
    assert column_type(cell) == "text"
    assert load(csvfile.to_line(["a", "b"]) + csvfile.to_line([cell, "x"]))[1] == [{"a": cell, "b": "x"}]
    for other in ("1", "1.5", "true", "2026-07-30", "2026-07-30T10:00:00Z"):
        assert column_type(other, cell) == "text"


def test_whole_and_broken_numbers_are_numbers_and_dates_do_not_mix() -> None:
    assert column_type("1", "2.5") == "number"
    assert column_type("2026-07-30", "2013-01-01T10:00:00Z") == "text"
    assert column_type("1", "true") == "text"


def test_an_empty_column_is_text() -> None:
    assert column_type("", "") == "text"


@pytest.mark.parametrize("filled", ["1", "1.5", "2026-07-30", "2013-01-01T10:00:00Z"])
def test_na_is_no_value_among_numbers_and_dates(filled: str) -> None:
    text = f"a,b\nNA,x\n{filled},x\nN/A,x\nNULL,NA\n,x\n"
    found, rows = load(text)
    assert found.columns[0].kind.type != "text"
    assert [column.nulls for column in found.columns] == [3, 0]
    assert [sorted(row) for row in rows] == [["b"], ["a", "b"], ["b"], ["b"], ["b"]]
    assert rows[3]["b"] == "NA"
    kept, rows = load(text, keep_na=True)
    assert [column.nulls for column in kept.columns] == [0, 0]
    assert [row.get("a") for row in rows] == ["NA", filled, "N/A", "NULL", None]


@pytest.mark.parametrize("filled", ["x", "true", "007", ""])
def test_na_among_other_values_is_text(filled: str) -> None:
    found, rows = load(f"a,b\nNA,x\n{filled},x\n")
    assert (found.columns[0].kind.type, found.columns[0].nulls) == ("text", 0)
    assert rows[0]["a"] == "NA"


def test_text_is_kept_byte_by_byte() -> None:
    cells = ["  x  ", "\t", "a\r\nb\n\rc", '"', '""', "e\u0301", "\u00a0", "=1+1", "\x01", "a,b;c\td|e"]
    text = csvfile.to_line(["a", "b"]) + "".join(csvfile.to_line([cell, "x"]) for cell in cells)
    assert [row["a"] for row in load(text)[1]] == cells


# --- rows that cannot be taken


def test_a_bad_row_is_told_with_its_line_and_the_rest_is_read() -> None:
    data = b'\xef\xbb\xbfa,b\n1,x\n2\n3,x,y\n\n4,"x\ny"\n5,\x00\n6,\xff\xfe\n7,"x"y\n8,x'
    found, rows = load(data)
    assert [row["a"] for row in rows] == [1, 4, 8]
    assert [(line, reason) for line, reason in found.flaws.first] == [
        (3, "it has 1 cell instead of 2"),
        (4, "it has 3 cells instead of 2"),
        (8, "it contains a NUL character"),
        (9, "it contains bytes that are not text in the file's encoding"),
        (10, "something stands between a closing quote and the next delimiter"),
    ]
    assert (found.count, found.flaws.count) == (3, 5)


def test_a_bad_row_does_not_spoil_a_columns_type() -> None:
    assert types("a,b\n1,2\nx\n3,4\nx,y,z\n") == ["integer", "integer"]


def test_a_stray_quote_costs_one_row_only() -> None:
    rows = "".join(f"{number},x\n" for number in range(3, 20_000))
    assert len(rows) > csv.field_size_limit()
    found, taken = load(f'a,b\n1,x\n2,"x\n{rows}')
    assert [flaw.line for flaw in found.flaws.first] == [3]
    assert [row["a"] for row in taken] == [1, *range(3, 20_000)]


def test_a_quote_that_is_closed_far_below_costs_one_row_only() -> None:
    found, taken = load('a,b\n1,"x\n2,x\n3,x\n4,"x"\n5,x\n')
    assert found.flaws.first[0].line == 2
    assert [row["a"] for row in taken] == [2, 3, 4, 5]


def test_a_quote_open_at_the_end_of_the_file() -> None:
    assert flaws('a,b\n1,x\n2,"x') == [(3, "a quote is never closed")]


def test_a_line_without_end_is_never_held() -> None:
    long = b"x" * (3 * csvfile.MAX_LINE)
    found, rows = load(b"a,b\n1,x\n" + long + b"\n2,x\n" + long)
    assert [row["a"] for row in rows] == [1, 2]
    assert [line for line, _ in found.flaws.first] == [3, 5]
    assert found.flaws.first[0].reason == f"the line has more than {csvfile.MAX_LINE} characters"


def test_a_line_without_end_within_quotes_is_told_once() -> None:
    data = b'a,b\n1,"x\n' + b"y" * (2 * csvfile.MAX_LINE) + b'\n2,x\n3,"z"\n'
    found, rows = load(data)
    assert [row["a"] for row in rows] == [2, 3]
    assert [line for line, _ in found.flaws.first] == [2, 3]


def test_a_cell_above_the_limit() -> None:
    huge = "x" * (csv.field_size_limit() + 1)
    assert flaws(f"a,b\n1,{huge}\n2,x\n") == [
        (2, "a cell has more than 131072 characters, or a quote is never closed")
    ]


def test_only_the_first_flaws_are_kept_but_all_are_counted() -> None:
    found, _ = load("a,b\n1,x\n" + "bad\n" * 100)
    assert found.flaws.count == 100
    assert [flaw.line for flaw in found.flaws.first] == list(range(3, 23))


# --- files that are none


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"\n\r\n  \n", "is empty"),
        (codecs.BOM_UTF8, "is empty"),
        (b"a,b,c\n", "has a header but no record"),
        (b"a,b,c\nx\n", "has a header but no record; line 2: it has 1 cell"),
        (b"a,b\x00\n", "not a text file"),
        (b"PK\x03\x04" + b"\x00" * 50, "Excel"),
        (b"\xff\xfe\x00\x00a\x00\x00\x00", "UTF-32"),
        ("a,b\n1,2\n3,4\n".encode("utf-16-le"), "UTF-16 with a byte order mark"),
        (bytes(range(256)) * 400, "not a text file"),
        (b'"a,b\n', "has no row that can be read: line 1: a quote is never closed"),
        (b",".join([b"x"] * 1001) + b"\n", "has 1001 columns; 1000 are the most"),
    ],
)
def test_what_is_no_csv_file_is_told_in_a_sentence(data: bytes, said: str) -> None:
    assert said in problem(data)


# --- streams


def test_the_stream_stays_the_callers() -> None:
    stream = io.BytesIO(b"a,b\n1,2\n")
    next(records(stream, survey(stream)))
    gc.collect()
    assert not stream.closed


def test_memory_does_not_grow_with_the_file() -> None:
    def peak(count: int) -> int:
        stream = io.BytesIO(b"a,b\n" + b"".join(b"%d,%s\n" % (n, b"x" * 500) for n in range(count)))
        tracemalloc.start()
        found = survey(stream)
        assert sum(len(batch) for batch in records(stream, found)) == count
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(16 * BATCH) < 1.5 * peak(4 * BATCH)


# --- there and back again


async def _batches(taken: list[dict[str, Any]]) -> AsyncIterator[list[Record]]:
    numbered = itertools.count(1)
    for start in range(0, len(taken), BATCH):
        yield [Record(f"id{n}", n, fields) for fields, n in zip(taken[start : start + BATCH], numbered)]  # noqa: B905


def _written(form: Any, grid: Grid, taken: list[dict[str, Any]]) -> bytes:
    async def write() -> bytes:
        return b"".join([part async for part in form(grid.fields, _batches(taken))])

    return asyncio.run(write())


def stored(data: bytes, keep_na: bool = False) -> tuple[Grid, list[dict[str, Any]]]:
    """As a grid of its own would hold it, schema and all."""
    found, rows = load(data, keep_na)
    assert found.flaws.count == 0 or keep_na is False
    grid = Grid.from_definition("g", "G", [column.definition() for column in found.columns])
    return grid, [grid.load_new(row) for row in rows]


def values(grid: Grid, rows: list[dict[str, Any]]) -> list[list[Any]]:
    return [[row.get(field["name"]) for field in grid.fields] for row in rows]


def check_round_trip(data: bytes, keep_na: bool = False) -> None:
    grid, rows = stored(data, keep_na)
    again = stored(_written(to_csv, grid, rows), keep_na)
    assert values(*again) == values(grid, rows)
    assert [field["label"] for field in again[0].fields] == [field["label"] for field in grid.fields]


def test_airports_survive_whole() -> None:
    data = AIRPORTS.read_bytes()
    grid, rows = stored(data)
    assert [field["type"] for field in grid.fields] == ["text"] * 6 + ["number"] * 3 + ["text"] * 2
    lines = list(csv.reader(io.StringIO(data.decode(), newline="")))[1:]
    assert len(rows) == len(lines) == 28_298
    for row, cells in zip(rows, lines, strict=True):
        for field, cell in zip(grid.fields, cells, strict=True):
            value = row.get(field["name"])
            assert value == (None if cell == "" else float(cell) if field["type"] == "number" else cell)
    again = stored(_written(to_csv, grid, rows))
    assert values(*again) == values(grid, rows)


TRICKY = (
    "|NA|N/A|NULL|1|-1|0|-0|0.10|-0.0|1.0|1e5|007|+49 30|00AA|true|2026-07-30|2013-01-01T10:00:00Z|"
    '2013-01-01T10:00+05:30| x |a;b|"|\r|\n|\ufeff|123456789012345|1234567890123456|0.1|0.000001|=1+1|\t|'
    "Column 1|a 2"
)
WORD = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
CELL = st.one_of(
    st.sampled_from([*TRICKY.split("|"), "a|b", "x" * 201]),
    st.integers(-(10**16), 10**16).map(str),
    st.decimals(-1000, 1000, places=3).map(str),
    st.floats(allow_nan=False).map(repr),
    WORD,
)


@st.composite
def tables(draw: st.DrawFn) -> bytes:
    width = draw(st.integers(1, 4))
    columns = [draw(st.sampled_from([CELL, st.sampled_from(["1", "2.5", "", "NA"])])) for _ in range(width)]
    lines = draw(st.lists(st.tuples(*columns), min_size=2, max_size=6))
    text = io.StringIO()
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]))
    csv.writer(text, delimiter=draw(st.sampled_from(",;\t|")), quoting=quoting).writerows(lines)  # type: ignore[arg-type]
    return text.getvalue().encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])))


def _is_one(data: bytes) -> bool:
    try:
        load(data)
    except StartError:
        return False
    return True


@given(tables().filter(_is_one), st.booleans())
@settings(max_examples=300, deadline=None)
def test_import_export_import_gives_equal_values(data: bytes, keep_na: bool) -> None:
    grid, rows = stored(data)
    check = stored(_written(to_csv, grid, rows))
    assert values(*check) == values(grid, rows)
    check_round_trip(data, keep_na)


@given(st.text(st.sampled_from('a1.-,;"\n\r\t |é0:T') | st.characters(), min_size=1, max_size=60))
@settings(max_examples=300, deadline=None)
def test_whatever_is_taken_of_a_text_survives(text: str) -> None:
    data = text.encode(errors="surrogatepass")
    if _is_one(data):
        grid, rows = stored(data)
        assert values(*stored(_written(to_csv, grid, rows))) == values(grid, rows)


@given(st.lists(st.lists(WORD, min_size=2, max_size=2), min_size=1))
@settings(deadline=None)
def test_a_written_line_is_what_any_csv_reader_reads(lines: list[list[str]]) -> None:
    text = "".join(csvfile.to_line(cells) for cells in lines)
    assert list(csv.reader(io.StringIO(text, newline=""), strict=True)) == lines


def test_values_of_every_type_as_csv_and_json() -> None:
    fields = [{"name": name, "label": name.title(), "type": "text"} for name in ("a", "b", "c")]

    class Described:
        pass

    grid = Described()
    grid.fields = fields  # type: ignore[attr-defined]
    rows: list[dict[str, Any]] = [
        {"a": True, "b": 1e22, "c": ["x", 'y"z']},
        {"a": 0.1, "b": 1e-7, "c": {"k": [1, None]}},
        {"b": 3.0, "c": "=A1"},
    ]
    assert _written(to_csv, grid, rows) == (  # type: ignore[arg-type]
        b'A,B,C\r\ntrue,10000000000000000000000,"[""x"",""y\\""z""]"\r\n'
        b'0.1,0.0000001,"{""k"":[1,null]}"\r\n,3,"=A1"\r\n'
    )
    assert orjson.loads(_written(to_json, grid, rows)) == [  # type: ignore[arg-type]
        {"id": f"id{number}", "version": number, "fields": row} for number, row in enumerate(rows, 1)
    ]
    assert orjson.loads(_written(to_json, grid, [])) == []  # type: ignore[arg-type]

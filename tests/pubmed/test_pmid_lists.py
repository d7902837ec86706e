"""Lists and tables of PMIDs."""

from __future__ import annotations

import gzip
import time
from pathlib import Path

import pytest

from drmine.errors import InputError
from drmine.pubmed.pmid_lists import is_pmid_file, looks_like_pmids, read_pmids


@pytest.mark.parametrize(
    "text",
    [
        "99000001\n99000002\n",
        "99000001, 99000002",
        "# of the review\n\n99000001\r\n99000002 99000001\r\n",
        "PMID: 99000001\nPMID: 99000002",
        '\ufeffPMID,Title,Journal/Book\n99000001,"A, b",X\n99000002,C,Y\n',
        "Title;PMID\nA;99000001\nB;99000002.0\n",
        "SOURCE\tEXT_ID\tTITLE\nMED\t99000001\tA\nPPR\tPPR77\tB\nMED\t99000002\tC\nPMC\t5\tD\n",
        "Title,pmid\nA,99000001\nNo number,\nB,99000002\n",
        "\tPMID\tTitle\n1\t99000001\tA\n2\t99000002\tB\n",
        "# of the review\n,,\n\nPMID,Title\n99000001,A\n99000002,B\n",
        "pmid,Title,PMID\n99000001,A,\n,B,99000002\n",
    ],
)
def test_lists_and_exports_give_their_pmids_in_order_and_once(tmp_path: Path, text: str) -> None:
    path = tmp_path / "pmids.txt"
    path.write_text(text, encoding="utf-8", newline="")
    assert read_pmids(path) == ("99000001", "99000002")
    path.with_suffix(".gz").write_bytes(gzip.compress(text.encode()))
    assert read_pmids(path.with_suffix(".gz")) == ("99000001", "99000002")


@pytest.mark.parametrize(
    ("cell", "pmids"),
    [
        ("PMID: 99000002", ["99000002"]),
        ("pmid99000002", ["99000002"]),
        ("https://pubmed.ncbi.nlm.nih.gov/99000003/", ["99000003"]),
        ("pubmed.ncbi.nlm.nih.gov/99000003/?from=99000009#abstract", ["99000003"]),
        ("http://www.ncbi.nlm.nih.gov/pubmed/99000003", ["99000003"]),
        ("99000004; 99000005", ["99000004", "99000005"]),
        ('"99000004, PMID: 99000005,"', ["99000004", "99000005"]),
        ('"99000004,0"', ["99000004"]),
        ("N/A", []),
    ],
)
def test_a_cell_may_hold_an_address_or_several_pmids(
    tmp_path: Path, cell: str, pmids: list[str]
) -> None:
    path = tmp_path / "pmids.csv"
    path.write_text(f"PMID,Title\n99000001,a\n{cell},b\n")
    noted: list[str] = []
    assert read_pmids(path, noted.append) == ("99000001", *pmids)
    assert not noted


@pytest.mark.parametrize(
    "cell",
    ["3.80124E+07", '"38,012,350"', '"38,000"', "38 012 350", "990000011", "0", "99000002 or so"],
)
def test_a_cell_that_cannot_be_read_is_named_by_its_row(tmp_path: Path, cell: str) -> None:
    path = tmp_path / "pmids.csv"
    path.write_text(f'# mine\nTitle,PMID\n"of two\nlines",99000001\nb,{cell}\nc,99000003\n')
    noted: list[str] = []
    assert read_pmids(path, noted.append) == ("99000001", "99000003")
    (problem,) = noted
    bare = cell.strip('"')
    assert f"pmids.csv has 1 rows whose PMID cannot be read: row 4 ({bare!r});" in problem


@pytest.mark.parametrize(
    "rows",
    [
        '99000001\ta\n99000002\t"Drug" b\n99000003\t"Why\n99000004\tc\n99000005\t"no" d\n',
        '99000001\t"a\n99000002\tb\n99000003\tc"\n99000004\td\n99000005\te\n',
        '99000001\t"a\n99000002\tb\n"99000003"\tc\n99000004\td\n99000005\te',
        '99000001\t"of two\nlines"\n99000002\t"a ""b"""\n"99000003; 99000004"\tc\n99000005\td\n',
        '99000001\t"a\n' + "".join(f"9900000{n}\t{4000 * 'long '}\n" for n in range(2, 6)) * 9,
    ],
)
@pytest.mark.parametrize("header", ["PMID\tTitle", '"PMID"\t"Title"'])
def test_quotation_marks_in_a_table_with_tabs_swallow_no_row(
    tmp_path: Path, header: str, rows: str
) -> None:
    path = tmp_path / "pmids.tsv"
    path.write_text(f"{header}\n{rows}")
    noted: list[str] = []
    assert read_pmids(path, noted.append) == tuple(str(99000000 + n) for n in range(1, 6))
    assert not noted


def test_a_row_that_a_quotation_mark_tore_apart_is_named(tmp_path: Path) -> None:
    path = tmp_path / "pmids.tsv"
    path.write_text(
        'Title\tPMID\n"Not" closed\t99000001\n"of two\nlines"\t99000002\n"x\t99000003\n'
    )
    noted: list[str] = []
    assert read_pmids(path, noted.append) == ("99000001", "99000002", "99000003")
    (problem,) = noted
    assert "row 3 ('\"of two')" in problem and "row 4" not in problem


def test_a_list_may_be_one_long_line(tmp_path: Path) -> None:
    path = tmp_path / "pmids.txt"
    path.write_text(" ".join(str(99000000 + n) for n in range(1, 20_001)))
    assert len(read_pmids(path)) == 20_000


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "holds no PMID"),
        (b"PMID,Title\n,x\n", "holds no PMID"),
        (b'PMID,Title\n1,a\n2,"Why\n3,c\n', "mark before 'Why' is not closed"),
        (b'PMID,Title\n1,"a\n' + 30_000 * b"2,b c\n", "cannot be read as a table"),
        (b"99000001\nand so on\n", r"no list of PMIDs \(line 2\)"),
        (b"\xff\xfe1\x00", "not UTF-8"),
        (gzip.compress(b"99000001", mtime=0)[:-4], "is cut off"),
    ],
)
def test_other_files_are_refused_in_one_sentence(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    path = tmp_path / "pmids.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=sentence):
        read_pmids(path)


@pytest.mark.parametrize(
    "head",
    [
        b"# of the review\n99000001\n99000002\n",
        b"\n99000001\n99000002\n",
        b"\xef\xbb\xbf\r\n  # of the review\r\n\r\n99000001\r\n",
        b"# of the review\nPMID,Title\n99000001,x\n",
        b",,\nPMID,Title,\n99000001,x,\n",
        b"# " + 4094 * b"x",  # all that is looked at
    ],
)
def test_a_list_may_begin_with_blank_lines_and_comments(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "pmids.txt"
    path.write_bytes(head)
    assert is_pmid_file(path)


def test_a_list_is_told_from_records() -> None:
    assert looks_like_pmids(b"99000001\n99000002\n")
    assert looks_like_pmids(b"PMID,Title\n99000001,x\n")
    assert not looks_like_pmids(b"PMID- 99000001\nTI  - x\n")
    assert not looks_like_pmids(b"\nPMID- 99000001\nTI  - x\n")
    assert not looks_like_pmids(b"<PubmedArticleSet>")
    assert not looks_like_pmids(b"\n\n<PubmedArticleSet>\n<!-- # -->\n")
    assert not looks_like_pmids(b"\n")
    assert not looks_like_pmids(b"")


@pytest.mark.parametrize("head", ["", "PMID\n", "PMID,Title\n"])
def test_numbers_filled_up_with_zeros_are_read(tmp_path: Path, head: str) -> None:
    file = tmp_path / "padded.txt"
    file.write_bytes((head + "0099000001\n0000123456\n123456\n").replace("\n", "\r\n").encode())
    assert is_pmid_file(file)
    assert read_pmids(file) == ("99000001", "123456")


@pytest.mark.parametrize(
    "text",
    [
        "00000001 " * 400 + "x",
        "PMID,Title\n" + "PMID 1;" * 400 + "x,a\n",
        "PMID,Title\n" + "00000001;" * 400 + "x,a\n",
    ],
    ids=["list", "cells with a word", "cells with zeros"],
)
def test_a_list_that_ends_in_something_else_is_refused_at_once(text: str, tmp_path: Path) -> None:
    path = tmp_path / "pmids.txt"
    path.write_text(text, encoding="utf-8")
    begun = time.process_time()
    looks_like_pmids(text[:4096].encode())
    with pytest.raises(InputError):
        read_pmids(path)
    assert time.process_time() - begun < 10


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("PMID,Title\n99000001,a\n,b\nn/a,c\n,\n\n", [2]),
        ("SOURCE,EXT_ID,TITLE\nMED,99000001,a\nPPR,PPR77,b\nPMC,5,c\n,,\n", [2]),
        ("PMID,Title\n99000001,a\n", []),
        ("99000001\n", []),
    ],
)
def test_rows_without_a_pmid_are_counted(tmp_path: Path, text: str, rows: list[int]) -> None:
    path = tmp_path / "pmids.csv"
    path.write_text(text)
    counted: list[int] = []
    assert read_pmids(path, left_out=counted.append) == ("99000001",)
    assert counted == rows

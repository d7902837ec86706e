import json

import pytest

from drmine.demo import corpus
from drmine.demo.corpus import load_corpus
from drmine.errors import InputError
from drmine.pubmed.invented import is_invented

LINE = {"pmid": "99000005", "title": "T", "abstract": "A", "year": 1999, "stance": "ignored"}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(corpus.resources, "files", lambda _: tmp_path)
    (tmp_path / "corpus").mkdir()
    return tmp_path / "corpus"


def write(folder, *rows, name="a.jsonl"):
    (folder / name).write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")


def test_every_shipped_record_is_invented_dated_and_has_a_pmid_of_its_own():
    records = load_corpus()
    assert all(record.invented and is_invented(record.pmid) for record in records)
    assert all(record.entered and record.revised and record.year for record in records)
    assert len({record.pmid for record in records}) == len(records)


def test_all_files_are_read_and_sorted_by_pmid(folder):
    write(folder, LINE)
    write(folder, {**LINE, "pmid": "99000002"}, name="b.jsonl")
    (folder / "README.md").write_text("not a record")
    assert [record.pmid for record in load_corpus()] == ["99000002", "99000005"]


@pytest.mark.parametrize(
    ("fields", "dates"),
    [
        ({}, ("1999", "1999-01-01", "1999-01-01")),
        ({"date": "1999-07"}, ("1999-07", "1999-07-01", "1999-07-01")),
        ({"date": "1999-07-09"}, ("1999-07-09", "1999-07-09", "1999-07-09")),
        ({"revised": "2001-01-01"}, ("1999", "1999-01-01", "2001-01-01")),
    ],
)
def test_the_days_of_entry_and_revision_follow_from_the_date(folder, fields, dates):
    write(folder, {**LINE, **fields})
    (record,) = load_corpus()
    assert (record.date, record.entered, record.revised) == dates


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "Line 1 of a.jsonl .* is not a record"),
        ("[]", "is not a record"),
        ('{"title": "no pmid"}', "is not a record"),
        ('{"pmid": "123"}', "below 99000001"),
        (f"{json.dumps(LINE)}\n\n{json.dumps(LINE)}", "Line 3 .* repeats PMID 99000005"),
    ],
)
def test_a_bad_line_is_named(folder, content, message):
    (folder / "a.jsonl").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        load_corpus()

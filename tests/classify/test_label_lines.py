"""Files to label that are no JSON lines, cannot be read, or stand where labels are written."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from drmine.classify.label_file import label_lines
from drmine.cli import cli
from drmine.errors import InputError
from drmine.records import Record

LINE = json.dumps({"pmid": "99000001", "title": "Invented"}) + "\n"


def _label(records: Iterable[Record]) -> Iterator[dict[str, Any]]:
    for record in records:
        yield {"pmid": record.pmid}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (gzip.compress(LINE.encode(), mtime=0), "unpack it"),
        (b"PK\x03\x04\x14\x00", "zip file"),
        (LINE.encode("utf-16"), "UTF-16"),
    ],
)
def test_what_is_no_text_is_told_once_and_leaves_earlier_labels(
    tmp_path: Path, content: bytes, said: str
) -> None:
    source, target = tmp_path / "in", tmp_path / "out.jsonl"
    source.write_bytes(content)
    target.write_text("earlier", encoding="utf-8")
    with pytest.raises(InputError, match=said):
        label_lines(source, target, _label)
    assert target.read_text(encoding="utf-8") == "earlier"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["in", "out.jsonl"]


def test_a_file_that_cannot_be_read_is_named_and_not_the_target(tmp_path: Path) -> None:
    # readable by its rights, but not from its beginning
    memory = Path("/proc/self/mem")
    if not memory.is_file():
        pytest.skip("needs /proc")
    with pytest.raises(InputError, match="mem cannot be read"):
        label_lines(memory, tmp_path / "out.jsonl", _label)


def test_an_empty_file_and_one_without_its_last_line_feed_are_read(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    for content, n in (("", 0), (LINE.strip(), 1), (LINE + LINE.strip(), 2)):
        source.write_text(content, encoding="utf-8")
        assert label_lines(source, target, _label).labelled == n


def test_texts_that_stand_where_bad_lines_are_listed_are_kept(tmp_path: Path) -> None:
    source = tmp_path / "out.jsonl.errors"
    source.write_text(LINE, encoding="utf-8")
    with pytest.raises(InputError, match="name another"):
        cli(["label", str(source), str(tmp_path / "out.jsonl")], standalone_mode=False)
    assert source.read_text(encoding="utf-8") == LINE


def test_a_source_named_as_a_part_of_its_labels_is_kept(tmp_path: Path) -> None:
    source, target = tmp_path / "out.jsonl.part", tmp_path / "out.jsonl"
    source.write_text(LINE, encoding="utf-8")
    assert label_lines(source, target, _label).labelled == 1
    assert source.read_text(encoding="utf-8") == LINE


def test_two_runs_with_one_target_do_not_mix_their_lines(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(LINE * 3, encoding="utf-8")

    def while_another_runs(records: Iterable[Record]) -> Iterator[dict[str, Any]]:
        for record in records:
            yield {"pmid": record.pmid, "run": 1}
            label_lines(source, target, _label)

    label_lines(source, target, while_another_runs)
    rows = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert rows == [{"pmid": "99000001", "run": 1}] * 3
    assert sorted(one.name for one in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]


def test_other_texts_are_not_overwritten_where_two_files_were_meant_or_swapped(
    tmp_path: Path,
) -> None:
    texts, labelled = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    texts.write_text(LINE, encoding="utf-8")
    labelled.write_text('{"pmid": "99000001", "hypotheses": []}\n', encoding="utf-8")
    with pytest.raises(InputError, match="holds records with texts"):
        cli(["label", str(labelled), str(texts)], standalone_mode=False)
    assert texts.read_text(encoding="utf-8") == LINE


def test_a_dash_makes_no_file_of_that_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("in.jsonl").write_text(LINE, encoding="utf-8")
    with pytest.raises(InputError, match="is no file"):
        cli(["label", "in.jsonl", "-"], standalone_mode=False)
    assert not Path("-").exists()

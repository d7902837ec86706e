"""Gold findings: read whole, or refused by line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from drmine.annotations import text_digest
from drmine.errors import InputError
from drmine.finding_gold import of_part, read_gold_findings

ROW = {
    "pmid": "99000001",
    "text_sha256": text_digest("A title\nAn abstract."),
    "part": "dev",
    "about_drug_response": True,
    "study_type": "animal",
    "findings": [{"id": "target", "stance": "refutes", "origin": "acquired", "evidence": [8, 20]}],
}


def test_a_line_is_read_with_its_part_and_the_text_that_it_is_of(tmp_path: Path) -> None:
    path = tmp_path / "findings.jsonl"
    path.write_text(json.dumps(ROW) + "\n\n", encoding="utf-8")
    (one,) = read_gold_findings(path)
    assert one.findings[0].stance == "refutes" and one.findings[0].evidence == (8, 20)
    assert one.is_of("A title\nAn abstract.") and not one.is_of("A title\nAnother abstract.")
    assert of_part([one], "dev") == of_part([one], "all") == [one]
    assert of_part([one], "test") == []


def test_sentences_that_would_do_as_well_are_read(tmp_path: Path) -> None:
    path = tmp_path / "findings.jsonl"
    finding = {"id": "target", "stance": "refutes", "evidence": [8, 20], "also": [[0, 7], [21, 30]]}
    path.write_text(json.dumps(ROW | {"findings": [finding]}) + "\n", encoding="utf-8")
    (one,) = read_gold_findings(path)
    assert one.findings[0].also == ((0, 7), (21, 30))


def test_a_byte_order_mark_is_no_part_of_the_first_line_and_other_encodings_are_named(
    tmp_path: Path,
) -> None:
    path = tmp_path / "findings.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(ROW).encode() + b"\r\n\r\n")
    assert len(read_gold_findings(path)) == 1
    path.write_bytes(json.dumps(ROW).encode() + '\n{"é'.encode("latin-1"))
    with pytest.raises(InputError, match=r"findings.jsonl:2 is not UTF-8"):
        read_gold_findings(path)


CUT = {"id": "target", "stance": "refutes", "evidence": [8]}


@pytest.mark.parametrize(
    "text",
    ["no json", "[]", '{"pmid": "1"}', '{"pmid": "1", "findings": 3}',
     json.dumps(ROW | {"findings": [CUT]}), json.dumps(ROW | {"about_drug_response": "no"})],
)  # fmt: skip
def test_a_bad_line_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "findings.jsonl"
    path.write_text("\n" + text + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"findings.jsonl:2"):
        read_gold_findings(path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"study_type": "RCT"}, "study_type is 'RCT', none of randomized_trial"),
        ({"findings": [{"id": "target", "stance": "Supports"}]}, "a stance is 'Supports'"),
        (
            {"findings": [{"id": "target", "stance": "mixed", "origin": "inborn"}]},
            "an origin is 'inborn'",
        ),
    ],
)
def test_a_word_that_the_machine_never_says_is_named_and_not_counted_as_its_error(
    tmp_path: Path, change: dict[str, object], said: str
) -> None:
    path = tmp_path / "findings.jsonl"
    path.write_text(json.dumps(ROW) + "\n" + json.dumps(ROW | change) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=f"findings.jsonl:2: {said}"):
        read_gold_findings(path)


def test_of_several_lines_on_one_record_the_last_counts(tmp_path: Path) -> None:
    path = tmp_path / "findings.jsonl"
    rows = [ROW, ROW | {"pmid": "99000002"}, ROW | {"study_type": None}]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    found = {one.pmid: one.study_type for one in read_gold_findings(path)}
    assert found == {"99000001": None, "99000002": "animal"}
    assert len(read_gold_findings(path)) == 2


def test_a_file_that_cannot_be_read_is_named() -> None:
    # readable by its rights, but not from its beginning
    memory = Path("/proc/self/mem")
    if not memory.is_file():
        pytest.skip("needs /proc")
    with pytest.raises(InputError, match="mem cannot be read"):
        read_gold_findings(memory)

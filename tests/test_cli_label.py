"""`drmine label`: the contract of its lines, bad and hostile ones among them, and where they go."""

from __future__ import annotations

import json
import os

import pytest

from running import drmine, one_sentence

RECORD = {
    "pmid": "99000001",
    "title": "P-glycoprotein (P-gp) in drug-resistant epilepsy",
    "abstract": (
        "BACKGROUND: A third of patients with epilepsy are resistant to drugs. METHODS: We "
        "measured P-gp in resected tissue of resistant and responsive patients. RESULTS: "
        "P-gp was higher in resistant patients (p<0.01). CONCLUSIONS: Overexpression of P-gp "
        "contributes to drug resistance."
    ),
}


def label(tmp_path, lines, *options):
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(b"\n".join(lines) + b"\n")
    result = drmine("label", source, target, *options)
    rows = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    return result, rows, tmp_path / "out.jsonl.errors"


def test_label_keeps_the_contract(tmp_path):
    result, (row,), errors = label(tmp_path, [json.dumps(RECORD).encode()])
    assert result.returncode == 0, result.stderr
    assert not errors.exists()
    text = RECORD["title"] + "\n" + RECORD["abstract"]
    assert row["pmid"] == "99000001"
    assert row["about_drug_response"] is True
    finding = next(h for h in row["hypotheses"] if h["id"] == "transporter")
    assert finding["stance"] == "supports"
    assert {"score", "stance_score", "origin", "evidence"} <= set(finding)
    for span in [*finding["evidence"], *row["mentions"], *row["resistance_rates"]]:
        assert text[span["start"] : span["end"]] == span["text"]
    short = [m for m in row["mentions"] if m["text"] == "P-gp"]
    assert short and all(m["concept"] == "ABCB1" for m in short)
    assert {m["long_form"] for m in short} == {"P-glycoprotein"}
    assert {"class", "negated", "speculated", "matched_by"} <= set(short[0])
    assert row["resistance_rates"][0]["low"] == pytest.approx(1 / 3, abs=1e-3)


@pytest.mark.parametrize("other_name", [False, True])
def test_texts_are_not_overwritten_by_their_labels(tmp_path, other_name):
    source = tmp_path / "in.jsonl"
    source.write_text(json.dumps(RECORD) + "\n", encoding="utf-8")
    target = source
    if other_name:
        target = tmp_path / "link.jsonl"
        target.symlink_to(source)
    result = drmine("label", source, target)
    assert result.returncode == 2
    assert "another file" in one_sentence(result)
    assert json.loads(source.read_text(encoding="utf-8")) == RECORD


def test_labels_do_not_take_the_place_of_a_device(tmp_path):
    source, pipe = tmp_path / "in.jsonl", tmp_path / "pipe"
    source.write_text(json.dumps(RECORD) + "\n", encoding="utf-8")
    os.mkfifo(pipe)
    result = drmine("label", source, pipe)
    assert result.returncode == 2
    assert "is no file" in one_sentence(result)
    assert pipe.is_fifo()


def test_labels_of_a_pipe_say_what_to_do(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    result = drmine("label", tmp_path / "pipe", tmp_path / "out.jsonl")
    assert result.returncode == 2
    assert "pipe is no ordinary file; save its lines as one" in one_sentence(result)


def test_label_gives_every_hypothesis_on_request(tmp_path):
    _, (row,), _ = label(tmp_path, [json.dumps(RECORD).encode()], "--all-scores")
    assert len(row["hypotheses"]) == 8


def test_bad_lines_are_named_and_the_others_labelled(tmp_path):
    good = json.dumps(RECORD).encode()
    bad = [b"{broken", b'{"title": "no pmid"}', b"[1]", b"\xff\xfe", b'{"pmid": "1"}']
    result, rows, errors = label(tmp_path, [good, *bad, good])
    assert result.returncode == 1
    assert len(rows) == 2
    listed = [json.loads(line) for line in errors.read_text().splitlines()]
    assert [entry["line"] for entry in listed] == [2, 3, 4, 5, 6]
    assert "in.jsonl:2:" in result.stderr and "Traceback" not in result.stderr


HOSTILE = (
    "", "x" * 90_000, "\x00\x07 control", "\u202eright to left\u202c", "🧠" * 500, "<b>&amp;</b>",
    "1 2 3 4 5", "(" * 3000, "\ud800 lone",
)  # fmt: skip


def test_hostile_texts_are_labelled_with_valid_offsets(tmp_path):
    named = " of P-glycoprotein"
    lines = [
        json.dumps({"pmid": str(number), "title": "t", "abstract": text + named}).encode()
        for number, text in enumerate(HOSTILE)
    ]
    alone = [json.dumps({"pmid": "9", "title": "t", "abstract": text}).encode() for text in HOSTILE]
    result, rows, _ = label(tmp_path, lines + alone)
    assert result.returncode == 0, result.stderr
    assert [row["pmid"] for row in rows] == [*map(str, range(len(HOSTILE))), *["9"] * len(HOSTILE)]
    for text, row in zip(HOSTILE, rows, strict=False):
        whole = f"t\n{text}{named}"
        assert row["mentions"], f"{text[:20]!r} hides what follows it"
        for mention in row["mentions"]:
            assert whole[mention["start"] : mention["end"]] == mention["text"]

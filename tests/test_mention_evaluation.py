"""The evaluation of mentions counts exact spans, finds texts by digest and holds none itself."""

import itertools
import json
from pathlib import Path

import pytest

from drmine.annotations import text_digest
from drmine.errors import InputError
from drmine.mention_evaluation import OUTSIDE, as_text, evaluate, evaluate_mentions, run
from drmine.mention_gold import GoldRecord, find_records, load_gold
from drmine.records import Record
from drmine.settings import Settings
from drmine.store import Store

ROOT = Path(__file__).resolve().parents[1]
GOLD_FILES = sorted((ROOT / "annotations" / "gold").glob("**/mentions*.jsonl"))
RECORDS = [
    Record("99000001", "P-gp and VPA", "Invented text one on epilepsy."),
    Record("99000002", "ABCB1", "Invented text two."),
]
P_GP, VPA, ABCB1 = (0, 4, "ABCB1"), (9, 12, "valproic_acid"), (0, 5, "ABCB1")


def gold_of(record, mentions, half="test"):
    return GoldRecord(record.pmid, text_digest(record.text), half, "s", frozenset(mentions))


def written(path, gold):
    path.write_text(
        "".join(
            json.dumps(
                {
                    "pmid": g.pmid, "text_sha256": g.text_sha256, "half": g.half, "stratum": "s",
                    "mentions": [{"start": s, "end": e, "concept": c} for s, e, c in g.mentions],
                }
            )
            + "\n"
            for g in gold
        )
    )  # fmt: skip
    return path


def test_exact_spans_and_concepts_count():
    gold = [gold_of(RECORDS[0], [P_GP, VPA]), gold_of(RECORDS[1], [ABCB1])]
    found = {"99000001": {P_GP, (8, 12, "valproic_acid")}, "99000002": {(0, 5, "ABCG2")}}
    result = evaluate(gold, {r.pmid: r for r in RECORDS}, lambda _: found)
    overall = result["overall"]
    assert (overall["tp"], overall["fp"], overall["fn"]) == (1, 2, 2)
    assert overall["precision"] == overall["recall"] == pytest.approx(1 / 3, abs=1e-4)
    assert overall["precision_interval"][0] <= overall["precision"]
    assert result["by_class"]["drug"]["fn"] == 1
    assert result["span_overlap"]["recall"] == pytest.approx(2 / 3, abs=1e-4)
    assert "transporter" in as_text(result)


def test_what_was_new_counts_as_missed_until_the_vocabulary_has_it():
    gold = [gold_of(RECORDS[1], [(0, 5, "NEW:ABCB1"), (6, 14, "NEW:no_such_thing")])]
    result = evaluate(gold, {RECORDS[1].pmid: RECORDS[1]}, lambda _: {RECORDS[1].pmid: {ABCB1}})
    assert result["by_class"]["transporter"]["tp"] == 1
    assert result["by_class"][OUTSIDE]["fn"] == 1


def test_names_of_epilepsies_in_a_file_of_another_program_count_neither_way():
    # an export has the machine's marks of them, the tagger's are left out here: all were missed
    gold = [gold_of(RECORDS[0], [P_GP, VPA, (0, 4, "epilepsy"), (5, 8, "NEW:focal epilepsy")])]
    result = evaluate(gold, {RECORDS[0].pmid: RECORDS[0]}, lambda _: {"99000001": {P_GP, VPA}})
    assert result["overall"]["recall"] == 1 and result["n_mentions"] == 2
    assert "epilepsy" not in result["by_class"]


def test_a_text_that_is_not_the_annotated_one_is_not_used(tmp_path):
    gold = [gold_of(RECORDS[0], [P_GP])]
    changed = Record("99000001", "P-gp and VPA", "Another text.")
    assert find_records(gold, [[changed]]) == {}
    file = tmp_path / "records.jsonl"
    file.write_text(json.dumps(RECORDS[0].to_json()) + "\n")
    assert find_records(gold, [[changed], tmp_path / "absent.jsonl", file]) == {
        "99000001": RECORDS[0]
    }


def test_texts_are_found_in_the_workspace(tmp_path):
    settings = Settings(workspace=tmp_path / "workspace")
    with Store.open(settings) as store:
        store.upsert_records(RECORDS, "test")
    gold = written(tmp_path / "gold.jsonl", [gold_of(RECORDS[0], [P_GP, VPA])])
    result = evaluate_mentions(settings, gold=gold, texts=[], half="test")
    assert result["overall"]["recall"] == 1.0
    assert result["n_without_text"] == 0


def test_wrong_files_give_one_sentence(tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        load_gold(tmp_path / "none.jsonl")
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"pmid": "1"}\n')
    with pytest.raises(InputError, match=r"bad.jsonl:1"):
        load_gold(bad)
    gold = written(tmp_path / "gold.jsonl", [gold_of(RECORDS[0], [P_GP])])
    with pytest.raises(InputError, match="--texts"):
        run(gold, [])


@pytest.mark.parametrize("path", GOLD_FILES, ids=lambda path: path.name)
def test_the_gold_holds_offsets_and_no_text(path):
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        assert len(row["text_sha256"]) == 64
        assert row["half"] in ("dev", "test")
        places = [(m["start"], m["end"]) for m in row["mentions"]]
        assert places == sorted(places)
        # a name can stand in a phrase, but none reaches out of another
        assert not any(a[0] < b[0] < a[1] < b[1] for a, b in itertools.combinations(places, 2))
        assert len(set(places)) == len(places)
        for mention in row["mentions"]:
            assert set(mention) == {"start", "end", "concept"}


def test_nothing_was_taken_from_the_test_half():
    for path in GOLD_FILES:
        gold = load_gold(path)
        assert len({g.pmid for g in gold}) == len(gold)
        assert sum(g.half == "test" for g in gold) == 160
        assert sum(g.half == "dev" for g in gold) in (160, 417)


@pytest.mark.parametrize(
    ("line", "said"), [(b"no record", "no record"), (b"[1]", "no record"), (b"\xe9", "not UTF-8")]
)
def test_a_line_of_the_texts_that_is_no_record_is_named(tmp_path, line, said):
    gold = written(tmp_path / "gold.jsonl", [gold_of(RECORDS[0], [P_GP])])
    texts = tmp_path / "texts.jsonl"
    texts.write_bytes(b"\n" + line + b"\n")
    with pytest.raises(InputError, match=rf"texts\.jsonl:2 is {said}"):
        evaluate_mentions(Settings(workspace=tmp_path), gold=gold, texts=[texts], half="test")


def test_texts_with_a_byte_order_mark_are_read(tmp_path):
    file = tmp_path / "records.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(RECORDS[0].to_json()).encode())
    assert find_records([gold_of(RECORDS[0], [P_GP])], [file]) == {"99000001": RECORDS[0]}


def test_texts_that_hydrate_wrote_are_found(tmp_path):
    gold = written(tmp_path / "gold.jsonl", [gold_of(RECORDS[0], [P_GP, VPA])])
    file = tmp_path / "annotated.jsonl"
    file.write_text(json.dumps(RECORDS[0].to_json()) + "\n", encoding="utf-8")
    result = evaluate_mentions(Settings(workspace=tmp_path), gold=gold, texts=[], half="test")
    assert result["n_records"] == 1


def test_what_has_no_figure_is_null_in_json():
    figures = evaluate([gold_of(RECORDS[1], [])], {r.pmid: r for r in RECORDS}, lambda _: {})
    assert figures["span_overlap"] == {"precision": None, "recall": None, "f1": None}
    json.dumps(figures, allow_nan=False)


def test_half_a_character_in_a_text_is_no_error(tmp_path):
    gold = written(tmp_path / "gold.jsonl", [gold_of(RECORDS[0], [P_GP])])
    texts = tmp_path / "texts.jsonl"
    half = json.dumps({**RECORDS[0].to_json(), "title": "P-gp \ud800"})
    texts.write_text(half + "\n" + json.dumps(RECORDS[0].to_json()) + "\n", encoding="utf-8")
    settings = Settings(workspace=tmp_path)
    assert evaluate_mentions(settings, gold=gold, texts=[texts], half="test")["n_records"] == 1


@pytest.mark.parametrize("wrong", [{"start": "0"}, {"concept": 5}, {"concept": None}])
def test_a_mention_of_the_gold_that_is_none_is_named(tmp_path, wrong):
    path = written(tmp_path / "gold.jsonl", [gold_of(RECORDS[1], [])])
    row = json.loads(path.read_text())
    row["mentions"] = [{"start": 0, "end": 5, "concept": "ABCB1"} | wrong]
    path.write_text(json.dumps(row))
    with pytest.raises(InputError, match=r"gold.jsonl:1"):
        load_gold(path)


def test_json_lines_are_known_by_their_content(tmp_path):
    file = tmp_path / "records.json"
    file.write_text(json.dumps(RECORDS[0].to_json()) + "\n", encoding="utf-8")
    assert find_records([gold_of(RECORDS[0], [P_GP])], [file]) == {"99000001": RECORDS[0]}


def test_figures_say_what_has_no_text_and_give_no_false_certainty():
    gold = [gold_of(one, [P_GP]) for one in RECORDS[:1]] + [gold_of(RECORDS[1], [ABCB1])]
    found = {RECORDS[0].pmid: {P_GP, (8, 12, "valproic_acid")}}
    result = evaluate(gold, {RECORDS[0].pmid: RECORDS[0]}, lambda _: found)
    assert "1 record, 1 mention (1 more record without text" in as_text(result)
    # the one mention is found: Wilson's interval, since no resample can miss it
    assert result["overall"]["recall_interval"] == [pytest.approx(0.2065, abs=1e-3), 1.0]
    # one record holds all: nothing to resample
    assert result["overall"]["precision"] == 0.5
    assert "precision_interval" not in result["overall"]
    assert "0.500" in as_text(result)

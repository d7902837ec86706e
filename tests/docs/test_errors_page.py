"""The page of errors names records of the development part, and none of the test part."""

import re

from pages import DOCS, ROOT

from drmine.finding_gold import of_part, read_gold_findings
from drmine.taxonomy import load_taxonomy

PAGE = (DOCS / "errors.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+) \| (.+?) \| (.+?) \| (.+) \|$", PAGE, re.MULTILINE)
GOLD = read_gold_findings(ROOT / "annotations" / "gold" / "findings.jsonl")


def test_it_shows_at_least_twenty_errors_each_with_its_reason() -> None:
    assert len({pmid for pmid, *_ in ROWS}) == len(ROWS) >= 20
    assert all(len(reason) > 40 for *_, reason in ROWS)


def test_every_record_is_of_the_development_part() -> None:
    named = set(re.findall(r"\b\d{6,8}\b", PAGE))
    assert named <= {one.pmid for one in of_part(GOLD, "dev")}
    assert not named & {one.pmid for one in of_part(GOLD, "test")}


def test_what_is_called_right_is_what_the_gold_says() -> None:
    gold = {one.pmid: one for one in GOLD}
    ids = load_taxonomy().ids
    for pmid, decided, right, _ in ROWS:
        named = {id for id in ids if f"`{id}`" in right}
        if not named:
            # a row on stance names the hypothesis once, under what was decided
            is_stance = right.split(";")[0] in ("supports", "refutes", "mixed", "neutral")
            named = {id for id in ids if f"`{id}`" in decided} if is_stance else set()
        assert named == {f.id for f in gold[pmid].findings}, pmid
        for stance in ("supports", "refutes", "mixed", "neutral"):
            if re.search(rf"\b{stance}\b", right):
                assert {f.stance for f in gold[pmid].findings} == {stance}, pmid
        if "not about" in right:
            assert not gold[pmid].about, pmid
        else:
            assert gold[pmid].about, pmid

"""What is drawn to be looked at: fairly at random, and otherwise where it helps."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from review_samples import annotation, decision, fill, pmid, record

from drmine.cli import cli
from drmine.errors import InputError
from drmine.records import Finding
from drmine.review.decisions.decision import settled
from drmine.review.decisions.differences import to_adjudicate
from drmine.review.decisions.files import append_decisions
from drmine.review.decisions.index import DecisionIndex
from drmine.review.decisions.labels import weighted, window
from drmine.review.decisions.reviewed_annotation import MachineSaid
from drmine.review.pages.desk import Desk
from drmine.review.queue.draw import draw
from drmine.review.queue.entries import QueueEntry, read_queue, write_queue
from drmine.review.queue.pool import Pool, Sizes
from drmine.store import Store
from drmine.trends.labels import Label
from drmine.trends.machine import counted_articles

RECORDS = [record(n) for n in range(100)]
NOTHING = Sizes(random=0, uncertain=0, influential=0, new=0)
YEAR = {one.pmid: one.year for one in RECORDS}


@pytest.fixture(scope="module")
def frames(tmp_path_factory: pytest.TempPathFactory) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Records of 2000 to 2024, four a year; the score of number n is .60 + n/1000."""
    place = tmp_path_factory.mktemp("queue") / "drmine.sqlite"
    with fill(place, RECORDS) as store:
        made = []
        for n, one in enumerate(RECORDS):
            finding = Finding("transporter", 0.6 + n / 1000, "supports", 0.9, "acquired")
            made.append(
                annotation(one, hypotheses=(finding,) if n % 2 else (), needs_review=n % 4 == 1)
            )
        store.save_annotations(made, "scored", "run")
        frames = store.frames("articles", "findings")
    return frames["articles"], frames["findings"]


def pool(frames, **changes) -> Pool:
    return Pool(frames[0], frames[1], changes.pop("decisions", []), **changes)


def test_the_random_part_is_drawn_within_five_year_periods_with_its_weight(frames) -> None:
    entries = draw(pool(frames), replace(NOTHING, random=4)).entries
    assert Counter(window(YEAR[one.pmid] or 0)[0] for one in entries) == dict.fromkeys(
        range(2000, 2025, 5), 4
    )
    assert {one.weight for one in entries} == {5.0}
    assert {one.sample for one in entries} == {"random"}


def test_a_preprint_whose_paper_counts_is_not_drawn_and_adds_to_no_weight(tmp_path: Path) -> None:
    preprints = {pmid(n) for n in range(5, 10)}
    linked = [
        replace(one, publication_types=("Preprint",), updates=(f"UpdateIn:{pmid(50 + n)}",))
        if one.pmid in preprints
        else one
        for n, one in enumerate(RECORDS)
    ]
    with fill(tmp_path / "drmine.sqlite", linked) as store:
        finding = Finding("transporter", 0.6, "supports", 0.9, "acquired")
        store.save_annotations(
            [annotation(one, hypotheses=(finding,), needs_review=True) for one in linked], "f", "r"
        )
        made = tuple(store.frames("articles", "findings").values())
    everything = Sizes(random=100, uncertain=100, influential=100, new=100)
    fresh = frozenset(YEAR)
    entries = draw(pool(made, new=fresh), everything).entries
    assert {one.pmid for one in entries} == {*YEAR} - preprints
    # fifteen of the twenty records of these years count
    drawn = draw(pool(made), replace(NOTHING, random=3)).entries
    assert {one.weight for one in drawn if (YEAR[one.pmid] or 0) in range(2005, 2010)} == {5.0}
    labels = [Label(one.pmid, frozenset(), frozenset(), one.weight) for one in drawn]
    kept = weighted([*labels, Label(pmid(5), frozenset(), frozenset())], counted_articles(made[0]))
    assert not preprints & {one.pmid for one in kept}
    assert sum(one.weight for one in kept) == pytest.approx(95)


def test_the_same_seed_draws_the_same_and_another_seed_another(frames) -> None:
    sizes = replace(NOTHING, random=4)
    first, again, other = (draw(pool(frames, seed=s), sizes).entries for s in (1, 1, 2))
    assert first == again != other


def test_every_record_has_the_same_chance_to_be_drawn(frames) -> None:
    times: Counter[str] = Counter()
    for seed in range(200):
        drawn = draw(pool(frames, seed=seed), replace(NOTHING, random=4))
        times.update(e.pmid for e in drawn.entries)
    # 40 expected of 200, standard deviation 5.7
    assert len(times) == 100 and min(times.values()) > 15 and max(times.values()) < 65


def test_the_most_uncertain_come_nearest_first(frames) -> None:
    entries = draw(pool(frames), replace(NOTHING, uncertain=3)).entries
    assert [one.pmid for one in entries] == [pmid(1), pmid(5), pmid(9)]
    assert entries[0].why == "transporter scores 0.60, its threshold is 0.6"


def test_the_most_influential_are_the_sparse_years_at_the_ends(frames) -> None:
    articles, findings = frames
    # all but one record of 2024 are no longer counted
    alone = articles["year"].ne(2024) | articles["pmid"].eq(pmid(49))
    entries = draw(pool((articles[alone], findings)), replace(NOTHING, influential=5)).entries
    assert entries[0].pmid == pmid(49)
    assert entries[0].why.startswith("transporter in 2024: 1 of 1 record; without this one")
    assert entries[0].why.endswith("falls from 100% to 0%")


def test_nobody_is_asked_for_what_was_judged_and_no_record_comes_twice(frames) -> None:
    everything = Sizes(random=100, uncertain=100, influential=100, new=100)
    taken = [decision(RECORDS[n]) for n in range(10)]
    entries = draw(pool(frames, decisions=taken), everything).entries
    pmids = [one.pmid for one in entries]
    assert len(pmids) == len(set(pmids)) == 90
    assert not {one.pmid for one in taken} & set(pmids)
    assert {one.sample for one in entries} == {"random"}


def test_what_was_decided_before_it_was_drawn_counts_as_drawn_and_is_not_asked_again(
    frames,
) -> None:
    sizes = replace(NOTHING, random=4)
    prefix = {one.pmid: one for one in draw(pool(frames), sizes).entries}
    hard = sorted(prefix)[0]
    taken = [decision(RECORDS[int(hard) - 99_000_001], sample="uncertain")]
    drawn = draw(pool(frames, decisions=taken), sizes)
    # the sample is the same as if nobody had looked at anything: no easier, no harder
    (counted,) = drawn.counted
    assert {one.pmid for one in drawn.entries} | {counted.pmid} == set(prefix)
    assert counted == replace(
        taken[0], sample="random", weight=5.0, id=counted.id, time=counted.time,
        repeats=taken[0].id,
    )  # fmt: skip
    assert counted.id != taken[0].id and counted.time > taken[0].time
    # what was decided since, in a copy of the files that is joined after the draw, still counts
    since = decision(RECORDS[int(hard) - 99_000_001], findings=())
    assert settled(sorted([*taken, counted, since], key=lambda one: one.time))[hard] == since
    assert "1 more were drawn that are decided upon already" in drawn.rows[0].told
    # the next draw goes on behind it
    later = draw(pool(frames, decisions=[*taken, counted]), sizes)
    assert later.counted == [] and hard not in {one.pmid for one in later.entries}


def test_a_record_that_a_reviewer_took_off_the_topic_can_still_be_drawn(frames) -> None:
    articles, findings = frames
    sizes = replace(NOTHING, random=4)
    off = draw(pool(frames), sizes).entries[0].pmid
    articles = articles.assign(
        about_drug_response=articles["about_drug_response"] & articles["pmid"].ne(off)
    )
    taken = [decision(RECORDS[int(off) - 99_000_001], about_drug_response=False, findings=())]
    machine = {off: MachineSaid(True, frozenset())}
    drawn = draw(pool((articles, findings), decisions=taken, machine=machine), sizes)
    assert [one.pmid for one in drawn.counted] == [off]


def test_a_random_record_whose_text_changed_stays_in_the_random_sample(frames) -> None:
    one = RECORDS[0]
    taken = [decision(one, sample="random", weight=5.0)]
    entries = draw(pool(frames, decisions=taken, texts={one.pmid: "Another."}), NOTHING).entries
    assert [(e.pmid, e.sample, e.weight) for e in entries] == [(one.pmid, "random", 5.0)]
    assert entries[0].outdated == taken[0].text_sha256


def test_a_skipped_record_stays_in_the_random_sample(frames) -> None:
    first = draw(pool(frames), replace(NOTHING, random=2)).entries
    skipped = decision(
        record(int(first[0].pmid) - 99_000_001), action="skip", about_drug_response=None
    )
    again = draw(pool(frames, decisions=[skipped]), replace(NOTHING, random=2)).entries
    assert again == first


def test_some_of_the_random_part_go_to_two_reviewers_and_wait_for_the_second(frames) -> None:
    entries = draw(pool(frames), replace(NOTHING, random=2, double=3)).entries
    twice = [one for one in entries if one.wanted == 2]
    assert [one.wanted for one in entries] == [2] * 3 + [1] * 7
    judged = [decision(record(int(twice[0].pmid) - 99_000_001))]
    again = draw(pool(frames, decisions=judged, previous=entries), NOTHING).entries
    assert [one.pmid for one in again] == [twice[0].pmid]
    both = [*judged, decision(record(int(twice[0].pmid) - 99_000_001), "bert")]
    assert draw(pool(frames, decisions=both, previous=entries), NOTHING).entries == []


def test_disagreements_and_changed_texts_come_back(frames) -> None:
    a, b = RECORDS[0], RECORDS[1]
    taken = [decision(a), decision(a, "bert", findings=()), decision(b)]
    texts = {a.pmid: a.text, b.pmid: "Another text."}
    entries = draw(pool(frames, decisions=taken, texts=texts), NOTHING).entries
    assert {(one.pmid, one.sample) for one in entries} == {
        (a.pmid, "disagreement"),
        (b.pmid, "new"),
    }


def test_what_was_decided_anew_on_the_present_text_does_not_come_back(frames) -> None:
    a = RECORDS[0]
    present = replace(a, abstract="Another text.")
    old = [decision(a), decision(a, "bert", findings=()), decision(a, "carl", round="adjudication")]
    anew = [decision(present), decision(present, "bert")]
    texts = {a.pmid: present.text}
    assert draw(pool(frames, decisions=[*old, *anew], texts=texts), NOTHING).entries == []
    assert to_adjudicate([*old, *anew]) == {}
    # what was settled on the earlier text does not settle this one
    differing = [*old, decision(present), decision(present, "bert", findings=())]
    assert list(to_adjudicate(differing)) == [a.pmid]
    judge = decision(present, "carl", round="adjudication")
    assert to_adjudicate([*differing, judge]) == {}


def test_a_text_that_changed_twice_is_asked_of_all_who_judged_an_earlier_one(
    frames, tmp_path
) -> None:
    a = RECORDS[0]
    taken = [decision(a, text_sha256="0" * 64), decision(a, "bert", text_sha256="1" * 64)]
    append_decisions(tmp_path / "reviews", taken)
    entries = draw(pool(frames, decisions=taken, texts={a.pmid: a.text}), NOTHING).entries
    write_queue(tmp_path / "review", entries, {})
    desk = Desk(tmp_path / "review", DecisionIndex(tmp_path / "reviews"))
    assert desk.next_for("anna") == a.pmid and desk.progress()[0].done == 0


def test_what_came_since_the_last_queue_is_new(frames) -> None:
    new = frozenset({pmid(3), pmid(4)})
    entries = draw(pool(frames, new=new), replace(NOTHING, new=5)).entries
    assert {one.pmid for one in entries} == new and {one.sample for one in entries} == {"new"}


def test_a_queue_is_read_as_it_was_written(tmp_path: Path) -> None:
    entries = [QueueEntry("1", "random", 2.5, "β", 2), QueueEntry("2", "new")]
    path = write_queue(tmp_path, entries, {})
    assert read_queue(tmp_path) == entries
    path.write_text('{"pmid": 1.0, "sample": "new"}\n', encoding="utf-8")
    assert read_queue(tmp_path) == [QueueEntry("1", "new")]
    for wrong in ({"sample": "guess"}, {"pmid": "\0"}, {"pmid": "\ud800"}, {"pmid": None}):
        path.write_text(json.dumps({"pmid": "1", "sample": "new"} | wrong) + "\n", "utf-8")
        with pytest.raises(InputError, match=r"queue.jsonl:1 .* draw it anew"):
            read_queue(tmp_path)


def run(*arguments: str, monkeypatch: pytest.MonkeyPatch, capsys) -> str:
    monkeypatch.delenv("DRMINE_REVIEWS", raising=False)
    assert cli.main(["review", *arguments], standalone_mode=False) == 0
    return str(capsys.readouterr().out)


def test_the_command_explains_what_it_drew(
    either_database: str, tmp_path: Path, monkeypatch, capsys
) -> None:
    fill(tmp_path / "drmine.sqlite", RECORDS[:30]).close()
    said = run("queue", "--workspace", str(tmp_path), monkeypatch=monkeypatch, capsys=capsys)
    assert "random           30      30  10 of each five-year period" in said
    assert f"Decisions go to {tmp_path / 'reviews'}" in said
    assert f"Next: drmine review serve --workspace {tmp_path}\n" in said
    assert len(read_queue(tmp_path / "review")) == 30
    with Store.open(tmp_path / "drmine.sqlite") as store:
        late = record(40)
        store.upsert_records([late], "29990101-000000-0000")
        store.save_annotations([annotation(late)], "x", "run")
    run("queue", "--random", "0", "--uncertain", "0", "--influential", "0",
        "--workspace", str(tmp_path), monkeypatch=monkeypatch, capsys=capsys)  # fmt: skip
    assert [(e.pmid, e.sample) for e in read_queue(tmp_path / "review")] == [(late.pmid, "new")]


def test_an_unlabelled_workspace_is_told_what_to_do(
    either_database: str, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.delenv("DRMINE_REVIEWS", raising=False)
    with pytest.raises(InputError, match="drmine refresh"):
        cli.main(["review", "queue", "--workspace", str(tmp_path)], standalone_mode=False)

"""A preprint and the paper that it became are one piece of evidence: the preprint gives way."""

from __future__ import annotations

from dataclasses import replace

import pytest
from store_samples import annotation, record

from drmine.records import Record
from drmine.store import Store

PREPRINT = record(1, publication_types=("Preprint",))
PAPER = record(2)
INTO_PAPER, OF_PREPRINT = (f"UpdateIn:{PAPER.pmid}",), (f"UpdateOf:{PREPRINT.pmid}",)


def left_out(store: Store, *brought: Record) -> dict[str, str]:
    """Store the records and return which gives way to which, after a look at every frame."""
    store.upsert_records(brought, "run")
    store.save_annotations([replace(annotation(), pmid=one.pmid) for one in brought], "f", "run")
    frames = store.frames()
    articles = frames["articles"]
    evidence = [set(frame.loc[frame["is_evidence"], "pmid"]) for frame in frames.values()]
    assert evidence[0] == evidence[1] == evidence[2] == evidence[3]
    found = articles[articles["published_as"] != ""]
    assert not set(found["pmid"]) & evidence[0]
    for pmid in articles["pmid"]:
        assert (store.published_as(pmid) or "") == articles.set_index("pmid").loc[
            pmid, "published_as"
        ]
    return dict(zip(found["pmid"], found["published_as"], strict=True))


@pytest.mark.parametrize(
    ("of_preprint", "of_paper"),
    [(INTO_PAPER, OF_PREPRINT), (INTO_PAPER, ()), ((), OF_PREPRINT)],
    ids=["both", "the preprint's", "the paper's"],
)
def test_the_link_of_either_side_is_enough_whichever_comes_first(
    store: Store, of_preprint: tuple[str, ...], of_paper: tuple[str, ...]
) -> None:
    preprint, paper = replace(PREPRINT, updates=of_preprint), replace(PAPER, updates=of_paper)
    assert left_out(store, preprint) == {}
    assert left_out(store, paper) == {PREPRINT.pmid: PAPER.pmid}
    assert left_out(store, paper, preprint) == {PREPRINT.pmid: PAPER.pmid}
    # the paper goes, and the preprint is what there is
    store.delete_records([PAPER.pmid], "run")
    assert left_out(store) == {}
    assert left_out(store, paper) == {PREPRINT.pmid: PAPER.pmid}


def test_a_paper_that_is_there_before_its_preprint_counts_alone(store: Store) -> None:
    assert left_out(store, replace(PAPER, updates=OF_PREPRINT)) == {}
    assert left_out(store, PREPRINT) == {PREPRINT.pmid: PAPER.pmid}


def test_a_link_that_comes_with_a_revision_is_taken_and_nothing_is_labelled_anew(
    store: Store,
) -> None:
    assert left_out(store, PREPRINT, PAPER) == {}
    linked = replace(PREPRINT, updates=INTO_PAPER, revised="2024-09-01")
    assert store.upsert_records([linked], "later").changed == 1
    assert store.pending_pmids("f") == []
    assert left_out(store) == {PREPRINT.pmid: PAPER.pmid}
    # an older file does not take the link away, and the same one again changes nothing
    assert store.upsert_records([PREPRINT], "old file").older == 1
    assert store.upsert_records([linked], "again").unchanged == 1
    assert left_out(store) == {PREPRINT.pmid: PAPER.pmid}


def test_papers_that_update_one_another_all_count(store: Store) -> None:
    guideline = replace(PAPER, updates=("UpdateIn:99000004", "UpdateOf:99000006"))
    newer = record(3, updates=(f"UpdateOf:{PAPER.pmid}",))
    letter = record(5, publication_types=("Letter",), updates=(f"UpdateOf:{newer.pmid}",))
    assert left_out(store, guideline, newer, letter) == {}


@pytest.mark.parametrize(
    "paper",
    [
        replace(PAPER, retraction="retracted"),
        replace(PAPER, is_erratum=True),
        replace(PAPER, publication_types=("Preprint",)),
    ],
    ids=["retracted", "erratum", "another preprint"],
)
def test_a_preprint_counts_where_what_it_became_does_not(store: Store, paper: Record) -> None:
    preprint = replace(PREPRINT, updates=INTO_PAPER)
    assert left_out(store, preprint, replace(paper, updates=OF_PREPRINT)) == {}
    # as soon as another paper of it counts, that one does
    assert left_out(store, record(7, updates=OF_PREPRINT)) == {PREPRINT.pmid: record(7).pmid}


def test_two_preprints_of_a_paper_both_give_way_and_a_retracted_one_is_left_out_as_such(
    store: Store,
) -> None:
    second = record(4, publication_types=("Preprint",), updates=INTO_PAPER)
    retracted = replace(second, pmid=record(5).pmid, retraction="retracted")
    assert left_out(store, replace(PREPRINT, updates=INTO_PAPER), second, retracted, PAPER) == {
        PREPRINT.pmid: PAPER.pmid,
        second.pmid: PAPER.pmid,
    }


def test_a_preprint_of_two_papers_names_the_first(store: Store) -> None:
    early = record(pmid="9900002", updates=OF_PREPRINT)
    preprint = replace(PREPRINT, updates=INTO_PAPER)
    assert left_out(store, preprint, PAPER, early) == {PREPRINT.pmid: early.pmid}

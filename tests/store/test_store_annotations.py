"""Annotations in the store: what needs one, what replaces one, what fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from sqlalchemy import func, select
from store_samples import annotation, content, record

from drmine.records import Annotation, Finding
from drmine.store import Store
from drmine.store.engine import reading
from drmine.store.schema import mentions

PMID = record().pmid


def test_an_annotation_comes_out_as_it_was_saved(store: Store) -> None:
    store.upsert_records([record()], "run")
    assert store.get_annotation(PMID) is None
    assert store.save_annotations([annotation()], "f", "run") == 1
    assert store.get_annotation(PMID) == annotation()


def test_an_empty_annotation_comes_out_empty(store: Store) -> None:
    empty = Annotation(PMID, False, 0.0)
    store.upsert_records([record()], "run")
    store.save_annotations([empty], "f", "run")
    assert store.get_annotation(PMID) == empty


def test_numbers_of_numpy_are_taken(store: Store) -> None:
    finding = Finding("t", np.float64(0.25), "mixed", 1, "both")
    made = Annotation(PMID, np.bool_(True), np.float32(0.5), (finding,), extra={"n": np.int64(3)})
    store.upsert_records([record()], "run")
    assert store.save_annotations([made], "f", "run") == 1
    stored = store.get_annotation(PMID)
    assert stored is not None
    assert stored.about_drug_response is True and stored.about_drug_response_score == 0.5
    assert stored.hypotheses[0].score == 0.25 and stored.extra == {"n": 3}


def test_pending_are_records_that_are_new_changed_or_labelled_by_something_else(
    store: Store,
) -> None:
    store.upsert_records([record(n) for n in range(4)], "one")
    assert store.pending_pmids("f") == [record(n).pmid for n in range(4)]
    store.save_annotations([annotation(n) for n in range(3)], "f", "one")
    assert store.pending_pmids("f") == [record(3).pmid]
    store.upsert_records([record(1, title="Changed.", version=2)], "two")
    assert store.pending_pmids("f") == [record(1).pmid, record(3).pmid]
    assert len(store.pending_pmids("g")) == 4


def test_news_that_no_label_depends_on_makes_nothing_pending(store: Store) -> None:
    store.upsert_records([record()], "one")
    store.save_annotations([annotation()], "f", "one")
    news = record(version=2, authors=("Somebody Else",), doi="10.0000/other")
    assert store.upsert_records([news], "two").changed == 1
    assert store.pending_pmids("f") == []


def test_mesh_and_retraction_make_a_record_pending(store: Store) -> None:
    store.upsert_records([record(), record(1)], "one")
    store.save_annotations([annotation(), annotation(1)], "f", "one")
    store.upsert_records(
        [record(version=2, mesh=("Epilepsy",)), record(1, version=2, retraction="retracted")], "two"
    )
    assert store.pending_pmids("f") == [PMID, record(1).pmid]


def test_a_record_that_failed_is_not_tried_again_in_vain(store: Store) -> None:
    store.upsert_records([record(), record(1)], "one")
    list(store.iter_records())
    store.save_failures([(PMID, "tagging", "a \x00 broke it")], "f", "one")
    assert store.pending_pmids("f") == [record(1).pmid]
    assert store.pending_pmids("f", retry_failed=True) == [PMID, record(1).pmid]
    assert PMID in store.pending_pmids("another fingerprint")
    (failure,) = store.failures()
    assert (failure["stage"], failure["reason"]) == ("tagging", "a \ufffd broke it")
    store.upsert_records([record(version=2, title="Mended.")], "two")
    assert PMID in store.pending_pmids("f")
    store.save_annotations([annotation()], "f", "two")
    assert store.failures() == []


def test_a_failure_of_a_record_that_is_not_stored_is_kept(store: Store) -> None:
    store.save_failures([("99000077", "reading", "no title")] * 2, "f", "run")
    assert store.counts()["failures"] == 1


def test_a_new_annotation_replaces_all_of_the_old_one(store: Store) -> None:
    store.upsert_records([record(), record(1)], "run")
    store.save_annotations([annotation(n_mentions=9), annotation(1)], "f", "run")
    fewer = annotation(n_mentions=1, hypotheses=(), resistance_rates=())
    store.save_annotations([fewer], "g", "run")
    assert store.get_annotation(PMID) == fewer
    assert store.get_annotation(record(1).pmid) == annotation(1)
    with reading(store._engine) as connection:
        assert connection.execute(select(func.count()).select_from(mentions)).scalar() == 3


def test_saving_twice_is_saving_once(store: Store) -> None:
    store.upsert_records([record(), record(1)], "run")
    store.save_annotations([annotation(), annotation(1)], "f", "run")
    before = content(store)
    store.save_annotations([annotation(1), annotation(), annotation()], "f", "again")
    assert content(store) == before


def test_of_two_findings_for_one_hypothesis_the_better_one_stays(store: Store) -> None:
    low, high = (Finding("target", s, "supports", 0.5, "both") for s in (0.3, 0.9))
    store.upsert_records([record()], "run")
    store.save_annotations([annotation(hypotheses=(low, high, low))], "f", "run")
    stored = store.get_annotation(PMID)
    assert stored is not None and stored.hypotheses == (high,)


def test_a_hypothesis_of_characters_that_no_database_takes_is_stored(store: Store) -> None:
    odd = Finding("a\0b\ud800", 0.9, "supports", 0.5, "both")
    store.upsert_records([record()], "run")
    assert store.save_annotations([annotation(hypotheses=(odd,))], "f", "run") == 1
    assert list(store.frames("findings")["findings"]["hypothesis"]) == ["a\ufffdb\ufffd"]


def test_one_annotation_that_cannot_be_stored_does_not_stop_the_others(store: Store) -> None:
    store.upsert_records([record(n) for n in range(3)], "run")
    bad = annotation(1, about_drug_response_score=float("nan"))
    unknown = annotation(55)
    assert store.save_annotations([annotation(), bad, unknown, annotation(2)], "f", "run") == 2
    (failure,) = store.failures()
    assert failure["pmid"] == record(1).pmid and "nan" in failure["reason"]
    assert store.pending_pmids("f") == []


def test_an_annotation_of_content_that_changed_meanwhile_is_not_up_to_date(
    open_store: Callable[[], Store],
) -> None:
    labelling, fetching = open_store(), open_store()
    fetching.upsert_records([record(), record(1)], "one")
    assert len(list(labelling.iter_records([PMID, record(1).pmid]))) == 2
    fetching.upsert_records([replace(record(), title="Newer.", version=2)], "two")
    labelling.save_annotations([annotation(), annotation(1)], "f", "one")
    assert labelling.pending_pmids("f") == [PMID]


def test_a_failure_on_a_text_that_changed_meanwhile_does_not_set_the_new_text_aside(
    open_store: Callable[[], Store],
) -> None:
    labelling, fetching = open_store(), open_store()
    fetching.upsert_records([record()], "one")
    assert len(list(labelling.iter_records())) == 1
    fetching.upsert_records([record(title="Newer.", version=2)], "two")
    labelling.save_failures([(PMID, "tagging", "it broke")], "f", "one")
    assert labelling.pending_pmids("f") == [PMID] and labelling.standing_failures("f") == {}


def test_labels_of_a_text_that_changed_meanwhile_stand_until_the_new_one_is_labelled(
    open_store: Callable[[], Store],
) -> None:
    labelling, fetching = open_store(), open_store()
    fetching.upsert_records([record()], "one")
    fetching.save_annotations([annotation(about_drug_response_score=0.1)], "f", "one")
    fetching.upsert_records([record(title="Newer.", version=2)], "two")
    assert len(list(labelling.iter_records())) == 1
    fetching.upsert_records([record(title="Newest.", version=3)], "three")
    assert labelling.save_annotations([annotation()], "f", "two") == 1
    assert labelling.get_annotation(PMID) == annotation()
    assert labelling.get_annotation(PMID, is_current=True) is None


def test_labels_of_an_older_content_do_not_replace_those_of_the_present_one(
    open_store: Callable[[], Store],
) -> None:
    slow, quick = open_store(), open_store()
    quick.upsert_records([record()], "one")
    assert len(list(slow.iter_records())) == 1
    quick.upsert_records([record(title="Another title.", revised="2030-01-01")], "two")
    assert len(list(quick.iter_records())) == 1
    newer = annotation(about_drug_response_score=0.5)
    assert quick.save_annotations([newer], "f", "two") == 1
    assert slow.save_annotations([annotation()], "f", "one") == 0
    assert quick.get_annotation(PMID) == newer and quick.pending_pmids("f") == []


def test_the_flag_of_the_reviewers_outlasts_a_new_annotation(store: Store) -> None:
    store.upsert_records([record(), record(1)], "run")
    store.save_annotations([annotation(), annotation(1)], "f", "run")
    assert store.mark_reviewed([PMID, "99000777"]) == 1
    store.save_annotations([annotation(), annotation(1)], "g", "run")
    assert store.counts()["reviewed"] == 1
    assert store.mark_reviewed([PMID], False) == 1
    assert store.counts()["reviewed"] == 0


def test_the_annotation_of_a_deleted_record_is_in_no_count(store: Store) -> None:
    store.upsert_records([record(), record(1)], "run")
    store.save_annotations([annotation(), annotation(1)], "f", "run")
    store.delete_records([PMID], "run")
    counts = store.counts()
    names = ("annotated", "about_drug_response", "needs_review", "resistance_rates")
    assert [counts[name] for name in names] == [1, 1, 1, 1]
    assert (counts["findings"], counts["mentions"]) == (2, 2)
    store.upsert_records([record()], "run")
    assert store.counts()["annotated"] == 2
    assert store.pending_pmids("f") == []


def test_a_failure_on_a_newer_text_takes_the_labels_of_the_older_one_away(store: Store) -> None:
    store.upsert_records([record(), record(1)], "one")
    store.save_annotations([annotation(), annotation(1)], "f", "one")
    store.upsert_records([record(title="Another text.", version=2)], "two")
    list(store.iter_records())
    store.save_failures([(PMID, "tagging", "it broke"), (record(1).pmid, "x", "y")], "g", "two")
    assert store.get_annotation(PMID) is None
    for frame in store.frames("findings", "mentions", "rates").values():
        assert set(frame["pmid"]) == {record(1).pmid}
    # the same text, labelled by something older, keeps its labels
    assert store.get_annotation(record(1).pmid) == annotation(1)


def test_failures_stand_for_the_present_text_and_fingerprint(store: Store) -> None:
    store.upsert_records([record(n) for n in range(3)], "one")
    store.save_failures([(record(n).pmid, "tagging", f"broke {n}") for n in (2, 0, 1)], "f", "one")
    store.upsert_records([record(1, title="Another text.", version=2)], "two")
    assert store.standing_failures("f") == {PMID: "broke 0", record(2).pmid: "broke 2"}
    assert store.standing_failures("g") == {}
    assert store.pending_pmids("f") == [record(1).pmid]
    store.delete_records([PMID], "three")
    assert list(store.standing_failures("f")) == [record(2).pmid]

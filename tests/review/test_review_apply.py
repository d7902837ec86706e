"""A decision beats the machine in the store, and everything else is as it was without it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from review_samples import FINGERPRINT, decision, fill, record, relabel, with_second

from drmine.records import Span
from drmine.review.decisions.apply import apply_decisions
from drmine.review.decisions.decision import DecidedFinding, Decision
from drmine.review.decisions.reviewed_annotation import MachineSaid
from drmine.store import Store
from drmine.store.lookups import Stamp

A, B, C = record(0), record(1), record(2)


@pytest.fixture
def store(either_database: str, tmp_path: Path) -> Iterator[Store]:
    with fill(tmp_path / "drmine.sqlite", [A, B, C]) as store:
        yield store


def test_a_decision_takes_the_place_of_the_machines_labels(store: Store) -> None:
    done = apply_decisions(store, [decision(A)], "run")
    assert (done.in_force, done.newly, done.restored) == (1, 1, 0)
    made = store.get_annotation(A.pmid)
    assert made is not None
    (finding,) = made.hypotheses
    assert (finding.id, finding.stance, finding.origin) == ("target", "refutes", "congenital")
    assert finding.evidence[0].text == "P-glycoprotein"
    assert (made.study_type, made.needs_review) == ("human_tissue", False)
    assert [m.concept for m in made.mentions] == ["ABCB1"]
    assert made.extra["review"]["reviewers"] == ["anna"]
    articles = store.frames("articles")["articles"].set_index("pmid")
    assert list(articles["reviewed"]) == [True, False, False]
    findings = store.frames("findings")["findings"].set_index("pmid")
    assert findings.loc[A.pmid, "hypothesis"] == "target" and findings.loc[A.pmid, "reviewed"]
    assert store.pending_pmids(FINGERPRINT) == []


def test_applying_again_writes_nothing(store: Store) -> None:
    taken = [decision(A)]
    apply_decisions(store, taken, "run")
    again = apply_decisions(store, taken, "later")
    assert (again.in_force, again.newly, again.restored) == (1, 0, 0)


def test_a_decision_outlives_a_new_model(store: Store) -> None:
    taken = [decision(A)]
    apply_decisions(store, taken, "run")
    relabel(store, [A.pmid], "newer-machine", study_type="animal", about_drug_response_score=0.51)
    done = apply_decisions(store, taken, "run")
    made = store.get_annotation(A.pmid)
    assert made is not None and made.hypotheses[0].id == "target"
    assert made.extra["machine"]["about_drug_response_score"] == 0.51
    assert done.newly == 1 and store.pending_pmids("newer-machine") == [B.pmid, C.pmid]


def test_taking_a_decision_back_restores_what_the_machine_said(store: Store) -> None:
    before = store.get_annotation(A.pmid)
    first = decision(A)
    apply_decisions(store, [first], "run")
    undo = Decision(A.pmid, "anna", "undo", undoes=first.id)
    done = apply_decisions(store, [first, undo], "run")
    assert done.restored == 1
    assert store.get_annotation(A.pmid) == before
    assert store.counts()["reviewed"] == 0
    assert store.pending_pmids(FINGERPRINT) == []


def test_a_decision_on_another_text_is_told_and_not_applied(store: Store) -> None:
    taken = [decision(A), decision(B)]
    apply_decisions(store, taken, "run")
    store.upsert_records([replace(A, abstract="Another text.", revised="2030-01-01")], "next")
    relabel(store, [A.pmid])
    done = apply_decisions(store, taken, "run")
    assert done.changed_text == [A.pmid] and done.in_force == 1
    assert "changed since" in done.notes()[0] and A.pmid in done.notes()[0]
    assert store.counts()["reviewed"] == 1
    made = store.get_annotation(A.pmid)
    assert made is not None and made.hypotheses[0].id == "transporter" and not made.extra


def test_a_record_that_waits_for_the_machine_waits_with_its_decision(store: Store) -> None:
    store.upsert_records([replace(A, mesh=("Epilepsy",), revised="2030-01-01")], "next")
    done = apply_decisions(store, [decision(A), decision(record(77))], "run")
    assert (done.not_labelled, done.in_force) == ([A.pmid], 0)
    assert store.pending_pmids(FINGERPRINT) == [A.pmid]


def test_a_decision_in_force_is_not_while_a_new_text_waits_for_the_machine(store: Store) -> None:
    taken = [decision(A)]
    apply_decisions(store, taken, "run")
    store.upsert_records([replace(A, abstract="Another text.", revised="2030-01-01")], "next")
    done = apply_decisions(store, taken, "run")
    assert (done.in_force, done.decided, done.not_labelled) == (0, {}, [A.pmid])


def test_rejecting_takes_the_record_out_of_what_is_counted(store: Store) -> None:
    no = decision(A, action="reject", about_drug_response=False, findings=(), study_type=None)
    apply_decisions(store, [no], "run")
    row = store.frames("articles")["articles"].set_index("pmid").loc[A.pmid]
    assert not row["about_drug_response"] and row["reviewed"]
    assert row["study_type"] == "observational"
    assert A.pmid not in set(store.frames("findings")["findings"]["pmid"])


def test_evidence_that_was_not_chosen_stays_the_machines(store: Store) -> None:
    kept = decision(A, findings=(DecidedFinding("transporter", "mixed", "both"),))
    apply_decisions(store, [kept], "run")
    made = store.get_annotation(A.pmid)
    assert made is not None and made.hypotheses[0].evidence[0].text.startswith("ABCB1 was higher")


FIRST, SECOND = (span for span in with_second(A)["hypotheses"][0].evidence)


@pytest.mark.parametrize(
    ("stance", "evidence", "shown"),
    [
        ("mixed", (FIRST.start, FIRST.end), (FIRST, SECOND)),
        ("mixed", None, (FIRST, SECOND)),
        ("supports", (FIRST.start, FIRST.end), (FIRST,)),
        ("supports", None, (FIRST,)),
        ("mixed", (SECOND.start, SECOND.end), (SECOND,)),
        ("mixed", (0, 14), (Span(0, 14, "P-glycoprotein"),)),
    ],
)
def test_a_second_sentence_stays_with_the_stance_and_sentence_that_it_goes_with(
    store: Store, stance, evidence, shown
) -> None:
    relabel(store, [A.pmid], **with_second(A))
    before = store.get_annotation(A.pmid)
    taken = decision(A, findings=(DecidedFinding("transporter", stance, "both", evidence),))
    apply_decisions(store, [taken], "run")
    made = store.get_annotation(A.pmid)
    assert made is not None and made.hypotheses[0].evidence == shown
    undo = Decision(A.pmid, "anna", "undo", undoes=taken.id)
    apply_decisions(store, [taken, undo], "run")
    assert store.get_annotation(A.pmid) == before


def test_an_adjudication_beats_later_reviews(store: Store) -> None:
    judge = decision(A, "carl", round="adjudication", findings=())
    later = decision(A, "bert")
    done = apply_decisions(store, [decision(A), judge, later], "run")
    made = store.get_annotation(A.pmid)
    assert made is not None and made.hypotheses == ()
    assert made.extra["review"]["reviewers"] == ["anna", "bert", "carl"]
    assert done.machine == {A.pmid: MachineSaid(True, frozenset({"transporter"}))}


def test_who_has_settled_a_record_and_reviews_it_later_leaves_it_settled(store: Store) -> None:
    judge = decision(A, "carl", round="adjudication", findings=())
    taken = [decision(A), judge, decision(A, "carl")]
    assert apply_decisions(store, taken, "run").decided == {A.pmid: judge}


def test_a_decision_that_comes_after_one_in_force_is_followed(store: Store) -> None:
    first, other = decision(A), decision(A, "bert")
    anew = decision(A, findings=())
    for taken, reviewers in (
        ([first], ["anna"]),
        ([first, anew], ["anna"]),
        ([first, other, anew], ["anna", "bert"]),
    ):
        apply_decisions(store, taken, "run")
        made = store.get_annotation(A.pmid)
        assert made is not None and bool(made.hypotheses) == (anew not in taken)
        assert made.extra["review"]["reviewers"] == reviewers


def test_of_two_reviewers_the_later_one_counts(store: Store) -> None:
    early = decision(A, "bert", id="f" * 32, time="2026-01-01T00:00:00+00:00", findings=())
    late = decision(A, id="0" * 32, time="2026-01-02T00:00:00+00:00")
    for taken in ([early, late], [late, early]):
        assert apply_decisions(store, taken, "run").decided == {A.pmid: late}


def test_decisions_on_the_present_text_beat_settled_ones_on_an_earlier_text(store: Store) -> None:
    changed = replace(A, abstract="Another text.", revised="2030-01-01")
    judge = decision(A, "carl", round="adjudication", findings=())
    old = [decision(A), decision(A, "bert", findings=()), judge]
    store.upsert_records([changed], "next")
    relabel(store, [A.pmid])
    assert apply_decisions(store, old, "run").changed_text == [A.pmid]
    refuted = (DecidedFinding("transporter", "refutes", "acquired"),)
    new = [decision(changed, name, findings=refuted) for name in ("anna", "bert")]
    done = apply_decisions(store, [*old, *new], "run")
    assert (done.in_force, done.changed_text, done.decided) == (1, [], {A.pmid: new[1]})
    made = store.get_annotation(A.pmid)
    assert made is not None and made.hypotheses[0].stance == "refutes"
    assert apply_decisions(store, [*old, *new], "later").newly == 0


def test_a_late_decision_on_an_earlier_text_only_waits(store: Store) -> None:
    present, late = decision(A), decision(A, "bert", text_sha256="0" * 64, findings=())
    apply_decisions(store, [present], "run")
    done = apply_decisions(store, [present, late], "run")
    assert (done.in_force, done.restored, done.changed_text) == (1, 0, [])
    # taken back on a page that showed the earlier text
    undone = Decision(A.pmid, "anna", "undo", undoes=present.id, text_sha256="0" * 64)
    done = apply_decisions(store, [present, late, undone], "run")
    assert (done.in_force, done.restored, done.changed_text) == (0, 1, [A.pmid])


@pytest.mark.parametrize("is_undone", [False, True])
def test_a_text_that_another_process_replaces_meanwhile_is_labelled_anew(
    store: Store, is_undone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    # as one brought in from elsewhere: it does not say on which text it was taken
    taken = [decision(A, text_sha256="")]
    if is_undone:
        apply_decisions(store, taken, "run")
        taken.append(Decision(A.pmid, "anna", "undo", undoes=taken[0].id))
    read_stamps = store.stamps

    def read_and_be_overtaken(pmids: Iterable[str]) -> dict[str, Stamp]:
        found = read_stamps(pmids)
        newer = replace(A, abstract="Another text.", revised="2030-01-01")
        store.upsert_records([newer], "another")
        return found

    monkeypatch.setattr(store, "stamps", read_and_be_overtaken)
    apply_decisions(store, taken, "run")
    assert store.pending_pmids(FINGERPRINT) == [A.pmid]


@pytest.mark.parametrize("step", ["mark_reviewed", "save_annotations", "mark_for_relabelling"])
@pytest.mark.parametrize("is_before", [True, False])
def test_a_run_that_is_stopped_midway_leaves_nothing_that_cannot_be_taken_back(
    store: Store, step: str, is_before: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = store.get_annotation(A.pmid)
    assert before is not None
    # one record as the machine left it, one as decided, whose labels of the machine are lost
    first, second = decision(A), decision(B)
    apply_decisions(store, [second], "run")
    decided = store.get_annotation(B.pmid)
    assert decided is not None
    lost = replace(decided, extra={"review": decided.extra["review"]})
    store.save_annotations([lost], FINGERPRINT, "run")
    undo_second = Decision(B.pmid, "anna", "undo", undoes=second.id)
    do_step = getattr(store, step)

    def be_stopped(*arguments: object) -> None:
        if not is_before:
            do_step(*arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(store, step, be_stopped)
        apply_decisions(store, [first, second, undo_second], "run")
    undo_first = Decision(A.pmid, "anna", "undo", undoes=first.id)
    apply_decisions(store, [first, second, undo_second, undo_first], "run")
    assert store.get_annotation(A.pmid) == before
    assert store.pending_pmids(FINGERPRINT) == [B.pmid]
    assert store.reviewed_pmids() == set()

"""Only what was drawn at random tells the machine's error, each with the right weight."""

from __future__ import annotations

import pandas as pd
import pytest
from review_samples import decision, pmid, record

from drmine.review.decisions.decision import DecidedFinding, Decision
from drmine.review.decisions.labels import random_labels, weighted
from drmine.review.decisions.reviewed_annotation import MachineSaid
from drmine.trends.machine import as_the_machine_counts

SUPPORTED = (DecidedFinding("transporter", "supports"),)


def labels_of(*decisions: Decision, known: int = 5):
    machine = {pmid(n): MachineSaid(True, frozenset({"target"})) for n in range(known)}
    return {one.pmid: one for one in random_labels(decisions, machine)}


def test_the_random_part_is_read_with_what_the_machine_says_now() -> None:
    found = labels_of(
        decision(record(0), sample="random", weight=4.0, findings=SUPPORTED),
        decision(record(1), sample="uncertain", findings=SUPPORTED),
    )
    assert list(found) == [pmid(0)]
    assert found[pmid(0)].hypotheses == {"transporter"}
    assert found[pmid(0)].predicted == {"target"}
    assert found[pmid(0)].weight == 4.0


def test_skipped_undone_and_outdated_decisions_are_no_labels() -> None:
    undone = decision(record(1), sample="random")
    found = labels_of(
        decision(record(0), action="skip", about_drug_response=None, sample="random"),
        undone,
        Decision(pmid(1), "anna", "undo", undoes=undone.id),
        decision(record(9), sample="random"),
    )
    assert found == {}


def test_an_adjudicated_record_stays_in_the_random_sample() -> None:
    found = labels_of(
        decision(record(0), "anna", sample="random", weight=3.0, findings=SUPPORTED),
        decision(record(0), "bert", sample="random", weight=3.0, findings=()),
        decision(record(0), "carl", round="adjudication", findings=SUPPORTED),
    )
    assert found[pmid(0)].hypotheses == {"transporter"} and found[pmid(0)].weight == 3.0


def test_the_label_is_what_is_in_force_and_not_what_was_settled_on_an_earlier_text() -> None:
    anew = decision(record(0), sample="random", findings=SUPPORTED)
    old = decision(record(0), "carl", round="adjudication", findings=(), text_sha256="0" * 64)
    machine = {pmid(0): MachineSaid(True, frozenset())}
    (label,) = random_labels([old, anew], machine, {pmid(0): anew})
    assert label.hypotheses == {"transporter"}


def test_weights_add_up_to_the_records_of_each_period() -> None:
    # records 0 to 4 are of 2000 to 2004, records 5 to 9 of 2005 to 2009
    taken = [decision(record(n), sample="random", weight=w) for n, w in ((0, 2), (1, 2), (5, 9))]
    labels = list(labels_of(*taken, known=10).values())
    counted = pd.DataFrame({"pmid": [pmid(n) for n in range(10)], "year": range(2000, 2010)})
    weights = {one.pmid: one.weight for one in weighted(labels, counted)}
    assert weights == pytest.approx({pmid(0): 2.5, pmid(1): 2.5, pmid(5): 5.0})
    assert weighted(labels, counted.iloc[:0]) == []


def test_a_record_that_a_reviewer_takes_off_the_topic_stays_in_the_sample() -> None:
    off = decision(record(0), sample="random", about_drug_response=False)
    found = labels_of(off)
    assert found[pmid(0)].hypotheses == frozenset() and found[pmid(0)].predicted == {"target"}
    # the store holds the reviewer's word, the sample was drawn by the machine's
    stored = pd.DataFrame({"pmid": [pmid(0), pmid(1)], "about_drug_response": [False, True]})
    seen = as_the_machine_counts(stored, {pmid(0): MachineSaid(True, frozenset())})
    assert seen["about_drug_response"].tolist() == [True, True]
    assert seen["about_drug_response"].dtype == bool


def test_what_the_machine_does_not_count_is_no_label() -> None:
    machine = {pmid(0): MachineSaid(False, frozenset())}
    taken = decision(record(0), sample="random", findings=SUPPORTED)
    assert random_labels([taken], machine) == []

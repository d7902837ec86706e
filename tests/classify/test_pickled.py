"""A classifier goes to other processes, as pools, joblib and Dask send it."""

from __future__ import annotations

import pickle

from drmine.classify.classifier import Classifier, Failure
from drmine.records import Record

INVENTED = Record(
    pmid="99000001",
    title="Invented: P-glycoprotein (P-gp) in drug-resistant epilepsy",
    abstract="Invented: P-gp was not higher in resistant patients, which speaks against it.",
)


def test_a_classifier_that_was_pickled_labels_as_before() -> None:
    here = Classifier()
    (before,) = here.label(iter([INVENTED]))
    there = pickle.loads(pickle.dumps(here))
    (after,) = there.label(iter([INVENTED]))
    assert not isinstance(before, Failure) and after == before

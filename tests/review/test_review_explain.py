"""`drmine explain` says what a reviewer decided, where that counts and where not."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from review_samples import decision, fill, record

from drmine.explain import explain_record
from drmine.records import Record
from drmine.review.decisions.apply import apply_decisions
from drmine.review.decisions.files import append_decision, read_decisions
from drmine.review.explain import decision_on
from drmine.settings import Settings
from drmine.store import Store

NOT_YET = "Trend files and report say so from the next"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.delenv("DRMINE_REVIEWS", raising=False)
    monkeypatch.delenv("DRMINE_DATABASE_URL", raising=False)
    fill(tmp_path / "drmine.sqlite", [record(0), record(1)]).close()
    return Settings(workspace=tmp_path)


def apply(settings: Settings) -> None:
    with Store.open(settings) as store:
        apply_decisions(store, read_decisions(settings.workspace / "reviews"), "a-run")


def said_on(settings: Settings, one: Record) -> str:
    with Store.open(settings) as store:
        stamp = store.stamps([one.pmid]).get(one.pmid)
    return decision_on(one, stamp, settings.workspace / "reviews")


def test_a_decision_that_counts_stands_below_the_machines_labels(settings: Settings) -> None:
    assert said_on(settings, record(0)) == ""
    one = decision(record(0), action="change", time="2026-03-04T05:06:07+00:00")
    append_decision(settings.workspace / "reviews", one)
    page = explain_record(settings, pmid=one.pmid)
    machine, _, reviewed = page.partition("\nReviewed: ")
    assert "About drug response: yes" in machine
    assert reviewed.startswith(
        "anna changed the machine's labels on 2026-03-04; this counts, not the labels above:"
    )
    (found,) = one.findings
    assert f"{found.id}: {found.stance}, {found.origin}" in reviewed
    assert found.evidence and record(0).text[slice(*found.evidence)] in reviewed
    assert NOT_YET in reviewed
    apply(settings)
    assert NOT_YET not in explain_record(settings, pmid=one.pmid)
    assert "Reviewed" not in explain_record(settings, pmid=record(1).pmid)


def test_what_was_settled_counts_and_an_empty_decision_is_told(settings: Settings) -> None:
    folder = settings.workspace / "reviews"
    append_decision(folder, decision(record(0), "anna"))
    append_decision(
        folder,
        decision(record(0), "dora", action="reject", round="adjudication", findings=(),
                 about_drug_response=False),
    )  # fmt: skip
    said = said_on(settings, record(0))
    assert said.startswith("Reviewed: dora settled what reviewers decided differently")
    assert "about drug response: no" in said and "no hypothesis" in said


def test_a_decision_that_does_not_count_is_not_said_to(settings: Settings) -> None:
    one = decision(record(0))
    append_decision(settings.workspace / "reviews", one)
    apply(settings)
    changed = dataclasses.replace(record(0), abstract="Another text.")
    assert "earlier text: that does not count" in said_on(settings, changed)
    append_decision(
        settings.workspace / "reviews", decision(record(0), action="undo", undoes=one.id)
    )
    assert "takes it back" in said_on(settings, record(0))
    apply(settings)
    assert said_on(settings, record(0)) == ""

"""A decision reaches every output, and goes again when it is taken back."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from review_samples import decision, fill, pmid, record

from drmine.errors import ConfigurationError
from drmine.refresh.job import Job
from drmine.refresh.outputs import make_report, make_trends
from drmine.review.decisions.decision import DecidedFinding, Decision
from drmine.review.decisions.files import append_decision

MANIFEST: dict[str, Any] = {
    "run": "invented", "ended": "2026-01-01", "versions": {"drmine": "0"},
    "fingerprints": {"model": "none"}, "counts": {}, "is_complete": True, "problems": [],
    "missing": [], "notes": [], "query": None, "invented": True,
}  # fmt: skip


@pytest.fixture
def job(either_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Job:
    for name in ("DRMINE_REVIEWS", "DRMINE_DATABASE_URL", "DRMINE_WORKSPACE"):
        monkeypatch.delenv(name, raising=False)
    fill(tmp_path / "drmine.sqlite", [record(n) for n in range(110)]).close()
    return Job(str(tmp_path), "20260101-000000-0000", "2026-01-01T00:00:00+00:00")


def make(job: Job) -> list[str]:
    said = make_trends(job, MANIFEST)["warnings"]
    make_report(job, MANIFEST)
    return list(said)


def rows(job: Job, name: str, **chosen: str) -> list[dict[str, str]]:
    path = Path(job.workspace) / "trends" / f"{name}.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [r for r in csv.DictReader(file) if all(r[k] == v for k, v in chosen.items())]


def n_of(job: Job, hypothesis: str) -> int:
    return int(rows(job, "hypothesis_by_year", year="2000", hypothesis=hypothesis)[0]["n"])


def test_a_decision_changes_trends_rows_and_report_until_it_is_undone(job: Job) -> None:
    reviews = Path(job.workspace) / "reviews"
    make(job)
    before = n_of(job, "transporter")
    machine = rows(job, "findings", pmid=pmid(0))
    title = record(0).title
    refuted = (DecidedFinding("epigenetic", "refutes", "both", (0, len(title))),)
    taken = decision(record(0), study_type="case_report", findings=refuted)
    append_decision(reviews, taken)

    make(job)
    (article,) = rows(job, "articles", pmid=pmid(0))
    assert (article["reviewed"], article["study_type"]) == ("TRUE", "case_report")
    (finding,) = rows(job, "findings", pmid=pmid(0))
    assert (finding["hypothesis"], finding["stance"], finding["origin"]) == (
        "epigenetic", "refutes", "both",
    )  # fmt: skip
    assert (finding["reviewed"], finding["evidence"]) == ("TRUE", title)
    assert n_of(job, "transporter") == before - 1 and n_of(job, "epigenetic") == 1
    report = Path(job.workspace) / "report" / "evidence.html"
    shown = f'["{pmid(0)}",2000,"epigenetic","refutes"'
    assert shown in report.read_text(encoding="utf-8").replace(", ", ",")

    append_decision(reviews, Decision(pmid(0), "anna", "undo", undoes=taken.id))
    make(job)
    assert rows(job, "findings", pmid=pmid(0)) == machine
    assert n_of(job, "transporter") == before and n_of(job, "epigenetic") == 0


def test_the_random_sample_corrects_the_shares(job: Job) -> None:
    """The machine gives every record a transporter; of 104 looked at, every other has none."""
    for n in range(104):
        right = n % 2 == 0
        append_decision(
            Path(job.workspace) / "reviews",
            decision(
                record(n), action="accept" if right else "reject", sample="random", weight=1.1,
                findings=(DecidedFinding("transporter", "supports"),) if right else (),
            ),
        )  # fmt: skip
    make(job)
    (row,) = rows(job, "hypothesis_corrected", hypothesis="transporter")
    assert (row["n_labels"], row["correction"]) == ("104", "ppi")
    assert float(row["corrected_share"]) == pytest.approx(0.5, abs=0.05)


def test_decisions_beside_the_random_sample_do_not_move_the_corrected_shares(job: Job) -> None:
    """What was reviewed as uncertain tells the store better, and the machine's error not at all."""
    reviews = Path(job.workspace) / "reviews"
    for n in range(102):
        right = (DecidedFinding("transporter", "supports"),) if n % 2 == 0 else ()
        taken = decision(record(n), sample="random", weight=1.1, findings=right)
        append_decision(reviews, taken)
    make(job)
    before = rows(job, "hypothesis_corrected", hypothesis="transporter")
    for n in range(102, 110):
        append_decision(
            reviews,
            decision(record(n), sample="uncertain", findings=(), about_drug_response=n % 2 == 0),
        )
    make(job)
    assert rows(job, "hypothesis_corrected", hypothesis="transporter") == before
    assert before[0]["n_articles"] == "110"
    # nor does what somebody settled late on a text that is no longer the one stored
    for n in range(60):
        old = decision(record(n), "carl", round="adjudication", findings=(), text_sha256="0" * 64)
        append_decision(reviews, old)
    make(job)
    assert rows(job, "hypothesis_corrected", hypothesis="transporter") == before


def test_what_cannot_be_applied_is_said(job: Job) -> None:
    reviews = Path(job.workspace) / "reviews"
    append_decision(reviews, decision(record(0), text_sha256="0" * 64))
    (reviews / "bert.jsonl").write_text("{broken\n", encoding="utf-8")
    said = " ".join(make(job))
    assert "1 reviewed records have changed since they were decided upon" in said
    assert "1 line of reviewers' decisions left out: bert.jsonl:1" in said
    assert rows(job, "articles", pmid=pmid(0))[0]["reviewed"] == "FALSE"


def test_decisions_are_not_taken_back_because_their_folder_is_elsewhere(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    reviews, away = Path(job.workspace) / "reviews", Path(job.workspace) / "away"
    append_decision(reviews, decision(record(0), study_type="case_report"))
    make(job)
    reviews.rename(away)
    with pytest.raises(ConfigurationError, match=r"in 1 record of the store; .* DRMINE_REVIEWS"):
        make(job)
    monkeypatch.setenv("DRMINE_REVIEWS", str(away))
    make(job)
    assert rows(job, "articles", pmid=pmid(0))[0]["reviewed"] == "TRUE"
    monkeypatch.delenv("DRMINE_REVIEWS")
    # an empty folder is a wish, and told
    reviews.mkdir()
    assert "1 reviewed records have the machine's labels back" in " ".join(make(job))
    assert rows(job, "articles", pmid=pmid(0))[0]["reviewed"] == "FALSE"
    assert "labels back" not in " ".join(make(job))

"""A refresh that ended incomplete is gone on with: what it has fetched is not fetched again."""

from __future__ import annotations

import gzip
import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from stepwise import invented, refresh

from drmine.demo.faults import Faults
from drmine.demo.server import EutilsServer
from drmine.imports import fetch_list
from drmine.pubmed.batches import FORMAT
from drmine.refresh.outputs import headline
from drmine.settings import Settings
from drmine.workspace import Workspace

N = 450
"""Records in three batches, of 200, 200 and 50."""


@pytest.fixture(autouse=True)
def many(pubmed: EutilsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DRMINE_DATABASE_URL", raising=False)
    pubmed.put(*(invented(n) for n in range(1, N + 1)))


def break_down(pubmed: EutilsServer, after: int) -> None:
    """Have all answers fail after so many good ones."""
    pubmed.faults = Faults.script([None] * after + ["500"] * 100)


def fetched(pubmed: EutilsServer) -> list[int]:
    """Return how many records each EFetch since the last call asked for."""
    sizes = [len(one.ids) for one in pubmed.requests if one.tool == "efetch" and not one.fault]
    pubmed.requests.clear()
    return sizes


def days_ago(workspace: Path, run: str, days: int) -> None:
    """Make the plan of a run so many days older."""
    path = workspace / "runs" / run / "plan.json"
    day = datetime.now(UTC).date() - timedelta(days)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"searched_on": day.isoformat()}))


def test_the_next_run_fetches_only_the_batches_that_are_missing(
    pubmed: EutilsServer, tmp_path: Path
) -> None:
    manifests = []
    for _ in range(3):
        # a search and a batch, then a batch a run, and the server gives up each time
        break_down(pubmed, after=1 if manifests else 2)
        manifests.append(refresh(tmp_path))
    assert [one["is_complete"] for one in manifests] == [False, False, True]
    assert [one["counts"]["fetched"] for one in manifests] == [200, 400, 450]
    assert fetched(pubmed) == [200, 200, 50]
    assert manifests[-1]["counts"]["store_records"] == N
    # each is a run of its own, whose manifest stays; what was taken over does not
    assert Workspace(tmp_path).manifests() == manifests
    assert len({one["run"] for one in manifests}) == 3
    left = [path.name for path in (tmp_path / "runs").glob("*/*")]
    assert left == ["manifest.json"] * 3
    pubmed.faults = None
    assert refresh(tmp_path)["counts"]["planned"] == 0


def test_what_an_older_drmine_has_fetched_is_fetched_again(
    pubmed: EutilsServer, tmp_path: Path
) -> None:
    break_down(pubmed, after=3)
    refresh(tmp_path)
    (old,) = tmp_path.glob("runs/*/batches/batch-00001-*")
    lines = gzip.decompress(old.read_bytes()).replace(f": {FORMAT},".encode(), b": 1,", 1)
    old.write_bytes(gzip.compress(lines))
    fetched(pubmed)
    # the server still gives nothing, so the file is there at the end of the run
    break_down(pubmed, after=0)
    manifest = refresh(tmp_path)
    assert (manifest["is_complete"], manifest["counts"]["fetched"]) == (False, 200)
    pubmed.faults = None
    assert refresh(tmp_path)["is_complete"]
    assert fetched(pubmed) == [200, 50]


def test_a_run_stopped_while_it_takes_over_loses_nothing(
    pubmed: EutilsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_down(pubmed, after=3)
    refresh(tmp_path)
    pubmed.faults = None
    fetched(pubmed)
    for owner, name in ((shutil, "copytree"), (Path, "replace"), (shutil, "rmtree")):
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(owner, name, lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
            refresh(tmp_path)
    manifest = refresh(tmp_path)
    assert manifest["is_complete"] and manifest["counts"]["store_records"] == N
    assert fetched(pubmed) == [50]


def test_what_another_job_fetched_is_not_taken(pubmed: EutilsServer, tmp_path: Path) -> None:
    break_down(pubmed, after=2)
    refresh(tmp_path)
    pubmed.faults = None
    fetched(pubmed)
    assert refresh(tmp_path, full=True)["is_complete"]
    assert fetched(pubmed) == [200, 200, 50]


def test_what_cannot_be_taken_over_is_fetched_again(
    pubmed: EutilsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_down(pubmed, after=2)
    refresh(tmp_path)
    pubmed.faults = None

    def fails(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(shutil, "copytree", fails)
    manifest = refresh(tmp_path)
    assert manifest["is_complete"] and manifest["counts"]["store_records"] == N


def test_a_record_set_aside_gets_another_chance_in_the_next_run(
    pubmed: EutilsServer, tmp_path: Path
) -> None:
    pubmed.spoil("99000300")
    assert refresh(tmp_path)["missing"] == ["99000300"]
    pubmed.mend("99000300")
    fetched(pubmed)
    manifest = refresh(tmp_path)
    assert manifest["is_complete"] and manifest["counts"]["store_records"] == N
    assert fetched(pubmed) == [200]


def test_a_record_that_never_comes_whole_does_not_keep_out_what_is_new(
    pubmed: EutilsServer, tmp_path: Path
) -> None:
    pubmed.spoil("99000300")
    days_ago(tmp_path, refresh(tmp_path)["run"], 1)
    pubmed.put(invented(N + 1))
    assert refresh(tmp_path)["counts"]["store_records"] == N
    assert refresh(tmp_path)["missing"] == ["99000300"]


@pytest.mark.parametrize(("days", "sizes"), [(2, [200, 50]), (8, [200, 200, 50])])
def test_a_plan_is_gone_on_with_for_a_week(
    pubmed: EutilsServer, tmp_path: Path, days: int, sizes: list[int]
) -> None:
    break_down(pubmed, after=2)
    days_ago(tmp_path, refresh(tmp_path)["run"], days)
    pubmed.faults = None
    fetched(pubmed)
    manifest = refresh(tmp_path)
    assert manifest["is_complete"] and manifest["counts"]["store_records"] == N
    assert fetched(pubmed) == sizes
    # the next run counts back from the day of that search, and the manifest says so
    assert any("search is as of" in note for note in manifest["notes"]) == (days == 2)


@pytest.mark.parametrize("served", [0, 99])
def test_records_that_fail_to_come_by_the_dozen_are_not_taken_for_deleted(
    pubmed: EutilsServer, tmp_path: Path, served: int
) -> None:
    gone = [invented(n).pmid for n in range(served + 1, 201)]
    answer = pubmed.answer

    def without(tool: str, form: dict[str, str]) -> tuple[int, bytes]:
        ids = [pmid for pmid in form.get("id", "").split(",") if pmid not in gone]
        return answer(tool, form | {"id": ",".join(ids) or "1"})

    pubmed.answer = without  # type: ignore[method-assign]
    manifest = refresh(tmp_path)
    assert not manifest["is_fetched"]
    assert f"serves only {served} of 200 records" in manifest["problems"][0]
    assert len(manifest["missing"]) == N and manifest["counts"]["fetched"] == 0
    pubmed.answer = answer  # type: ignore[method-assign]
    manifest = refresh(tmp_path)
    assert manifest["is_complete"] and manifest["counts"]["store_records"] == N


@pytest.mark.parametrize(("n", "is_believed"), [(4, True), (5, False)])
def test_a_short_run_of_which_nothing_comes_is_not_taken_for_done(
    pubmed: EutilsServer, tmp_path: Path, n: int, is_believed: bool
) -> None:
    assert refresh(tmp_path)["is_complete"]
    today = datetime.now(UTC).date().isoformat()
    pubmed.put(*(invented(N + 1 + i, entered=today, revised=today) for i in range(n)))
    answer = pubmed.answer

    def empty(tool: str, form: dict[str, str]) -> tuple[int, bytes]:
        return answer(tool, form | {"id": "1"} if tool == "efetch" else form)

    pubmed.answer = empty  # type: ignore[method-assign]
    # so few can have been deleted since the search
    assert refresh(tmp_path)["is_complete"] == is_believed
    pubmed.answer = answer  # type: ignore[method-assign]
    manifest = refresh(tmp_path)
    assert manifest["is_complete"] and manifest["counts"]["store_records"] == N + n


def test_a_full_search_that_finds_nothing_is_not_taken_for_done(
    pubmed: EutilsServer, tmp_path: Path
) -> None:
    assert refresh(tmp_path)["is_complete"]
    answer = pubmed.answer

    def nothing(tool: str, form: dict[str, str]) -> tuple[int, bytes]:
        return answer(tool, form | {"term": "lime[tiab]"} if tool == "esearch" else form)

    pubmed.answer = nothing  # type: ignore[method-assign]
    manifest = refresh(tmp_path, full=True)
    assert f"finds no record, and the store holds {N}" in " ".join(manifest["problems"])
    assert manifest["counts"]["store_records"] == N
    pubmed.answer = answer  # type: ignore[method-assign]
    assert refresh(tmp_path, full=True)["is_complete"]


def test_records_that_pubmed_has_deleted_by_the_dozen_leave_the_store(
    pubmed: EutilsServer, tmp_path: Path
) -> None:
    refresh(tmp_path)
    pubmed.delete(*(invented(n).pmid for n in range(1, 221)))
    manifest = refresh(tmp_path, full=True)
    assert manifest["is_complete"] and manifest["counts"]["store_records"] == N - 220
    assert [manifest["counts"][n] for n in ("planned", "not_found", "deleted")] == [220] * 3
    assert manifest["counts"]["not_found_fetched"] == 0
    assert "0 records fetched, 220 deleted that PubMed no longer has," in headline(manifest)


def test_nothing_is_taken_for_deleted_while_no_record_at_all_is_served(
    pubmed: EutilsServer, tmp_path: Path
) -> None:
    assert refresh(tmp_path)["is_complete"]
    answer = pubmed.answer
    # off the query, as what came with a list or an earlier query: a full run asks for them by name
    pubmed.put(*(invented(n, title="Lime trees") for n in range(1, 31)))

    def empty(tool: str, form: dict[str, str]) -> tuple[int, bytes]:
        return answer(tool, form | {"id": "1"} if tool == "efetch" else form)

    pubmed.answer = empty  # type: ignore[method-assign]
    manifest = refresh(tmp_path, full=True)
    assert "serves none of 30 records" in manifest["problems"][0]
    assert manifest["counts"]["store_records"] == N
    pubmed.answer = answer  # type: ignore[method-assign]
    assert refresh(tmp_path, full=True)["counts"]["store_records"] == N


def test_what_nobody_goes_on_with_any_more_is_deleted(pubmed: EutilsServer, tmp_path: Path) -> None:
    break_down(pubmed, after=2)
    old = refresh(tmp_path)["run"]
    days_ago(tmp_path, old, days=8)
    folder = tmp_path / "runs" / old
    break_down(pubmed, after=2)
    recent = refresh(tmp_path)["run"]
    assert (folder / "batches").exists()  # an incomplete run takes nothing away
    pubmed.faults = None
    assert refresh(tmp_path)["is_complete"]
    assert [path.name for path in folder.iterdir()] == ["manifest.json"]
    assert not list((tmp_path / "runs").glob("*/plan.json"))
    assert (tmp_path / "runs" / recent / "manifest.json").exists()


def test_the_list_of_another_week_is_deleted_as_one_is_fetched(
    pubmed: EutilsServer, tmp_path: Path
) -> None:
    settings = Settings.from_environment()
    settings = replace(settings, workspace=tmp_path)
    fetch_list(settings, ["99000001"])
    (first,) = (tmp_path / "lists").iterdir()
    fetch_list(settings, ["99000002"])
    assert (first / "batches").exists()
    path = first / "plan.json"
    plan = json.loads(path.read_text())
    # the second is of a clock that was wrong
    for day in ("2001-02-03", "2999-02-03"):
        (first / "batches").mkdir(exist_ok=True)
        path.write_text(json.dumps(plan | {"searched_on": day}))
        fetch_list(settings, ["99000002"])
        assert not (first / "batches").exists()

"""The workspace: its layout, its runs, and manifests that are whole and safe to share."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from drmine.errors import ConfigurationError
from drmine.refresh.job import check_ready
from drmine.settings import Settings
from drmine.workspace import Run, Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "map").create()


def test_create_makes_the_layout_and_may_be_repeated(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "a" / "b").create()
    workspace.create()
    assert workspace.database == tmp_path / "a" / "b" / "drmine.sqlite"
    assert sorted(p.name for p in workspace.root.iterdir()) == ["report", "runs", "trends"]
    assert (workspace.trends_dir, workspace.report_dir, workspace.runs_dir) == tuple(
        workspace.root / name for name in ("trends", "report", "runs")
    )


@pytest.mark.parametrize("place", ["file", "file/inside", "map/runs-is-a-file"])
def test_a_place_that_is_no_folder_is_named_in_one_sentence(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("something")
    if place.startswith("map"):
        (tmp_path / "map").mkdir()
        (tmp_path / "map" / "runs").write_text("something")
    root = tmp_path / ("map" if place.startswith("map") else place)
    with pytest.raises(ConfigurationError, match="cannot be used") as error:
        Workspace(root).create()
    assert str(root) in str(error.value) and "\n" not in str(error.value)
    with pytest.raises(ConfigurationError):
        Workspace(root).new_run("refresh")


def test_a_name_that_is_not_text_is_named_before_a_run_begins(tmp_path: Path) -> None:
    settings = Settings(workspace=tmp_path / os.fsdecode(b"w\xff"))
    with pytest.raises(ConfigurationError, match="is not UTF-8") as error:
        check_ready(settings, offline=True, query=None)
    str(error.value).encode()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_rights_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(ConfigurationError, match="cannot be used"):
            Workspace(tmp_path / "map").create()
    finally:
        tmp_path.chmod(0o700)


def test_a_folder_that_takes_no_file_is_named(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("drmine.workspace.tempfile.TemporaryFile", full)
    with pytest.raises(ConfigurationError, match=r"No space left on device\); free some space"):
        workspace.create()


def test_run_ids_say_when_and_sort_in_the_order_of_the_starts(workspace: Workspace) -> None:
    runs = [workspace.new_run("refresh") for _ in range(200)]
    ids = [run.id for run in runs]
    assert len(set(ids)) == 200 and ids == sorted(ids)
    first = runs[0]
    assert re.fullmatch(r"\d{8}-\d{6}-[0-9a-f]{4}", first.id)
    started = datetime.fromisoformat(first.started)
    assert started.tzinfo == UTC and first.id.startswith(f"{started:%Y%m%d-%H%M%S}")
    assert first.directory == workspace.runs_dir / first.id and first.directory.is_dir()
    assert first.kind == "refresh"


@pytest.mark.parametrize(
    ("latest", "following"),
    [
        ("20990101-101500-00ff", "20990101-101500-0100"),
        ("20991231-235959-ffff", "21000101-000000-0000"),
    ],
)
def test_run_ids_go_on_from_the_latest_where_the_clock_was_set_back(
    workspace: Workspace, latest: str, following: str
) -> None:
    (workspace.runs_dir / latest).mkdir()
    (workspace.runs_dir / "my notes").mkdir()
    (workspace.runs_dir / "99991399-101500-00ff").mkdir()
    run = workspace.new_run("refresh")
    assert run.id == following
    assert datetime.fromisoformat(run.started) <= datetime.now(UTC)


def test_processes_never_share_a_run_id(workspace: Workspace) -> None:
    code = (
        "import sys, pathlib; from drmine.workspace import Workspace\n"
        "for _ in range(150): print(Workspace(pathlib.Path(sys.argv[1])).new_run('x').id)"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", code, workspace.root], stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    ids = b"".join(process.communicate(timeout=60)[0] for process in processes).split()
    assert len(ids) == len(set(ids)) == 300


def test_the_latest_manifest_is_that_of_the_latest_run(workspace: Workspace) -> None:
    assert workspace.latest_manifest() is None
    runs = [workspace.new_run("refresh") for _ in range(4)]
    for run in (runs[1], runs[0]):
        workspace.write_manifest(run, {"run": run.id, "is_complete": True})
    # a run that is still going on, and one whose manifest somebody spoilt
    (runs[3].directory / "manifest.json").write_text('{"run": ')
    assert workspace.latest_manifest() == {"run": runs[1].id, "is_complete": True}
    assert [one["run"] for one in workspace.manifests()] == [runs[0].id, runs[1].id]


def test_a_workspace_that_is_not_there_has_no_manifest(tmp_path: Path) -> None:
    assert Workspace(tmp_path / "nowhere").latest_manifest() is None


def test_paths_in_manifests_are_relative_to_the_workspace(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = workspace.new_run("refresh")
    manifest = {
        "report": workspace.report_dir / "index.html",
        "files": [str(workspace.trends_dir / "articles.csv"), str(workspace.root)],
        "problems": [f"The file {workspace.root}/runs/x.json.gz cannot be read."],
        "elsewhere": Path("/somewhere/else/secret-project/list.txt"),
    }
    path = workspace.write_manifest(run, manifest)
    assert path == workspace.runs_dir / run.id / "manifest.json"
    written = json.loads(path.read_text(encoding="utf-8"))
    assert written == {
        "report": "report/index.html",
        "files": ["trends/articles.csv", "."],
        "problems": ["The file runs/x.json.gz cannot be read."],
        "elsewhere": "list.txt",
    }
    # and also where the workspace itself was given as a relative path
    monkeypatch.chdir(workspace.root.parent)
    relative = Workspace(Path("map"))
    path = relative.write_manifest(run, {"report": relative.report_dir / "index.html"})
    assert json.loads(path.read_text(encoding="utf-8")) == {"report": "report/index.html"}


def test_manifests_hold_no_secrets(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRMINE_NCBI_API_KEY", "k3y-of-mine")
    monkeypatch.setenv("DRMINE_EMAIL", "me@example.org")
    monkeypatch.setenv("DRMINE_DATABASE_URL", "postgresql://me:pa55@host/db")
    run = workspace.new_run("refresh")
    path = workspace.write_manifest(
        run,
        {
            "query": "epilepsy AND drug resistance",
            "api_key": "k3y-of-mine",
            "settings": {"email": "me@example.org", "database_url": "postgresql://x", "n": 1},
            "problems": [
                "GET https://host/esearch.fcgi?term=x&api_key=k3y-of-mine&email=me%40example.org",
                "could not connect to postgresql://me:pa55@host/db",
                "could not connect to postgresql://you:w0rd@host/db",
            ],
        },
    )
    text = path.read_text(encoding="utf-8")
    for secret in ("k3y-of-mine", "me@example.org", "me%40example.org", "pa55", "w0rd"):
        assert secret not in text
    assert json.loads(text)["settings"] == {"n": 1}
    assert json.loads(text)["query"] == "epilepsy AND drug resistance"


def test_manifests_take_what_a_run_may_say(workspace: Workspace) -> None:
    run = workspace.new_run("refresh")
    path = workspace.write_manifest(
        run,
        {
            "missing": ("2", "1"),
            "kinds": {"b", "a"},
            "share": float("nan"),
            "ended": datetime(2026, 1, 2, tzinfo=UTC),
            "name": "bytes that are no text: \udcff; Greek: β",
            "none": None,
            "done": True,
        },
    )
    written = json.loads(path.read_text(encoding="utf-8"))
    assert written == {
        "missing": ["2", "1"],
        "kinds": ["a", "b"],
        "share": None,
        "ended": "2026-01-02T00:00:00+00:00",
        "name": "bytes that are no text: \udcff; Greek: β",
        "none": None,
        "done": True,
    }


def test_a_manifest_is_written_again_as_a_whole(workspace: Workspace) -> None:
    run = workspace.new_run("refresh")
    for n in range(3):
        workspace.write_manifest(run, {"counts": {"records": n}})
    assert [p.name for p in run.directory.iterdir()] == ["manifest.json"]
    assert workspace.latest_manifest() == {"counts": {"records": 2}}


def test_a_run_is_a_plain_value(tmp_path: Path) -> None:
    run = Run("20260101-000000-0000", "refresh", "2026-01-01T00:00:00+00:00", tmp_path)
    assert run == Run(run.id, run.kind, run.started, run.directory)

"""What prefect.yaml says is what people are told, and what the flows take."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
import yaml
from sqlalchemy import text

from drmine.errors import ConfigurationError
from drmine.flowtools import serving
from drmine.flowtools.deployments import Planned, in_words, read_deployments
from drmine.flowtools.serving import RETRIES, check_schedules
from drmine.jobs import flows_folder, load_flow
from drmine.settings import Settings
from drmine.store import Store
from drmine.store.engine import writing
from running import ROOT, drmine

CHECKOUT = ROOT / "flows"


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("15 2 * * *", "every day at 02:15"),
        ("30 5 * * 1", "every Monday at 05:30"),
        ("0 0 * * 7", "every Sunday at 00:00"),
        ("0 7 1 * *", "on day 1 of every month at 07:00"),
        ("*/5 * * * *", "by the cron schedule */5 * * * *"),
        ("0 7 1 2 *", "by the cron schedule 0 7 1 2 *"),
    ],
)
def test_a_schedule_is_said_in_words(cron, words):
    assert in_words(cron) == words


def test_every_deployment_names_parameters_that_its_flow_has_and_explains():
    for one in read_deployments(CHECKOUT):
        if not one.is_there:
            continue
        flow = getattr(load_flow(one.file.stem), one.function)
        known = flow.parameters.properties
        assert set(one.parameters) <= set(known), one.name
        assert all(value.get("description") for value in known.values()), one.name
        flow.validate_parameters(dict(one.parameters))
        assert one.limit == 1 and one.strategy in ("ENQUEUE", "CANCEL_NEW")
        assert one.description and "drmine" in one.tags


def test_runs_are_tried_again_alike_on_a_server_and_on_a_laptop():
    plan = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))
    for one in plan["deployments"]:
        assert one["work_pool"]["job_variables"]["env"] == RETRIES


@pytest.mark.parametrize("is_set", [True, False])
def test_a_server_that_runs_already_may_be_that_of_an_earlier_version(monkeypatch, is_set):
    api = "http://127.0.0.1:4200/api"
    monkeypatch.setattr(serving, "_set_api", lambda: api if is_set else None)
    monkeypatch.setattr(serving, "is_healthy", lambda _: True)
    said: list[str] = []
    with serving._server(4200, said.append) as found:
        assert found == api
    assert is_set or "earlier version" in said[0]
    assert len(said) == (not is_set)


def test_the_list_says_what_runs_when_without_a_server(tmp_path):
    result = drmine("schedule", "--list", "--workspace", tmp_path / "w")
    assert result.returncode == 0, result.stderr
    assert "nightly: every day at 02:15 (UTC)" in result.stdout
    assert "weekly: every Monday at 05:30 (UTC)" in result.stdout
    assert "bulk: when started by hand" in result.stdout
    assert str(tmp_path / "w") in result.stdout


def test_a_job_that_is_not_installed_is_left_out_and_named(tmp_path):
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "refresh.py").touch()
    (tmp_path / "prefect.yaml").write_bytes((ROOT / "prefect.yaml").read_bytes())
    planned = {one.name: one.is_there for one in read_deployments(tmp_path / "flows")}
    assert planned["nightly"] and not planned["monthly-evaluation"]


def test_a_broken_file_is_one_sentence(tmp_path):
    (tmp_path / "prefect.yaml").write_text("deployments: [{name: x}]")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_deployments(tmp_path)


def test_what_prefect_takes_beside_is_taken_or_refused_in_one_sentence(tmp_path):
    def read(rest: str):
        text = f"deployments:\n- {{name: x, entrypoint: flows/refresh.py:refresh, {rest}}}\n"
        (tmp_path / "prefect.yaml").write_text(text)
        return read_deployments(tmp_path)

    (one,) = read("concurrency_limit: 1, schedule: {cron: 0 1 * * *}")
    assert one.limit == 1 and one.when == "every day at 01:00 (UTC)"
    for rest in ("schedules: [{interval: 3600}]", "schedules: [0 1 * * *]", "tags: 1"):
        with pytest.raises(ConfigurationError, match="cannot be read"):
            read(rest)


@pytest.mark.parametrize(("cron", "zone"), [("61 2 * *", "UTC"), ("0 2 * * *", "Mars/Base")])
def test_a_schedule_that_is_none_is_named_before_a_server_starts(cron, zone):
    one = Planned("nightly", CHECKOUT / "refresh.py", "refresh", "", ((cron, zone),))
    with pytest.raises(ConfigurationError, match="nightly"):
        check_schedules([one])


def test_the_server_of_prefects_profile_is_used(monkeypatch):
    """As ``prefect cloud login`` sets it, which leaves nothing in the environment."""
    from prefect.settings import PREFECT_API_URL, PREFECT_UI_URL, temporary_settings

    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    cloud = "https://api.prefect.cloud/api/accounts/a/workspaces/w"
    pages = "https://app.prefect.cloud/account/a/workspace/w"
    with (
        temporary_settings({PREFECT_API_URL: cloud, PREFECT_UI_URL: pages}),
        serving._server(4200, print) as api,
    ):
        assert (api, serving._pages(api)) == (cloud, pages)
        assert serving._pages("http://127.0.0.1:4200/api") == "http://127.0.0.1:4200"


def test_what_is_served_goes_to_the_server_that_runs_here(tmp_path):
    """Prefect reads its settings once: what is set later must reach it."""
    script = """
import sys
from pathlib import Path
from prefect.settings import PREFECT_API_URL
from drmine.flowtools import serving
serving.is_healthy = lambda api: True
serving.note_killed = lambda workspace: []
serving.serve_planned = lambda ready: print("served to", PREFECT_API_URL.value())
serving.schedule(Path(sys.argv[1]), only_list=False, port=4321, say=print)
"""
    ours = ("PREFECT_API", "DRMINE_")
    env = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    result = subprocess.run(
        [sys.executable, "-c", script, tmp_path], capture_output=True, text=True, check=True,
        env={**env, "PREFECT_HOME": str(tmp_path / "prefect")}, timeout=120,
    )  # fmt: skip
    assert "served to http://127.0.0.1:4321/api" in result.stdout
    assert "Prefect's pages: http://127.0.0.1:4321/deployments" in result.stdout
    # a setting that the first night's refresh would miss is asked for at once
    assert "Refreshes will fail as things are: " in result.stdout
    assert "DRMINE_EMAIL" in result.stdout


def test_a_store_of_a_newer_drmine_is_told_as_the_schedule_starts(tmp_path, monkeypatch):
    monkeypatch.delenv("DRMINE_DATABASE_URL", raising=False)
    monkeypatch.setenv("DRMINE_EMAIL", "someone@example.org")
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "prefect"))
    with Store.open(Settings(workspace=tmp_path)) as store, writing(store._engine) as connection:
        connection.execute(text("UPDATE drmine_schema SET version_num = '9999'"))

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(serving, "_server", stop)
    said: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        serving.schedule(tmp_path, only_list=False, port=4321, say=said.append)
    assert "newer version of drmine (schema 9999" in said[-1]


def test_flows_of_a_package_come_before_those_of_a_checkout(tmp_path, monkeypatch):
    """A wheel holds the flows as ``drmine/_flows``; it may lie in a folder with other flows."""
    import drmine.jobs

    package = tmp_path / "site-packages" / "drmine"
    for folder in (package / "_flows", tmp_path / "flows"):
        folder.mkdir(parents=True)
        (folder / "refresh.py").touch()
    monkeypatch.setattr(drmine.jobs, "__file__", str(package / "jobs.py"))
    assert flows_folder() == package / "_flows"

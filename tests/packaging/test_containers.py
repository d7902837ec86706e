"""Dockerfile and compose file: linted where the tools are, and true to what they promise."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from drmine import __version__

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
EXAMPLE = (ROOT / "containers" / "env.example").read_text(encoding="utf-8")
RUNNING = [name for name, one in SERVICES.items() if one.get("restart") != "no"]


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile as pairs of instruction and rest, comments away, lines joined."""
    text = re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE).replace("\\\n", " ")
    return [(line.split()[0], " ".join(line.split()[1:])) for line in text.splitlines() if line]


def tool(name: str) -> str:
    """Return a tool beside this Python or on the path, or skip."""
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed: pip install '.[lint]'")
    return found


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


def test_the_dockerfile_passes_the_linter() -> None:
    done = run(tool("hadolint"), "--no-color", "Dockerfile")
    assert done.returncode == 0, done.stdout


def test_the_compose_file_is_valid_by_the_compose_specification() -> None:
    # the schema comes with the tool
    done = run(tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", "compose.yaml")
    assert done.returncode == 0, done.stdout


def test_every_instruction_is_one() -> None:
    known = {"FROM", "ENV", "WORKDIR", "COPY", "RUN", "LABEL", "USER", "CMD"}
    assert {name for name, _ in instructions()} == known


def test_images_are_pinned_to_a_patch_release() -> None:
    bases = [rest.split()[0] for name, rest in instructions() if name == "FROM"]
    images = [one["image"] for one in SERVICES.values()]
    for image in {*bases, *images}:
        assert re.fullmatch(r"[a-z]+:\d+\.\d+(\.\d+)?(-slim)?(-[a-z]+)?", image), image
    assert len(set(bases)) == 1, "what is built runs on what it was built on"
    assert f"drmine:{__version__}" in images


def test_nothing_runs_as_root_in_the_image() -> None:
    users = [rest for name, rest in instructions() if name == "USER"]
    assert users and not re.match(r"(0|root)\b", users[-1])
    names = [name for name, _ in instructions()]
    assert "RUN" not in names[names.index("USER") :]
    for name in ("server", "deploy", "worker"):
        assert SERVICES[name]["cap_drop"] == ["ALL"], name
        assert "user" not in SERVICES[name], name


def test_prefect_may_write_where_it_copies_its_pages() -> None:
    # by default that is its own folder among the packages, which is root's: every page was a 404
    values = dict(re.findall(r"(PREFECT_\w+)=(\S+)", DOCKERFILE))
    pages = Path(values["PREFECT_SERVER_UI_STATIC_DIRECTORY"])
    assert Path(values["PREFECT_HOME"]) in pages.parents
    owned = next(rest for name, rest in instructions() if name == "RUN" and "--owner" in rest)
    assert values["PREFECT_HOME"] in owned.split()


def test_what_is_copied_is_there_and_not_ignored() -> None:
    kept = [
        line[1:]
        for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line.startswith("!")
    ]
    for name, rest in instructions():
        if name != "COPY" or "--from=" in rest:
            continue
        for source in [word for word in rest.split() if not word.startswith("--")][:-1]:
            path = source.removeprefix("./")
            assert (ROOT / path).exists(), path
            assert any(fnmatch(path, pattern) for pattern in kept), path


def test_every_service_that_stays_says_whether_it_is_well_and_starts_in_order() -> None:
    assert set(RUNNING) == {"postgres", "server", "worker"}
    for name in RUNNING:
        assert {"test", "interval", "timeout", "retries"} <= set(SERVICES[name]["healthcheck"])
    for name, one in SERVICES.items():
        for other, how in one.get("depends_on", {}).items():
            stays = other in RUNNING
            wanted = "service_healthy" if stays else "service_completed_successfully"
            assert how["condition"] == wanted, (name, other)


def test_the_database_is_not_called_well_while_its_image_still_makes_it() -> None:
    # the image's entrypoint listens on the socket alone until both databases are there
    assert "pg_isready --host 127.0.0.1" in SERVICES["postgres"]["healthcheck"]["test"][-1]


def test_data_lives_in_named_volumes() -> None:
    named = {
        volume.split(":")[0]
        for one in SERVICES.values()
        for volume in one.get("volumes", [])
        if not volume.startswith("./")
    }
    assert named == set(COMPOSE["volumes"])
    workspace = re.search(r"DRMINE_WORKSPACE=(\S+)", DOCKERFILE)
    assert workspace and f"workspace:{workspace[1]}" in SERVICES["worker"]["volumes"]


def test_ports_are_open_to_this_machine_alone() -> None:
    ports = [port for one in SERVICES.values() for port in one.get("ports", [])]
    assert ports and all(port.startswith("127.0.0.1:") for port in ports)


def test_secrets_come_from_a_file_that_neither_git_nor_the_image_takes() -> None:
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    asked = set(re.findall(r"\$\{([A-Z_]+)", text))
    given = dict(re.findall(r"^([A-Z_]+)=(.*)$", EXAMPLE, re.MULTILINE))
    assert asked <= set(given)
    assert {given[n] for n in given if n != "PREFECT_PORT"} == {""}
    assert re.findall(r"\w+://\w+:([^@\s]+)@", text) == ["${POSTGRES_PASSWORD}"] * 2
    assert SERVICES["postgres"]["environment"]["POSTGRES_PASSWORD"].startswith("${")
    assert "/.env" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert "*" in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert SERVICES["worker"]["env_file"] == [".env"]
    assert not re.search(r"(?i)(password|key|email|token)=\S", DOCKERFILE)


HELP = """
import contextlib, io, json, runpy, sys
shown = []
for verbs in json.loads(sys.argv[1]):
    sys.argv = ["prefect", *verbs, "--help"]
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.suppress(SystemExit):
        runpy.run_module("prefect", run_name="__main__")
    shown.append(out.getvalue())
print(json.dumps(shown))
"""


@pytest.mark.slow
def test_prefect_knows_each_command_and_its_options() -> None:
    pytest.importorskip("prefect")
    commands = [SERVICES["worker"]["command"], SERVICES["server"]["command"]]
    commands += [line.split() for line in SERVICES["deploy"]["command"][-1].splitlines()]
    asked = []
    for command in commands:
        verbs = [word for word in command[1:] if not word.startswith("-")]
        asked.append(verbs[: 1 if verbs[0] == "deploy" else 2])
    done = run(sys.executable, "-c", HELP, json.dumps(asked))
    assert done.returncode == 0, done.stderr
    for command, verbs, shown in zip(commands, asked, json.loads(done.stdout), strict=True):
        assert f"prefect {' '.join(verbs)}" in shown
        for option in command:
            if option.startswith("--") and option != "--no-prompt":
                assert option in shown, option


def test_the_script_for_the_second_database_is_valid_and_may_be_run() -> None:
    script = ROOT / "containers" / "create-prefect-database.sh"
    done = run("sh", "-n", str(script))
    assert done.returncode == 0, done.stderr
    assert script.stat().st_mode & 0o111
    url = SERVICES["server"]["environment"]["PREFECT_SERVER_DATABASE_CONNECTION_URL"]
    assert url.endswith("/prefect") and script.read_text(encoding="utf-8").rstrip().endswith(
        "prefect"
    )

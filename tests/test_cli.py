"""The command line: quick help, one sentence for what is wrong, the exit codes of the contract."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from drmine.cli_options import stopped_sentence
from running import drmine, one_sentence


def test_help_is_quick():
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        assert drmine("--help").returncode == 0
        times.append(time.perf_counter() - begun)
    assert min(times) < 0.5


@pytest.mark.parametrize("command", ["import", "refresh", "label", "query", "demo"])
def test_every_command_explains_itself(command):
    result = drmine(command, "--help")
    assert result.returncode == 0
    assert len(result.stdout.split("Options:")[0]) > 60


def test_a_missing_email_is_said_before_anything_starts(tmp_path):
    begun = time.perf_counter()
    result = drmine("refresh", "--workspace", tmp_path / "w")
    assert result.returncode == 2
    assert "DRMINE_EMAIL" in one_sentence(result)
    assert time.perf_counter() - begun < 5


def test_a_workspace_that_is_a_file(tmp_path):
    (tmp_path / "w").write_text("")
    result = drmine("refresh", "--offline", "--workspace", tmp_path / "w")
    assert result.returncode == 2
    assert "workspace" in one_sentence(result)


def test_a_refresh_of_what_is_stored_makes_no_workspace_of_a_mistyped_name(tmp_path):
    result = drmine("refresh", "--offline", "--workspace", tmp_path / "mistyped")
    assert result.returncode == 2
    assert "mistyped holds no store" in one_sentence(result)
    assert not list(tmp_path.iterdir())


def test_a_refresh_that_asks_nothing_takes_no_wish_of_what_to_ask(tmp_path):
    for wish in (["--full"], ["--query", "epilepsy"]):
        result = drmine("refresh", "--offline", *wish, "--workspace", tmp_path / "w")
        assert result.returncode == 2
        assert f"{wish[0]} asks PubMed, --offline asks nothing" in result.stderr
    assert not list(tmp_path.iterdir())


def test_a_workspace_without_a_name_is_not_the_folder_in_which_one_stands(tmp_path):
    result = drmine("refresh", "--offline", "--workspace", "", cwd=tmp_path)
    assert result.returncode == 2
    assert "it is empty" in result.stderr
    assert not list(tmp_path.iterdir())


def test_a_terminal_without_greek_letters_ends_no_command():
    text = "Uptake by \u03b2-cells in refractory epilepsy"
    result = drmine("explain", "--text", text, environment={"PYTHONIOENCODING": "latin-1"})
    assert result.returncode == 0, result.stderr
    assert "\\u03b2-cells" in result.stdout


def test_the_query_is_printed_and_explained():
    plain, explained = drmine("query"), drmine("query", "--explain")
    assert plain.stdout.strip() in explained.stdout
    assert len(explained.stdout) > 2 * len(plain.stdout) / 2 + 200


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")  # noqa: PTH110
def test_a_full_disk_ends_what_is_printed_in_one_sentence():
    with open("/dev/full", "w") as full:  # noqa: PTH123
        result = subprocess.run(
            [sys.executable, "-m", "drmine", "query"],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert result.returncode == 2
    assert "No space left on device" in one_sentence(result)


def test_a_mistyped_setting_is_named():
    # in pieces: a test holds the names of settings in this folder to those that there are
    name = "DRMINE" + "_QUERYFILE"
    result = drmine("query", environment={name: "q.txt", "DRMINE" + "_OF_OTHERS": "1"})
    assert result.returncode == 0 and result.stdout
    assert f"{name} is no setting of drmine" in one_sentence(result)


@pytest.mark.parametrize("command", ["query", "refresh"])
def test_an_empty_query_is_not_taken_for_the_project_s_own(tmp_path, command):
    result = drmine(command, "--query", "", cwd=tmp_path)
    assert result.returncode == 2
    assert "it is empty" in result.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "options",
    [("--changes", "changes.csv"), ("--compare", "previous", "latest", "--parquet")],
)
def test_options_of_trends_that_do_nothing_together_are_refused(tmp_path, options):
    result = drmine("trends", *options, cwd=tmp_path)
    assert result.returncode == 2
    assert "--compare" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "goes_on"),
    [(["label", "a", "b"], False), (["train"], False), ([], False), (["refresh"], True)],
)
def test_a_command_that_is_stopped_says_whether_it_goes_on(arguments, goes_on):
    said = stopped_sentence(arguments)
    assert ("is kept" in said, "begins anew" in said) == (goes_on, not goes_on)


def test_a_record_or_a_name_gives_the_terminal_no_orders(tmp_path):
    # a title for the window, colours in eight bits, letters in another order
    orders = "\x1b]0;mine\x07 \x9b31m \u202eback"
    text = f"P-glycoprotein {orders} in drug-resistant epilepsy"
    result = drmine("explain", "--text", text)
    assert "P-glycoprotein] \\x1b]0;mine\\x07 \\x9b31m \\u202eback in" in result.stdout
    said = one_sentence(drmine("import", f"{orders}.xml", "--workspace", str(tmp_path)))
    assert not set(said + result.stdout) & set("\x1b\x07\x9b\u202e")

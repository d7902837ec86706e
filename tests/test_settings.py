"""A setting that cannot be meant is one sentence, wherever it is read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from drmine.errors import ConfigurationError
from drmine.settings import DEFAULT_EUTILS_URL, NAMES, PREFIX, Settings, mistyped
from drmine.workspace import Workspace


@pytest.mark.parametrize("attempts", ["0", "-1", "many", "1.5", "²"])
def test_a_number_of_attempts_is_a_whole_number(attempts: str) -> None:
    with pytest.raises(ConfigurationError, match="DRMINE_REQUEST_ATTEMPTS"):
        Settings.from_environment({"DRMINE_REQUEST_ATTEMPTS": attempts})


@pytest.mark.parametrize(
    "address", ["eutils.ncbi.nlm.nih.gov", "http://", "ftp://host/", "http://[", "http://host:x/"]
)
def test_an_address_of_the_e_utilities_is_one_of_the_web(address: str) -> None:
    with pytest.raises(ConfigurationError, match="DRMINE_EUTILS_URL"):
        Settings.from_environment({"DRMINE_EUTILS_URL": address})


def test_an_empty_setting_counts_as_not_set() -> None:
    settings = Settings.from_environment({"DRMINE_EUTILS_URL": " ", "DRMINE_REQUEST_ATTEMPTS": ""})
    assert settings.eutils_url == DEFAULT_EUTILS_URL
    assert settings.request_attempts is None


class Noting(dict[str, str]):
    """An environment that notes which variables are asked for."""

    def get(self, name: str, default: str = "") -> str:  # type: ignore[override]
        self[name] = ""
        return default


def test_every_setting_that_is_read_is_known() -> None:
    asked = Noting()
    Settings.from_environment(asked)
    assert set(asked) == {PREFIX + name for name in NAMES}
    assert not mistyped(asked)


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        (PREFIX + "EMIAL", "DRMINE_EMAIL"),
        (PREFIX + "WORKSPCE", "DRMINE_WORKSPACE"),
        (PREFIX + "API_KEY", "DRMINE_NCBI_API_KEY"),
        (PREFIX + "DATABASE", "DRMINE_DATABASE_URL"),
        ("drmine_reviews", "DRMINE_REVIEWS"),
    ],
)
def test_a_mistyped_variable_is_named_without_its_value(variable: str, meant: str) -> None:
    (said,) = mistyped({variable: "secret", meant: "x", PREFIX + "OF_OTHERS": "", "HOME": ""})
    assert variable in said and f"was {meant} meant?" in said and "secret" not in said


def test_a_tilde_that_no_shell_has_read_is_the_home_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in `--workspace=~/map`, a service's environment file, or a deployment's parameters."""
    monkeypatch.setenv("HOME", str(tmp_path))
    settings = Settings.from_environment(
        {"DRMINE_WORKSPACE": "~/map", "DRMINE_REVIEWS": "~/reviews", "DRMINE_QUERY_FILE": "~/q"}
    )
    assert settings.workspace == Workspace(Path("~/map")).root == tmp_path / "map"
    assert (settings.reviews, settings.query_file) == (tmp_path / "reviews", tmp_path / "q")
    assert replace(settings, workspace=Path("~/b")).workspace == tmp_path / "b"
    # what is no user's home is left as it is
    assert Workspace(Path("~nobody-of-that-name/x")).root == Path("~nobody-of-that-name/x")

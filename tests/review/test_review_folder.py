"""Decisions on invented records never reach the checkout's annotations."""

from __future__ import annotations

from pathlib import Path

import pytest

from drmine.errors import ConfigurationError
from drmine.review.decisions.folder import reviews_folder
from drmine.settings import Settings


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "checkout" / "annotations"
    folder.mkdir(parents=True)
    (folder / "guidelines.md").write_text("# Guidelines\n", encoding="utf-8")
    monkeypatch.chdir(folder.parent)
    return folder


def settings(tmp_path: Path, **environment: str) -> Settings:
    return Settings.from_environment({"DRMINE_WORKSPACE": str(tmp_path / "work"), **environment})


def test_an_option_goes_before_the_setting_and_that_before_the_checkout(checkout, tmp_path) -> None:
    plain, set_ = settings(tmp_path), settings(tmp_path, DRMINE_REVIEWS=str(tmp_path / "b"))
    assert reviews_folder(plain, invented=False) == checkout / "reviews"
    assert reviews_folder(set_, invented=False) == tmp_path / "b"
    assert reviews_folder(set_, tmp_path / "a", invented=False) == tmp_path / "a"


def test_invented_records_are_reviewed_into_their_workspace(checkout, tmp_path) -> None:
    inside = settings(tmp_path, DRMINE_REVIEWS=str(checkout / "reviews"))
    for one in (settings(tmp_path), inside):
        assert reviews_folder(one, invented=True) == tmp_path / "work" / "reviews"
    assert reviews_folder(inside, tmp_path / "a", invented=True) == tmp_path / "a"
    with pytest.raises(ConfigurationError, match="are invented and cannot be reviewed into"):
        reviews_folder(inside, Path("annotations/reviews"), invented=True)

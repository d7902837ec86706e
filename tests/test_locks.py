"""The lock of a workspace: what it says where none can be had."""

from __future__ import annotations

import errno
import fcntl
from pathlib import Path

import pytest

from drmine.errors import ConfigurationError
from drmine.locks import is_held, only_one


def test_a_lock_that_is_held_is_waited_for_or_told(tmp_path: Path) -> None:
    lock = tmp_path / ".refresh.lock"
    with only_one(lock, "refresh"), pytest.raises(ConfigurationError, match="Another refresh"):  # noqa: SIM117
        with only_one(lock, "refresh"):
            pass


def test_a_lock_of_somebody_else_is_named(tmp_path: Path) -> None:
    lock = tmp_path / ".refresh.lock"
    lock.mkdir()  # cannot be opened either, also by root, whom no rights hold up
    with pytest.raises(ConfigurationError, match=r"lock .* cannot be opened") as told:  # noqa: SIM117
        with only_one(lock, "refresh"):
            pass
    assert str(lock) in str(told.value)


def test_a_file_system_without_locks_is_no_other_refresh(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(ConfigurationError, match="gives no locks"):  # noqa: SIM117
        with only_one(tmp_path / ".refresh.lock", "refresh", wait=60):
            pass


def test_who_looks_whether_a_lock_is_held_is_in_nobodys_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = tmp_path / ".refresh.lock"
    assert not is_held(lock)
    assert not lock.exists()
    with only_one(lock, "refresh"):
        assert is_held(lock)
    assert not is_held(lock)
    glance = lock.open("rb")
    fcntl.flock(glance, fcntl.LOCK_SH)
    # who looks has looked away by the second try
    monkeypatch.setattr("drmine.locks.time.sleep", lambda _: glance.close())
    with only_one(lock, "refresh"):
        assert glance.closed

"""Files are replaced as a whole; what is no file is left in its place."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Thread

import pytest

from drmine.errors import ConfigurationError
from drmine.pubmed.atomic import is_special, write_atomically


def test_a_pipe_is_written_to_and_stays(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = Thread(target=lambda: read.append(pipe.read_bytes()), daemon=True)
    reader.start()
    write_atomically(pipe, b"figures\n")
    reader.join(10)
    assert read == [b"figures\n"]
    assert pipe.is_fifo()


def test_devices_are_no_files_wherever_they_lead() -> None:
    assert is_special(Path("/dev/null"))
    # its target may be a file, whose reader would not see another in its place
    assert is_special(Path("/dev/stdout"))


def test_a_folder_in_the_place_of_a_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="is a folder; name a file"):
        write_atomically(tmp_path, b"")


def test_a_file_that_cannot_be_written_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file.json"
    write_atomically(path, b"old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigurationError):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["file.json"]


@pytest.mark.parametrize(("umask", "mode"), [(0o077, 0o600), (0o022, 0o644), (0o002, 0o664)])
def test_who_may_read_a_file_is_for_the_umask_to_say(tmp_path: Path, umask: int, mode: int) -> None:
    before = os.umask(umask)
    try:
        write_atomically(tmp_path / "figures.csv", b"1")
    finally:
        os.umask(before)
    assert (tmp_path / "figures.csv").stat().st_mode & 0o777 == mode
    assert [path.name for path in tmp_path.iterdir()] == ["figures.csv"]

import multiprocessing
import os
import tempfile
import threading
from pathlib import Path

import pytest
from eutils_fixture import EMAIL, QUERY, client_for, invented_many

from drmine.demo.server import EutilsServer
from drmine.pubmed.entrez import EntrezClient
from drmine.pubmed.pacing import Pace, rate_for

# what a busy machine may squeeze into a second beyond what was sent evenly
SLACK = 2


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self):
        self.now = 5000.0

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        assert seconds > 0
        self.now += seconds


def pace(directory, clock, rate=3.0, url="http://127.0.0.1:1/"):
    return Pace(url, rate, directory=directory, clock=clock, sleep=clock.sleep)


def test_no_second_has_more_requests_than_allowed(tmp_path):
    clock, sent = Clock(), []
    for _ in range(30):
        with pace(tmp_path, clock).turn():
            sent.append(clock())
    assert all(later - earlier > 1 for earlier, later in zip(sent, sent[3:], strict=False))


def test_the_first_request_need_not_wait(tmp_path):
    clock = Clock()
    with pace(tmp_path, clock).turn():
        assert clock() == 5000


def test_servers_do_not_slow_each_other_down(tmp_path):
    clock = Clock()
    for url in ("http://a.example/x", "http://b.example/x"):
        with pace(tmp_path, clock, url=url).turn():
            assert clock() == 5000


def test_a_clock_set_back_does_not_stop_the_work(tmp_path):
    clock = Clock()
    with pace(tmp_path, clock).turn():
        pass
    clock.now = 100.0
    with pace(tmp_path, clock).turn():
        assert clock() < 101


def test_a_pause_from_before_the_clock_was_set_back_is_forgotten(tmp_path):
    clock = Clock()
    pace(tmp_path, clock).pause(60)
    clock.now = 100.0
    with pace(tmp_path, clock).turn():
        assert clock() < 101


def test_a_shorter_pause_does_not_end_a_longer_one(tmp_path):
    clock = Clock()
    pace(tmp_path, clock).pause(60)
    pace(tmp_path, clock).pause(1)
    with pace(tmp_path, clock).turn():
        assert clock() >= 5060


@pytest.mark.parametrize("content", [b"", b"nonsense", b"[1]", b"\xff\x00", b'["a", 2]'])
def test_a_damaged_file_does_no_harm(tmp_path, content):
    clock = Clock()
    with pace(tmp_path, clock).turn():
        pass
    (file,) = tmp_path.iterdir()
    file.write_bytes(content)
    with pace(tmp_path, clock).turn():
        assert clock() < 5001


def test_the_key_raises_the_rate():
    assert (rate_for(None), rate_for("key")) == (3, 10)


def test_the_shared_file_lies_in_the_users_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with Pace("http://a.example/", 3).turn():
        pass
    assert len(list((tmp_path / "drmine").iterdir())) == 1


def test_threads_share_the_pace(tmp_path):
    with EutilsServer(invented_many(3)) as server:
        client = client_for(server, pace=Pace(server.url, 10, directory=tmp_path))
        threads = [
            threading.Thread(target=lambda: [client.search(QUERY) for _ in range(5)])
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(server.requests) == 20
        assert server.most_in_a_second() <= 10 + SLACK


def _search_often(url, directory, times):
    client = EntrezClient(EMAIL, base_url=url, pace=Pace(url, 10, directory=directory))
    for _ in range(times):
        client.search(QUERY)


def test_four_processes_share_the_pace(tmp_path):
    context = multiprocessing.get_context("spawn")
    with EutilsServer(invented_many(3)) as server:
        jobs = [
            context.Process(target=_search_often, args=(server.url, tmp_path, 8)) for _ in range(4)
        ]
        for job in jobs:
            job.start()
        for job in jobs:
            job.join()
        assert [job.exitcode for job in jobs] == [0] * 4
        assert len(server.requests) == 32
        assert server.most_in_a_second() <= 10 + SLACK


@pytest.mark.parametrize("made_by", ["a stranger", "a link"])
def test_a_folder_of_a_strangers_in_the_temporary_one_is_not_used(tmp_path, monkeypatch, made_by):
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    monkeypatch.setattr(Path, "home", lambda: (_ for _ in ()).throw(RuntimeError()))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    theirs = tmp_path / f"drmine-{os.getuid()}"
    if made_by == "a link":
        (tmp_path / "elsewhere").mkdir()
        theirs.symlink_to(tmp_path / "elsewhere")
    else:
        theirs.mkdir()
        uid = os.getuid() + 1
        monkeypatch.setattr(os, "getuid", lambda: uid)
        theirs = theirs.rename(tmp_path / f"drmine-{uid}")
    with Pace("http://a.example/", 3).turn():
        pass
    assert not list(theirs.glob("*")) and not list(tmp_path.glob("elsewhere/*"))
    assert len(list(tmp_path.glob("drmine-*/pace-*"))) == 1

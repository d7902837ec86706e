"""Files from a server: listed, brought, gone on with, checked by their sum."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from bulk_samples import year_of_files
from file_server import FileServer

import drmine.bulk.download as download_module
import drmine.bulk.listing as listing_module
from drmine.bulk.download import download, file_md5
from drmine.bulk.listing import list_folder, published_md5
from drmine.bulk.sieve import sieve
from drmine.bulk.sources import find_sources
from drmine.errors import IncompleteError, InputError
from drmine.pubmed.retry import RetryPolicy

QUICK = RetryPolicy(attempts=3, base=0.001, cap=0.001)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    year_of_files(tmp_path / "server", 3, 1)
    (tmp_path / "server" / "pubmed26n0009.xml.gz").write_bytes(os.urandom(300_000))
    return tmp_path / "server"


def bring(server: FileServer, name: str, target: Path, sleeps: list[float] | None = None) -> Path:
    url = server.url + name
    waits = [] if sleeps is None else sleeps
    return download(
        url, target / name, published_md5(url, policy=QUICK), policy=QUICK, sleep=waits.append
    )


@contextmanager
def without_sums(server: FileServer) -> Iterator[None]:
    """Let a server give no sums, as most mirrors do."""
    answer = server.answer

    def answer_files(request: BaseHTTPRequestHandler) -> None:
        if request.path.endswith(".md5"):
            return server._send(request, 404, b"")
        return answer(request)

    server.answer = answer_files
    yield


def test_a_folder_lists_its_files_and_none_of_another_server(folder):
    with FileServer(folder) as server:
        found = list_folder(server.url, policy=QUICK)
    assert [url.rpartition("/")[2] for url in found] == sorted(p.name for p in folder.iterdir())
    assert all(url.startswith(server.url) for url in found)


def test_a_file_comes_as_it_is_and_once(folder, tmp_path):
    with FileServer(folder) as server:
        for _ in range(2):
            path = bring(server, "pubmed26n0009.xml.gz", tmp_path / "here")
            assert path.read_bytes() == (folder / path.name).read_bytes()
        assert server.fetched() == ["pubmed26n0009.xml.gz"]
    assert (tmp_path / "here" / "pubmed26n0009.xml.gz.md5").is_file()


@pytest.mark.parametrize("faults", [["cut"], ["cut", "503", "cut"], ["429"], ["cut", "whole"]])
def test_a_broken_download_goes_on_where_it_stopped(folder, tmp_path, faults):
    sleeps: list[float] = []
    with FileServer(folder, faults) as server:
        path = bring(server, "pubmed26n0009.xml.gz", tmp_path / "here", sleeps)
    assert path.read_bytes() == (folder / path.name).read_bytes()
    assert sleeps
    if faults[0] == "cut":
        assert server.log[2][1] == "bytes=150000-"


def test_a_part_of_an_older_file_is_not_mixed_with_the_new_one(folder, tmp_path):
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "pubmed26n0009.xml.gz.part").write_bytes(b"old" * 1000)
    with FileServer(folder) as server:
        path = bring(server, "pubmed26n0009.xml.gz", tmp_path / "here")
    assert file_md5(path) == file_md5(folder / path.name)


def test_a_part_that_is_whole_already_is_taken(folder, tmp_path):
    (tmp_path / "here").mkdir()
    whole = (folder / "pubmed26n0009.xml.gz").read_bytes()
    (tmp_path / "here" / "pubmed26n0009.xml.gz.part").write_bytes(whole)
    with FileServer(folder) as server:
        assert bring(server, "pubmed26n0009.xml.gz", tmp_path / "here").read_bytes() == whole


def test_a_file_that_never_has_its_sum_is_refused(folder, tmp_path):
    with FileServer(folder) as server, pytest.raises(InputError, match="MD5"):
        download(
            server.url + "pubmed26n0009.xml.gz",
            tmp_path / "pubmed26n0009.xml.gz",
            "0" * 32,
            policy=QUICK,
            sleep=lambda seconds: None,
        )
    assert not (tmp_path / "pubmed26n0009.xml.gz").exists()


def test_a_server_in_trouble_leaves_the_part_and_says_so(folder, tmp_path):
    with (
        FileServer(folder, ["cut", "503", "503", "503"]) as server,
        pytest.raises(IncompleteError, match="503"),
    ):
        bring(server, "pubmed26n0009.xml.gz", tmp_path / "here")
    assert (tmp_path / "here" / "pubmed26n0009.xml.gz.part").stat().st_size == 150_000


def test_a_file_that_is_not_there(folder, tmp_path):
    with FileServer(folder) as server, pytest.raises(InputError, match="404"):
        bring(server, "pubmed26n7777.xml.gz", tmp_path / "here")


def test_a_file_that_was_sieved_is_not_fetched_again_even_when_it_is_gone_here(folder, tmp_path):
    (folder / "pubmed26n0009.xml.gz").unlink()
    with FileServer(folder) as server:
        for _ in range(2):
            sources = find_sources([server.url], tmp_path / "downloads")
            sieved = [sieve(source, str(tmp_path / "sieved")) for source in sources]
            for path in (tmp_path / "downloads").glob("*.gz"):
                path.unlink()
        assert server.fetched() == [source.name for source in sources]
    assert all(one.was_there for one in sieved)


def test_names_of_a_server_do_not_choose_the_folder(tmp_path):
    (source,) = find_sources(["http://127.0.0.1:9/a/..%2F..%2Fevil.xml.gz"], tmp_path / "downloads")
    assert Path(source.path).parent == (tmp_path / "downloads").resolve()


def test_an_address_without_a_slash_says_so_and_leaves_nothing(folder, tmp_path):
    # a server answers for a folder with its page; nothing vouches for what came
    (folder / "page").write_bytes(b"<html>Index of page</html>")
    with FileServer(folder) as server:
        (source,) = find_sources([server.url + "page"], tmp_path / "downloads")
        with without_sums(server), pytest.raises(InputError, match="slash"):
            sieve(source, str(tmp_path / "sieved"))
    assert not Path(source.path).exists()


def test_what_no_sum_vouches_for_is_fetched_again_where_it_was_damaged(folder, tmp_path):
    path = folder / "pubmed26n0001.xml.gz"
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    with FileServer(folder) as server, without_sums(server):
        (source,) = find_sources([server.url + path.name], tmp_path / "downloads")
        for _ in range(3):
            assert sieve(source, str(tmp_path / "sieved")).problems
        path.write_bytes(whole)
        assert not sieve(source, str(tmp_path / "sieved")).problems


def test_a_page_that_leads_in_a_circle_is_one_sentence(tmp_path):
    with FileServer(tmp_path) as server:
        circle = {"Location": server.url}
        server.answer = lambda request: server._send(request, 302, b"", circle)
        with pytest.raises(IncompleteError, match="TooManyRedirects"):
            list_folder(server.url, policy=QUICK)


def test_the_setting_says_how_often_a_server_is_asked(tmp_path, monkeypatch):
    monkeypatch.setenv("DRMINE_REQUEST_ATTEMPTS", "1")
    with FileServer(tmp_path) as server:
        server.answer = lambda request: (
            server.log.append(("", "")) or server._send(request, 503, b"")
        )
        with pytest.raises(IncompleteError):
            list_folder(server.url)
    assert len(server.log) == 1


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("ftp://ftp.ncbi.nlm.nih.gov/pubmed/baseline/", "https://ftp"),
        ("https://ftp.ncbi.nlm.nih.gov", "slash"),
        ("https://ftp.ncbi.nlm.nih.gov/a%00.xml.gz", "names no file"),
        (
            "https://anna:secret@mirror.example/a.xml.gz",
            "mirror.example/a.xml.gz comes with a pass",
        ),
    ],
)
def test_an_address_that_names_no_file_is_refused(tmp_path, place, said):
    with pytest.raises(InputError, match=said) as raised:
        find_sources([place], tmp_path / "downloads")
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("places", [[], [""], [" ", "b.xml"]])
def test_no_file_or_an_empty_name_is_refused(tmp_path, places):
    with pytest.raises(InputError, match="name files or folders"):
        find_sources(places, tmp_path)


def test_a_file_may_be_named_from_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (one,) = find_sources(["~/a.xml"], tmp_path / "downloads")
    assert one.path == str(tmp_path / "a.xml")


def test_a_link_keeps_its_own_name_which_says_the_order(tmp_path):
    (store := tmp_path / "objects").mkdir()
    (links := tmp_path / "links").mkdir()
    for number, name in ((1, "zz"), (2, "aa")):
        (store / name).write_bytes(b"")
        (links / f"pubmed26n000{number}.xml.gz").symlink_to(store / name)
    found = [source.name for source in find_sources([links], tmp_path / "downloads")]
    assert found == ["pubmed26n0001.xml.gz", "pubmed26n0002.xml.gz"]


def test_hidden_twins_and_folders_are_no_files(tmp_path):
    (tmp_path / "._pubmed26n0001.xml.gz").write_bytes(b"Mac OS X")
    (tmp_path / "old.xml").mkdir()
    (tmp_path / "pubmed26n0001.xml.gz").write_bytes(b"")
    found = [source.name for source in find_sources([tmp_path], tmp_path / "downloads")]
    assert found == ["pubmed26n0001.xml.gz"]


@pytest.mark.parametrize(
    "to", ["http://127.0.0.2:9/", "file:///etc/hosts", "https://elsewhere.invalid/baseline/"]
)
def test_a_server_cannot_send_us_to_another_one(folder, tmp_path, to):
    with FileServer(folder) as server:
        server.answer = lambda request: server._send(request, 302, b"", {"Location": to})
        with pytest.raises(InputError, match="sends on to"):
            list_folder(server.url, policy=QUICK)
        with pytest.raises(InputError, match="sends on to"):
            bring_without_sum(server, tmp_path)


def test_a_page_without_an_end_is_refused(folder, monkeypatch):
    monkeypatch.setattr(listing_module, "_MAX_PAGE", 1_000)
    with FileServer(folder) as server:
        server.answer = lambda request: server._send(request, 200, b"<a>" * 1_000)
        with pytest.raises(InputError, match="no list of files"):
            list_folder(server.url, policy=QUICK)


def test_a_file_without_an_end_does_not_fill_the_disk(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(download_module, "_MAX_FILE", 1 << 16)
    with FileServer(folder) as server, pytest.raises(InputError, match="sends more than"):
        bring_without_sum(server, tmp_path)


def test_a_page_of_beginnings_is_read_in_seconds(folder):
    with FileServer(folder) as server:
        server.answer = lambda request: server._send(request, 200, b"href=" * 200_000)
        begun = time.process_time()
        with pytest.raises(InputError, match="lists no files"):
            list_folder(server.url, policy=QUICK)
    assert time.process_time() - begun < 20


@pytest.mark.parametrize("seconds", ["99999999", "9" * 400])
def test_a_server_that_asks_to_wait_for_years_is_not_waited_for(folder, tmp_path, seconds):
    with FileServer(folder) as server:
        server.answer = lambda request: server._send(request, 503, b"", {"Retry-After": seconds})
        with pytest.raises(IncompleteError):
            list_folder(server.url, policy=QUICK)
        with pytest.raises(IncompleteError):
            bring_without_sum(server, tmp_path)


def bring_without_sum(server: FileServer, target: Path) -> None:
    name = "pubmed26n0009.xml.gz"
    download(server.url + name, target / name, None, policy=QUICK, sleep=lambda _: None)

"""What a raw server can do to a request, down to single bytes."""

import contextlib
import socket
import threading
import time
from datetime import date

import pytest

from drmine.errors import ConfigurationError
from drmine.pubmed import http
from drmine.pubmed.http import Answer, TransportError, post


@contextlib.contextmanager
def raw_server(*chunks, pause=0.0):
    """Send these bytes to whoever connects, then close; yield the address and what came in."""
    received = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            with contextlib.suppress(OSError):
                connection, _ = listener.accept()
                with connection:
                    received.append(connection.recv(65536))
                    for chunk in chunks:
                        connection.sendall(chunk)
                        time.sleep(pause)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/x.fcgi", received


def test_the_fields_go_into_the_body_and_never_into_the_address():
    with raw_server(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") as (url, received):
        assert post(url, {"email": "a@b.org", "term": "é&x"}, timeout=2).body == b"ok"
        head, _, body = received[0].partition(b"\r\n\r\n")
        assert head.startswith(b"POST /x.fcgi HTTP/1.1\r\n")
        assert b"b.org" not in head
        assert b"drmine/" in head
        assert body in (b"", b"email=a%40b.org&term=%C3%A9%26x")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", "cut short"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nshort", "cut short"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n", "cut short"),
        (b"not http at all\r\n\r\n", "failed"),
        (b"", "reset"),
    ],
)
def test_an_answer_that_stops_early_is_no_answer(answer, kind):
    with raw_server(answer) as (url, _), pytest.raises(TransportError, match=kind):
        post(url, {}, timeout=2)


def test_an_answer_without_a_length_ends_with_the_connection():
    with raw_server(b"HTTP/1.1 200 OK\r\n\r\n", b"one ", b"two", pause=0.02) as (url, _):
        assert post(url, {}, timeout=2).body == b"one two"


def test_silence_is_not_waited_for_forever():
    with raw_server(b"HTTP/1.1 200 OK\r\n\r\n", pause=2) as (url, _):
        began = time.monotonic()
        with pytest.raises(TransportError, match="in time"):
            post(url, {}, timeout=0.1)
        assert time.monotonic() - began < 1


def test_an_answer_that_drips_is_not_waited_for_forever():
    drops = [b"HTTP/1.1 200 OK\r\n\r\n", *[b"x"] * 40]
    with raw_server(*drops, pause=0.05) as (url, _), pytest.raises(TransportError, match="slow"):
        post(url, {}, timeout=0.15)


def test_an_answer_without_end_is_cut_off(monkeypatch):
    monkeypatch.setattr(http, "MAX_ANSWER_BYTES", 100_000)
    drops = [b"HTTP/1.1 200 OK\r\n\r\n", *[b"x" * 50_000] * 40]
    with raw_server(*drops) as (url, _), pytest.raises(TransportError, match="too large"):
        post(url, {}, timeout=2)


def test_a_redirect_is_not_followed_with_the_key_in_hand():
    answer = (
        b"HTTP/1.1 302 Found\r\nLocation: http://elsewhere.example/\r\nContent-Length: 0\r\n\r\n"
    )
    with raw_server(answer) as (url, _):
        assert post(url, {}, timeout=2).status == 302


def test_nobody_there_is_worth_another_attempt():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(TransportError, match="refused"):
        post(f"http://127.0.0.1:{port}/", {}, timeout=1)


def test_loopback_never_goes_through_a_proxy(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    with raw_server(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") as (url, _):
        assert post(url, {}, timeout=2).body == b"ok"


def test_other_hosts_go_through_the_proxy_of_the_environment(monkeypatch):
    with raw_server(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") as (url, received):
        monkeypatch.setenv("http_proxy", url.replace("//", "//me:secret@").removesuffix("x.fcgi"))
        monkeypatch.delenv("no_proxy", raising=False)
        assert post("http://eutils.example/x.fcgi", {}, timeout=2).body == b"ok"
        assert received[0].startswith(b"POST http://eutils.example/x.fcgi HTTP/1.1\r\n")
        assert b"Proxy-Authorization: Basic bWU6c2VjcmV0" in received[0]


@pytest.mark.parametrize("url", ["", "eutils", "ftp://a.example/", "file:///etc/passwd"])
def test_an_address_of_another_kind_is_refused(url):
    with pytest.raises(ConfigurationError, match="DRMINE_EUTILS_URL"):
        post(url, {}, timeout=1)


@pytest.mark.parametrize(
    ("sent", "day"),
    [
        ("Thu, 31 Dec 2026 23:59:59 GMT", date(2026, 12, 31)),
        # NCBI writes GMT; any other zone is brought to it
        ("Thu, 31 Dec 2026 20:00:00 -0500", date(2027, 1, 1)),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("Mon, 01 Jan 0001 00:00:00 +1400", None),
        ("soon", None),
        ("", None),
    ],
)
def test_the_day_of_the_server_is_that_of_its_clock_if_it_has_one(sent, day):
    assert Answer(200, {"date": sent}, b"").day == day

"""Many clients, a server killed at any moment: every answered decision is kept, and once."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from review_samples import pmid
from review_server import SRC, Workspace, form_of, sign_in


@pytest.fixture
def space(tmp_path: Path) -> Workspace:
    # eight more than are decided: whoever is done has one more open
    return Workspace(tmp_path / "work", 208)


def test_200_concurrent_decisions_of_8_clients_are_all_there_in_order(space, serve) -> None:
    server = serve()
    together = threading.Barrier(8)

    def work(number: int) -> list[str]:
        done = []
        with httpx.Client(base_url=server.url, follow_redirects=True, timeout=30) as client:
            sign_in(client, f"reviewer-{number}")
            together.wait(30)
            path = httpx.URL(str(client.get("/next").url)).path
            for _ in range(25):
                done.append(path.rpartition("/")[2])
                fields = form_of(client.get(path).text) | {"do": "save", "note": str(len(done))}
                answer = client.post(path, data=fields)
                assert answer.status_code == 200
                path = answer.url.path
        return done

    with ThreadPoolExecutor(8) as pool:
        expected = dict(enumerate(pool.map(work, range(8))))
    found = space.decisions
    assert len(found) == len({one.id for one in found}) == 200
    assert len({one.pmid for one in found}) == 200
    for number, pmids in expected.items():
        mine = [one for one in found if one.reviewer == f"reviewer-{number}"]
        assert [one.pmid for one in mine] == pmids
        assert [one.note for one in mine] == [str(n) for n in range(1, 26)]


def test_whatever_was_answered_before_a_kill_is_kept_once(space, serve) -> None:
    server = serve()
    answered: dict[str, str] = {}
    for round in range(3):
        forms: dict[str, dict[str, str]] = {}
        with httpx.Client(base_url=server.url, timeout=10) as client:
            sign_in(client, "anna")
            cookies = client.cookies
            for n in range(round * 25, round * 25 + 25):
                forms[pmid(n)] = form_of(client.get(f"/record/{pmid(n)}").text) | {"do": "save"}
        killer = threading.Timer(0.02 + 0.05 * round, server.kill)
        killer.start()
        with httpx.Client(base_url=server.url, timeout=10, cookies=cookies) as client:
            for one, fields in forms.items():
                try:
                    if client.post(f"/record/{one}", data=fields).status_code == 303:
                        answered[one] = fields["id"]
                except httpx.HTTPError:
                    break
        killer.join()
        server = serve(port=server.port)
        kept = {one.pmid: one.id for one in space.decisions}
        assert answered.items() <= kept.items()
        # the reviewer sends everything once more, answered or not
        with httpx.Client(base_url=server.url, timeout=10, cookies=cookies) as client:
            for one, fields in forms.items():
                assert client.post(f"/record/{one}", data=fields).status_code == 303
                answered[one] = fields["id"]
        assert {one.pmid: one.id for one in space.decisions} == answered
        assert len(space.decisions) == len(answered)


def test_a_line_that_a_crash_cut_off_costs_only_itself(space, serve) -> None:
    folder = space.root / "reviews"
    folder.mkdir()
    (folder / "anna.jsonl").write_text('{"id": "cut off in the mid', encoding="utf-8")
    server = serve()
    with httpx.Client(base_url=server.url) as client:
        sign_in(client, "anna")
        fields = form_of(client.get(f"/record/{pmid(0)}").text) | {"do": "save"}
        client.post(f"/record/{pmid(0)}", data=fields)
        assert "You decided on this record" in client.get(f"/record/{pmid(0)}").text
    lines = (folder / "anna.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 2 and fields["id"] in lines[1]


def test_stopping_it_by_hand_is_no_error(serve) -> None:
    server = serve()
    assert httpx.get(server.url + "health").status_code == 200
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(10) == 0
    assert server.process.stdout is not None
    assert "Traceback" not in server.process.stdout.read()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--host", "0.0.0.0"], "set DRMINE_REVIEW_TOKEN"),
        (["--host", "0.0.0.0", "--token", "short"], "fewer than 16 characters"),
        (["--port", "TAKEN"], "choose another with --port"),
    ],
)
def test_what_is_refused_at_the_start_is_one_sentence(space, serve, options, said) -> None:
    if "TAKEN" in options:
        options = ["--port", str(serve().port)]
    env = {k: v for k, v in os.environ.items() if not k.startswith("DRMINE_")}
    result = subprocess.run(
        [sys.executable, "-m", "drmine.cli", "review", "serve", "--workspace", str(space.root),
         *options],
        env=env | {"PYTHONPATH": str(SRC)}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert result.returncode == 2
    assert said in result.stderr and result.stderr.count("\n") == 1


def test_who_serves_others_is_told_an_address_that_others_can_open(space, serve) -> None:
    server = serve("--host", "0.0.0.0", "--token", "a-token-of-some-length")
    told = server.process.stdout.readline()
    assert told == f"For others: http://{socket.gethostname()}:{server.port}/\n"
    page = httpx.get(
        server.url.replace("0.0.0.0", "127.0.0.1") + "who",
        headers={"Host": f"{socket.gethostname()}:{server.port}"},
    )
    assert page.status_code == 200

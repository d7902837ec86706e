"""Starts the review app as a user does, in a process of its own, and speaks to it as a browser."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import httpx
from review_samples import fill, record

from drmine.records import Record
from drmine.review.decisions.decision import Decision
from drmine.review.decisions.files import read_decisions
from drmine.review.queue.entries import QueueEntry, write_queue

SRC = Path(__file__).resolve().parents[2] / "src"


class Workspace:
    """A workspace of invented records, all of them labelled and in the queue."""

    def __init__(self, root: Path, records: Iterable[Record] | int = 30) -> None:
        self.root = root
        made = [record(n) for n in range(records)] if isinstance(records, int) else list(records)
        self.records = {one.pmid: one for one in made}
        root.mkdir(parents=True, exist_ok=True)
        fill(root / "drmine.sqlite", made).close()
        self.queue(*(QueueEntry(one.pmid, "random", 2.0, "drawn at random") for one in made))

    def queue(self, *entries: QueueEntry) -> None:
        write_queue(self.root / "review", entries, {})

    @property
    def decisions(self) -> list[Decision]:
        problems: list[str] = []
        found = read_decisions(self.root / "reviews", problems)
        assert problems == []
        return found


class Server:
    """A server process; ``url`` ends with a slash."""

    def __init__(self, workspace: Workspace, *options: str, port: int = 0) -> None:
        env = {k: v for k, v in os.environ.items() if not k.startswith("DRMINE_")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "drmine.cli", "review", "serve", "--workspace",
             str(workspace.root), "--port", str(port), *options],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env=env | {"PYTHONPATH": str(SRC), "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        assert self.process.stdout is not None
        said = ""
        for line in self.process.stdout:
            said += line
            if found := re.search(r"http://\S+", line):
                self.url = found[0]
                break
        else:
            raise AssertionError(f"The server did not start: {said}")

    @property
    def port(self) -> int:
        return int(self.url.rstrip("/").rpartition(":")[2])

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()
        if self.process.stdout:
            self.process.stdout.close()


def sign_in(client: httpx.Client, name: str, **more: str) -> httpx.Response:
    return client.post("/who", data={"name": name} | more, follow_redirects=False)


def form_of(page: str, which: str = "decision") -> dict[str, str]:
    """Return the fields of a form as a browser would send them untouched."""
    from lxml import html

    (form,) = html.fromstring(page).xpath(f"//form[@id='{which}']")
    return dict(form.form_values())


def decide(client: Any, pmid: str, do: str = "save", **changes: str) -> Any:
    """Open a record, and send its form with changes."""
    fields = form_of(client.get(f"/record/{pmid}").text)
    return client.post(
        f"/record/{pmid}", data=fields | {"do": do} | changes, follow_redirects=False
    )

"""What `drmine import` does: record files, and lists of PMIDs, into the store."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from drmine.errors import DrmineError
from drmine.plural import how_many
from drmine.progress import Progress
from drmine.records import Record
from drmine.settings import Settings
from drmine.terminal import Say, complain
from drmine.workspace import Run, Workspace

if TYPE_CHECKING:
    from drmine.pubmed.entries import Deletion
    from drmine.pubmed.files import FileReading, ReadCounts
    from drmine.pubmed.harvest import Harvest
    from drmine.store import Store


@dataclass(slots=True)
class Imported:
    """Counts of all files, what was wrong, and how many files could be read."""

    counts: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    readable: int = 0

    def note(self, problem: str) -> None:
        """Take a problem down and say it at once."""
        self.problems.append(problem)
        complain(f"Error: {problem}")


class _Place:
    """Where the records go: workspace, run and store, made once there is something to store.

    A mistyped name, or a file without a record, makes no workspace; a store that is there is
    opened at once, since what it holds decides what is kept.
    """

    def __init__(self, settings: Settings, stack: ExitStack) -> None:
        from drmine.refresh.job import has_store

        self.space = Workspace(settings.workspace)
        self.known: set[str] = set()
        self.run: Run | None = None
        self._settings = settings
        self._stack = stack
        self._opened: Store | None = None
        if has_store(settings):
            self._open()
            # a team's database may be there without this workspace
            if self.space.root.is_dir():
                self.begin()

    def _open(self) -> Store:
        from drmine.store import Store

        if self._opened is None:
            self._opened = self._stack.enter_context(Store.open(self._settings))
            # a deleted record can come back: what it says then belongs to it, on the topic or not
            self.known |= self._opened.known_pmids(include_deleted=True)
        return self._opened

    def begin(self) -> tuple[Store, str]:
        """Return the store and the id of the run; both are begun at the first call."""
        if self.run is None:
            self.run = self.space.create().new_run("import")
            self._open().start_run("import", run_id=self.run.id)
        return self._open(), self.run.id


def import_files(settings: Settings, files: Sequence[Path], *, keep_all: bool, say: Say) -> int:
    """Read files into the store; a bad file is named and the rest goes on.

    Record files are read as they are, NLM's numbered files in the order of their numbers;
    the records of a list of PMIDs are fetched from PubMed.

    Returns
    -------
    int
        Exit code: 0; 1 where something is missing; 2 where no file could be read at all.
    """
    from drmine.pubmed.files import nlm_order
    from drmine.pubmed.pmid_lists import is_pmid_file
    from drmine.versions import versions

    done = Imported()
    with ExitStack() as stack:
        place = _Place(settings, stack)
        for path in nlm_order(files):
            try:
                if is_pmid_file(path):
                    _import_list(settings, place, path, done, say)
                else:
                    _import_records(place, path, keep_all, done, say)
            except DrmineError as error:
                done.note(str(error))
                continue
            done.readable += 1
        run = place.run
        if run is None:
            if done.readable:
                say(f"Nothing to store: no workspace was made in {settings.workspace}.")
            return 2 if not done.readable else 1 if done.problems else 0
        store, _ = place.begin()
        store.finish_run(run.id, is_complete=not done.problems, counts=dict(done.counts))
        n_records = store.counts()["records"]
    place.space.write_manifest(
        run,
        {
            "run": run.id, "kind": "import", "started": run.started, "counts": dict(done.counts),
            "files": [path.name for path in files], "versions": versions(),
            "is_complete": not done.problems, "problems": done.problems,
        },
    )  # fmt: skip
    if not done.readable:
        return 2
    say(f"The store holds {how_many(n_records, 'record')}; `drmine refresh --offline` labels them.")
    return 1 if done.problems else 0


def _import_records(place: _Place, path: Path, keep_all: bool, done: Imported, say: Say) -> None:
    """Read one file; the PMIDs that the place knows grow with it."""
    from drmine.pubmed.files import nlm_file_order, read_file
    from drmine.store.upserts import ApplyCounts

    progress = Progress(f"records of {path.name} read")
    known, stored = place.known, ApplyCounts()

    def tell(share: float, counts: ReadCounts) -> None:
        progress.update(counts.read, f"{share:.0%} of the file, {counts.kept:,} kept")

    def noted(reading: FileReading) -> Iterator[Record | Deletion]:
        for entry in reading:
            if isinstance(entry, Record):
                known.add(entry.pmid)
            yield entry

    # a record that is in the store is kept whatever it says now: its old version must not stay
    with progress, read_file(path, keep_all=keep_all, known=known, progress=tell) as reading:
        entries = noted(reading)
        if (first := next(entries, None)) is not None:
            store, run_id = place.begin()
            found = chain([first], entries)
            stored = store.apply(found, run_id, file_order=nlm_file_order(path))
    counts = reading.counts
    skipped = "; ".join(f"{n:,} skipped: {why}" for why, n in counts.skipped.items())
    say(
        f"{path.name}: {how_many(counts.read, 'record')} read, {counts.kept:,} kept"
        + (f", {skipped}" if skipped else "")
        + (f", {counts.deleted:,} deletions" if counts.deleted else "")
        + (f", {counts.unreadable:,} unreadable" if counts.unreadable else "")
        + f". In the store: {stored.describe()}."
    )
    for problem in counts.problems:
        done.note(problem)
    done.counts.update(
        read=counts.read, kept=counts.kept, new=stored.new,
        deletions=counts.deleted, unreadable=counts.unreadable,
    )  # fmt: skip


def _import_list(settings: Settings, place: _Place, path: Path, done: Imported, say: Say) -> None:
    """Fetch the records of a list of PMIDs; every one is kept, whatever its topic."""
    from drmine.pubmed.batches import read_batch
    from drmine.pubmed.pmid_lists import read_pmids

    left_out: list[int] = []
    pmids = read_pmids(path, done.note, left_out.append)
    without = f" Left out: {how_many(sum(left_out), 'row')} without a record of PubMed."
    say(
        f"{path.name}: {how_many(len(pmids), 'PMID')} to fetch from "
        f"PubMed.{without if left_out else ''}"
    )
    harvest = fetch_list(settings, pmids)
    store, run_id = place.begin()
    totals: Counter[str] = Counter()
    for batch in harvest.batches:
        totals.update(asdict(store.upsert_records(read_batch(batch.path), run_id)))
    say(
        f"{path.name}: {how_many(harvest.received, 'record')} received, {totals['new']:,} new in "
        "the store."
    )
    if harvest.missing:
        done.note(
            f"PubMed serves no record for {how_many(len(harvest.missing), 'PMID')} of "
            f"{path.name} (deleted, "
            f"merged or mistyped): {', '.join(harvest.missing[:20])}; look them up and correct "
            "the list."
        )
    for problem in harvest.problems:
        done.note(problem)
    if harvest.set_aside:
        done.note(f"Unreadable and set aside: {', '.join(harvest.set_aside[:20])}; import again.")
    if harvest.not_fetched:
        done.note(
            f"Not fetched yet: {how_many(len(harvest.not_fetched), 'PMID')} of {path.name}; "
            "import it again."
        )
    done.counts.update(
        read=harvest.received, kept=harvest.received, new=totals["new"],
        not_served=len(harvest.missing), not_fetched=len(harvest.not_fetched),
    )  # fmt: skip


def fetch_list(settings: Settings, pmids: Sequence[str]) -> Harvest:
    """Fetch records by PMID into a folder named after the list.

    One that was stopped goes on there; it lies in the workspace, under ``lists``.
    """
    from drmine.pubmed.entrez import EntrezClient
    from drmine.pubmed.harvest import Plan, harvest, resume_plan, save_plan
    from drmine.pubmed.query import Query
    from drmine.refresh.taking_over import drop_outdated

    client = EntrezClient.from_settings(settings)
    wanted = tuple(sorted(pmids, key=int))
    query = Query(id="list", text=",".join(wanted))
    today = datetime.now(UTC).date().isoformat()
    # one day's answer is not taken for the next day's: records are revised
    name = hashlib.sha256(f"{today} {query.text}".encode()).hexdigest()[:16]
    lists = Workspace(settings.workspace).root / "lists"
    folder = lists / name
    drop_outdated(lists.glob("*"))
    if resume_plan(folder, query, None, False) is None:
        folder.mkdir(parents=True, exist_ok=True)
        save_plan(folder, Plan(query.fingerprint, None, False, today, len(wanted), wanted))
    return harvest(query, client, folder)

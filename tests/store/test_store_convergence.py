"""Any sequence of records and deletions ends in the content that a simple model has."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from store_samples import content, record

from drmine.pubmed.entries import Deletion
from drmine.records import Record
from drmine.store import Store
from drmine.store.engine import reading, writing
from drmine.store.schema import metadata, record_versions

# the store is emptied between examples: a new database for each would take minutes
property_test = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
PMIDS = [record(n).pmid for n in range(3)]
DATES = ["", "2024-01-01", "2024-06-01"]


@dataclass
class Model:
    """What should be in the store of one PMID: by a rule of a few lines."""

    current: Record | None = None
    is_deleted: bool = False
    seen: set[str] = field(default_factory=set)

    def take(self, entry: Record | Deletion) -> None:
        if isinstance(entry, Deletion):
            self.is_deleted = self.current is not None
            return
        self.seen.add(entry.title)
        held = self.current
        if held is None or (entry.version, entry.revised) >= (held.version, held.revised):
            self.current, self.is_deleted = entry, False

    def state(self) -> tuple[Record | None, bool, set[str]]:
        older = self.seen - {self.current.title} if self.current else set()
        return self.current, self.is_deleted, older


def states(store: Store) -> list[tuple[Record | None, bool, set[str]]]:
    older: dict[str, set[str]] = {pmid: set() for pmid in PMIDS}
    with reading(store._engine) as connection:
        for row in connection.execute(select(record_versions)):
            older[row.pmid].add(row.record["title"])
    known = store.known_pmids()
    result = []
    for pmid in PMIDS:
        current = store.get_record(pmid, include_deleted=True)
        result.append((current, current is not None and pmid not in known, older[pmid]))
    return result


def empty(store: Store) -> None:
    with writing(store._engine) as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(delete(table))


versions = st.builds(
    record,
    pmid=st.sampled_from(PMIDS),
    version=st.integers(1, 2),
    revised=st.sampled_from(DATES),
    title=st.sampled_from(["A.", "B."]),
)
entries = st.lists(versions | st.builds(Deletion, st.sampled_from(PMIDS)), max_size=14)


@property_test
@given(entries=entries, batch=st.integers(1, 5))
def test_any_sequence_ends_as_in_the_model_and_again_if_replayed(
    store: Store, entries: list[Record | Deletion], batch: int
) -> None:
    empty(store)
    model = {pmid: Model() for pmid in PMIDS}
    for entry in entries:
        model[entry.pmid].take(entry)
    store.apply(entries, "one", batch=batch)
    assert states(store) == [model[pmid].state() for pmid in PMIDS]
    before = content(store)
    store.apply(entries, "two", batch=batch)
    assert content(store) == before


@property_test
@given(data=st.data())
def test_the_order_of_arrival_of_versions_does_not_matter(
    store: Store, data: st.DataObject
) -> None:
    stamps = st.tuples(st.sampled_from(PMIDS), st.integers(1, 3), st.sampled_from(DATES))
    texts = data.draw(st.dictionaries(stamps, st.sampled_from("ABC"), max_size=8))
    made = [
        record(pmid=pmid, version=version, revised=revised, title=title)
        for (pmid, version, revised), title in texts.items()
    ]
    contents = []
    for order in (made, data.draw(st.permutations(made))):
        empty(store)
        store.upsert_records(order, "run")
        contents.append(content(store))
    assert contents[0] == contents[1]


def test_a_text_in_a_file_read_late_is_taken_for_a_version_that_came_back(store: Store) -> None:
    files: dict[int, Record | Deletion] = {
        1: record(),
        2: record(version=2, title="Newer."),
        3: record(title="Mended."),
        4: Deletion(record().pmid, 2),
    }
    for number in (1, 2, 4, 3):
        store.apply([files[number]], "run", file_order=f"2026n{number:04}")
    assert (found := store.get_record(record().pmid)) is not None and found.title == "Mended."


def test_an_older_version_that_was_deleted_itself_does_not_come_back(store: Store) -> None:
    pmid = record().pmid
    store.apply([record(version=2), Deletion(pmid, 2), Deletion(pmid, 1)], "one")
    store.apply([record(title="Older.")], "two")
    assert store.known_pmids() == set()


@st.composite
def numbered_files(draw: st.DrawFn) -> list[list[Record | Deletion]]:
    """Files as NLM makes them: records first, then deletions; versions only go up."""
    stamp = dict.fromkeys(PMIDS, (1, 0))
    files = []
    for _ in range(draw(st.integers(1, 4))):
        records: list[Record | Deletion] = []
        deleted: list[Record | Deletion] = []
        for pmid in PMIDS:
            what = draw(st.sampled_from(["", "again", "revised", "version", "deleted", "both"]))
            version, day = stamp[pmid]
            if what == "version":
                version += 1
            if what == "revised":
                day += 1
            stamp[pmid] = (version, day)
            if what in ("again", "revised", "version", "both"):
                title = draw(st.sampled_from(["A.", "B."]))
                date = f"2024-01-{day + 1:02}"
                records.append(record(pmid=pmid, version=version, revised=date, title=title))
            if what in ("deleted", "both"):
                deleted.append(Deletion(pmid))
        files.append(records + deleted)
    return files


@property_test
@given(files=numbered_files(), data=st.data())
def test_numbered_files_in_any_order_end_as_in_their_own_order(
    store: Store, files: list[list[Record | Deletion]], data: st.DataObject
) -> None:
    model = {pmid: Model() for pmid in PMIDS}
    for file in files:
        for entry in file:
            model[entry.pmid].take(entry)
    numbers = list(range(len(files)))
    again = data.draw(st.lists(st.sampled_from(numbers), max_size=3))
    order = data.draw(st.permutations(numbers + again))
    empty(store)
    for number in order:
        store.apply(files[number], "run", file_order=f"2026n{number:04}")
    assert states(store) == [model[pmid].state() for pmid in PMIDS]

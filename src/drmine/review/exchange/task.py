"""The records of a queue, with what goes out with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from drmine.annotations import text_digest
from drmine.errors import InputError
from drmine.records import Annotation
from drmine.review.decisions.decision import Decision, standing
from drmine.review.decisions.folder import review_dir
from drmine.review.decisions.reviewed_annotation import machine_annotation
from drmine.review.decisions.texts import on_stored_texts
from drmine.review.exchange.answer import Answer, Shown, Task
from drmine.review.queue.entries import QUEUE_FILE, QueueEntry, read_queue_file
from drmine.settings import Settings
from drmine.taxonomy import Taxonomy

if TYPE_CHECKING:
    from drmine.store import Store
    from drmine.store.lookups import Stamp

_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Tasks:
    """What can go out, and the PMIDs of the queue that the store does not hold."""

    tasks: tuple[Task, ...]
    missing: tuple[str, ...]


def queue_entries(settings: Settings, queue: Path | None) -> list[QueueEntry]:
    """Return the entries of a queue file, by default the workspace's.

    Raises
    ------
    InputError
        The file is missing or is no queue.
    """
    path = queue or review_dir(settings) / QUEUE_FILE
    if not path.is_file():
        raise InputError(
            f"There is no queue at {path}; draw one with `drmine review queue`, or name a file "
            "with --queue."
        )
    return read_queue_file(path)


def make_tasks(
    store: Store,
    entries: Iterable[QueueEntry],
    taxonomy: Taxonomy,
    *,
    blind: bool = False,
    answers: Mapping[str, Answer] | None = None,
) -> Tasks:
    """Return the records of a queue in its order, with the machine's proposals.

    Parameters
    ----------
    blind
        Whether reviewers are not to see what the machine said.
    answers
        What the reviewer has decided already, by PMID; what names a hypothesis that is not of
        the taxonomy stays out.
    """
    entries = list(entries)
    pmids = [entry.pmid for entry in entries]
    records = {record.pmid: record for record in store.iter_records(pmids)}
    stamps = store.stamps(pmids)
    tasks = []
    for entry in entries:
        record = records.get(entry.pmid)
        if record is None:
            continue
        machine, fingerprint = machine_part(store, entry.pmid, stamps)
        shown = Shown(
            text_digest(record.text), entry.sample, entry.weight, taxonomy_name(taxonomy),
            fingerprint, None if blind else machine, blind,
        )  # fmt: skip
        answer = (answers or {}).get(entry.pmid)
        if answer is not None and any(one.id not in taxonomy for one in answer.findings):
            # of another version of the taxonomy: half of it would come back as a new decision
            answer = None
        tasks.append(Task(record, shown, machine, answer))
    return Tasks(tuple(tasks), tuple(pmid for pmid in pmids if pmid not in records))


def machine_part(
    store: Store, pmid: str, stamps: Mapping[str, Stamp]
) -> tuple[Annotation | None, str]:
    """Return what the machine says of the present text of a record, and by which fingerprint."""
    present, stamp = store.get_annotation(pmid, is_current=True), stamps.get(pmid)
    if present is None:
        return None, ""
    return machine_annotation(present), stamp.fingerprint if stamp else ""


def taxonomy_name(taxonomy: Taxonomy) -> str:
    """Return id and version of the taxonomy, as decisions carry it."""
    return f"{taxonomy.id}/{taxonomy.version}"


def answers_of(
    decisions: Iterable[Decision], reviewer: str, digests: Mapping[str, str]
) -> dict[str, Answer]:
    """Return what a reviewer has decided, as it stands, by PMID.

    What was decided on another text than that with the digest given for its PMID is left out:
    its record is to be looked at again, and its sentences stand elsewhere.
    """
    stands = standing(on_stored_texts(decisions, digests))
    return {
        pmid: Answer(pmid, one.about_drug_response, one.study_type, one.findings, one.note)
        for (pmid, name, is_adjudication), one in stands.items()
        if name == reviewer and not is_adjudication
    }


def first_of(pmids: Sequence[str]) -> str:
    """Return the first of many PMIDs, for a sentence that says how many they are."""
    return ", ".join(pmids[:_SHOWN])

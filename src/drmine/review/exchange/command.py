"""What `drmine review export` and `drmine review import` do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drmine.annotations import text_digest
from drmine.errors import DrmineError, InputError
from drmine.review.decision_files import append_decisions, read_decisions
from drmine.review.decisions import Decision, as_spelt, check_reviewer
from drmine.review.exchange.answer import Reading, Shown
from drmine.review.exchange.formats import READERS, WRITERS, format_of
from drmine.review.exchange.intake import Intake, to_decisions
from drmine.review.exchange.mentions import add_marked
from drmine.review.exchange.task import answers_of, make_tasks, queue_entries, taxonomy_name
from drmine.review.folder import review_dir, reviews_folder
from drmine.review.queue import read_queue
from drmine.review.reviewed_annotation import machine_annotation
from drmine.settings import Settings

if TYPE_CHECKING:
    from drmine.store import Store
    from drmine.taxonomy import Taxonomy

Say = Callable[[str], Any]
_SHOWN = 10


def export_queue(
    settings: Settings,
    out: Path,
    *,
    format: str,
    queue: Path | None,
    blind: bool,
    reviewer: str | None,
    reviews: Path | None,
    say: Say,
    complain: Say,
) -> int:
    """Write the records of a queue for another program.

    Parameters
    ----------
    out
        File, or folder for brat.
    blind
        Whether the machine's proposals stay out.
    reviewer
        Whose decisions so far on the present texts are filled in.

    Returns
    -------
    int
        Exit code: 0; 1 where the store lacks records of the queue.
    """
    from drmine.refresh.job import existing_store
    from drmine.taxonomy import load_taxonomy

    taxonomy = load_taxonomy()
    entries = queue_entries(settings, queue)
    with existing_store(settings) as store:
        answers = {}
        folder = reviews_folder(settings, reviews, invented=store.has_invented())
        known = read_decisions(folder)
        _check_not_filled_in(out, taxonomy, _Texts(store), known)
        if reviewer is not None:
            records = store.iter_records([entry.pmid for entry in entries])
            digests = {one.pmid: text_digest(one.text) for one in records}
            reviewer = as_spelt(reviewer, (d.reviewer for d in known))
            answers = answers_of(known, reviewer, digests)
            if not answers:
                said = (
                    "on these records" if any(d.reviewer == reviewer for d in known) else "at all"
                )
                complain(f"{folder} holds no decision by {reviewer} {said}: nothing is filled in.")
        found = make_tasks(store, entries, taxonomy, blind=blind, answers=answers)
    if not found.tasks:
        raise InputError(
            "The store holds none of the records of the queue; draw one with `drmine review queue`."
        )
    try:
        written = WRITERS[format](out, found.tasks, taxonomy, blind)
    except OSError as error:
        raise InputError(
            f"{out} cannot be written ({error.strerror or error}); name another place."
        ) from None
    say(f"{len(found.tasks):,} records: {', '.join(str(path) for path in written)}")
    if found.missing:
        complain(
            f"{len(found.missing):,} records of the queue are not in the store: "
            f"{', '.join(found.missing[:_SHOWN])}"
        )
    return 1 if found.missing else 0


def _check_not_filled_in(
    out: Path, taxonomy: Taxonomy, texts: _Texts, known: Sequence[Decision]
) -> None:
    """Refuse to write over what somebody has filled in and not brought back yet.

    Raises
    ------
    InputError
        ``out`` holds decisions that stand in no reviewer's file.
    """
    if not out.exists():
        return
    try:
        reading = READERS[format_of(out)](out, taxonomy, texts.of, None)
    except DrmineError:
        return  # nothing that a reviewer could have filled in
    there = any(
        not to_decisions(reading.answers, who, known, {}, taxonomy_name(taxonomy)).new
        for who in {one.reviewer for one in known}
    )
    if reading.problems or (reading.answers and not there):
        raise InputError(
            f"{out} holds decisions that were not imported; bring them back by `drmine review "
            "import`, or name another place."
        )


def import_file(
    settings: Settings,
    path: Path,
    *,
    reviewer: str,
    annotator: str | None,
    reviews: Path | None,
    say: Say,
    complain: Say,
) -> int:
    """Bring a file that was filled in elsewhere into the reviewer's file.

    The good parts are taken; each bad one is named in a sentence. What is there already is
    not taken again.

    Parameters
    ----------
    reviewer
        Whose decisions these are.
    annotator
        Whose annotations are taken of a file that holds those of several.

    Returns
    -------
    int
        Exit code: 0; 1 where something could not be taken.

    Raises
    ------
    InputError
        The file cannot be read at all.
    """
    from drmine.refresh.job import existing_store
    from drmine.taxonomy import load_taxonomy

    taxonomy = load_taxonomy()
    check_reviewer(reviewer)
    with existing_store(settings) as store:
        folder = reviews_folder(settings, reviews, invented=store.has_invented())
        texts = _Texts(store)
        reading = READERS[format_of(path)](path, taxonomy, texts.of, annotator)
        known = read_decisions(folder)
        reviewer = as_spelt(reviewer, (d.reviewer for d in known))
        defaults = _defaults(settings, store, [one.pmid for one in reading.answers])
        intake = to_decisions(
            reading.answers, reviewer, known, defaults, taxonomy_name(taxonomy)
        )  # fmt: skip
        try:
            append_decisions(folder, intake.new)
            n_marked = add_marked(folder, reviewer, reading.marked, path.name)
        except OSError as error:
            raise InputError(
                f"The folder of decisions {folder} cannot be written to "
                f"({error.strerror or error}); make it writable, or name another with --reviews."
            ) from None
        _tell(reading, intake, n_marked, texts, folder, say)
    for problem in reading.problems:
        complain(problem)
    return 1 if reading.problems else 0


@dataclass(frozen=True)
class _Texts:
    store: Store

    @cache  # noqa: B019 (lives as long as one import)
    def of(self, pmid: str) -> str | None:
        record = self.store.get_record(pmid)
        return record.text if record else None


def _defaults(settings: Settings, store: Store, pmids: list[str]) -> dict[str, Shown]:
    entries = {entry.pmid: entry for entry in read_queue(review_dir(settings))}
    stamps = store.stamps(pmids)
    found = {}
    for pmid in pmids:
        entry, stamp = entries.get(pmid), stamps.get(pmid)
        present = store.get_annotation(pmid)
        found[pmid] = Shown(
            sample=entry.sample if entry else None,
            weight=entry.weight if entry else None,
            fingerprint=stamp.fingerprint if stamp else "",
            proposal=machine_annotation(present) if present else None,
        )
    return found


def _tell(
    reading: Reading, intake: Intake, n_marked: int, texts: _Texts, folder: Path, say: Say
) -> None:
    counts = [f"{len(intake.new):,} new decisions"]
    if intake.n_known:
        counts.append(f"{intake.n_known:,} that were there already")
    if reading.undecided:
        counts.append(f"{reading.undecided:,} records without a decision, passed over")
    if reading.problems:
        counts.append(f"{len(reading.problems):,} that could not be taken")
    say(f"{', '.join(counts)}. Decisions are in {folder}")
    if reading.marked:
        say(f"{n_marked:,} new records with marked mentions, in {folder / 'mentions'}")
    if intake.n_replaced:
        say(
            f"{intake.n_replaced:,} were there and have been replaced or taken back since; they "
            "stay so."
        )
    changed, absent = [], []
    for one in reading.answers:
        text = texts.of(one.pmid)
        if text is None:
            absent.append(one.pmid)
        elif one.shown.text_sha256 not in ("", text_digest(text)):
            changed.append(one.pmid)
    if changed:
        say(
            f"{len(changed):,} are on a text that has changed since, and count only once they are "
            f"looked at again: {', '.join(changed[:_SHOWN])}"
        )
    if absent:
        say(
            f"{len(absent):,} are on records that are not in the store: "
            f"{', '.join(absent[:_SHOWN])}"
        )
    if reading.reworded:
        say(
            f"{len(reading.reworded):,} marks have other words than the text at their place, and "
            f"were taken by the place; see that they are right: {', '.join(reading.reworded[:5])}"
            + (" ..." if len(reading.reworded) > 5 else "")
        )
    for note in reading.notes:
        say(note)

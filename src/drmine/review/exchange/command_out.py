"""What `drmine review export` does."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from drmine.annotations import text_digest
from drmine.errors import DrmineError, InputError
from drmine.plural import how_many
from drmine.review.decisions.decision import Decision, as_spelt
from drmine.review.decisions.files import read_decisions
from drmine.review.decisions.folder import reviews_folder
from drmine.review.exchange.formats import READERS, WRITERS, format_of
from drmine.review.exchange.intake import to_decisions
from drmine.review.exchange.stored_texts import StoredTexts
from drmine.review.exchange.task import (
    answers_of,
    first_of,
    make_tasks,
    queue_entries,
    taxonomy_name,
)
from drmine.settings import Settings
from drmine.terminal import Say

if TYPE_CHECKING:
    from drmine.taxonomy import Taxonomy


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
    from drmine.refresh.job import reading_store
    from drmine.taxonomy import load_taxonomy

    taxonomy = load_taxonomy()
    entries = queue_entries(settings, queue)
    with reading_store(settings) as store:
        answers = {}
        folder = reviews_folder(settings, reviews, invented=store.has_invented())
        known = read_decisions(folder)
        _check_not_filled_in(out, taxonomy, StoredTexts(store), known)
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
    say(f"{how_many(len(found.tasks), 'record')}: {', '.join(str(path) for path in written)}")
    if found.missing:
        complain(
            f"Not in the store, of the queue: {how_many(len(found.missing), 'record')}: "
            f"{first_of(found.missing)}"
        )
    return 1 if found.missing else 0


def _check_not_filled_in(
    out: Path, taxonomy: Taxonomy, texts: StoredTexts, known: Sequence[Decision]
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

"""What `drmine review import` does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from drmine.annotations import text_digest
from drmine.errors import InputError
from drmine.plural import how_many
from drmine.review.decisions.decision import as_spelt, check_reviewer
from drmine.review.decisions.files import append_decisions, read_decisions
from drmine.review.decisions.folder import review_dir, reviews_folder
from drmine.review.exchange.answer import Reading, Shown
from drmine.review.exchange.formats import READERS, format_of
from drmine.review.exchange.intake import Intake, to_decisions
from drmine.review.exchange.mentions import add_marked
from drmine.review.exchange.stored_texts import StoredTexts
from drmine.review.exchange.task import first_of, machine_part, taxonomy_name
from drmine.review.queue.entries import read_queue
from drmine.settings import Settings
from drmine.terminal import Say

if TYPE_CHECKING:
    from drmine.store import Store


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
        texts = StoredTexts(store)
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


def _defaults(settings: Settings, store: Store, pmids: list[str]) -> dict[str, Shown]:
    entries = {entry.pmid: entry for entry in read_queue(review_dir(settings))}
    stamps = store.stamps(pmids)
    found = {}
    for pmid in pmids:
        entry = entries.get(pmid)
        proposal, fingerprint = machine_part(store, pmid, stamps)
        found[pmid] = Shown(
            sample=entry.sample if entry else None,
            weight=entry.weight if entry else None,
            fingerprint=fingerprint,
            proposal=proposal,
        )
    return found


def _tell(
    reading: Reading, intake: Intake, n_marked: int, texts: StoredTexts, folder: Path, say: Say
) -> None:
    counts = [how_many(len(intake.new), "new decision")]
    if intake.n_known:
        counts.append(f"{intake.n_known:,} that were there already")
    if reading.undecided:
        counts.append(f"{how_many(reading.undecided, 'record')} without a decision, passed over")
    if reading.problems:
        counts.append(f"{len(reading.problems):,} that could not be taken")
    say(f"{', '.join(counts)}. Decisions are in {folder}")
    if reading.marked:
        say(f"{how_many(n_marked, 'new record')} with marked mentions, in {folder / 'mentions'}")
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
            f"looked at again: {first_of(changed)}"
        )
    if absent:
        say(f"{len(absent):,} are on records that are not in the store: {first_of(absent)}")
    if reading.reworded:
        say(
            f"{len(reading.reworded):,} marks have other words than the text at their place, and "
            f"were taken by the place; see that they are right: {', '.join(reading.reworded[:5])}"
            + (" ..." if len(reading.reworded) > 5 else "")
        )
    for note in reading.notes:
        say(note)

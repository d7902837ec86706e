"""What ``drmine explain`` does: read one record, stored or given as text, and say why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from drmine.errors import InputError
from drmine.records import Record
from drmine.review.decisions.folder import reviews_folder
from drmine.review.explain import decision_on
from drmine.settings import Settings

if TYPE_CHECKING:
    from drmine.store.lookups import Stamp


def explain_record(settings: Settings, *, pmid: str | None = None, text: str | None = None) -> str:
    """Return one record with its spans, cues and scores, as text.

    Parameters
    ----------
    settings
        Say where the store is and which statistical model is used.
    pmid
        A record of the store.
    text
        Text instead; its first line is the title.

    Raises
    ------
    InputError
        The store has no such record, or the text is empty or cannot be tagged.
    """
    if pmid is None:
        return _why(settings, _given(text or ""))[0]
    found = _stored(settings, pmid)
    why, fingerprint = _why(settings, found.record)
    said = (
        why,
        _labels_in_use(found.stamp, fingerprint),
        _status(found.record, found.paper),
        decision_on(found.record, found.stamp, found.reviews),
    )
    return "\n".join(filter(None, said))


def _why(settings: Settings, record: Record) -> tuple[str, str]:
    """Return a record as text that shows what was found and why, and the fingerprint of that."""
    from drmine.classify.classifier import Classifier
    from drmine.nlp.explain import explain
    from drmine.nlp.pipeline import Pipeline

    classifier = Classifier(Pipeline(spacy_model=settings.spacy_model), all_scores=True)
    try:
        tagged = classifier.pipeline.read(record)
    except ValueError as error:
        raise InputError(f"The text cannot be tagged: {error}.") from None
    annotation = classifier.decide(tagged)
    assigned = {f.id for f in annotation.hypotheses if classifier.assigns(annotation, f)}
    text = explain(tagged, classifier.pipeline.vocabulary, annotation, assigned)
    return text, classifier.fingerprint


def _status(record: Record, paper: str | None) -> str:
    """Say what PubMed marks about the record, if anything, and whether it counts.

    ``paper`` is what counts in its place, if it is a preprint of a paper that does.
    """
    if paper:
        return (
            f"Marked by PubMed: preprint of {paper}; that paper counts in its place, "
            "no count includes the preprint."
        )
    marked = [record.retraction.replace("_", " ")] if record.retraction != "none" else []
    marked += ["erratum"] if record.is_erratum else []
    if not marked:
        return ""
    counted = "it counts as evidence" if record.is_evidence else "no count includes it"
    return f"Marked by PubMed: {', '.join(marked)}; {counted}."


def _labels_in_use(stamp: Stamp | None, fingerprint: str) -> str:
    """Say where trend files and report hold other labels than those above, or none."""
    if stamp is None:
        return "Not labelled yet: trend files and report hold it from the next `drmine refresh` on."
    if stamp.is_current and stamp.fingerprint == fingerprint:
        return ""
    earlier = "by another version or setting" if stamp.is_current else "from an earlier text"
    return (
        f"The labels above are new: those of trend files and report were made {earlier}, until the "
        "next `drmine refresh`."
    )


def _given(text: str) -> Record:
    title, _, abstract = text.strip().partition("\n")
    if not title:
        raise InputError("The text is empty; give a title, and the abstract from its second line.")
    return Record(pmid="", title=title.strip(), abstract=" ".join(abstract.split()))


class _Stored(NamedTuple):
    """A record of the store, and what else is asked there."""

    record: Record
    paper: str | None
    stamp: Stamp | None
    reviews: Path


def _stored(settings: Settings, pmid: str) -> _Stored:
    from drmine.refresh.job import reading_store

    digits = pmid.strip().lstrip("0")
    if not (digits.isascii() and digits.isdecimal()):
        raise InputError(f"{pmid!r} is no PMID; give its number alone, such as 12345678.")
    with reading_store(settings) as store:
        record, paper = store.get_record(digits), store.published_as(digits)
        is_deleted = record is None and store.get_record(digits, include_deleted=True) is not None
        stamp = store.stamps([digits]).get(digits)
        reviews = reviews_folder(settings, invented=store.has_invented())
    if is_deleted:
        raise InputError(
            f"PMID {pmid} is marked as deleted: PubMed no longer has it (or has merged it), and "
            "nothing counts it; it comes back if PubMed gives it again."
        )
    if record is None:
        raise InputError(
            f"PMID {pmid} is not in the store of {settings.workspace}; "
            "fetch it with `drmine refresh`, import a file that holds it, or give --text."
        )
    return _Stored(record, paper, stamp, reviews)

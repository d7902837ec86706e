"""What ``drmine explain`` does: read one record, stored or given as text, and say why."""

from __future__ import annotations

from drmine.errors import InputError
from drmine.records import Record
from drmine.review.explain import decision_on
from drmine.settings import Settings


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
    record, paper = _stored(settings, pmid) if pmid is not None else (_given(text or ""), None)
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
    decided = "" if pmid is None else decision_on(settings, record)
    return "\n".join(filter(None, (text, _status(record, paper), decided)))


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


def _given(text: str) -> Record:
    title, _, abstract = text.strip().partition("\n")
    if not title:
        raise InputError("The text is empty; give a title, and the abstract from its second line.")
    return Record(pmid="", title=title.strip(), abstract=" ".join(abstract.split()))


def _stored(settings: Settings, pmid: str) -> tuple[Record, str | None]:
    from drmine.refresh.job import existing_store

    digits = pmid.strip().lstrip("0")
    if not (digits.isascii() and digits.isdecimal()):
        raise InputError(f"{pmid!r} is no PMID; give its number alone, such as 12345678.")
    with existing_store(settings) as store:
        record, paper = store.get_record(digits), store.published_as(digits)
    if record is None:
        raise InputError(
            f"PMID {pmid} is not in the store of {settings.workspace}; "
            "fetch it with `drmine refresh`, import a file that holds it, or give --text."
        )
    return record, paper

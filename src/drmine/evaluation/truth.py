"""What people decided, from gold and reviews together, and the texts that are at hand for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from drmine.annotations import annotation_file, text_digest
from drmine.finding_gold import GOLD, GoldFindings, read_gold_findings
from drmine.records import Record
from drmine.review.decisions.decision import Decision, drawn_at_random, standing
from drmine.review.decisions.files import read_decisions
from drmine.review.decisions.texts import settled_on, with_several_texts
from drmine.settings import Settings

GOLD_SAMPLE = "gold"


@dataclass(frozen=True, slots=True)
class Truth:
    """The decision that counts on one record.

    ``sample`` is why the record was looked at (``gold`` for gold), ``decided`` when
    (ISO 8601; blank for gold, which came before all reviews).
    """

    findings: GoldFindings
    sample: str
    decided: str = ""


@dataclass(slots=True)
class Truths:
    """Decisions that can be held against the machine, with their texts; and why others cannot.

    ``trained_on``: the shipped model has learned from them. ``without_text``: the text is
    not at hand, or is not the one that was judged.
    """

    truths: list[Truth] = field(default_factory=list)
    records: dict[str, Record] = field(default_factory=dict)
    trained_on: int = 0
    without_text: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def gather_truths(settings: Settings, gold: Path | None, reviews: Path | None) -> Truths:
    """Return all decisions with their texts.

    A reviewer's decision beats gold on the same record; of several, the one that counts
    (:func:`drmine.review.decisions.texts.settled_on`). Texts are those of the store, and of the
    file that ``drmine annotations hydrate`` writes.

    Parameters
    ----------
    gold, reviews
        Gold file and reviewers' folder; the checkout's where they are None. A checkout
        without gold is well.

    Raises
    ------
    InputError
        A gold file that was named is missing, or a line of it is not of this kind.
    """
    from drmine.classify.model import shipped_model

    found = Truths()
    chosen = {one.findings.pmid: one for one in _gold(gold)}
    folder = _reviews(settings, reviews)
    decisions = read_decisions(folder, found.problems)
    at_hand = _texts(settings, with_several_texts(decisions))
    digests = {
        pmid: text_digest(one.text) for texts in reversed(at_hand) for pmid, one in texts.items()
    }
    chosen |= {one.findings.pmid: one for one in reviewed(decisions, digests)}
    learned = set(shipped_model().card.get("trained_on", {}).get("pmids", ()))
    usable = {pmid: one for pmid, one in chosen.items() if pmid not in learned}
    found.trained_on = len(chosen) - len(usable)
    texts = _texts(settings, usable)
    for pmid, one in sorted(usable.items(), key=lambda item: (len(item[0]), item[0])):
        record = _judged_text(one, texts)
        if record is None:
            found.without_text.append(pmid)
        else:
            found.truths.append(one)
            found.records[pmid] = record
    return found


def _texts(settings: Settings, pmids: Collection[str]) -> list[dict[str, Record]]:
    """Return the records of the store, and those of the file beside it."""
    from drmine.annotation_files.hydrate import HYDRATED, read_records
    from drmine.mention_gold import stored_records
    from drmine.workspace import Workspace

    if not pmids:
        return []
    hydrated = read_records(Workspace(settings.workspace).root / HYDRATED)
    return [
        {one.pmid: one for one in stored_records(settings, sorted(pmids))},
        {one.pmid: one for one in hydrated if one.pmid in pmids},
    ]


def _gold(gold: Path | None) -> list[Truth]:
    if gold is None:
        gold = annotation_file(GOLD)
    if gold is None:
        return []
    return [Truth(one, GOLD_SAMPLE) for one in read_gold_findings(gold)]


def _reviews(settings: Settings, reviews: Path | None) -> Path:
    from drmine.review.decisions.folder import reviews_folder
    from drmine.store import Store
    from drmine.workspace import Workspace

    invented = False
    if settings.database_url or Workspace(settings.workspace).database.is_file():
        with Store.open_as_is_right(settings) as store:
            invented = store.has_invented()
    return reviews_folder(settings, reviews, invented=invented)


def reviewed(
    decisions: Iterable[Decision], digests: Mapping[str, str] | None = None
) -> list[Truth]:
    """Return the decision that counts on each reviewed record.

    What settles a difference belongs to the sample that the record was drawn for, and every
    decision on a record of the random sample to that. A decision
    on the text at hand, whose digest is in ``digests`` by PMID, comes before one on another.
    """
    decisions = list(decisions)
    samples: dict[str, str] = {}
    for one in standing(decisions).values():
        if one.round != "adjudication" or one.pmid not in samples:
            samples[one.pmid] = one.sample
    samples |= dict.fromkeys(drawn_at_random(decisions), "random")
    return [
        Truth(
            one.as_gold(),
            samples[pmid],
            one.time,
        )
        for pmid, one in settled_on(decisions, digests or {}).items()
    ]


def _judged_text(one: Truth, texts: Iterable[Mapping[str, Record]]) -> Record | None:
    """Return the record with the text that was judged; a decision may not say which it was."""
    for records in texts:
        record = records.get(one.findings.pmid)
        if record is not None and one.findings.is_of(record.text):
            return record
    return None

"""Says why: one record with its spans, cues and scores, as text for a terminal."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from drmine.nlp import (
    drug_phrases,
    named_hypotheses,
    resistant_epilepsy,
    seizure_phrases,
    shared_heads,
    shortened_lists,
)
from drmine.nlp.assertion import Cue
from drmine.nlp.sentences import Sentence
from drmine.nlp.tagged import TaggedRecord
from drmine.records import Annotation, Mention
from drmine.vocabulary import Vocabulary

_HOW = {
    "vocabulary": "the term {term!r} of the vocabulary",
    "context": "the short term {term!r}, which the rest of the record explains",
    "abbreviation": "an abbreviation that the record defines as {long!r}",
    "mesh": "the MeSH heading {text!r}",
    "substance": "the substance {text!r}",
    shortened_lists.RULE: "the term {term!r}, of which the list names the family once",
    shared_heads.RULE: "the term {term!r}, of which the list names the last word once",
    named_hypotheses.RULE: "the term {term!r}, in a list of hypotheses",
    drug_phrases.RULE: "a phrase of {term!r} with a drug in it",
    seizure_phrases.RULE: "a phrase of {term!r} with seizures in it",
    resistant_epilepsy.RULE: "the terms {term}, which stand together",
    "rule:star-allele": "the term {term!r} with a star allele",
}


def reason(mention: Mention) -> str:
    """Say which term, rule, abbreviation or model made a mention."""
    source, _, name = mention.matched_by.partition(":")
    if source == "model":
        return f"an entity of {name}, linked to the term {mention.term!r}"
    pattern = _HOW.get(mention.matched_by, mention.matched_by)
    return pattern.format(term=mention.term, long=mention.long_form, text=mention.text)


def explain(
    tagged: TaggedRecord,
    vocabulary: Vocabulary,
    annotation: Annotation | None = None,
    assigned: Collection[str] = (),
) -> str:
    """Return a tagged record as text that shows what was found and why.

    Parameters
    ----------
    tagged
        The record as the pipeline read it.
    vocabulary
        Gives the concepts' names.
    annotation
        Scores of the classifier, where there are any; with ``all_scores`` for every hypothesis.
    assigned
        Ids of the hypotheses that are above their threshold: only of them a stance is told.

    Returns
    -------
    str
        Sentences with mentions in ``[brackets]`` and cues in ``{braces}``; under each, the
        concepts with what made them.
    """
    record = tagged.record
    named = [part for part in (record.pmid, str(record.year or ""), record.journal) if part]
    lines = [" · ".join(named)] if named else []
    for number, sentence in enumerate(tagged.sentences):
        cues = tagged.cues[number] if number < len(tagged.cues) else ()
        mentions = tagged.mentions_in(sentence)
        lines += ["", f"{sentence.section:>10}  {_marked(record.text, sentence, mentions, cues)}"]
        lines += [f"{'':12}{_line(mention, vocabulary)}" for mention in mentions]
    if tagged.abbreviations:
        pairs = "; ".join(f"{short} = {long}" for short, long in tagged.abbreviations.items())
        lines += ["", f"Abbreviations that the record defines: {pairs}"]
    if tagged.heading_mentions:
        lines += ["", "From headings:"]
        lines += [f"{'':12}{_line(mention, vocabulary)}" for mention in tagged.heading_mentions]
    if annotation is not None:
        lines += ["", *_scores(annotation, assigned)]
    return "\n".join(lines)


def _marked(text: str, sentence: Sentence, mentions: list[Mention], cues: tuple[Cue, ...]) -> str:
    """Return a sentence with its mentions and cues set off."""
    places = [(m.start, m.end, "[", "]") for m in mentions]
    for cue in cues:
        if not any(cue.start < end and start < cue.end for start, end, _, _ in places):
            places.append((cue.start, cue.end, "{", "}"))
    # a name can stand in a phrase: what ends comes before what begins, the longer one begins first
    signs = sorted(
        [(start, 1, -end, opening) for start, end, opening, _ in places]
        + [(end, 0, -start, closing) for start, end, _, closing in places]
    )
    parts: list[str] = []
    position = sentence.start
    for place, _, _, sign in signs:
        parts += [text[position:place], sign]
        position = place
    return "".join([*parts, text[position : sentence.end]])


def _line(mention: Mention, vocabulary: Vocabulary) -> str:
    concept = vocabulary.concepts[mention.concept]
    named = concept.id if concept.name == concept.id else f"{concept.id} ({concept.name})"
    states = [
        s for s, on in (("negated", mention.negated), ("speculated", mention.speculated)) if on
    ]
    state = f"; {' and '.join(states)} by {mention.cue!r}" if states else ""
    return f"{mention.text} = {named}, {concept.class_}: {reason(mention)}{state}"


def _shown(score: float) -> str:
    """Return a score with two decimals: as 1.00 it would claim that the machine cannot be wrong."""
    return ">0.99" if score >= 0.995 else f"{score:.2f}"


def _scores(annotation: Annotation, assigned: Collection[str]) -> Iterator[str]:
    about = "yes" if annotation.about_drug_response else "no"
    yield f"About drug response: {about} ({_shown(annotation.about_drug_response_score)})"
    yield f"Study type: {annotation.study_type} ({_shown(annotation.study_type_score)})"
    for finding in annotation.hypotheses:
        if finding.id not in assigned:
            continue
        stance = f"{finding.stance} ({_shown(finding.stance_score)})"
        yield (
            f"{finding.id:>20} {_shown(finding.score):>5}  {stance}, {finding.origin}"
            + (", to be reviewed" if finding.needs_review else "")
        )
        for span in finding.evidence:
            yield f"{'':26}{span.text}"
    others = [f"{f.id} {_shown(f.score)}" for f in annotation.hypotheses if f.id not in assigned]
    if others:
        yield f"Below their threshold: {', '.join(others)}"

"""Tags the concepts of the vocabulary in a text, and says what made each mention."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache, partial
from importlib.resources import files
from typing import TYPE_CHECKING

from drmine.nlp.long_forms import entry_of_long_form, number_forms
from drmine.nlp.matcher import BLOCKED, Entry, Match, TermIndex
from drmine.nlp.memo import Memo
from drmine.nlp.normalize import key
from drmine.nlp.surface import fits
from drmine.nlp.word_order import turned_round
from drmine.nlp.words import words_of
from drmine.records import Mention

if TYPE_CHECKING:
    from drmine.vocabulary import Vocabulary

_REMEMBERED = 50_000

# Besides its own concept or class, a safe mention of these classes explains an
# ambiguous term: "VPA" in a record on epilepsy is the drug, "clearance" beside a drug its own.
_CUE_CLASSES = {
    "drug": frozenset({"drug", "probe", "resistance", "epilepsy"}),
    "pharmacokinetics": frozenset({"pharmacokinetics", "enzyme", "drug"}),
    "resistance": frozenset({"resistance", "epilepsy"}),
    "severity": frozenset({"severity", "resistance", "epilepsy"}),
    "epilepsy": frozenset({"epilepsy", "resistance"}),
    # "mutation", "variant": of whatever gene the record names
    "gene": frozenset({"gene", "target", "enzyme", "transporter"}),
}


# "Ca2+" is no carbonic anhydrase 2.
_ION = re.compile(r"(?:Ca|Mg|Zn|Fe|Cu|Mn)\(?2")


@lru_cache(maxsize=1)
def blockers() -> tuple[str, ...]:
    """Return the phrases that hold a term and mean another thing."""
    text = files("drmine.nlp").joinpath("blockers.tsv").read_text(encoding="utf-8")
    return tuple(line.split("\t")[0] for line in text.splitlines() if not line.startswith("#"))


def _stands_alone(entry: Entry) -> bool:
    """Whether a term is clear enough to hold whatever long form a record gives it.

    ``GABRA1``, ``EEG-fMRI``: what a record defines there is wider or was cut too short.
    """
    return not entry.needs_context and len(entry.term) > 3


class MechanismTagger:
    """Finds vocabulary concepts; holds the term index, which takes a moment to build."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.index = TermIndex(
            Entry(concept.id, term, needs_context)
            for concept in vocabulary.concepts.values()
            for needs_context, terms in ((False, concept.terms), (True, concept.context_terms))
            for written in terms
            for term in (written, *turned_round(written))
        )
        for phrase in blockers():
            if not self.index.lookup(phrase):
                self.index.add(Entry(BLOCKED, phrase, False))

        # the same headings and definitions come again and again
        self._headings: Memo[str, Entry | None] = Memo(self._entry_of_heading, _REMEMBERED)
        self._long_forms: Memo[str, Entry | None] = Memo(
            partial(entry_of_long_form, index=self.index), _REMEMBERED
        )

    def tag(self, text: str, abbreviations: Mapping[str, str]) -> list[Mention]:
        """Return the mentions of a text, in order, without assertion.

        Parameters
        ----------
        text
            ``Record.text``.
        abbreviations
            Long form by short form, as the record defines them.

        Returns
        -------
        list of Mention
            ``matched_by`` is ``vocabulary``, ``abbreviation`` or ``context`` (an
            ambiguous short form that the rest of the record explains).
        """
        defined: dict[str, Entry] = {}
        long_forms: dict[str, str] = {}
        foreign: set[str] = set()
        for short, long in abbreviations.items():
            entry = self._long_forms[long]
            if entry is not None and self._is_clearer(short, long, entry):
                continue
            if entry is not None:
                for form in number_forms(short):
                    defined.setdefault(key(form), Entry(entry.concept, form, False))
                    long_forms.setdefault(key(form), long)
            elif short not in long:
                foreign.add(short)
        matches = self.index.find(text, words_of(text), defined)
        matches = [
            m
            for m in matches
            if m.entries[0].concept != BLOCKED
            and not (text[m.start : m.end] in foreign and not _stands_alone(m.entries[0]))
        ]
        return self._resolve(text, matches, defined, long_forms)

    def _is_clearer(self, short: str, long: str, entry: Entry) -> bool:
        """Whether a short form names a concept itself, and a term within its long form another.

        ``EEG with functional MRI (EEG-fMRI)``, ``IQ motif containing GTPase activating protein 1
        (IQGAP1)``.
        """
        if key(entry.term) == key(long):
            return False
        own = [e for e in self.index.lookup(short) if _stands_alone(e) and fits(e.term, short)]
        return bool(own) and own[0].concept not in (BLOCKED, entry.concept)

    def mentions_of_headings(self, headings: Iterable[str], source: str) -> list[Mention]:
        """Return the concepts that whole headings name, as mentions without a place.

        Parameters
        ----------
        headings
            MeSH headings or substances; ``Receptors, GABA-A`` is read as ``GABA-A Receptors`` too.
        source
            ``mesh`` or ``substance``: what ``matched_by`` says.
        """
        found: list[Mention] = []
        for heading in headings:
            entry = self._headings[heading]
            if entry is not None:
                concept = self.vocabulary.concepts[entry.concept]
                found.append(
                    Mention(
                        -1, -1, heading, concept.id, concept.class_,
                        matched_by=source, term=entry.term,
                    )
                )  # fmt: skip
        return found

    def _entry_of_heading(self, heading: str) -> Entry | None:
        name = heading.partition("/")[0].lstrip("*").strip()
        parts = [part.strip() for part in name.split(",")]
        for form in (name, " ".join(reversed(parts))):
            for entry in self.index.lookup(form):
                if entry.concept == BLOCKED:
                    return None
                if not entry.needs_context and fits(entry.term, form):
                    return entry
        return None

    def _resolve(
        self,
        text: str,
        matches: list[Match],
        defined: Mapping[str, Entry],
        long_forms: Mapping[str, str],
    ) -> list[Mention]:
        safe = {e.concept for m in matches for e in m.entries if not e.needs_context}
        # A cue for an ambiguous short form: its concept or its class, named in full.
        safe_classes = {self.vocabulary.concepts[c].class_ for c in safe}
        mentions: list[Mention] = []
        for match in matches:
            surface = text[match.start : match.end]
            entry = self._choose(match, safe, safe_classes)
            if entry is None or (text.startswith("+", match.end) and _ION.fullmatch(surface)):
                continue
            concept = self.vocabulary.concepts[entry.concept]
            mention = Mention(
                match.start, match.end, surface, concept.id, concept.class_,
                matched_by="context" if entry.needs_context else "vocabulary", term=entry.term,
            )  # fmt: skip
            short_key = key(surface) if defined else ""
            if short_key in defined and defined[short_key].concept == entry.concept:
                mention = replace(
                    mention, long_form=long_forms[short_key], matched_by="abbreviation"
                )
            mentions.append(mention)
        return mentions

    def _choose(self, match: Match, safe: set[str], safe_classes: set[str]) -> Entry | None:
        plain = [e for e in match.entries if not e.needs_context]
        if plain:
            return plain[0]
        for entry in match.entries:
            if entry.concept in safe:
                return entry
        for entry in match.entries:
            concept = self.vocabulary.concepts[entry.concept]
            cues = _CUE_CLASSES.get(concept.class_, frozenset({concept.class_}))
            if cues & safe_classes or (concept.parent and concept.parent in safe):
                return entry
        return None


_GENE_SUFFIX = re.compile(r"\*\d+[A-Z]?")


def extend_star_alleles(text: str, mentions: list[Mention]) -> list[Mention]:
    """Take the star allele into the mention of its gene: ``CYP2C9*3``."""
    if "*" not in text:
        return mentions
    extended: list[Mention] = []
    for mention in mentions:
        star = _GENE_SUFFIX.match(text, mention.end)
        if star is not None and mention.class_ in ("enzyme", "transporter", "gene", "target"):
            mention = replace(
                mention, end=star.end(), text=text[mention.start : star.end()],
                matched_by="rule:star-allele",
            )  # fmt: skip
        extended.append(mention)
    return extended

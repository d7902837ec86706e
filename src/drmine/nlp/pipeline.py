"""The scispaCy pipeline: tokens, sentences, abbreviations, mechanisms, assertion."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from drmine.errors import ConfigurationError
from drmine.nlp.abbreviations import find_abbreviations
from drmine.nlp.assertion import cues_in_each
from drmine.nlp.drug_phrases import add_drug_phrases
from drmine.nlp.exposure_words import drop_what_is_no_exposure
from drmine.nlp.mechanisms import MechanismTagger, extend_star_alleles
from drmine.nlp.models import how_to_install
from drmine.nlp.named_hypotheses import add_named_hypotheses
from drmine.nlp.reach import Reach
from drmine.nlp.resistant_epilepsy import join_resistant_epilepsy
from drmine.nlp.seizure_phrases import add_seizure_phrases
from drmine.nlp.seizure_response import drop_what_is_no_response
from drmine.nlp.sentences import read_sentences
from drmine.nlp.shared_heads import extend_shared_heads
from drmine.nlp.shortened_lists import extend_shortened_lists
from drmine.nlp.tagged import FailedRecord, TaggedRecord
from drmine.records import Mention, Record
from drmine.source_digest import source_digest

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

    from drmine.vocabulary import Vocabulary

# Longer than any abstract (the longest of 30,000 measured has 11,000 characters);
# beyond it a record is damaged or hostile and is set aside.
MAX_CHARACTERS = 100_000
# After so many records the strings that spaCy collected are let go.
_RECORDS_PER_ZONE = 2_000


class Pipeline:
    """Reads records with scispaCy's tokenizer and abbreviation detector and our components.

    Parameters
    ----------
    vocabulary
        The concepts to tag; the project's own where none is given.
    spacy_model
        An installed scispaCy or spaCy model whose entities add to the mentions.

    Raises
    ------
    ConfigurationError
        When ``spacy_model`` is not installed.
    """

    def __init__(
        self, vocabulary: Vocabulary | None = None, spacy_model: str | None = None
    ) -> None:
        from drmine.vocabulary import load_vocabulary

        self.vocabulary = vocabulary or load_vocabulary()
        self.spacy_model = spacy_model
        self.nlp = _build_spacy(spacy_model)
        self.tagger = MechanismTagger(self.vocabulary)
        self._linker: Any = None

    @property
    def fingerprint(self) -> str:
        """SHA-256 of what decides the mentions: code, cues, vocabulary, model."""
        digest = hashlib.sha256()
        digest.update(source_digest("drmine.nlp").encode())
        digest.update(self.vocabulary.fingerprint.encode())
        if self.spacy_model:
            digest.update(f"{self.spacy_model}{self.nlp.meta.get('version')}".encode())
        return digest.hexdigest()[:16]

    @property
    def code_fingerprint(self) -> str:
        """The part of :attr:`fingerprint` that is code and cues, without the vocabulary."""
        return source_digest("drmine.nlp")[:16]

    def read(self, record: Record) -> TaggedRecord:
        """Tag one record.

        Raises
        ------
        ValueError
            When the text is longer than ``MAX_CHARACTERS``.
        """
        text = record.text
        if len(text) > MAX_CHARACTERS:
            raise ValueError(
                f"the text has {len(text):,} characters, more than the {MAX_CHARACTERS:,} "
                "that an abstract can have"
            )
        sentences = read_sentences(record.title, record.abstract)
        abbreviations = {
            short: long
            for short, long in find_abbreviations(text, self.nlp).items()
            # the algorithm takes "(samples)" after "samples" for a definition
            if len(short) < len(long)
        }
        mentions = extend_star_alleles(text, self.tagger.tag(text, abbreviations))
        mentions = join_resistant_epilepsy(text, mentions, self.vocabulary)
        mentions = add_seizure_phrases(text, mentions, self.vocabulary)
        mentions = extend_shortened_lists(text, mentions, self.tagger.index, self.vocabulary)
        mentions = extend_shared_heads(text, mentions, self.tagger.index, self.vocabulary)
        mentions = add_named_hypotheses(text, mentions, self.vocabulary)
        mentions = drop_what_is_no_exposure(text, mentions)
        mentions = drop_what_is_no_response(text, mentions)
        mentions = add_drug_phrases(text, mentions, self.vocabulary)
        if self.spacy_model:
            mentions = self._add_model_entities(self.nlp(text), mentions)
        cues = tuple(map(tuple, cues_in_each(text, [(s.start, s.end) for s in sentences])))
        reaches = [Reach(c) if c else None for c in cues]
        asserted: list[Mention] = []
        position = 0
        for mention in mentions:
            while position < len(sentences) - 1 and sentences[position].end <= mention.start:
                position += 1
            reach = reaches[position] if sentences else None
            if reach is None:
                asserted.append(mention)
                continue
            negation = reach.governing(mention.start, mention.end, "negation", "null")
            speculation = reach.governing(mention.start, mention.end, "speculation")
            cue = negation or speculation
            asserted.append(
                replace(
                    mention,
                    negated=negation is not None,
                    speculated=speculation is not None,
                    cue=text[cue.start : cue.end] if cue else None,
                )
                if cue
                else mention
            )
        return TaggedRecord(
            record,
            tuple(sentences),
            tuple(asserted),
            cues,
            abbreviations,
            (
                *self.tagger.mentions_of_headings(record.mesh, "mesh"),
                *self.tagger.mentions_of_headings(record.substances, "substance"),
            ),
        )

    def pipe(self, records: Iterable[Record]) -> Iterator[TaggedRecord | FailedRecord]:
        """Tag records in order; one that fails comes out as a ``FailedRecord``."""
        source = iter(records)
        done = False
        while not done:
            with self.nlp.memory_zone():
                for _ in range(_RECORDS_PER_ZONE):
                    record = next(source, None)
                    if record is None:
                        done = True
                        break
                    try:
                        result: TaggedRecord | FailedRecord = self.read(record)
                    except Exception as error:  # one bad record never stops a batch
                        result = FailedRecord(record, f"{type(error).__name__}: {error}")
                    yield result

    def _add_model_entities(self, doc: Doc, mentions: list[Mention]) -> list[Mention]:
        """Link the model's entities that no term covers to the vocabulary."""
        from drmine.nlp.linker import VocabularyLinker

        taken = [(m.start, m.end) for m in mentions]
        spans = [
            e
            for e in doc.ents
            if not any(e.start_char < end and start < e.end_char for start, end in taken)
        ]
        if not spans:
            return mentions
        if self._linker is None:
            self._linker = VocabularyLinker(self.vocabulary)
        links = self._linker.link([span.text for span in spans])
        added = [
            Mention(
                span.start_char, span.end_char, span.text, concept.id, concept.class_,
                matched_by=f"model:{self.spacy_model}", term=alias,
            )
            for span, link in zip(spans, links, strict=True)
            if link is not None
            for concept, alias in [link]
        ]  # fmt: skip
        return sorted([*mentions, *added], key=lambda m: m.start)


def _build_spacy(spacy_model: str | None) -> Language:
    import warnings

    import spacy

    # after the import of spaCy, which sets filters of its own; scispaCy's patterns and its
    # empty matcher warn at every start and say nothing to a user
    warnings.filterwarnings("ignore", message="Possible set union", category=FutureWarning)
    warnings.filterwarnings("ignore", message=r"\[W036\]", category=UserWarning)
    from scispacy.custom_tokenizer import combined_rule_tokenizer

    if spacy_model is None:
        nlp = spacy.blank("en")
        nlp.tokenizer = combined_rule_tokenizer(nlp)
    else:
        try:
            nlp = spacy.load(spacy_model)
        except OSError as error:
            raise ConfigurationError(
                f"The model {spacy_model!r} is not installed; {how_to_install(spacy_model)}, "
                "or leave DRMINE_SPACY_MODEL unset."
            ) from error
    # a blank is put behind a bracket that has none (`abbreviations`)
    nlp.max_length = 2 * MAX_CHARACTERS
    return nlp

"""Evidence: what each sentence of a record says, as flags that can be counted and shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from drmine.classify.lexicon import lexicon_search
from drmine.nlp.sentences import Sentence
from drmine.nlp.tagged import TaggedRecord
from drmine.records import Mention

if TYPE_CHECKING:
    from drmine.vocabulary import Vocabulary

# Lexicon names that begin so belong to one hypothesis: "h:transporter".
HYPOTHESIS_PREFIX = "h:"
# Lexicon names by which a sentence speaks of drug response.
RESPONSE_NAMES = ("resistant", "responsive", "response", "exposure")


@dataclass(frozen=True, slots=True)
class SentenceEvidence:
    """One sentence: the lexicon names that it matches and the hypotheses it touches.

    ``hypotheses`` maps an id to how many mentions or patterns of it stand here, ``places`` to
    where in the sentence they begin.
    """

    sentence: Sentence
    text: str
    flags: frozenset[str]
    hypotheses: Mapping[str, int]
    mentions: tuple[Mention, ...]
    places: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def speaks_of_response(self) -> bool:
        """Whether drug response, resistance or exposure is spoken of."""
        return not self.flags.isdisjoint(RESPONSE_NAMES)


@dataclass(frozen=True, slots=True)
class RecordEvidence:
    """A tagged record with the evidence of each of its sentences."""

    tagged: TaggedRecord
    sentences: tuple[SentenceEvidence, ...]
    heading_hypotheses: frozenset[str]


def gather(tagged: TaggedRecord, vocabulary: Vocabulary) -> RecordEvidence:
    """Read the sentences of a tagged record against the lexicon.

    Parameters
    ----------
    tagged
        The record with its mentions.
    vocabulary
        Says on which hypotheses a mentioned concept bears.
    """
    text = tagged.record.text
    found: list[SentenceEvidence] = []
    mentions = tagged.mentions
    position = 0
    # a sentence begins and ends with a word or a mark, never within a word
    spans = [(sentence.start, sentence.end) for sentence in tagged.sentences]
    named_in_each = lexicon_search().places_in_each(text, spans)
    for sentence, named in zip(tagged.sentences, named_in_each, strict=True):
        here: list[Mention] = []
        while position < len(mentions) and mentions[position].start < sentence.end:
            if mentions[position].start >= sentence.start:
                here.append(mentions[position])
            position += 1
        words = text[sentence.start : sentence.end]
        flags = set(named)
        places: dict[str, list[int]] = {}
        for mention in here:
            for hypothesis in vocabulary.concepts[mention.concept].hypotheses:
                places.setdefault(hypothesis, []).append(mention.start - sentence.start)
        for name, place in named.items():
            if name.startswith(HYPOTHESIS_PREFIX):
                places.setdefault(name[len(HYPOTHESIS_PREFIX) :], []).append(place)
        flags.update(f"class:{mention.class_}" for mention in here)
        found.append(
            SentenceEvidence(
                sentence,
                words,
                frozenset(flags),
                {h: len(at) for h, at in places.items()},
                tuple(here),
                {h: tuple(at) for h, at in places.items()},
            )
        )
    headings = frozenset(
        h for c in tagged.heading_concepts for h in vocabulary.concepts[c].hypotheses
    )
    return RecordEvidence(tagged, tuple(found), headings)

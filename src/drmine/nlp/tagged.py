"""What the pipeline hands on: a record with its sentences and mentions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from drmine.nlp.assertion import Cue
from drmine.nlp.sentences import Sentence
from drmine.records import Mention, Record


@dataclass(frozen=True, slots=True)
class TaggedRecord:
    """A record as the tagger read it.

    ``cues`` holds the negation and speculation cues of each sentence, in the
    order of ``sentences``; ``heading_concepts`` the concepts that its MeSH
    headings and substances name.
    """

    record: Record
    sentences: tuple[Sentence, ...]
    mentions: tuple[Mention, ...]
    cues: tuple[tuple[Cue, ...], ...] = ()
    abbreviations: Mapping[str, str] = field(default_factory=dict)
    heading_concepts: tuple[str, ...] = ()

    def mentions_in(self, sentence: Sentence) -> list[Mention]:
        """Return the mentions that stand in a sentence."""
        return [m for m in self.mentions if sentence.start <= m.start and m.end <= sentence.end]


@dataclass(frozen=True, slots=True)
class FailedRecord:
    """A record that could not be read, with the reason; the others went on."""

    record: Record
    reason: str

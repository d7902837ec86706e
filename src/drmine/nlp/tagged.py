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
    order of ``sentences``; ``heading_mentions`` the concepts that its MeSH
    headings and substances name, which have no place in the text (start and
    end are -1).
    """

    record: Record
    sentences: tuple[Sentence, ...]
    mentions: tuple[Mention, ...]
    cues: tuple[tuple[Cue, ...], ...] = ()
    abbreviations: Mapping[str, str] = field(default_factory=dict)
    heading_mentions: tuple[Mention, ...] = ()

    @property
    def heading_concepts(self) -> tuple[str, ...]:
        """The concepts that its headings name, each once."""
        return tuple(dict.fromkeys(m.concept for m in self.heading_mentions))

    def mentions_in(self, sentence: Sentence) -> list[Mention]:
        """Return the mentions that stand in a sentence."""
        return [m for m in self.mentions if sentence.start <= m.start and m.end <= sentence.end]


@dataclass(frozen=True, slots=True)
class FailedRecord:
    """A record that could not be read, with the reason; the others went on."""

    record: Record
    reason: str

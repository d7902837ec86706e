"""A phrase that is a mention of its own, as a pattern over a text in which names are masked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from drmine.nlp.memo import Memo
from drmine.nlp.words import small_words_of
from drmine.records import Mention

if TYPE_CHECKING:
    from drmine.vocabulary import Concept

# Words that are remembered before the memory starts anew.
_REMEMBERED = 100_000


class Phrase(NamedTuple):
    """One pattern, and what a text must hold before it is tried."""

    concept: str
    needs: tuple[str, ...]  # without one of these there is no match; to ask costs next to nothing
    pattern: re.Pattern[str]
    needs_name: bool = True  # of what the phrases are about: seizures, say


def phrase(concept: str, needs: str, pattern: str, *, needs_name: bool = True) -> Phrase:
    """Make a rule: a concept, what is needed (parted by bars), and the pattern in small letters.

    Where the pattern has a group, that alone is the mention.
    """
    return Phrase(concept, tuple(needs.split("|")), re.compile(pattern), needs_name)


def mention_of(
    text: str, start: int, end: int, concept: Concept, rule: str, term: str | None = None
) -> Mention:
    """Return the mention of a concept that a rule saw between two places of a text.

    ``term`` is that of the vocabulary by which it was seen; left out, the concept's name.
    """
    return Mention(
        start, end, text[start:end], concept.id, concept.class_,
        matched_by=rule, term=concept.name if term is None else term,
    )  # fmt: skip


def in_their_place(mentions: Iterable[Mention], found: list[Mention]) -> list[Mention]:
    """Return mentions with those that were found in place of all that they touch, in order."""
    kept = [m for m in mentions if not any(f.start < m.end and m.start < f.end for f in found)]
    return sorted([*kept, *found], key=lambda m: m.start)


class Phrases:
    """Phrases that are looked for together.

    To ask each text for what each phrase needs takes longer than the patterns themselves; but a
    word that was seen before tells at once which phrases it may belong to.
    """

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._phrases = tuple(phrases)
        # of each need its longest word, which stands in some word of the text
        parts: dict[str, set[int]] = {}
        for number, one in enumerate(self._phrases):
            for need in one.needs:
                parts.setdefault(max(need.split(), key=len), set()).add(number)
        self._parts = tuple(parts.items())
        self._any = re.compile("|".join(map(re.escape, sorted(parts))))
        self._by_word: Memo[str, tuple[int, ...]] = Memo(self._at_word, _REMEMBERED)

    def in_text(self, small: str, text: str) -> Iterator[Phrase]:
        """Yield those whose needs a text fulfils, in their order.

        Parameters
        ----------
        small
            The text in small letters, its names masked.
        text
            The text as it was: what stands outside of the names stands there, too.
        """
        # in C, since most words belong to none
        found = filter(None, map(self._by_word.__getitem__, small_words_of(text)))
        for number in sorted(set().union(*found)):
            one = self._phrases[number]
            for need in one.needs:
                if need in small:
                    yield one
                    break

    def _at_word(self, word: str) -> tuple[int, ...]:
        if self._any.search(word) is None:
            return ()
        return tuple({n for part, numbers in self._parts if part in word for n in numbers})

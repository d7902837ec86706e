"""Labelled texts: JSON lines with ``labels`` for a taxonomy of one's own."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from drmine.classify.label_file import open_lines, read_record_line
from drmine.errors import InputError
from drmine.nlp.sentences import split_sentences
from drmine.records import Record


@dataclass(frozen=True, slots=True)
class Text:
    """What the classifier reads of a record; ``sentences`` are offsets into ``Record.text``."""

    title: str
    abstract: str
    sentences: tuple[tuple[int, int], ...]

    @property
    def whole(self) -> str:
        """Return title and abstract as offsets count them."""
        return f"{self.title}\n{self.abstract}"

    @classmethod
    def of(cls, record: Record) -> Text:
        """Read a record."""
        return cls(record.title, record.abstract, tuple(split_sentences(record.text)))


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A record with its labels; ``sentence_labels`` follow ``text.sentences`` where known."""

    pmid: str
    text: Text
    labels: frozenset[str]
    sentence_labels: tuple[frozenset[str], ...] | None = None


def without_sentence_labels(examples: Iterable[LabelledText]) -> list[LabelledText]:
    """Return the examples as texts to label are read: their sentences found anew, none labelled.

    Sentences that somebody gave may be the telling ones alone, which no text to label names.
    """
    return [
        replace(
            e,
            text=replace(e.text, sentences=tuple(split_sentences(e.text.whole))),
            sentence_labels=None,
        )
        for e in examples
    ]


def read_examples(
    path: Path, known: Collection[str], report: Callable[[int, str], None]
) -> list[LabelledText]:
    """Read a file of labelled records.

    Parameters
    ----------
    path
        JSON lines as ``drmine label`` takes them, each with ``labels`` (a list of
        ids; a single id may stand under ``label``). ``sentences``, a list of
        objects with ``text`` and ``labels``, is used where every record of the
        file has it.
    known
        Ids of the taxonomy.
    report
        Told of each bad line: its number (from 1) and the reason.

    Raises
    ------
    InputError
        The file cannot be read, or no line of it can be used.
    """
    examples = []
    for number, line in _lines(path):
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
            examples.append(_example(text, known))
        except UnicodeDecodeError:
            report(number, "not UTF-8")
        except ValueError as error:
            report(number, str(error))
    if not examples:
        raise InputError(f"{path} holds no labelled record; give JSON lines with `labels`.")
    return examples


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    with open_lines(path) as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield number, line


def _example(line: str, known: Collection[str]) -> LabelledText:
    record = read_record_line(line)
    row: dict[str, Any] = json.loads(line)
    labels = row.get("labels")
    if labels is None and _is_id(row.get("label")):
        labels = [row["label"]]
    if not isinstance(labels, list) or not all(_is_id(one) for one in labels):
        raise ValueError('labels is not a list of ids, such as ["water"]')
    labels = [str(one) for one in labels]
    unknown = sorted(set(labels) - set(known))
    if unknown:
        raise ValueError(f"label {unknown[0]!r} is not in the taxonomy of this model")
    text, sentence_labels = Text.of(record), None
    given = row.get("sentences")
    if isinstance(given, list) and given:
        spans, sentence_labels = _given_sentences(record.text, given, known)
        if spans:
            text = Text(record.title, record.abstract, spans)
    return LabelledText(record.pmid, text, frozenset(labels), sentence_labels)


def _is_id(value: Any) -> bool:
    """Whether a value can be an id: a text, or a whole number, as a taxonomy may have it too."""
    return isinstance(value, str | int) and not isinstance(value, bool)


def _given_sentences(
    text: str, given: list[Any], known: Collection[str]
) -> tuple[tuple[tuple[int, int], ...], tuple[frozenset[str], ...] | None]:
    """Find labelled sentences in the text; ones that do not stand there void them all."""
    spans, labels, at = [], [], 0
    for one in given:
        if not isinstance(one, dict) or not isinstance(one.get("text"), str):
            return (), None
        if not isinstance(one.get("labels"), list):
            return (), None
        start = text.find(one["text"].strip(), at)
        if start < 0:
            return (), None
        at = start + len(one["text"].strip())
        spans.append((start, at))
        named = frozenset(str(label) for label in one["labels"])
        if unknown := sorted(named - frozenset(known)):
            # passed over, it would teach that the sentence does not speak for its label
            raise ValueError(f"label {unknown[0]!r} of a sentence is not in the taxonomy")
        labels.append(named)
    return tuple(spans), tuple(labels)

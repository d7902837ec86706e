"""What the vocabulary is made of: concepts, each with a class and the terms that name it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from drmine.errors import ConfigurationError

CLASSES: tuple[str, ...] = (
    "transporter",
    "target",
    "enzyme",
    "pharmacokinetics",
    "network",
    "severity",
    "inflammation",
    "epigenetic",
    "gene",
    "drug",
    "probe",
    "lesion",
    "resistance",
    "epilepsy",
)
"""Every class a concept can have; a variant has the class of its gene."""

COLUMNS: tuple[str, ...] = (
    "concept",
    "name",
    "class",
    "hypotheses",
    "parent",
    "identifiers",
    "terms",
    "context_terms",
)
"""Columns of a vocabulary file, in order."""


class VocabularyError(ConfigurationError):
    """A vocabulary file cannot be used; the message names file, line and fault."""


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that abstracts name.

    ``terms`` count wherever they stand. ``context_terms`` are unsafe alone
    (short acronyms, names shared by several concepts) and count only beside
    their long form or another cue in the same record. ``parent`` is the gene of
    a variant.
    """

    id: str
    name: str
    class_: str
    hypotheses: tuple[str, ...] = ()
    parent: str | None = None
    identifiers: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    context_terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All concepts by id; ``fingerprint`` is the SHA-256 of the files that they come from."""

    concepts: Mapping[str, Concept]
    fingerprint: str

    def __len__(self) -> int:
        return len(self.concepts)

"""The shipped vocabulary, read once."""

from __future__ import annotations

from functools import cache

from drmine.vocabulary import Concept, Vocabulary, load_vocabulary


@cache
def vocabulary() -> Vocabulary:
    return load_vocabulary()


def concepts() -> list[Concept]:
    return list(vocabulary().concepts.values())


def is_gene(concept: Concept) -> bool:
    return any(identifier.startswith("HGNC:") for identifier in concept.identifiers)


def of_class(vocabulary: Vocabulary, class_: str) -> list[Concept]:
    """Return the concepts of one class, in the order of their files."""
    return [concept for concept in vocabulary.concepts.values() if concept.class_ == class_]

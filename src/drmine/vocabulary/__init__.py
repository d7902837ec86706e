"""Concepts and terms by which mechanisms are named: reviewed TSV files and their loader."""

from drmine.vocabulary.loader import load_vocabulary
from drmine.vocabulary.model import CLASSES, COLUMNS, Concept, Vocabulary, VocabularyError

__all__ = ["CLASSES", "COLUMNS", "Concept", "Vocabulary", "VocabularyError", "load_vocabulary"]

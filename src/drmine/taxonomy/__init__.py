"""Hypotheses of drug resistance, as data: the shipped taxonomy and its loader."""

from drmine.taxonomy.loader import load_taxonomy
from drmine.taxonomy.model import Attribute, Group, Hypothesis, Taxonomy, TaxonomyError

__all__ = ["Attribute", "Group", "Hypothesis", "Taxonomy", "TaxonomyError", "load_taxonomy"]

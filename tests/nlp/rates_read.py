"""Reads the rates of a text."""

from __future__ import annotations

from drmine.nlp.rates import find_rates
from drmine.nlp.sentences import read_sentences


def rates(text, title="Epilepsy"):
    full = f"{title}\n{text}"
    return [(r.low, r.high) for r in find_rates(full, read_sentences(title, text))]

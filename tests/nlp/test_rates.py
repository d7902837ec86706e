"""Reported shares of drug-resistant patients."""

import pytest

from drmine.nlp.rates import find_rates
from drmine.nlp.sentences import read_sentences


def rates(text, title="Epilepsy"):
    full = f"{title}\n{text}"
    return [(r.low, r.high) for r in find_rates(full, read_sentences(title, text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("About 30% of patients with epilepsy are resistant to drugs.", (0.3, 0.3)),
        ("Between 20 and 40 % of people with epilepsy do not respond to medication.", (0.2, 0.4)),
        ("Up to 36.5% of adults with new epilepsy remain refractory.", (0.365, 0.365)),
        ("One third of patients have drug-resistant epilepsy.", (0.3333, 0.3333)),
        ("In our cohort 20–40% of the children were pharmacoresistant.", (0.2, 0.4)),
        ("Drug resistance develops in 25% of patients.", (0.25, 0.25)),
        ("The prevalence of drug-resistant epilepsy was 13.7%.", (0.137, 0.137)),
    ],
)
def test_a_reported_rate_is_read(text, expected):
    assert rates(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "Seizures fell by 30% in patients with refractory epilepsy.",
        "Of patients with drug-resistant epilepsy, 50% became seizure-free.",
        "We studied 30 resistant patients.",
        "Sclerosis was seen in 40% of scans.",
    ],
)
def test_other_percentages_are_left_alone(text):
    assert rates(text) == []


def test_the_population_is_named():
    text = "About 20% of children with epilepsy are drug resistant."
    found = find_rates(f"T\n{text}", read_sentences("T", text))
    assert found[0].population == "children with epilepsy"
    assert f"T\n{text}"[found[0].start : found[0].end] == found[0].text == "20%"

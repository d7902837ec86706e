"""What a sentence says of a result, clause by clause."""

import pytest

from drmine.classify.polarity import clause_says, polarity


@pytest.mark.parametrize(
    "sentence",
    [
        "There was no significant association between the variant and drug resistance.",
        "Expression did not differ between responders and non-responders.",
        "We failed to replicate the earlier finding.",
        "Genotype frequencies were similar in both groups.",
        "Neither allele nor genotype predicted response.",
        "Levels were unaffected by the inhibitor.",
        "The data argue against a role of the pump.",
        "Genotypes of the pump were not.",
    ],
)
def test_a_null_is_a_null_whatever_it_denies(sentence):
    assert polarity(sentence).name == "null"


@pytest.mark.parametrize(
    "sentence",
    [
        "The CC genotype was associated with drug resistance.",
        "P-glycoprotein was higher in resistant patients.",
        "Verapamil restored the effect of phenytoin.",
        "Early response predicted later freedom from seizures.",
    ],
)
def test_a_finding_is_found(sentence):
    assert polarity(sentence).name == "found"


def test_a_null_beside_a_finding_is_both():
    reading = polarity(
        "The first variant was associated with resistance, whereas the second did not differ."
    )
    assert reading.name == "both"
    assert reading.contrast


def test_hedges_and_open_questions_are_marked():
    assert polarity("The pump may contribute to resistance.").hedged
    assert polarity("Its role remains unclear and further studies are needed.").open


def test_direction_is_read():
    assert polarity("Expression was lower in resistant tissue.").down
    assert polarity("Expression was increased.").up


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("The odds ratio per allele was 1.04 (0.83 to 1.30).", "null"),
        ("Carriers had a higher risk (OR 2.1, 95% CI 1.3-3.4).", "found"),
        ("The hazard ratio was 0.61 (95% CI 0.44-0.85).", "found"),
        ("The change was independently associated with resistance.", "found"),
        ("These data leave little doubt that the pump contributes.", "found"),
        ("Serum levels are no marker of drug resistance.", "null"),
    ],
)
def test_intervals_and_denials_of_something_else_are_read(sentence, name):
    assert polarity(sentence).name == name


@pytest.mark.parametrize(
    ("clause", "said"),
    [
        ("Patients who did not respond to carbamazepine had higher ABCB1 expression", True),
        ("Patients not responding to drugs showed overexpression of P-glycoprotein", True),
        ("Patients who did not respond did not differ in ABCB1 expression", False),
        ("ABCB1 was not higher in patients who did not respond to carbamazepine", False),
    ],
)
def test_a_negation_that_describes_a_group_is_no_null(clause: str, said: bool) -> None:
    assert clause_says(clause) is said

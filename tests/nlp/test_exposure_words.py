"""Words of level, clearance and metabolism count where they speak of a drug, and only there."""

import pytest

from drmine.nlp.pipeline import Pipeline
from drmine.records import Record

TITLE = "Phenytoin in epilepsy"


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline()


def exposure(pipeline: Pipeline, text: str) -> list[tuple[str, str]]:
    tagged = pipeline.read(Record("99000001", TITLE, text))
    return [
        (m.text, m.concept)
        for m in tagged.mentions
        if m.start > len(TITLE) and m.class_ == "pharmacokinetics"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Serum concentrations of calcium and phosphorus were low.",
        "Plasma levels of IL-6 rose.",
        "Prolactin serum levels rose after the seizure.",
        "Serum estradiol levels rose.",
        "Metabolism of vitamin D was changed.",
        "The protein-bound iodine was low.",
        "Intestinal absorption of calcium was low.",
        "Urinary excretion of hydroxyproline rose.",
        "Enhanced clearance of amyloid was seen.",
        "Cortisol was measured; serum levels were high.",
        "The AUC was 0.85 in the receiver operating characteristic analysis.",
        "Metabolites such as choline were measured by spectroscopy.",
        "The volume of distribution of flumazenil was measured with PET.",
        "Simultaneous use of EEG and MRI is possible.",
        "A generic questionnaire was sent.",
        "In slices phenytoin concentrations of 10 to 100 microM blocked firing.",
        "The half-life of the mRNA was short.",
        "Interaction of valproate with sodium channels was studied.",
        "Hereditary disposition was found.",
    ],
)
def test_what_is_said_of_no_drug_is_none(pipeline, text):
    assert exposure(pipeline, text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Serum levels were low.", [("Serum levels", "drug_level")]),
        ("Serum levels of phenytoin and of calcium fell.", [("Serum levels", "drug_level")]),
        ("Phenytoin and folate serum levels fell.", [("serum levels", "drug_level")]),
        ("Sodium valproate serum levels fell.", [("serum levels", "drug_level")]),
        ("Plasma levels of the drug and cortisol fell.", [("Plasma levels", "drug_level")]),
        ("Concomitant use of valproate is possible.", [("Concomitant use", "drug_interaction")]),
        ("The AUC of phenytoin, a measure of its bioavailability, fell.",
         [("AUC", "absorption"), ("bioavailability", "absorption")]),
        ("Its protein binding is high.", [("protein binding", "protein_binding")]),
        ("Plasma phenytoin, primidone and valproate concentrations fell.",
         [("Plasma phenytoin, primidone and valproate concentrations", "drug_level")]),
        ("Phenytoin levels in plasma fell.", [("Phenytoin levels in plasma", "drug_level")]),
        ("Monitoring of serum phenytoin levels helps.",
         [("Monitoring of serum phenytoin levels", "therapeutic_drug_monitoring")]),
        ("Both total and free phenytoin levels rose.",
         [("total", "drug_level"), ("free phenytoin levels", "protein_binding")]),
        ("Free and total valproate concentrations rose.",
         [("Free", "protein_binding"), ("total valproate concentrations", "drug_level")]),
        ("Interactions between lamotrigine and concomitant AEDs are known.",
         [("Interactions between lamotrigine and concomitant AEDs", "drug_interaction")]),
        ("The absorption, distribution, metabolism and excretion of phenytoin are known.",
         [("absorption, distribution, metabolism and excretion", "drug_adme")]),
        ("Inhibition of the metabolism of carbamazepine was found.",
         [("Inhibition of the metabolism of carbamazepine", "enzyme_inhibition")]),
        ("Lamotrigine levels in breast milk were high.",
         [("Lamotrigine levels in breast milk", "saliva_level")]),
    ],
)  # fmt: skip
def test_what_is_said_of_a_drug_counts(pipeline, text, found):
    assert exposure(pipeline, text) == found

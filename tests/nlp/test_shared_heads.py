"""Lists that say their last word once: each member is a mention with its own words."""

import pytest

from drmine.nlp.pipeline import Pipeline
from drmine.nlp.shared_heads import RULE
from drmine.records import Record


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline()


def found(pipeline: Pipeline, text: str) -> list[tuple[str, str]]:
    mentions = pipeline.read(Record(pmid="1", title=text)).mentions
    assert list(mentions) == sorted(mentions, key=lambda m: m.start)
    return [(m.text, m.concept) for m in mentions if m.matched_by == RULE]


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("It blocks sodium and potassium channels.", [("sodium", "sodium_channel")]),
        (
            "It blocks voltage-gated sodium and calcium channels.",
            [("voltage-gated sodium", "sodium_channel")],
        ),
        (
            "Serotonergic, noradrenergic, and dopaminergic systems changed.",
            [("Serotonergic", "serotonin_receptor"), ("noradrenergic", "adrenergic_receptor")],
        ),
        ("Binding to mu and kappa opioid receptors fell.", [("mu", "OPRM1")]),
        ("Binding to μ- and κ-opioid receptors fell.", [("μ", "OPRM1")]),
        (
            "Excitatory and inhibitory synaptic transmission was recorded.",
            [("Excitatory", "glutamate_receptor")],
        ),
        ("Loss- and gain-of-function variants were seen.", [("Loss", "gene_mutation")]),
    ],
)
def test_a_member_without_the_last_word_is_a_mention(
    pipeline: Pipeline, text: str, members: list[tuple[str, str]]
) -> None:
    assert found(pipeline, text) == members


def test_a_substance_gives_way_to_its_receptor_only_before_a_plural(pipeline: Pipeline) -> None:
    assert found(pipeline, "AMPA, kainate and NMDA receptors are blocked.") == [
        ("kainate", "kainate_receptor")
    ]
    assert found(pipeline, "Kainate and the NMDA receptor were studied.") == []


@pytest.mark.parametrize(
    "text",
    [
        "Seizures and GABA receptors were studied.",
        "We measured the different drugs, and serum levels of hormones.",
        "T- and L-type calcium channels were recorded.",
        "Release of dopamine and serotonin rose.",
    ],
)
def test_what_shares_no_last_word_stays(pipeline: Pipeline, text: str) -> None:
    assert found(pipeline, text) == []

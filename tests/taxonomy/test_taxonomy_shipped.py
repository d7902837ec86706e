"""The shipped taxonomy says what the review says, and keeps the extensions apart."""

import drmine.records as records
from drmine.taxonomy import load_taxonomy


def test_the_core_is_the_two_groups_and_five_hypotheses_of_the_review() -> None:
    groups: dict[str, list[str]] = {}
    for hypothesis in load_taxonomy().core:
        groups.setdefault(hypothesis.group, []).append(hypothesis.id)
    assert groups == {
        "altered_pk_pd": ["transporter", "target", "pharmacokinetic"],
        "inherent_features": ["intrinsic_severity", "neural_network"],
    }


def test_the_extensions_stand_apart() -> None:
    extensions = load_taxonomy().extensions
    assert [one.id for one in extensions] == ["neuroinflammation", "epigenetic", "gene_variant"]
    assert {one.group for one in extensions} == {"extensions"}


def test_every_hypothesis_says_what_it_is_what_it_predicts_and_where_it_comes_from() -> None:
    taxonomy = load_taxonomy()
    assert "Malyshev" in taxonomy.source
    assert taxonomy.version
    for hypothesis in taxonomy.hypotheses:
        assert len(hypothesis.definition) > 40, hypothesis.id
        assert len(hypothesis.predicts) > 40, hypothesis.id
        assert hypothesis.source, hypothesis.id
        assert taxonomy.group_name(hypothesis.id) != hypothesis.group, "groups have names"


def test_stances_and_origins_are_those_of_a_finding() -> None:
    taxonomy = load_taxonomy()
    assert tuple(stance.id for stance in taxonomy.stances) == records.STANCES
    assert tuple(origin.id for origin in taxonomy.origins) == records.ORIGINS
    assert all(one.definition for one in (*taxonomy.stances, *taxonomy.origins))


def test_it_has_nothing_to_warn_of() -> None:
    assert load_taxonomy().warnings == ()

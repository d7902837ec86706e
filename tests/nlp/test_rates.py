"""Reported shares of drug-resistant patients."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rates_read import rates

from drmine.nlp.rates import find_rates
from drmine.nlp.sentences import read_sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("About 30% of patients with epilepsy are resistant to drugs.", (0.3, 0.3)),
        ("Between 20 and 40 % of all island patients do not respond to tablets.", (0.2, 0.4)),
        ("Up to 36.5% of adults with new epilepsy remain refractory.", (0.365, 0.365)),
        ("One third of the villagers have drug-resistant epilepsy.", (0.3333, 0.3333)),
        ("In our cohort 20–40% of the children were pharmacoresistant.", (0.2, 0.4)),
        ("Drug resistance develops in 25% of patients.", (0.25, 0.25)),
        ("The prevalence of drug-resistant epilepsy was 13.7%.", (0.137, 0.137)),
        ("The pooled proportion of DRE was 24.7% (95% CI 20.1 to 30.0%).", (0.247, 0.247)),
        ("Drug resistance by these criteria was established in 52 (14.1%).", (0.141, 0.141)),
        ("Of 310 children, 43 (13.9%) were still intractable at ten years.", (0.139, 0.139)),
        ("Up to one third of people with epilepsy are medically intractable.", (0.3333, 0.3333)),
        ("About one in six patients with epilepsy is drug resistant.", (0.1667, 0.1667)),
        ("Between 20% and 40% of new patients do not become seizure free.", (0.2, 0.4)),
        ("Some 30 per cent of patients remain refractory.", (0.3, 0.3)),
        ("Some 20 to 30 percent of patients remain uncontrolled.", (0.2, 0.3)),
        ("Treatment failed in between 13% and 31% of all enrolled.", (0.13, 0.31)),
        (
            "At school age 28% (95% confidence interval 22-34%) of the pupils were refractory.",
            (0.28, 0.28),
        ),
        ("Some 12%–16% of people with this syndrome remain drug‐resistant.", (0.12, 0.16)),
        ("In the clinic 1/4 of all patients cannot control seizures with tablets.", (0.25, 0.25)),
        ("Twenty-five percent of our patients were refractory.", (0.25, 0.25)),
        ("Twenty to forty percent of our patients were refractory.", (0.2, 0.4)),
        ("Between twenty and thirty-five percent of patients are refractory.", (0.2, 0.35)),
        ("Half of the cohort was drug resistant.", (0.5, 0.5)),
        ("For 10-15% of the patients in this town, drugs are not effective.", (0.1, 0.15)),
        ("In Utopia up to 20% of patients have an incomplete response to first drugs.", (0.2, 0.2)),
        ("Of those treated, 17% still experience seizures.", (0.17, 0.17)),
        ("We tell of refractory epilepsy (15–25% of people with epilepsy).", (0.15, 0.25)),
        (
            "Intractable epilepsy, by our rule three failed tablets, affects 30% of the islanders.",
            (0.3, 0.3),
        ),
        (
            "Lasting resistance [by chart, twice] was seen in 9 (15.5%) patients.",
            (0.155, 0.155),
        ),
        ("At four years 11% of the children met criteria for IE.", (0.11, 0.11)),
        ("By the end 11 villagers (13%) did not re-enter remission.", (0.13, 0.13)),
        (
            "First drugs help many, leaving 20-25% of pupils with lasting, intractable epilepsy.",
            (0.2, 0.25),
        ),
        (
            "In the harbour town 21 (6.1%) of 344 later developed refractory epilepsy.",
            (0.061, 0.061),
        ),
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
        "Seizure freedom was 60% after surgery in refractory patients.",
        "Of patients with refractory epilepsy, 40% did not respond to stimulation.",
        "After resection, 30% of patients continued to have seizures.",
        "Depression was present in 38% of the refractory group.",
        "Responder rate was 50% in uncontrolled focal seizures.",
        "Referral is offered once drug resistance is ascertained (98%).",
        "Some 25% of those with suspected resistance do not have refractory epilepsy.",
        "Ten patients (30%) were valproate resistant.",
        "Of 58 episodes of refractory status epilepticus, anaesthetics were used in 51 (88%).",
        "Drug resistance showed before school in most pupils, with 60% of it at the age of two.",
        "With bean soup the response rate in intractable epilepsy was 24% by Easter.",
        "Of the invented gene's bearers 80% get seizures, of whom some prove drug resistant.",
        "In the survey 60% told of focal seizures that later turned drug resistant.",
        "Night shifts of the mother were more frequent in DRE (58% against 31%).",
        "A scar explained 64% (90/141) of refractory epilepsy in the valley.",
        "Binding was alike in responders and refractory animals (102 +/- 9% and 97 ± 11% of it).",
    ],
)
def test_other_percentages_are_left_alone(text):
    assert rates(text) == []


def test_the_population_is_named():
    text = "About 20% of children with epilepsy are drug resistant."
    found = find_rates(f"T\n{text}", read_sentences("T", text))
    assert found[0].population == "children with epilepsy"
    assert f"T\n{text}"[found[0].start : found[0].end] == found[0].text == "20%"


def test_shares_joined_to_a_rate_are_rates_too():
    assert rates("DRE was present in 21.1%, 19.4% and 30.2%.") == [
        (0.211, 0.211),
        (0.194, 0.194),
        (0.302, 0.302),
    ]
    text = "One third of patients, and in some series up to 40%, continue to have seizures."
    assert rates(text) == [(0.3333, 0.3333), (0.4, 0.4)]


def test_a_sentence_that_takes_up_the_rate_before_is_read():
    text = "The proportion of DRE was 24%. It was 14% in villages. It was 40% in summer."
    assert rates(text)[:2] == [(0.24, 0.24), (0.14, 0.14)]
    assert rates("Mortality was high. It was 14% in villages.") == []


@pytest.mark.parametrize(
    ("text", "population"),
    [
        ("A third of people with epilepsy are intractable, mostly adults.", "epilepsy"),
        (
            "In adults, drug resistance was found in 20% of those with focal epilepsy.",
            "focal epilepsy",
        ),
        ("Among 60 episodes of status epilepticus, 40% were refractory.", "status epilepticus"),
    ],
)
def test_the_words_nearest_the_rate_name_the_population(text, population):
    found = find_rates(f"T in children\n{text}", read_sentences("T in children", text))
    assert [r.population for r in found] == [population]


def test_shares_of_two_groups_joined_over_their_intervals_are_both_rates():
    text = (
        "Resistance was found in 21.0% (95% confidence interval [CI]: 17.1-25.2) of village pupils "
        "but 12.5% (95% CI: 9.3-16.4) of town pupils."
    )
    assert rates(text) == [(0.21, 0.21), (0.125, 0.125)]


def test_long_text_without_an_end_is_read_in_good_time():
    text = "refractory patients in 30% of those with drug " * 400
    started = time.perf_counter()
    rates(text)
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize("ratio", ["1 in 4", "one in four", "One out of every four"])
def test_a_ratio_in_words_or_digits_is_a_share(ratio):
    assert rates(f"{ratio} patients is refractory to tablets.") == [(0.25, 0.25)]


def test_it_stands_for_the_resistance_that_the_sentence_before_defines():
    text = "Refractory status epilepticus is one that two tablets do not end. It occurs in 31%."
    assert rates(text) == [(0.31, 0.31)]
    assert rates("Headache is known to every baker. It occurs in 31%.") == []


@given(st.text(alphabet="3% of()[],;:patientsrcy drug-", max_size=200))
def test_any_text_is_read_and_every_rate_lies_where_it_says(text):
    full = f"T\nrefractory {text}"
    for rate in find_rates(full, read_sentences("T", f"refractory {text}")):
        assert full[rate.start : rate.end] == rate.text
        assert 0 < rate.low <= rate.high < 1


@pytest.mark.parametrize("piece", ["1 (1%), ", "10%-drug-resistant ", "((1%) ", "(a) "])
def test_figures_without_an_end_take_seconds_not_hours(piece: str) -> None:
    begun = time.process_time()
    rates("Of patients " + piece * (60_000 // len(piece)) + "30% were drug resistant.")
    assert time.process_time() - begun < 10

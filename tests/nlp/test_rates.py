"""Reported shares of drug-resistant patients."""

import time

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
            "Overall, 28% (95% confidence interval 22-34%) of the children were refractory.",
            (0.28, 0.28),
        ),
        ("Some 12%–16% of people with this syndrome remain drug‐resistant.", (0.12, 0.16)),
        ("About 1/4 of epilepsy patients cannot control their seizures with drugs.", (0.25, 0.25)),
        ("Twenty-five percent of our patients were refractory.", (0.25, 0.25)),
        ("Half of the cohort was drug resistant.", (0.5, 0.5)),
        ("For 20-30% of people with epilepsy, medicines are not effective.", (0.2, 0.3)),
        ("Up to 20% of patients have an incomplete response to treatment.", (0.2, 0.2)),
        ("Of those treated, 17% still experience seizures.", (0.17, 0.17)),
        ("We review refractory epilepsy (20–30% of patients with epilepsy).", (0.2, 0.3)),
        (
            "Refractory epilepsy, defined as failure of two drugs, affects 30% of patients.",
            (0.3, 0.3),
        ),
        (
            "True resistance [two drugs in full dose] was seen in 9 (15.5%) patients.",
            (0.155, 0.155),
        ),
        ("At four years 11% of the children met criteria for IE.", (0.11, 0.11)),
        ("In all 18 patients (13%) did not re-enter remission.", (0.13, 0.13)),
        (
            "Most do well, leaving 20-25% of patients with chronic, intractable epilepsy.",
            (0.2, 0.25),
        ),
        ("One-third has a poor outcome, with persistent seizures.", (0.3333, 0.3333)),
        (
            "After remission, 21 (6.1%) relapsed and later developed refractory epilepsy.",
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
        "Resistance came early in most children, being seen in 60% by one year.",
        "The response rate of patients with refractory epilepsy was 24% after three months.",
        "Epilepsy affects 80% of the carriers, of whom many are drug resistant.",
        "Most have seizures: 60% have focal seizures that are drug resistant.",
        "Changes of drug were more frequent in DRE (61% against 32%).",
        "In all, 64% (90/141) of refractory epilepsy was explained by a lesion.",
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
    assert rates("DRE was present in 25.9%, 24.2% and 23.6%.") == [
        (0.259, 0.259),
        (0.242, 0.242),
        (0.236, 0.236),
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
        "The incidence of DRE was 24.0% (95% confidence interval [CI]: 15.8-33.3) in child studies "
        "but 13.6% (95% CI: 7.8-20.6) in adult/mixed studies."
    )
    assert rates(text) == [(0.24, 0.24), (0.136, 0.136)]


def test_long_text_without_an_end_is_read_in_good_time():
    text = "refractory patients in 30% of those with drug " * 400
    started = time.perf_counter()
    rates(text)
    assert time.perf_counter() - started < 2

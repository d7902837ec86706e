"""Reported shares of drug-resistant patients."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drmine.nlp.rates import find_rates
from drmine.nlp.sentences import read_sentences


def rates(text, title="Epilepsy"):
    full = f"{title}\n{text}"
    return [(r.low, r.high) for r in find_rates(full, read_sentences(title, text))]


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


@pytest.mark.parametrize(
    "text",
    [
        "Despite the best of tablets, 25-30% of islanders continue to experience seizures.",
        "Some 30-40% of PWE in the valley have inadequate seizure control.",
        "Epilepsy is known in all nine towns, and 30% of those who have it are drug-resistant.",
        "Pharmacoresistance affects 30% of villagers with epilepsy.",
        "Up to 40% are resistant to any medical therapy we know.",
        "Seizures remain uncontrolled in 35% of the harbour's patients.",
        "Seizures are refractory to medication in one third of them.",
        "Nearly 35% of sailors do not gain adequate seizure control.",
        "In 30% of our patients seizures cannot be controlled.",
        "In about 30% of pupils, the epilepsy is resistant to drugs.",
        "Tablets are old here, and drug treatment fails in 30%.",
        "AEDs fail to control seizures in 20-30% of mountain patients.",
        "In the south AEDs are ineffective in 30%.",
        "One third of patients are unresponsive to tablets.",
        "We think of the 30% of patients whose seizures are not controlled.",
        "Of 200 fishermen, 60 (30%) were drug-resistant.",
        "DRE was diagnosed in 60 patients (30%).",
        "Our town tells the same, with one-third of patients failing to achieve seizure freedom.",
        "By spring 36% had failed two or more AEDs.",
        "By summer 30% were not seizure-free.",
        "Seizure freedom was not achieved in 30% of the crew.",
        "Seizure control was poor in 30% of children.",
        "In winter 30% responded poorly to tablets.",
        "The overall rate of refractoriness was 23%.",
        "We found a prevalence of drug resistance of 30% in the port.",
        "It is often refractory, in up to 30% of cases.",
        "Pharmacoresistant epilepsy represents 30% of all epilepsies in the valley.",
        "Refractoriness was found in 35 of 100 patients (35%).",
        "Drug resistance was observed in 12 (30%) of 40 bakers.",
        "Of those with focal epilepsy 30% were refractory.",
        "Refractory epilepsy developed in 11 of the 60 children (18.3%).",
        "We report a 30% rate of drug resistance.",
        "Three out of ten patients remain refractory.",
        "Two thirds of all infants with this syndrome became pharmacoresistant by school age.",
        "Of the whole valley, a fifth live with uncontrolled seizures, or 20% in our count.",
        "Epilepsy is common on the island, and 30% of those affected live with "
        "uncontrolled seizures.",
        "Some 60 bakers have epilepsy, 30% of whom did not respond to tablets.",
        "Seizure remission remained elusive in 30% of the sailors.",
        "The share of fishermen who cannot be treated remains at 30%.",
        "Despite all tablets, >30% of villagers remain uncontrolled.",
        "Drug resistance (31%) was linked to early onset.",
        "About 30% of people with epilepsy have seizures that do not respond to drugs.",
        "Nearly a third of patients suffer from seizures that are resistant to treatment.",
        "For one third of patients seizures persist despite drugs.",
        "Up to 35% of patients experience persistent seizures.",
        "In one out of three patients seizures cannot be controlled by tablets.",
        "Drugs fail to provide seizure control in a third of patients.",
        "Current medications do not control seizures in about one third of patients.",
        "Roughly 40% of patients are inadequately treated with the present drugs.",
        "Approximately 30% of patients do not achieve complete seizure freedom "
        "with available medications.",
        "One third of all epilepsy patients are non-responsive to medication.",
        "The remaining 30% have refractory epilepsy.",
        "The other 30% develop resistance.",
        "A total of 45 patients (22%) were classified as having drug-resistant epilepsy.",
        "The frequency of refractory epilepsy in this group was 18% (12/67).",
        "Seventeen of 60 children (28%) had intractable seizures.",
        "Intractability developed in 12 children (19%) by the age of six.",
        "Resistance to treatment is seen in up to 40% of focal epilepsies.",
        "Twenty-three percent had drug-resistant epilepsy, 60% drug-responsive "
        "epilepsy and the rest could not be told.",
        "Medical treatment is unsuccessful in one third of the patients.",
        "Drug treatment is ineffective in a quarter of pupils.",
        "About a third of patients fail drug therapy.",
        "Treatment resistance was noted in 28/90 (31.1%) cases.",
        "The incidence of refractory status epilepticus was 29% among 120 episodes.",
        "Among those with status epilepticus, 31% progressed to refractory status epilepticus.",
        "Refractory patients accounted for 33.8% of the clinic.",
    ],
)
def test_the_head_of_a_clause_may_stand_before_or_behind_the_share(text):
    assert len(rates(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Refractory seizures stopped in 30%.",
        "Genes of drug resistance were found in 30%.",
        "In drug resistance, overexpression of the pump was found in 30% of rats.",
        "Of patients with DRE, 20% died.",
        "Some 30% of resistant bakers became seizure-free.",
        "Sudden death in DRE accounts for 30% of all deaths.",
        "Refractory epilepsy was treated with the new tablet in 30%.",
        "Depression was found in 45% of patients with drug-resistant epilepsy.",
        "Epilepsy affects 1% of people, some of whom are drug-resistant.",
        "Some 70% of patients respond to tablets.",
        "About 60% of the operated remained seizure-free; refractory seizures are rare.",
        "The prevalence of depression in drug-resistant epilepsy was 40%.",
        "Among refractory patients 30% had a scar.",
        "Temporal lobe epilepsy accounted for 60% of drug-resistant cases.",
        "Sodium channel genes are changed in 10% and explain drug resistance in some.",
        "Headache occurred in 12% of resistant patients on the new tablet.",
        "In the refractory group 30% were women.",
        "Fewer than 5% of patients with refractory epilepsy are sent to a surgeon.",
        "Tablets cut seizures by half in 40% of refractory cases.",
        "Among hypertensive bakers 30% are treatment-resistant.",
        "The resistant group had more women (60% vs 40%).",
        "Of drug-resistant patients 12% were left-handed.",
        "Surgery made 60% of patients seizure-free.",
        "Seizure freedom was reached by 66% of drug-resistant patients on diet.",
        "Only 3% of patients become seizure free after two drugs have failed.",
        "About 80% of patients with drug-resistant epilepsy have an early onset.",
        "The scar was found in 60% of resistant and 20% of responsive pupils.",
        "Adverse events were seen in 30% of patients, who had uncontrolled seizures.",
        "Epilepsy occurs in 30% of children with cerebral palsy and is often refractory.",
        "Up to 50% of patients with tumours have seizures, which are often drug-resistant.",
        "Half of resistant seizures begin in the temporal lobe.",
        "In 20% of cases no cause of drug-resistant epilepsy was found.",
        "Response to the third drug was seen in 11%, and refractory cases went to surgery.",
        "Sensitivity for drug resistance was 80%.",
        "The model told drug-resistant from responsive patients with an accuracy of 85%.",
        "Of these, 30% had one drug and 70% several drugs for refractory seizures.",
        "Febrile seizures preceded 25% of refractory temporal lobe epilepsy.",
    ],
)
def test_shares_of_the_resistant_and_of_other_things_are_left_alone(text):
    assert rates(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The pupils were drug-responsive (70%) or drug-resistant (30%).", [0.3]),
        ("The outcome was mixed (60% controlled, 40% refractory).", [0.4]),
        ("Overall, 65% became seizure-free and 35% had ongoing seizures.", [0.35]),
        (
            "Those with a scar were more likely to develop drug-resistant epilepsy (40% cf 10%).",
            [0.4, 0.1],
        ),
        (
            "Some 20% of bakers with early and 60% of bakers with late epilepsy became refractory.",
            [0.2, 0.6],
        ),
        ("The rate of DRE was 21.5%, while 40.9% of the islanders were seizure-free.", [0.215]),
    ],
)
def test_each_share_of_a_sentence_is_judged_by_its_own_clause(text, expected):
    assert [low for low, _ in rates(text)] == expected


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

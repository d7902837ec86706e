"""Which share of a sentence is one of drug resistance: each is judged by its own clause."""

from __future__ import annotations

import pytest
from rates_read import rates


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

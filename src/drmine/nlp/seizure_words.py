"""The words of which what is said of seizures is made, as parts of patterns.

Texts come in small letters. ``S`` are seizures with what may stand before them, ``E`` epilepsies,
``T`` status epilepticus; with ``0`` they begin a phrase.
"""

from __future__ import annotations

import re

# Letters of a script that no abstract is written in stand for those of a name, so that places stay.
SEIZURES, EPILEPSY, STATUS = "\ua500", "\ua501", "\ua502"
DRUG, GENERAL, OTHER = "\ua503", "\ua504", "\ua505"

KIND = (
    r"(?:(?:epileptic|clinical|overt|spontaneous|recurrent|electrographic|behaviou?ral|generali[sz]ed|secondar(?:y|ily)|primar(?:y|ily)|"
    r"focal|partial|complex|simple|bilateral|convulsive|nonconvulsive|motor|tonic|clonic|tonic-clonic|"
    r"myoclonic|atonic|astatic|absence|drop|nocturnal|diurnal|daytime|catamenial|disabling|major|minor|"
    r"acute|unprovoked|provoked|afebrile|neonatal|infantile|limbic|psychomotor|kindled|subclinical|"
    r"hypermotor|gelastic|eclamptic|habitual) ){0,3}"
)
WHICH = (
    r"(?:(?:the|his|her|their|its|all|any|both|such|these|those|each|most|evoked|induced|occasional|"
    rf"frequent|severe|mixed|other) ){{0,2}}{KIND}"
)
# "seizure" before these is part of another name
ELSE = (
    r"(?![ -](?:onset|threshold|focus|foci|susceptibility|severity|latency|latencies|scores?|"
    r"intensity|duration|risk|incidence|outcomes?|types?|models?|control|freedom|free|disorders?|drugs?|medications?|"
    r"treatment|detection|prediction|semiology|patterns?|activity|propagation|spread|stage|surgery|"
    r"care|management|gene|clinic|cent(?:er|re)s?|induced|related|prone|like|generation|zone)\b)"
)
NAME = (
    rf"(?:(?:{SEIZURES}+|seizures?)(?: (?:attacks?|episodes?|events?))?|"
    r"convulsions?|fits|attacks|spasms|absences|"
    r"(?:attack|fit|spasm)(?= (?:frequenc|rate|count|number)))"
)
SEIZURE = rf"{NAME}\b{ELSE}"
S, E = rf"{WHICH}{SEIZURE}", rf"{WHICH}{EPILEPSY}+{ELSE}"
T = rf"{WHICH}{STATUS}+"
ANY = rf"(?:{S}|{E}|{T})"
# At the beginning of a phrase stands no article. The kinds before the name are put to it when the
# rest has matched: to try them at each word of a text takes longer than all other patterns.
S0 = rf"\b{SEIZURE}"
ANY0 = rf"\b(?:{SEIZURE}|{EPILEPSY}+{ELSE}|{STATUS}+)"
STARTS_WITH_NAME = re.compile(rf"{NAME}|{EPILEPSY}|{STATUS}")
KINDS_BEFORE = re.compile(rf"\b{KIND}\Z")
AMOUNT = r"(?:(?:the|their|mean|median|average|total|overall|monthly|weekly|daily|absolute) ){0,3}"
COUNT = r"(?:frequenc(?:y|ies)|rates?|counts?|numbers?|burden)"
OFTEN = rf"(?:(?:frequency|number|rate|occurrence) of {S}|{S} {COUNT}\b)"
PERCENT = (
    r"(?:\b(?:50|75|90) ?% (?:or (?:greater|more) )?|\b(?:(?:median|mean) )?percent(?:age)? )?"
)
BE = r"(?:were|was|are|is|have been|has been|had been|can be|could be|may be|became|remained)"
WELL = (
    r"(?:(?:well|completely|fully|totally|entirely|successfully|adequately|satisfactorily|easily|"
    r"readily|rapidly|promptly|effectively|eventually|finally|also|then|soon) )?"
)
MUCH = r"(?:(?:significantly|markedly|substantially|greatly|considerably|dramatically|also) )?"
BY = r"(?:treating|controlling|suppressing|preventing|reducing|abolishing|stopping|terminating)"
LIFE = (
    r"(?:early |late |mid-?)?(?:infancy|childhood|adolescence|adulthood|adult life|puberty|"
    r"the (?:neonatal period|newborn period|first (?:year|months|weeks|days|decade) of life))"
)
FACET = r"(?:frequency|severity|duration|intensity|length|number)"
AND = r"(?:,? (?:and|or|and/or)(?: the| their)? |, |/)"

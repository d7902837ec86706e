"""Phrases of exposure with a drug's name inside: ``plasma lamotrigine levels``.

The parts that all phrases with a drug are made of, and the phrases of level, binding, metabolism,
clearance, interaction, adherence and monitoring; those of response and withdrawal stand in
:mod:`drmine.nlp.drug_phrases`, which reads both.
"""

from __future__ import annotations

from drmine.nlp.phrase import phrase

# Private characters stand for the letters of a drug's name, so that places stay as they are.
NAMED, ANY_DRUG, PROBE = "\ue000", "\ue001", "\ue002"
# a drug that the body makes too: one responds to it, but its level is that of a hormone
BODY = "\ue003"
DRUG = f"[{NAMED}{ANY_DRUG}{BODY}]+"
# what has a level, too: nobody is resistant to pilocarpine
_SUBSTANCE = f"[{NAMED}{ANY_DRUG}{PROBE}]+"
_WHICH = (
    r"(?:the|this|these|his|her|their|chronic|long-term|oral|previous|any|all|other|usual|routine|current|common|available|multiple|several|many|"
    r"appropriate|adequate|concomitant|conventional|standard|first-line|second-line)"
)
_TREATMENT = (
    rf"(?:(?:{_WHICH}|{ANY_DRUG}+|medical|drug|pharmacologic(?:al)?|anti-?epileptic|"
    r"anti-?convulsant|anti-?seizure|anti-?convulsive) ){0,3}"
    r"(?:treatments?|therap(?:y|ies)|medications?|drugs?|medicines?|management|pharmacotherapy|"
    r"agents?)\b"
)
DRUGS = (
    rf"(?:{_TREATMENT}|(?:{_WHICH} ){{0,2}}{DRUG})"
    rf"(?:(?:,? and |,? or |/)(?:other |concomitant )?{DRUG})?"
)
# "phenytoin, phenobarbital and primidone levels" share one word and are one phrase
_SUBSTANCES = rf"{_SUBSTANCE}(?:(?:, ?{_SUBSTANCE}){{0,5}},?(?: and | or |/){_SUBSTANCE})?"
_OTHERS = (
    r"(?:,? and |,? or |/)(?:other |concomitant |concurrent |co-?administered |concomitantly used )"
    rf"(?:{DRUG}|anti-?\w+ (?:drugs|agents|medications?)|aeds|asms|drugs|medications?)\b"
)
_FLUID = r"(?:serum|plasma|blood)"
_OF_FLUID = rf"(?:maternal |mixed |cord |human |the |their |venous )?{_FLUID}"
_MILK = r"(?:breast milk|breast-milk|human milk|maternal milk|milk)"
_LEVEL = r"(?:levels?|concentrations?)\b"
_NEXT = rf"(?:{_FLUID} )?{_SUBSTANCE} (?:{_FLUID} )?{_LEVEL}"
_WHERE = rf"(?: (?:measured |found |determined )?in {_OF_FLUID}\b)?"
_KIND = (
    r"(?:trough|steady-state|steady state|total|peak|maximum|minimum|predose|pre-dose|random|"
    r"fasting|postmortem|maternal|therapeutic|subtherapeutic|toxic)"
)


# In order: of two that meet, the first counts. Texts come in small letters.
EXPOSURE_PHRASES = (
    # commas part the words of a term, so no list can hold these
    phrase(
        "drug_adme", "absorption,",
        r"\babsorption, (?:(?:distribution|metabolism|biotransformation|excretion|elimination),? )*"
        r"and (?:excretion|elimination|metabolism|distribution)\b",
    ),
    phrase(
        "therapeutic_drug_monitoring", "monitoring",
        rf"\bmonitoring (?:of )?(?:the )?(?:(?:{_FLUID}|{_KIND}) ){{0,2}}{_SUBSTANCES} "
        rf"(?:{_FLUID} )?{_LEVEL}|"
        rf"\bmonitoring (?:of )?(?:the )?(?:{_FLUID} )?{_LEVEL} of {_SUBSTANCES}|"
        rf"(?:\b{_FLUID} )?{_SUBSTANCE} (?:{_FLUID} )?(?:level|concentration) monitoring\b|"
        rf"{_SUBSTANCE} {_FLUID} monitoring\b|\b{_FLUID} {_SUBSTANCE} monitoring\b",
    ),
    phrase(
        "saliva_level", "saliva|milk",
        rf"\b(?:saliva|salivary|{_MILK}) {_SUBSTANCES} {_LEVEL}|"
        rf"{_SUBSTANCES} (?:saliva|salivary|{_MILK}) {_LEVEL}|"
        rf"\b{_LEVEL} of {_SUBSTANCES} in (?:mixed |the )?(?:saliva|{_MILK})\b|"
        rf"{_SUBSTANCES} {_LEVEL} in (?:mixed |the )?(?:saliva|{_MILK})\b",
    ),
    phrase(
        "brain_drug_penetration", "brain |csf |cerebrospinal ",
        rf"\b(?:brain|csf|cerebrospinal fluid) {_SUBSTANCES} {_LEVEL}",
    ),
    # the member of a list that shares its last words with the next
    phrase(
        "protein_binding", "and total |or total ",
        rf"\b(?:free|unbound)(?= (?:and|or) total {_NEXT})",
    ),
    phrase(
        "drug_level", "total ",
        rf"\btotal(?= (?:and|or) (?:free|unbound) {_NEXT})",
    ),
    phrase(
        "protein_binding", "free |bound |binding",
        rf"\b(?:{_FLUID} )?(?:free (?:{_FLUID} )?{_SUBSTANCES} (?:{_LEVEL}|fractions?\b)|"
        rf"(?:protein-)?(?:un)?bound {_SUBSTANCE}(?: {_LEVEL}| fractions?\b)?)|"
        rf"{_SUBSTANCE} free (?:{_LEVEL}|fractions?\b)|"
        rf"\bbinding of {_SUBSTANCES} (?:to|by) (?:human )?(?:{_FLUID} )?(?:proteins?|albumin)\b",
    ),
    phrase(
        "brain_drug_penetration", "brain|csf|cerebrospinal",
        rf"(?:{_SUBSTANCES}|\b(?:anti-?\w+ )?drugs?) {_LEVEL} in (?:the )?"
        r"(?:brain|csf|cerebrospinal fluid)\b(?! and)",
    ),
    phrase(
        "drug_level", " level| concentration",
        rf"(?:\b(?:{_FLUID}|{_KIND}) ){{0,3}}{_SUBSTANCES} {_LEVEL}{_WHERE}",
    ),
    phrase(
        "brain_drug_penetration", "levels of |concentrations of |level of |concentration of ",
        rf"\b{_LEVEL} of {_SUBSTANCES} in (?:the )?(?:brain|csf|cerebrospinal fluid|"
        r"(?:gr[ae]y|white) matter)\b",
    ),
    phrase(
        "drug_level", "levels of |concentrations of |level of |concentration of ",
        rf"\b{_LEVEL} of {_SUBSTANCES} in {_OF_FLUID}\b",
    ),
    phrase(
        "enzyme_induction", "induction of ",
        rf"\binduction of (?:the )?(?:hepatic |oxidative )?(?:{_SUBSTANCE} metabolism\b|"
        rf"metabolism of {DRUGS})",
    ),
    phrase(
        "enzyme_inhibition", "inhibition of ",
        rf"\binhibition of (?:the )?(?:hepatic |oxidative )?(?:{_SUBSTANCE} metabolism\b|"
        rf"metabolism of {DRUGS})",
    ),
    phrase(
        "drug_metabolism", "metabolism|biotransformation",
        rf"\b(?:metabolism|biotransformation) of (?!{BODY}){DRUGS}|"
        rf"{_SUBSTANCE} (?:metabolism|biotransformation)\b",
    ),
    phrase(
        "adherence", "adherence |compliance ",
        rf"\b(?:(?:poor|good|patient|medication) )?(?:non-?)?(?:adherence|compliance) "
        rf"(?:to|with) {DRUGS}",
    ),
    phrase(
        "clearance", " clearance| elimination|elimination of |excretion of | excretion",
        rf"{_SUBSTANCE} (?:clearances?|elimination|excretion)\b(?! half| rate| kinetics)|"
        rf"\b(?:elimination|excretion) of (?:unchanged )?{_SUBSTANCES}",
    ),
    phrase(
        "pharmacokinetics", " kinetics|kinetics of ",
        rf"{DRUG} kinetics\b|(?<![\w-])kinetics of {_SUBSTANCES}",
    ),
    phrase(
        "drug_interaction", "interaction|concomitant |concurrent |coadministered |co-administered ",
        r"\binteractions? (?:between|with|of|among) "
        rf"(?:{_SUBSTANCE}(?:, ?{_SUBSTANCE}){{0,5}}{_OTHERS}|"
        rf"{DRUG}(?:, ?{DRUG}){{1,5}},? and {DRUG}|{DRUG} with {DRUGS}|{DRUGS})"
        r"(?! with (?:[\w-]+ ){0,4}(?:receptors?|channels?|membranes?|neurons?|transporter))|"
        rf"{DRUG}(?:[-/–]{DRUG})?[- ]interactions?\b|"
        rf"\b(?:concomitant|concurrent|co-?administered) [{NAMED}]+",
    ),
)  # fmt: skip

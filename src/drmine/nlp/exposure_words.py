"""Drops words of level, clearance, absorption and metabolism that are said of what is no drug.

``Serum levels``, ``clearance``, ``protein-bound`` or ``metabolites`` are terms wherever a drug is
meant, and abstracts on epilepsy use the same words of hormones, ions, cytokines and transmitters.
No list of terms can tell the two apart: what decides stands before or behind the words, or, where
nothing does, in their sentence. Only what plainly speaks of something else goes.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from drmine.nlp.around import sentence_around

if TYPE_CHECKING:
    from drmine.records import Mention

# Drugs of the vocabulary that the body makes: of their levels one speaks as of a hormone's.
BODY_SUBSTANCES = frozenset(
    {"adrenocorticotropic_hormone", "anandamide", "ascorbic_acid", "biotin",
     "brexanolone", "calcitriol", "dehydroepiandrosterone", "estradiol", "ethanol", "folic_acid",
     "glucaric_acid", "hydrocortisone", "levocarnitine", "melatonin", "neurosteroid",
     "omega-3_fatty_acids", "pregnanolone", "progesterone", "putrescine", "beta-alanine",
     "pyridoxine", "selenium", "thiamine", "tryptophan",
     "vitamin_b12", "vitamin_d", "vitamin_e", "vitamin_k", "zinc"}
)  # fmt: skip
_OWN = frozenset({"gene", "inflammation", "target", "enzyme", "transporter", "epigenetic"})
_DRUG_CLASSES = frozenset({"drug", "probe"})

_BODY_WORD = re.compile(
    r"\b(?:[a-z-]*(?:thyroxine?|thyronine|globulins?|proteins?|lipids?|cholesterol|steroids?|"
    r"hormones?|cortisol|prolactin|glucose|sodium|calcium|potassium|phosph(?:orus|atase|ate)|"
    r"ferritin|chloride|ammonia|lactate|pyruvate|transferase|transaminases?|dehydrogenase|kinase|amylase|"
    r"bilirubin|albumin|creatinine|urea|homocysteine|carnitine|folates?|calciferol|cobalamin|"
    r"triglycerides?|estrogens?|oestrogens?|oestradiol|estradiol|androgens?|testosterone|"
    r"gonadotroph?ins?|insulin|leptin|cytokines?|chemokines?|interleukins?|antibod(?:y|ies)|autoantibodies|"
    r"immunoglobulins?|complement|prealbumin|ceruloplasmin|caeruloplasmin|hemoglobin|"
    r"osteocalcin|hydroxyproline|catecholamines?|(?<![a-z])amines?|(?:indole|poly|bio)amines?|"
    r"amino acids?|fatty acids?|ketones?|"
    r"hydroxybutyrate|vitamins?|retinol|tocopherol|iodine|iron|copper|cobalt|selenium|"
    r"manganese|mercury|"
    r"arsenic|cadmium|serotonin|dopamine|noradrenaline|epinephrine|adrenaline|gaba|glutamate|"
    r"aspartate|glycine|taurine|glutamine|histamine|endorphins?|enkephalins?|enolase|"
    r"micrornas?|mirnas?|uric acid|(?<![a-z])urate|oxygen|cyclic (?:amp|gmp)|renin|"
    r"aldosterone|vasopressin|"
    r"neuropeptides?|peptides?|biomarkers?|amyloid|porphyrins?|antigens?|enzymes?|minerals?|"
    r"electrolytes?|trace elements?|acetylaspartate|neurotransmitters?|monoamines?|isotopic|"
    r"pheromones?|toxins?|virus|viral|bacteria|debris|erythrocytes?|cells?|mrnas?|"
    r"transcripts?|airway|protocol|h(?:a)?ematoma)|"
    r"(?:t3|t4|ft3|ft4|tsh|lh|fsh|acth|shbg|hdl|ldl|crp|nse|pth|igg|iga|igm|ige|il-\d+\w*|"
    r"tnf\w*|bdnf|s100b?|mirs?|5-?hiaa|hva))\b"
)
# Said of a drug without its name.
_DRUG_WORD = re.compile(
    r"\b(?:drugs?|medications?|medicines?|aeds?|asms?|anti-?convulsants?|anti-?epileptics?|"
    r"anti-?convulsive|anti-?seizure|anaesthetics?|barbiturates?|benzodiazepines?|epoxide|"
    r"doses?|dosages?|dosing|compounds?|therapeutic|toxic(?:ity)?|intoxication)\b"
)

_LEVELS = frozenset(
    {"drug_level", "clearance", "absorption", "protein_binding", "drug_metabolism", "saliva_level",
     "volume_of_distribution", "half_life", "pharmacokinetics", "drug_interaction"}
)  # fmt: skip
_OBJECT = re.compile(r"\s(?:measured |found |determined )?(?:of|for)\s([^.;:]{1,70})")
_AND = re.compile(r" (?:and|or) ")
_NOUN = re.compile(r"\W{0,2}[\w-]+(?:\s[\w-]+)?")
_STATISTICAL = re.compile(
    r"receiver.operat|\brocs?\b|machine learning|deep learning|classif|cross-validat|"
    r"sensitivity (?:and|of)|c-statistic|discriminat|prediction model|nomogram"
)
_KINETIC = re.compile(r"pharmacokinetic|bioavailab|bioequivalen|cmax|c\(max\)|half-li(?:fe|ves)")
_AREAS = frozenset({"auc", "aucs", "area under the curve", "areas under the curve"})
_TRACER = re.compile(r"\b(?:pet|positron|spect|tracer|radiotracer|radioligand|flumazenil)\b")
_CHEMISTRY = re.compile(
    r"spectroscop|metabolom|\bnaa\b|acetylaspartate|monoamine|5-?hiaa|hydroxyindoleacetic|"
    r"homovanillic|kynuren|neurotransmitter|microbio"
)
# A drug in a bath has a concentration, but no level in anybody.
_DISH = re.compile(
    r"in vitro|\bslices?\b|patch[- ]clamp|whole[- ]cell|voltage[- ]clamp|cultured|bath|"
    r"intracellular recording|oocytes?|iontophore|synaptosom"
)
_BODY = re.compile(
    r"serum|plasma(?! membrane)|blood|saliva|patient|child|subject|volunteer|pharmacokinetic|"
    r"microsom|hepat|liver|bioavailab|\boral"
)
_BATHED = frozenset(
    {"drug_level", "clearance", "absorption", "protein_binding", "half_life", "pharmacokinetics",
     "volume_of_distribution"}
)  # fmt: skip
_MIXED_USE = re.compile(r"concomitant|concurrent|simultaneous|combined|additive|synerg")


def drop_what_is_no_exposure(text: str, mentions: list[Mention]) -> list[Mention]:
    """Return the mentions without those words of exposure that speak of no drug.

    Parameters
    ----------
    text
        ``Record.text``.
    mentions
        In order of place, none overlapping.
    """
    if not any(m.concept in _LEVELS for m in mentions):
        return mentions
    small = text.lower()
    if len(small) != len(text):  # a few letters become two, and places would move
        small = text
    dish = is_of_a_dish(small)
    starts = [m.start for m in mentions]
    return [
        m
        for m in mentions
        if m.concept not in _LEVELS
        or (not (dish and m.concept in _BATHED) and _is_exposure(small, text, m, mentions, starts))
    ]


def is_of_a_dish(small: str) -> bool:
    """Whether a record, in small letters, tells of slices, cells or baths and of no body."""
    return _DISH.search(small) is not None and _BODY.search(small) is None


def needs_a_body(concept: str) -> bool:
    """Whether a concept is one of levels and kinetics, which drugs in a bath have not."""
    return concept in _BATHED


def is_body_substance(mention: Mention) -> bool:
    """Whether a mention names what the body makes, or a protein, rather than a drug."""
    return mention.class_ in _OWN or mention.concept in BODY_SUBSTANCES


def _is_drug(mention: Mention) -> bool:
    return mention.class_ in _DRUG_CLASSES and mention.concept not in BODY_SUBSTANCES


def _is_exposure(
    small: str, text: str, mention: Mention, mentions: list[Mention], starts: list[int]
) -> bool:
    if _belongs_elsewhere(small, mention):
        return False
    if mention.concept in ("pharmacokinetics", "volume_of_distribution"):
        return True
    start, end = sentence_around(text, mention)
    near = mentions[bisect_left(starts, start) : bisect_left(starts, end)]
    here = [m for m in near if m is not mention]
    has_drug = any(map(_is_drug, here)) or bool(_DRUG_WORD.search(small, start, end))
    if mention.concept == "drug_interaction":
        # "simultaneous use of EEG and functional imaging"
        return has_drug or not _MIXED_USE.match(small, mention.start)
    following = _OBJECT.match(small, mention.end)
    if mention.concept == "half_life" and following is None:
        return True
    if following is not None:
        return not _speaks_of_body(small, following.start(1), following.end(1), here)
    if _ends_in_body_substance(small, mention.start, here):
        return False
    after = _NOUN.match(small, mention.end)
    if mention.concept == "protein_binding" and after and _BODY_WORD.search(after[0]):
        return False  # "protein-bound iodine"
    if has_drug or mention.concept == "absorption":
        return True
    # the words themselves may hold one: "protein binding"
    others = f"{small[start : mention.start]} {small[mention.end : end]}"
    return not (any(map(is_body_substance, here)) or _BODY_WORD.search(others))


def _belongs_elsewhere(small: str, mention: Mention) -> bool:
    """Whether the record shows that the word is one of statistics, tracers or spectra."""
    surface = small[mention.start : mention.end]
    if mention.concept == "absorption":
        other = _STATISTICAL if surface in _AREAS else None
    elif mention.concept == "volume_of_distribution":
        other = _TRACER
    else:
        other = _CHEMISTRY if "metabolite" in surface and "active" not in surface else None
    return other is not None and bool(other.search(small)) and not _KINETIC.search(small)


def _speaks_of_body(small: str, start: int, end: int, here: list[Mention]) -> bool:
    """Whether the first thing named behind ``of`` is of the body and no drug."""
    drugs = [m.start for m in here if start <= m.start < end and _is_drug(m)]
    word = _DRUG_WORD.search(small, start, end)
    drug = min([*drugs, word.start() if word else end, end])
    body = [m.start for m in here if start <= m.start < end and is_body_substance(m)]
    found = _BODY_WORD.search(small, start, end)
    return min([*body, found.start() if found else end, end]) < drug


def _ends_in_body_substance(small: str, place: int, here: list[Mention]) -> bool:
    """Whether the word before is a substance of the body: ``prolactin serum levels``."""
    if any(_is_drug(m) and 0 < place - m.end <= 2 for m in here):
        return False  # "valproate sodium"
    if any(is_body_substance(m) and 0 < place - m.end <= 2 for m in here):
        return True
    start = max(0, place - 40)
    before = small[start:place].rstrip()
    drugs = [m.end - start for m in here if _is_drug(m) and start <= m.start and m.end < place]
    if drugs and _AND.search(before, max(drugs)):
        return False  # "phenytoin and folate serum concentrations"
    return any(m.end() == len(before) for m in _BODY_WORD.finditer(before))

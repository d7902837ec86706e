"""Study type: cues of design in title, text, publication types and MeSH."""

from __future__ import annotations

import re
from functools import lru_cache

from drmine.classify.evidence import RecordEvidence
from drmine.classify.features import WORD_LIMIT, spelled_out, word_terms
from drmine.nlp.word_starts import WordStarts
from drmine.nlp.words import words_of

_CUES: dict[str, str] = {
    "rct": r"\brandomi[sz](?:ed|ation|ly)\b|\bdouble-blind\w*|\bplacebo\b|\bcross-?over\b|\bsingle-blind",
    "random_search": r"\brandomi[sz]ed (?:controlled |clinical )?trials\b|\bRCTs\b",
    "meta": r"\bmeta-?analy\w+|\bpooled (?:analysis|odds|estimate)|\brandom[- ]effects?\b|\bheterogeneity\b",
    "systematic": r"\bsystematic(?:ally)? (?:literature )?(?:review|search\w*)|\bPRISMA\b|\bscoping review|\bumbrella review",
    "databases": r"\b(?:PubMed|MEDLINE|EMBASE|Cochrane|Web of Science|Scopus|CNKI)\b",
    "review": r"\breview(?:s|ed|ing)?\b|\boverview\b|\bthis (?:article|paper|chapter)\b|\bperspectives?\b|\bliterature\b|\bupdate\b|\bcurrent (?:knowledge|understanding|status)",
    "weoffer": r"\bwe (?:review|discuss|summari[sz]e|describe|outline|propose|highlight|consider)\b|\b(?:is|are) (?:reviewed|discussed|summari[sz]ed)\b|\bhere,? we (?:review|discuss)",
    "case": r"\bcase (?:report|series|study|presentation|description)s?\b|\bwe (?:report|describe|present) (?:a|an|the|one|two|three|four|five|2|3|4|5) (?:\w+[- ]){0,6}?(?:case|cases|patients?|boy|girl|man|woman|child|infant|famil\w+|siblings?|brothers|sisters)\b|\b(?:a|an) \d+-(?:year|month|day|week)-old\b|\ba case of\b|\bwe report\b",
    "cohort": r"\bcohort\b|\bfollow(?:ed)?[- ]?up\b|\bretrospective\w*|\bprospective\w*|\bcase-control\b|\bcross-sectional\b|\bregistry\b|\bconsecutive\b|\bsurvey\w*|\bquestionnaire\w*|\bopen-label\b|\bpopulation-based",
    "patients": r"\b(?:patients|children|adults|subjects|participants|women|men|infants|volunteers)\b",
    "npatients": r"\b(?:\d{2,}|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred) (?:\w+[- ]){0,4}?(?:patients|children|adults|subjects|participants|women|men|infants|cases|individuals|people|controls|volunteers|epileptics)\b|\bn ?= ?\d{2,}",
    "genetic": r"\bgenotyp\w+|\bpolymorphisms?\b|\ballele\b|\bassociation study\b|\bGWAS\b|\bgenome-wide association",
    "tissue": r"\b(?:resected|surgical(?:ly)? (?:removed|resected|specimens?)|post-?mortem|autops\w+|biops\w+|brain (?:tissues?|specimens?|samples?) (?:from|of|obtained)|human (?:brain|hippocamp\w+|cortical|cortex|neocort\w+|epileptic) (?:\w+ )?(?:tissues?|specimens?|slices?|samples?)|tissues? (?:from|of) (?:\w+[- ]){0,5}?patients|patient-derived|immunohistochem\w+ (?:of|in|on) (?:\w+ ){0,3}?(?:human|patients))\b|\b(?:hippocampal|cortical|temporal|brain) (?:\w+ )?(?:specimens?|tissues?|samples?)\b",
    "animal": r"\b(?:rats?|mice|mouse|murine|zebrafish|larva\w*|rodents?|gerbils?|guinea pigs?|rabbits?|cats?|dogs?|canine|baboons?|monkeys?|drosophila|wistar|sprague|C57BL\w*|knock-?out|transgenic|piglets?|animals?)\b",
    "model": r"\b(?:kindl\w+|pilocarpine|kainate|kainic|pentylenetetrazol\w*|PTZ|maximal electroshock|MES|intraperitoneal\w*|i\.p\.|injected|GAERS|audiogenic|DBA/2)\b",
    "vitro": r"\bin vitro\b|\bcell lines?\b|\bHEK ?-?293\w*|\bcultured?\b|\boocytes?\b|\bpatch[- ]clamp\w*|\bslices?\b|\btransfect\w+|\bmonolayers?\b|\bCaco-2|\bMDCK\w*|\bhCMEC\w*|\bendothelial cells?\b|\bmicrosomes?\b|\bassays?\b|\biPSC\w*|\btransport assay",
    "silico": r"\bin silico\b|\bcomputational\b|\bsimulat\w+|\bmolecular docking\b|\bbioinformatic\w*|\bmachine learning\b|\bdeep learning\b|\bcomputer model\w*|\bdynamics simulations?\b|\bmathematical model\w*|\bconvolutional|\bneural mass|\balgorithms?\b|\bpopulation pharmacokinetic|\bPBPK\b|\bMendelian randomi[sz]ation|\bdata ?sets?\b|\bGEO\b",
    "protocol": r"\bprotocol\b|\bguidelines?\b|\brecommendations?\b|\bconsensus\b|\beditorial\b|\bcomment(?:ary)?\b|\bletter\b|\bwill be (?:randomi[sz]ed|recruited|enrolled|included|assessed|measured)\b|\btrial registration\b",
}  # fmt: skip


@lru_cache(maxsize=1)
def cue_search() -> WordStarts:
    """Return the search for all cues of study types at once."""
    return WordStarts({name: re.compile(cue, re.IGNORECASE) for name, cue in _CUES.items()})


def study_features(evidence: RecordEvidence) -> dict[str, float]:
    """Return the features of the study type; headings and publication types may be missing."""
    return {**study_cues(evidence), **spelled_out(study_words(evidence))}


def study_words(evidence: RecordEvidence) -> dict[str, list[str]]:
    """Return those of :func:`study_features` that are words, by what their names begin with."""
    record = evidence.tagged.record
    return {
        "w:": word_terms(record.abstract, WORD_LIMIT),
        "tw:": word_terms(record.title, WORD_LIMIT),
    }


def study_cues(evidence: RecordEvidence) -> dict[str, float]:
    """Return those of :func:`study_features` that are no words."""
    record = evidence.tagged.record
    features: dict[str, float] = {}
    text = record.abstract
    n = max(1, len(text) // 400)
    # no word goes on over the end of a title
    of_title, of_abstract = words_of(record.text).split(len(record.title) + 1)
    in_title = cue_search().places_in(record.title, of_title)
    in_abstract = cue_search().counts(text, of_abstract)
    for name in _CUES:
        if name in in_title:
            features[f"title:{name}"] = 1.0
        if name in in_abstract:
            features[f"abs:{name}"] = 1.0
            features[f"rate:{name}"] = min(2.0, in_abstract[name] / n)
    features["short"] = float(len(text) < 600)
    features["sections"] = float(
        any(s.sentence.section == "methods" for s in evidence.sentences)
        and any(s.sentence.section == "results" for s in evidence.sentences)
    )
    for kind in record.publication_types:
        features[f"pt:{kind.lower()}"] = 1.0
    for heading in record.mesh:
        lowered = heading.lower()
        if lowered in ("animals", "humans", "rats", "mice", "cells, cultured", "in vitro techniques",
                       "cell line", "retrospective studies", "prospective studies", "cohort studies",
                       "case-control studies", "double-blind method", "computer simulation",
                       "follow-up studies", "zebrafish", "models, theoretical"):  # fmt: skip
            features[f"mesh:{lowered}"] = 1.0
    return features

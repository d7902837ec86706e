"""Origin of the mechanism: congenital, acquired, both or unspecified (guidelines, section 4)."""

from __future__ import annotations

import re

from drmine.classify.evidence import RecordEvidence
from drmine.records import Origin

_CONGENITAL = re.compile(
    r"\b(?:polymorphi\w+|genotyp\w+|alleles?|haplotypes?|SNPs?|single nucleotide|germline|mutations?|variants?|"
    r"pharmacogen\w+|GWAS|genome-wide|exome|rs\d{3,}|carriers? of|poor metaboli[sz]ers?|congenital|"
    r"malformations?|heterozyg\w+|homozyg\w+|wild[- ]type|[ACGT]\d{2,5}[ACGT]\b|\d{2,5}[ACGT]\s?>\s?[ACGT]|"
    r"knock-?out|genetic (?:variation|factors?|basis)|inherited)",
    re.IGNORECASE,
)
_ACQUIRED = re.compile(
    r"\b(?:seizure-induced|induced by|induc(?:es|ed|tion|ing|ers?)|kindl\w+|pilocarpine|kainate|kainic|"
    r"after (?:status|seizures?|kindling|repeated|chronic|prolonged|treatment)|following (?:status|seizures?|kindling)|"
    r"post-?status|recurrent seizures|acquired|up-?regulat\w+|down-?regulat\w+|traum\w+|injury|"
    r"co-?medication|comedication|drug interactions?|interactions?|auto-?induction|enzyme-induc\w+|inhibitors? of|"
    r"pregnan\w+|tolerance|internali[sz]\w+|status epilepticus|inflammat\w+|cytokines?|methylat\w+|miRNAs?|"
    r"microRNAs?|miR-|epigen\w+|sprouting|reorgani[sz]\w+|plasticity|compliance|adherence|"
    r"concomitant|add(?:ed|ition) of|co-?administ\w+)",
    re.IGNORECASE,
)
# Hypotheses whose marks count as acquired unless a germline variant is studied.
_ACQUIRED_BY_NATURE = frozenset({"neuroinflammation", "epigenetic"})


def find_origin(evidence: RecordEvidence, hypothesis: str) -> Origin:
    """Return the origin of a finding from the sentences that speak of its mechanism.

    Reviews that name both are ``both``; a tissue difference without a stated
    cause is ``unspecified``.
    """
    congenital = acquired = 0
    for sentence in evidence.sentences:
        if hypothesis not in sentence.hypotheses:
            continue
        if sentence.sentence.section == "background":
            continue
        weight = 2 if sentence.sentence.section in ("title", "conclusion", "aim") else 1
        congenital += weight * bool(_CONGENITAL.search(sentence.text))
        acquired += weight * bool(_ACQUIRED.search(sentence.text))
    if hypothesis == "gene_variant":
        return "congenital"
    if hypothesis in _ACQUIRED_BY_NATURE:
        return "congenital" if congenital > 2 * acquired and congenital >= 3 else "acquired"
    if hypothesis in ("intrinsic_severity",):
        return "acquired" if acquired > 2 else "unspecified"
    if congenital and acquired:
        if congenital >= 2 * acquired:
            return "congenital"
        if acquired >= 2 * congenital:
            return "acquired"
        return "both"
    if congenital:
        return "congenital"
    if acquired:
        return "acquired"
    return "unspecified"

"""What is said of seizures: patterns over a text in which names are masked."""

from __future__ import annotations

from drmine.nlp.phrase import Phrase, phrase
from drmine.nlp.seizure_words import (
    AMOUNT,
    AND,
    ANY,
    ANY0,
    BE,
    BY,
    COUNT,
    DRUG,
    ELSE,
    EPILEPSY,
    FACET,
    GENERAL,
    KIND,
    LIFE,
    MUCH,
    NAME,
    OFTEN,
    PERCENT,
    S0,
    SEIZURE,
    WELL,
    E,
    S,
    T,
)


def _facets() -> list[Phrase]:
    """Return the rules of lists that name the seizures once: ``frequency and severity of fits``."""
    # before the seizures and behind them the list of terms gives severity two concepts
    before = {"frequency": "seizure_frequency", "duration": "seizure_duration",
              "severity": "seizure_burden", "intensity": "seizure_burden",
              "number": "pretreatment_seizures"}  # fmt: skip
    behind = before | {"severity": "seizure_severity"}
    rules = [
        phrase(concept, f"{word},|{word}/|{word} and|{word} or",
                rf"\b({word}){AND}(?:{FACET}{AND})?{FACET} of {S}")
        for word, concept in before.items()
    ]  # fmt: skip
    rules += [
        phrase(concept, f"and {word}|or {word}|, {word}|/{word}|the {word}|their {word}",
                rf"{NAME} {FACET}{AND}(?:{FACET}{AND})?({word})\b(?! of\b)")
        for word, concept in behind.items() if word != "number"
    ]  # fmt: skip
    rules += [
        phrase(concept, f"{word},|{word} and|{word} or|{word} to",
                rf"\b({word}),? (?:and|or|and/or|to) (?:more |less )?\w+ {ANY}")
        for word, concept in (
            ("severe", "seizure_severity"), ("mild", "seizure_severity"),
            ("frequent", "seizure_frequency"), ("prolonged", "seizure_duration"),
        )
    ]  # fmt: skip
    return rules


# In order: of two that meet, the first counts. Texts come in small letters.
PHRASES = (
    *_facets(),
    phrase(
        "seizure_reduction", "reduc|decreas|declin|increas|fall|drop|rise|diminution|improvement",
        rf"(?:{PERCENT}\b(?:reductions?|decreases?)|\b(?:declines?|increases?|fall|drop|rise|"
        rf"diminution|improvement)(?= in)) (?:in|of) {AMOUNT}(?:{OFTEN}|{S})",
    ),
    phrase(
        "seizure_reduction", "reduc|decreas|increas|diminish|lower",
        rf"\b(?:reduc|decreas|diminish|lower)(?:e|es|ed|ing) {AMOUNT}(?:{OFTEN}|{S})|"
        rf"\bincreas(?:ed|ing) {AMOUNT}{S}",
    ),
    phrase(
        "seizure_reduction",
        "reduced|decreased|increased|declined|improved|fell|worsened|diminished",
        rf"{S0} {COUNT} (?:{BE} )?{MUCH}"
        r"(?:reduced|decreased|increased|declined|improved|fell|worsened|diminished)\b",
    ),
    phrase(
        "seizure_reduction", "fewer|amelior|allevi|attenu|mitigat",
        rf"\b(?:fewer|(?:amelior|allevi|attenu|mitig)at(?:es?|ed|ing|ion of)) {S}",
    ),
    phrase(
        "seizure_reduction", "reduced|decreased|increased|improved|worse|frequent|aggravated",
        rf"{S0} (?:{BE} {MUCH}(?:reduced|decreased|increased|improved|aggravated|"
        r"exacerbated|diminished|(?:less|more) frequent)|"
        r"(?:worsened|diminished|improved))\b"
        r"(?! (?:the|an?|their|its|risks?|expression|levels?|with age)\b)",
    ),
    phrase(
        "seizure_reduction", "exacerbat|aggravat|worsen",
        rf"\b(?:exacerbat|aggravat|worsen)(?:e|es|s|ed|ing|ion of|ing of)? {ANY}",
    ),
    phrase(
        "drug_response", "effective in |effective against |effective for ",
        rf"\beffective (?:in|against|for) {BY} {ANY}|"
        r"\beffective (?:in|against|for) (?:the )?(?:(?:treatment|control|management|suppression|"
        rf"prevention) of )?{ANY}",
    ),
    phrase(
        "drug_response", "effective",
        rf"(?:{DRUG}|{GENERAL}|\b(?:the|this|these|both|all) (?:drugs?|medications?|combination)) "
        r"(?:(?:was|were|is|are|be|been|may|can|has|have|proved|proven|appears?|seems?|appeared|seemed|"
        r"found|shown|observed|considered|to|an?|also|very|highly|most|more|less|equally|as|quite|"
        r"particularly|especially|only|partially|well tolerated and|safe and) ){1,6}(effective)\b"
        r"(?! (?:doses?|concentrations?|levels?|range|tool|way)\b)"
        r"(?! (?:in|for|against) (?:the )?(?:(?:treatment|management|prophylaxis|treating) "
        r"(?:of )?)?(?:depress|mania|manic|bipolar|pain|migraine|neuropath|trigeminal|anxi|psychos|"
        r"alcohol))",
        needs_name=False,
    ),
    phrase(
        "drug_resistance", "resistant to |resistance to |refractory to |refractoriness to |"
        "unresponsive to |intractable to ",
        r"\b(?:unresponsive|resistant|refractory|intractable|refractoriness|resistance) to "
        r"(?:(?:at least|more than|all|one|two|three|four|multiple|several|many|[2-4]|or|and|more|"
        r"other|available|different|major|appropriate|appropriately|chosen|used|conventional|standard|"
        rf"first-line|second-line|tolerated|previous|of|the|these|their|his|her) ){{1,6}}"
        rf"(?:{GENERAL}+|drugs|medications|medicines|treatments|therapies|regimens)\b",
        needs_name=False,
    ),
    phrase(
        "drug_response", "respon",  # what the response is to, is another rule's
        r"\b(?:(?:good|excellent|favou?rable|satisfactory|partial|complete) response|"
        r"respond(?:s|ed)? (?:well|favou?rably|satisfactorily|completely|partially))\b(?! to\b)",
        needs_name=False,
    ),
    phrase(
        "drug_response", "suppress|inhibit|antagoni|depress",
        r"(?<!sleep )\b(?:suppress(?:es|ed|ing|ion of)?|inhibit(?:s|ed|ing|ion of)?|depressed|"
        rf"antagoni[sz](?:es?|ed|ing)) {S}",
    ),
    phrase(
        "drug_response", "protect",
        r"\bprotect(?:s|ed|ing|ion of)? (?:the |all |most )?(?:mice|rats|animals|gerbils|patients|"
        rf"baboons) (?:against|from) {S}|\bprotective (?:effects?|actions?|activity) against {S}",
    ),
    phrase(
        "treatment_failure", "fail",
        rf"\bfail(?:s|ed|ing|ure)? to (?:control|stop|abort|terminate|suppress|abolish) {ANY}",
    ),
    phrase("treatment_failure", " control", rf"\bnot (?:fully )?control {ANY}"),
    phrase(
        "treatment_failure", "continu",
        rf"\bcontinu(?:e|es|ed|ing) (?:to (?:have|experience|suffer(?: from)?)|having) {S}",
    ),
    phrase(
        "treatment_failure", "persist|continue",
        rf"\bpersistence of {S}|{S0} (?:persist(?:ed|s)?|continued?\b(?! to))\b",
    ),
    phrase(
        "treatment_failure", "controlled",
        rf"{ANY0} {BE} (?:not|poorly|inadequately|incompletely|insufficiently) "
        r"(?:(?:well|fully|completely|adequately|satisfactorily|sufficiently) )?controlled\b",
    ),
    phrase(
        "seizure_freedom",
        "control|cessation|arrest|resolution|abolition|disappear|remission|terminat|eliminat",
        r"\b(?:(?:complete|total) )?(?:control (?:of|over)|(?:cessation|arrest|resolution|"
        rf"abolition|disappearance|termination|elimination) of|remission (?:of|from)) {ANY}",
    ),
    phrase("seizure_freedom", "free", rf"\bfree(?:dom)? (?:of|from) {S}"),
    phrase(
        "seizure_freedom", "stop|terminat|abolish|eliminat|abort|control",
        r"\b(?:stop(?:s|ped|ping)?|terminat(?:e|es|ed|ing)|abolish(?:es|ed|ing)?|"
        r"eliminat(?:e|es|ed|ing)|abort(?:s|ed|ing)?|controll(?:ed|ing)|(?<=to )control) "
        rf"(?:further )?{S}",
    ),
    phrase(
        "seizure_freedom",
        "controll|abolish|ceas|disappear|remit|resolv|stop|subsid|eliminat|terminat|vanish",
        rf"{ANY0} {BE} {WELL}(?:controlled|controllable|abolished|eliminated|stopped|terminated|"
        rf"resolved)\b|{ANY0} (?:(?:have|has|had) )?{WELL}"
        r"(?:ceased?|disappeared|remitted|resolved|stopped|subsided|vanished)\b",
    ),
    phrase(
        "remission_pattern", "recur|relaps|return|reappear|resum|reoccur",
        r"\b(?:recurrences?|relapses?|return|reappearance|resumption|reoccurrence) of "
        rf"(?:an? )?(?:{S}|{T})|{S0} (?:have |has |had )?(?:recurred|recur|relapsed|reappeared|"
        rf"returned|resumed|reoccurred)\b|{S0} (?:recurrences?|relapses?)\b",
    ),
    phrase(
        "newly_diagnosed", "diagnosed|onset|untreated|treated|naive|first|incident",
        r"\b(?:(?:newly|recently)[- ](?:diagnosed|treated)|(?:new|recent)[- ]onset|untreated|"
        r"drug-naive|incident|first(?:[- ]ever)?(?: single)?) "
        rf"{KIND}(?:{SEIZURE}|{EPILEPSY}+{ELSE})",
    ),
    phrase(
        "age_at_onset",
        "age at |age of |onset of |onset in |onset during |began |begun |beginning |started |"
        "starting ",
        rf"\bage (?:at|of) (?:the )?(?:onset|start|beginning|commencement) of {ANY}|"
        rf"\bage (?:at|of) (?:the )?(?:first {S}|{KIND}(?:{NAME}|{EPILEPSY}+) onset)|"
        rf"\b(?:early|late|earlier|later) onset of {ANY}|\bonset of {ANY} (?:in|during) {LIFE}|"
        rf"\b{KIND}(?:{NAME}|{EPILEPSY}+) onset (?:in|during) {LIFE}|"
        rf"{ANY0} (?:began|begun|beginning|started|starting) (?:in|during) {LIFE}",
    ),
    phrase(
        "epilepsy_duration", "duration of|length of|long-standing|longstanding|long-lasting",
        rf"\b(?:duration|length) of {E}|\b(?:long-?standing|long-lasting) {E}",
    ),
    phrase(
        "seizure_duration", "duration|length|prolong|long-lasting|protracted",
        rf"\b(?:duration|length) of (?:{S}|{T})|\b(?!seizures? ){KIND}{NAME} duration\b|"
        rf"\b(?:prolonged|long-lasting|protracted|prolongation of) {S}",
    ),
    phrase("seizure_burden", "severity|intensity", rf"\b(?:severity|intensity) of {S}"),
    phrase(
        "seizure_severity", "sever|mild",
        rf"\b(?!seizures? ){KIND}{NAME} severity\b|\bseverity of {E}|"
        rf"\b(?:severe|milder|mild) {ANY}",
    ),
    phrase(
        "seizure_cluster", "cluster|series of|flurr|bout",
        rf"\b(?:clusters?|clustering|series|flurry|flurries|bouts?) of {S}",
    ),
    phrase("pretreatment_seizures", "number", rf"(?<!\ba )\b(?:total )?number of {S}(?! per)"),
    phrase(
        "seizure_frequency",
        "frequen|sporadic|daily|weekly|monthly|nightly|numerous| rate| count| per | a day| a week|"
        " a month| each | every ",
        rf"\bfrequency of {S}|{S0} (?:frequenc(?:y|ies)|rates?|counts?)\b(?! of )|"
        rf"\b(?:(?<!most )frequent|infrequent|sporadic|daily|weekly|monthly|nightly|numerous) {S}|"
        rf"{S0} (?:per|an?|each|every) (?:hour|day|night|week|month|year)\b"
        r"(?! (?:later|before|after|apart|ago|earlier))",
    ),
)  # fmt: skip

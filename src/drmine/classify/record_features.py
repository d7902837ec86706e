"""Named features of a record: what it is about, and which hypotheses it bears on.

Every feature has a name that can be read ("res:h+response"), so that a weight can be
discussed and a decision explained.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from drmine.classify.evidence import RecordEvidence, SentenceEvidence
from drmine.classify.features import (
    CLAIM_FLAGS,
    RESPONSE_FLAGS,
    WORD_LIMIT,
    counted,
    place,
    role,
    spelled_out,
    word_terms,
)

# Each nearly settles by itself that a record is about drug response, told once or often.
_TELLING = ("population", "failing", "acting")
_ABOUT_FLAGS = (
    "resistant", "responsive", "response", "exposure", "compare", "epilepsy", "adverse", "surgery",
    "otherdisease", "healthy", "novelcompound", "trial", "variant", "levelonly", *_TELLING,
    "class:drug", "class:epilepsy", "class:resistance",
)  # fmt: skip


def telling(evidence: RecordEvidence) -> list[float]:
    """Return for each of the telling signs whether a sentence has it, background apart.

    The last of them is a title that names a drug and exposure to it.
    """
    told = [s for s in evidence.sentences if s.sentence.section != "background"]
    titles = [s.flags for s in told if s.sentence.section == "title"]
    exposed = any({"class:drug", "exposure"} <= flags for flags in titles)
    return [*(float(any(name in s.flags for s in told)) for name in _TELLING), float(exposed)]


def relevance_features(evidence: RecordEvidence) -> dict[str, float]:
    """Return the features of ``about_drug_response``: evidence, and words that it missed."""
    return {**record_features(evidence), **spelled_out(record_words(evidence))}


def record_words(evidence: RecordEvidence) -> dict[str, list[str]]:
    """Return the words of :func:`relevance_features`, by what their names begin with."""
    return {"w:": word_terms(evidence.tagged.record.text, WORD_LIMIT)}


def record_features(evidence: RecordEvidence) -> dict[str, float]:
    """Return the features that say what a record is about."""
    names: list[str] = []
    total = len(evidence.sentences)
    for index, sentence in enumerate(evidence.sentences):
        part, where = role(sentence), place(index, total)
        for flag in _ABOUT_FLAGS:
            if flag in sentence.flags:
                names.append(f"{part}:{flag}")
                names.append(f"any:{flag}")
                names.append(f"at {where}:{flag}")
        drug = "class:drug" in sentence.flags
        epilepsy = "epilepsy" in sentence.flags
        for flag in RESPONSE_FLAGS:
            if flag in sentence.flags:
                if drug:
                    names.append(f"drug+{flag}")
                if epilepsy:
                    names.append(f"epilepsy+{flag}")
    features = counted(names)
    for heading in evidence.tagged.record.mesh:
        lowered = heading.lower()
        if "epilep" in lowered or "seizure" in lowered or "anticonvuls" in lowered:
            features["mesh:epilepsy"] = 1.0
        if "drug resistan" in lowered:
            features["mesh:resistance"] = 1.0
    n = max(1, len(evidence.sentences))
    for flag in ("epilepsy", "otherdisease", "class:drug", "resistant", "surgery"):
        features[f"share:{flag}"] = sum(flag in s.flags for s in evidence.sentences) / n
    return features | _extent_features(evidence.sentences)


def _extent_features(sentences: Sequence[SentenceEvidence]) -> dict[str, float]:
    """Return how much of a record speaks of drug response.

    Response named once in passing, or never in title and end, is the mark of a record on
    something else (a side effect, a hormone), which counts of what *is* there do not show.
    """
    speaking = sum(s.speaks_of_response for s in sentences)
    resistant = sum("resistant" in s.flags for s in sentences)
    title = sentences[0].flags if sentences else frozenset()
    silent_title = not (sentences and sentences[0].speaks_of_response)
    silent_end = not any(s.speaks_of_response for s in sentences[-2:])
    return {
        "title only": float(len(sentences) == 1),
        "title only, silent": float(len(sentences) == 1 and silent_title),
        "silent:title": float(silent_title),
        "silent:end": float(silent_end),
        "silent:title+end": float(silent_title and silent_end),
        f"speaking:{min(speaking, 3)}": 1.0,
        "share:speaking": speaking / max(1, len(sentences)),
        f"resistant:{min(resistant, 2)}": 1.0,
        "resistant:once+title:epilepsy": float(resistant == 1 and "epilepsy" in title),
        "resistant:never+title:adverse": float(resistant == 0 and "adverse" in title),
    }


_OWN_SHARE = 0.3


def hypothesis_features(
    evidence: RecordEvidence, hypothesis: str, about: float
) -> dict[str, float]:
    """Return the features that say whether a record bears on one hypothesis.

    Parameters
    ----------
    evidence
        The record's sentences with their flags.
    hypothesis
        Taxonomy id.
    about
        Score of ``about_drug_response``.
    """
    names: list[str] = []
    sentences = 0
    strength = 0
    others: Counter[str] = Counter()
    length = len(evidence.sentences)
    for index, sentence in enumerate(evidence.sentences):
        part, where = role(sentence), place(index, length)
        for other, n in sentence.hypotheses.items():
            others[other] += n
        if hypothesis not in sentence.hypotheses:
            continue
        sentences += 1
        strength += sentence.hypotheses[hypothesis]
        names.append(f"{part}:h")
        names.append(f"at {where}:h")
        response = [flag for flag in RESPONSE_FLAGS if flag in sentence.flags]
        claims = [flag for flag in CLAIM_FLAGS if flag in sentence.flags]
        for flag in response:
            names.append(f"{part}:h+{flag}")
            names.append(f"h+{flag}")
        if response:
            names.append(f"{part}:h+anyresponse")
            names.append(f"at {where}:h+anyresponse")
            for flag in claims:
                names.append(f"h+anyresponse+{flag}")
            if "assoc" in sentence.flags or "null" in sentence.flags:
                names.append(f"{part}:h+anyresponse+claim")
        for flag in claims:
            names.append(f"h+{flag}")
        for flag in ("variant", "healthy", "surgery", "adverse", "otherdisease", "class:drug"):
            if flag in sentence.flags:
                names.append(f"h+{flag}")
    features = counted(names)
    n = max(1, len(evidence.sentences))
    features["about"] = about
    features["share:h"] = sentences / n
    features["log:h"] = math.log1p(strength)
    features.update(_hypothesis_extent(evidence.sentences, hypothesis))
    total = sum(others.values())
    features["dominance:h"] = others[hypothesis] / total if total else 0.0
    features["heading:h"] = float(hypothesis in evidence.heading_hypotheses)
    for other, count in others.items():
        if other != hypothesis:
            features[f"other:{other}"] = math.log1p(count) / 2
    for name in ("title:h", "concl:h", "res:h", "h+anyresponse+assoc", "h+compare"):
        if name in features:
            features[f"about*{name}"] = about
    for flag in (
        "resistant",
        "compare",
        "healthy",
        "surgery",
        "adverse",
        "novelcompound",
        "variant",
    ):
        if any(flag in s.flags for s in evidence.sentences):
            features[f"rec:{flag}"] = 1.0
        if any(flag in s.flags for s in evidence.sentences if s.sentence.section == "title"):
            features[f"title:{flag}"] = 1.0
    # shared by all hypotheses, with a smaller part of its own for each: what a claim looks
    # like is learned from all of them together, which the rare ones need
    own = {f"{hypothesis}|{name}": _OWN_SHARE * value for name, value in features.items()}
    return {**features, **own, f"{hypothesis}|": 1.0}


def _hypothesis_extent(sentences: Sequence[SentenceEvidence], hypothesis: str) -> dict[str, float]:
    """Return how much of a record ties the hypothesis to drug response, and where it does not."""
    touching = [s for s in sentences if hypothesis in s.hypotheses]
    tied = sum(s.speaks_of_response for s in touching)
    title = bool(sentences) and hypothesis in sentences[0].hypotheses
    end = any(hypothesis in s.hypotheses for s in sentences[-2:])
    return {
        f"touching:{min(len(touching), 4)}": 1.0,
        f"tied:{min(tied, 3)}": 1.0,
        "silent:title h": float(not title),
        "silent:end h": float(not end),
        "silent:title+end h": float(not title and not end),
        "tied never, touching": float(bool(touching) and not tied),
    }

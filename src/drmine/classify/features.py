"""Named features of a record, counted from its evidence.

Every feature has a name that can be read ("results:transporter+response"), so
that a weight can be discussed and a decision explained.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from drmine.classify.evidence import RecordEvidence, SentenceEvidence
from drmine.classify.polarity import polarity

# The parts of an abstract, as far as they matter for a claim.
_ROLE = {
    "title": "title",
    "aim": "aim",
    "background": "back",
    "methods": "meth",
    "results": "res",
    "conclusion": "concl",
    "unknown": "body",
}
_ABOUT_FLAGS = (
    "resistant", "responsive", "response", "exposure", "compare", "epilepsy", "adverse", "surgery",
    "otherdisease", "healthy", "novelcompound", "trial", "variant", "levelonly", "class:drug",
    "class:epilepsy", "class:resistance",
)  # fmt: skip
_CLAIM_FLAGS = ("assoc", "increase", "effect", "null", "against", "hedge", "open", "contrast")
_RESPONSE_FLAGS = ("resistant", "responsive", "response", "exposure", "compare")


def role(sentence: SentenceEvidence) -> str:
    """Return the short name of a sentence's part of the abstract."""
    return _ROLE[sentence.sentence.section]


def place(index: int, n: int) -> str:
    """Return where in a record a sentence stands: title, first, middle or last third.

    Abstracts without labels keep the order of those with them.
    """
    if index == 0:
        return "title"
    third = (index - 1) / max(1, n - 1)
    return "first" if third < 1 / 3 else "middle" if third < 2 / 3 else "last"


def _count(names: Iterable[str]) -> dict[str, float]:
    """Presence by name, and a slow count beside it where there are several."""
    features: dict[str, float] = {}
    for name, n in Counter(names).items():
        features[name] = 1.0
        if n > 1:
            features[f"n:{name}"] = math.log(n)
    return features


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
                names.append(f"{where} third:{flag}")
        drug = "class:drug" in sentence.flags
        epilepsy = "epilepsy" in sentence.flags
        for flag in _RESPONSE_FLAGS:
            if flag in sentence.flags:
                if drug:
                    names.append(f"drug+{flag}")
                if epilepsy:
                    names.append(f"epilepsy+{flag}")
    features = _count(names)
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
        names.append(f"{where} third:h")
        response = [flag for flag in _RESPONSE_FLAGS if flag in sentence.flags]
        claims = [flag for flag in _CLAIM_FLAGS if flag in sentence.flags]
        for flag in response:
            names.append(f"{part}:h+{flag}")
            names.append(f"h+{flag}")
        if response:
            names.append(f"{part}:h+anyresponse")
            names.append(f"{where} third:h+anyresponse")
            for flag in claims:
                names.append(f"h+anyresponse+{flag}")
            if "assoc" in sentence.flags or "null" in sentence.flags:
                names.append(f"{part}:h+anyresponse+claim")
        for flag in claims:
            names.append(f"h+{flag}")
        for flag in ("variant", "healthy", "surgery", "adverse", "otherdisease", "class:drug"):
            if flag in sentence.flags:
                names.append(f"h+{flag}")
    features = _count(names)
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


_WORD = re.compile(r"[a-z][a-z]+(?:-[a-z]+)*|\d+(?:\.\d+)?%?")


def word_features(text: str, limit: int = 400) -> dict[str, float]:
    """Return words and word pairs of a text, each once; numbers fold to ``#``."""
    words = ["#" if w[0].isdigit() else w for w in _WORD.findall(text.lower())][:limit]
    features = {f"w:{w}": 1.0 for w in words}
    features.update({f"w:{a} {b}": 1.0 for a, b in itertools.pairwise(words)})
    return features


# Words of the sentences that carry the stance get a smaller say than their polarity.
_STANCE_WORD = 0.5


def stance_features(
    evidence: RecordEvidence, hypothesis: str, chosen: SentenceEvidence | None
) -> dict[str, float]:
    """Return the features that say which stance a record takes on one hypothesis.

    ``chosen`` is the evidence sentence; its polarity and words count most, then the
    conclusion's and the title's, then those of results that name the hypothesis.
    """
    names: list[str] = []
    found = null = both = 0
    for sentence in evidence.sentences:
        part = role(sentence)
        touches = hypothesis in sentence.hypotheses
        if sentence is not chosen and part in ("back", "meth", "aim"):
            continue
        reading = polarity(sentence.text)
        tags = [f"{part}:{'h' if touches else 'x'}"]
        if sentence is chosen:
            tags.append("chosen")
        if touches or sentence is chosen:
            found += reading.name == "found"
            null += reading.name == "null"
            both += reading.name == "both"
        for tag in tags:
            names.append(f"{tag}:{reading.name}")
            for mark in ("hedged", "open", "contrast"):
                if getattr(reading, mark):
                    names.append(f"{tag}:{mark}")
                    names.append(f"{tag}:{reading.name}+{mark}")
            if (touches or sentence is chosen) and reading.up != reading.down:
                direction = "up" if reading.up else "down"
                names.append(f"{tag}:{direction}")
                names.append(f"{tag}:{hypothesis}:{reading.name}:{direction}")
    features = _count(names)
    said = found + null + both
    if said:
        features["share:null"] = (null + both / 2) / said
        features["share:found"] = (found + both / 2) / said
    features["mixed:sentences"] = float(found > 0 and null > 0)
    features["mixed:clauses"] = float(both > 0)
    features["all:found"] = float(said > 0 and found == said)
    features["all:null"] = float(said > 0 and null == said)
    features["nothing"] = float(said == 0)
    if chosen is not None:
        words = word_features(chosen.text, 80)
        features.update({f"c{k}": _STANCE_WORD for k in words})
    for sentence in evidence.sentences:
        part = sentence.sentence.section
        if part == "title":
            features.update({f"t{k}": _STANCE_WORD for k in word_features(sentence.text, 40)})
            if sentence.text.rstrip().endswith("?"):
                features["title:question"] = 1.0
        elif part == "conclusion":
            features.update({f"k{k}": _STANCE_WORD for k in word_features(sentence.text, 80)})
    return features


# Words of a sentence say little of whether it is the evidence; they get a small say.
_EVIDENCE_WORD = 0.3
_STATISTIC = re.compile(r"\bp\s?[<=>]|\bCI\b|\bOR\b|\d\s?%|\d\.\d", re.IGNORECASE)
_COMMON = frozenset({"the", "and", "with", "for", "from", "that", "this", "these", "were", "was"})


@lru_cache(maxsize=4096)
def words_of(text: str) -> frozenset[str]:
    """Return the words of a sentence that carry meaning."""
    return frozenset(w for w in _WORD.findall(text.lower()) if len(w) > 2) - _COMMON


def evidence_features(
    evidence: RecordEvidence, hypothesis: str, sentence: SentenceEvidence
) -> dict[str, float]:
    """Return the features by which the sentences of a record compete to be the evidence."""
    part = role(sentence)
    touches = hypothesis in sentence.hypotheses
    features = {part: 1.0, "h" if touches else "x": 1.0, f"{part}:{'h' if touches else 'x'}": 1.0}
    if touches:
        features["log:h"] = math.log1p(sentence.hypotheses[hypothesis])
    for flag in (*_CLAIM_FLAGS, *_RESPONSE_FLAGS, "variant", "class:drug", "surgery", "adverse"):
        if flag in sentence.flags:
            features[flag] = 1.0
            features[f"{flag}:{part}"] = 1.0
            if touches:
                features[f"{flag}:h"] = 1.0
    reading = polarity(sentence.text)
    features[f"says:{reading.name}"] = 1.0
    features[f"says:{reading.name}:{part}"] = 1.0
    for mark in ("hedged", "open", "contrast"):
        if getattr(reading, mark):
            features[f"says:{mark}"] = 1.0
    if _STATISTIC.search(sentence.text):
        features["statistic"] = 1.0
        features[f"statistic:{part}"] = 1.0
    shared = words_of(sentence.text) & words_of(evidence.sentences[0].text)
    features["like the title"] = math.log1p(len(shared))
    features.update({f"e{k}": _EVIDENCE_WORD for k in word_features(sentence.text, 60)})
    index = evidence.sentences.index(sentence)
    features["position"] = index / max(1, len(evidence.sentences) - 1)
    features["last"] = float(index == len(evidence.sentences) - 1)
    features["long"] = math.log1p(len(sentence.text)) - 5
    return features

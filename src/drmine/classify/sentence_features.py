"""Named features of sentences: which one is the evidence, and which stance it shows."""

from __future__ import annotations

import math
import re

from drmine.classify.evidence import RecordEvidence, SentenceEvidence
from drmine.classify.features import (
    CLAIM_FLAGS,
    RESPONSE_FLAGS,
    counted,
    role,
    touch,
    word_features,
    words_of,
)
from drmine.classify.polarity import polarity, polarity_at

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
        own = polarity_at(sentence.text, sentence.places.get(hypothesis, ()))
        tags = [f"{part}:{touch(sentence, hypothesis)}"]
        if sentence is chosen:
            tags.append("chosen")
        if touches or sentence is chosen:
            says = own if touches else reading.name
            found += says == "found"
            null += says == "null"
            both += says == "both"
        for tag in tags:
            names.append(f"{tag}:{reading.name}")
            if touches:
                names.append(f"{tag}:own:{own}")
            for mark in ("hedged", "open", "contrast"):
                if getattr(reading, mark):
                    names.append(f"{tag}:{mark}")
                    names.append(f"{tag}:{reading.name}+{mark}")
            if (touches or sentence is chosen) and reading.up != reading.down:
                direction = "up" if reading.up else "down"
                names.append(f"{tag}:{direction}")
                names.append(f"{tag}:{hypothesis}:{reading.name}:{direction}")
    features = counted(names)
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


def evidence_features(
    evidence: RecordEvidence, hypothesis: str, sentence: SentenceEvidence
) -> dict[str, float]:
    """Return the features by which the sentences of a record compete to be the evidence."""
    part = role(sentence)
    touches = hypothesis in sentence.hypotheses
    features = {part: 1.0, "h" if touches else "x": 1.0, f"{part}:{'h' if touches else 'x'}": 1.0}
    if touches:
        features["log:h"] = math.log1p(sentence.hypotheses[hypothesis])
    for flag in (*CLAIM_FLAGS, *RESPONSE_FLAGS, "variant", "class:drug", "surgery", "adverse"):
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

"""Named features of sentences: which one is the evidence, and which stance it shows."""

from __future__ import annotations

import math
import re
from collections import Counter

from drmine.classify.evidence import RecordEvidence, SentenceEvidence
from drmine.classify.features import (
    BEFORE_RESULTS,
    CLAIM_FLAGS,
    RESPONSE_FLAGS,
    counted,
    role,
    touch,
    word_features,
    words_of,
)
from drmine.classify.polarity import polarity, polarity_at
from drmine.classify.wording import runs, tokens, weighed, with_marks

# Words of the sentences that carry the stance get a smaller say than their polarity.
_STANCE_WORD = 0.5
# Named features beside the wording of each group of sentences, which has this length in all.
_NAMED, _WORDING, _LONGEST = 0.5, 2.0, 3


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
        if sentence is not chosen and part in BEFORE_RESULTS:
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
    named = {name: _NAMED * value for name, value in features.items()}
    return named | _wording_features(evidence, hypothesis)


def _wording_features(evidence: RecordEvidence, hypothesis: str) -> dict[str, float]:
    """Return how title, end, and what names the hypothesis are worded, with marks for names."""
    groups: dict[str, Counter[str]] = {}
    last = evidence.sentences[-1] if evidence.sentences else None
    for sentence in evidence.sentences:
        part = role(sentence)
        if part in BEFORE_RESULTS:
            continue
        where = "end" if part == "concl" or sentence is last else part
        near = hypothesis in sentence.hypotheses
        if not near and where not in ("title", "end"):
            continue
        counted = runs(tokens(with_marks(sentence, hypothesis)), _LONGEST)
        kinds = [where if where in ("title", "end") else "rest", "all", *(["own"] if near else [])]
        for kind in kinds:
            groups.setdefault(kind, Counter()).update(counted)
    return {
        f"{kind}|{run}": value
        for kind, counted in groups.items()
        for run, value in weighed(counted, _WORDING).items()
    }


# Words of a sentence say little of whether it is the evidence; they get a small say.
_EVIDENCE_WORD = 0.3
_STATISTIC = re.compile(r"\bp\s?[<=>]|\bCI\b|\bOR\b|\d\s?%|\d\.\d", re.IGNORECASE)


def evidence_features(evidence: RecordEvidence, hypothesis: str) -> list[dict[str, float]]:
    """Return for each sentence of a record the features by which it competes as the evidence."""
    beside = _beside_others(evidence, hypothesis)
    rows = []
    for sentence, others in zip(evidence.sentences, beside, strict=True):
        features = _of_sentence(evidence, hypothesis, sentence)
        features.update(others)
        words = tokens(with_marks(sentence, hypothesis))
        features.update((f"w:{run}", _EVIDENCE_WORD) for run in runs(words, 2))
        rows.append(features)
    return rows


def _of_sentence(
    evidence: RecordEvidence, hypothesis: str, sentence: SentenceEvidence
) -> dict[str, float]:
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
    features["long"] = math.log1p(len(sentence.text)) - 5
    return features


def _beside_others(evidence: RecordEvidence, hypothesis: str) -> list[dict[str, float]]:
    """Return for each sentence of a record how it stands beside the others.

    A result is the evidence where no conclusion names the hypothesis, and seldom where one does.
    """
    sentences = evidence.sentences
    n = len(sentences)
    named = [s.hypotheses.get(hypothesis, 0) for s in sentences]
    speaks = [s.speaks_of_response for s in sentences]
    tied = [bool(a and b) for a, b in zip(named, speaks, strict=True)]
    ends = [role(s) == "concl" or i >= n - 2 for i, s in enumerate(sentences)]
    end_tied = [i for i in range(n) if tied[i] and ends[i] and role(sentences[i]) != "title"]
    said = [role(s) in ("res", "concl", "body") for s in sentences]
    here = range(n)
    end_ties = int(any(tied[i] and ends[i] for i in here))
    end_names = int(any(named[i] and ends[i] for i in here))
    result_ties = int(any(tied[i] and said[i] for i in here))
    most = max(1, *named)
    rows = []
    for i, sentence in enumerate(sentences):
        what = "tied" if tied[i] else "h" if named[i] else "response" if speaks[i] else "-"
        kind = f"{'end' if ends[i] else 'before'}:{what}"
        from_end = min(n - 1 - i, 4)
        says = polarity(sentence.text).name
        row = dict.fromkeys(
            (kind, f"{kind}|end tied {end_ties}", f"{kind}|end h {end_names}",
             f"{kind}|tied {result_ties}", f"{kind}:{says}", f"from end {from_end}",
             f"from end {from_end}:{kind}"), 1.0,
        )  # fmt: skip
        row[f"{hypothesis}|{kind}"] = 0.5
        row["share of names"] = named[i] / most
        row["position"] = i / max(1, n - 1)
        row["last"] = float(i == n - 1)
        row["first tied end"] = float(bool(end_tied) and i == end_tied[0])
        row["last tied end"] = float(bool(end_tied) and i == end_tied[-1])
        row["before response"] = float(
            i + 1 < n and bool(named[i]) and not speaks[i] and speaks[i + 1]
        )
        row["after h"] = float(i > 0 and bool(named[i - 1]) and speaks[i] and not named[i])
        rows.append(row)
    return rows

"""Simple ways of judging a record, to hold the classifier against.

Counting keywords, rules over the tagged evidence without any training, and TF-IDF with linear
models. Each says what ``drmine label`` says, with every hypothesis (score 1 if assigned, else 0).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from benchmarks.decided import Decided
from drmine.classify.evidence import SentenceEvidence
from drmine.classify.features import role
from drmine.classify.polarity import polarity
from drmine.classify.study_type import study_features
from drmine.classify.training import Prepared
from drmine.nlp.sentences import Sentence
from drmine.records import Annotation, Finding, Span
from drmine.taxonomy import load_taxonomy

_EPILEPSY = re.compile(r"epilep|seizure", re.I)
_RESPONSE = re.compile(r"resistan|refractor|intractab|non-?respon|uncontrolled|drug response", re.I)
WORDS = {
    "transporter": r"p-glycoprotein|p-gp|abcb1|mdr1|abcc|mrp|bcrp|efflux|transporter",
    "target": r"sodium channel|calcium channel|potassium channel|receptor|scn\da",
    "pharmacokinetic": r"pharmacokinetic|cyp\d|ugt\d|metaboli|clearance|(?:serum|plasma) level",
    "intrinsic_severity": r"severity|seizure frequency|number of seizures|early response",
    "neural_network": r"network|connectiv|connectom|sprouting|tractography|synchron",
    "neuroinflammation": r"inflamm|cytokine|interleukin|hmgb1|cox-2|microglia|astrocyt",
    "epigenetic": r"epigen|methylation|microrna|mir-\d|histone|non-?coding",
    "gene_variant": r"polymorphism|genotype|mutation|gene variant",
}
_NOTHING_FOUND = re.compile(
    r"\bno (?:significant )?(?:association|difference|effect)|did not", re.I
)
_STANCE_OF = {"found": "supports", "null": "refutes", "both": "mixed", "none": "neutral"}
# The first cue that stands in title or abstract decides, or the first publication type.
_TYPE_BY_CUE = (
    ("pt:randomized controlled trial", "randomized_trial"), ("pt:review", "narrative_review"),
    ("pt:case reports", "case_report"), ("title:systematic", "systematic_review"),
    ("abs:meta", "systematic_review"), ("title:review", "narrative_review"),
    ("abs:weoffer", "narrative_review"), ("title:protocol", "other"),
    ("abs:rct", "randomized_trial"), ("abs:case", "case_report"),
    ("abs:tissue", "human_tissue"), ("abs:animal", "animal"),
    ("abs:vitro", "in_vitro"), ("abs:silico", "in_silico"),
)  # fmt: skip
_USUAL_TYPE = "observational"


@dataclass(slots=True)
class Said:
    """What a system says of one record: hypotheses assigned, a stance and a sentence for each."""

    about: bool
    study_type: str
    assigned: set[str]
    stances: Mapping[str, str]
    evidence: Mapping[str, Sentence] = field(default_factory=dict)

    def decided(self, pmid: str) -> Decided:
        """Return it as the classifier would say it."""
        findings = []
        for h in load_taxonomy().ids:
            found = self.evidence.get(h)
            spans = (Span(found.start, found.end, ""),) if found else ()
            findings.append(
                Finding(h, float(h in self.assigned), self.stances[h], 0.0, "unspecified", spans)  # type: ignore[arg-type]
            )
        said = Annotation(pmid, self.about, float(self.about), tuple(findings), self.study_type)
        return Decided(said, frozenset(self.assigned))


def _all_said(judged: Sequence[Prepared], say: Callable[[Prepared], Said]) -> list[Decided]:
    return [say(p).decided(p.example.record.pmid) for p in judged]


def keywords(train: Sequence[Prepared], judged: Sequence[Prepared]) -> list[Decided]:
    """Look for words: epilepsy beside resistance is relevant, a word of a hypothesis is that.

    Study type: the commonest of the training records. Stance: refutes if a phrase of nothing
    found stands anywhere, else supports. Evidence: the last sentence with the word.
    """
    patterns = {h: re.compile(WORDS[h], re.I) for h in load_taxonomy().ids}
    usual = Counter(p.example.study_type for p in train if p.example.study_type).most_common(1)
    study_type = str(usual[0][0]) if usual else _USUAL_TYPE

    def say(p: Prepared) -> Said:
        text = p.example.record.text
        about = bool(_EPILEPSY.search(text) and _RESPONSE.search(text))
        evidence = {
            h: s.sentence
            for h, pattern in patterns.items()
            for s in p.evidence.sentences
            if pattern.search(s.text)
        }
        stance = "refutes" if _NOTHING_FOUND.search(text) else "supports"
        return Said(
            about, study_type, set(evidence) if about else set(), dict.fromkeys(patterns, stance),
            evidence,
        )  # fmt: skip

    return _all_said(judged, say)


def rules(train: Sequence[Prepared], judged: Sequence[Prepared]) -> list[Decided]:
    """Decide by the evidence layer alone: a mechanism beside drug response in a telling sentence.

    Telling are title, results and conclusion, or the last three where a text has no parts; the
    last such sentence is the evidence, and its polarity the stance.
    """
    ids = load_taxonomy().ids

    def say(p: Prepared) -> Said:
        sentences = p.evidence.sentences
        telling = [s for s in sentences if role(s) in ("title", "res", "concl")]
        if not any(role(s) in ("res", "concl") for s in telling):
            telling += sentences[-3:]
        about = any(s.speaks_of_response for s in telling) and any(
            "epilepsy" in s.flags for s in sentences
        )
        best: dict[str, SentenceEvidence] = {}
        tied: set[str] = set()
        for s in telling:
            for h in s.hypotheses:
                if s.speaks_of_response or h not in tied:
                    best[h] = s
                if s.speaks_of_response:
                    tied.add(h)
        stances = {
            h: _STANCE_OF[polarity(best[h].text).name] if h in best else "neutral" for h in ids
        }
        features = study_features(p.evidence)
        study_type = next((t for cue, t in _TYPE_BY_CUE if features.get(cue)), _USUAL_TYPE)
        return Said(
            about, study_type, tied if about else set(), stances,
            {h: s.sentence for h, s in best.items()},
        )  # fmt: skip

    return _all_said(judged, say)


def tfidf(train: Sequence[Prepared], judged: Sequence[Prepared]) -> list[Decided]:
    """Learn from words and pairs of words with scikit-learn, one linear model a decision.

    Words are weighted by TF-IDF (terms in two or more texts, sublinear), the models are linear
    support vector machines with classes of equal weight. Stance is learned from the whole text
    beside the hypothesis's name; evidence is the sentence that the hypothesis's model scores
    highest.
    """
    from scipy.sparse import csr_matrix, hstack
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    ids = load_taxonomy().ids
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    matrix = vectorizer.fit_transform(_texts(train))
    asked = vectorizer.transform(_texts(judged))
    weights = np.array([p.example.weight for p in train])
    settled = np.flatnonzero([p.example.about is not None for p in train])
    typed = np.flatnonzero([bool(p.example.study_type) for p in train])

    def fit(rows: Any, labels: Sequence[Any], weight: np.ndarray) -> Any:
        if len(set(labels)) < 2:
            return _Always(labels[0])
        return LinearSVC(class_weight="balanced").fit(rows, labels, sample_weight=weight)

    def fit_settled(labels: Iterable[bool]) -> Any:
        chosen = np.array(list(labels))[settled]
        return fit(matrix[settled], chosen.astype(int).tolist(), weights[settled])

    about = fit_settled(bool(p.example.about) for p in train).predict(asked)
    types = fit(
        matrix[typed], [str(train[i].example.study_type) for i in typed], weights[typed]
    ).predict(asked)
    models = {h: fit_settled(_bears_on(p, h) for p in train) for h in ids}
    found = {h: models[h].predict(asked) for h in ids}

    pairs = [(i, f) for i in settled for f in train[i].example.findings]

    def named(rows: Any, hypotheses: Sequence[str]) -> Any:
        return hstack([rows, csr_matrix([[float(h == one) for h in ids] for one in hypotheses])])

    stance_model = fit(
        named(matrix[[i for i, _ in pairs]], [f.id for _, f in pairs]),
        [f.stance for _, f in pairs], weights[[i for i, _ in pairs]],
    )  # fmt: skip
    stances = {h: stance_model.predict(named(asked, [h] * len(judged))) for h in ids}
    said = []
    for i, p in enumerate(judged):
        sentences = p.evidence.sentences
        assigned = {h for h in ids if about[i] and found[h][i]}
        rows = vectorizer.transform([s.text for s in sentences]) if assigned else None
        evidence = {
            h: sentences[int(np.argmax(models[h].decision_function(rows)))].sentence
            for h in assigned
        }
        one = Said(
            bool(about[i]), str(types[i]), assigned, {h: str(stances[h][i]) for h in ids}, evidence
        )
        said.append(one.decided(p.example.record.pmid))
    return said


def _texts(prepared: Sequence[Prepared]) -> list[str]:
    return [p.example.record.text for p in prepared]


def _bears_on(p: Prepared, hypothesis: str) -> bool:
    return any(f.id == hypothesis for f in p.example.findings)


@dataclass(frozen=True, slots=True)
class _Always:
    """Says what it saw where the training records hold one label alone."""

    label: Any

    def predict(self, rows: Any) -> np.ndarray:
        return np.full(rows.shape[0], self.label)

    def decision_function(self, rows: Any) -> np.ndarray:
        return np.zeros(rows.shape[0])

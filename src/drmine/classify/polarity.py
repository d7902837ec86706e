"""What a sentence says of a result, clause by clause: found, not found, or left open."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from drmine.nlp.assertion import clauses
from drmine.nlp.scope import RESISTANT_GROUP

# What can be found or not found between a mechanism and drug response.
_RELATION = (
    r"(?:associat\w+|correlat\w+|differ\w*|relat\w+|link\w*|predict\w*|influenc\w+|effects?|impact\w*|"
    r"interact\w+|chang\w+|alter\w*|increas\w+|decreas\w+|elevat\w+|reduc\w+|role|roles|benefit|evidence|"
    r"support|trend|dependence|advantage|improve\w*|contribut\w+|variants?|loc(?:us|i)|signals?|overexpression|"
    r"relationship\w*|significan\w+|enrichment|deviation|connection)"
)
_VERB = (
    r"(?:associat\w+|correlat\w+|differ\w*|relat\w+|link\w*|predict\w*|influenc\w+|affect\w*|impact\w*|interact\w*|"
    r"chang\w+|alter\w*|increas\w+|decreas\w+|elevat\w+|reduc\w+|modif\w+|confirm\w*|support\w*|find|found|show\w*|"
    r"reveal\w*|reach\w*|replicat\w+|reproduc\w+|play\w*|contribut\w+|explain\w*|caus\w+|involv\w+|detect\w*|observ\w+|"
    r"seen|significan\w+|improv\w+|revers\w+|restor\w+|enhanc\w+|determin\w+|depend\w*|transported|substrates?|higher|"
    r"lower|upregul\w+|overexpress\w*|attribut\w+|due|responsible|demonstrat\w+|impair\w+|prevent\w+|potentiat\w+|"
    r"discriminat\w+|distinguish\w*|separat\w+|survive\w*|hold|held|remain\w*|persist\w*|need\w*|account\w*|matter\w*|"
    r"reflect\w*|raise\w*|rise|rose|fall|fell|necessary|useful|justif\w+|warrant\w*|add|added|appear\w*|seem\w*|"
    r"statistically|sufficient|identif\w+|provid\w+|vary|varied|deviat\w+)"
)
_NULL = re.compile(
    rf"\b(?:no|nor any|without(?: any)?|little|nor) (?:\w+[- ]){{0,6}}?{_RELATION}\b"
    rf"|\b(?:not|nor|n't|never|cannot|hardly) (?:\w+[- ]){{0,4}}?{_VERB}\b"
    r"|\b(?:was|were|is|are|did|does|do|has|have|had|could) not(?=\s*(?:[(.;,:]|$|and\b|but\b|in\b|so\b))"
    r"|\bfail(?:ed|s|ure|ing)? to \w+"
    r"|\b(?:lack|absence) of (?:\w+[- ]){0,4}?" + _RELATION + r"\b"
    r"|\bneither\b|\bnone of\b|\bnon-?significant\w*|\binsignificant\w*|\bn\.s\.|\bns\b(?=\))"
    r"|\b(?:was|were|is|are|remained|remains|being) (?:\w+ ){0,2}?(?:unaffected|unchanged|unaltered|similar|comparable|"
    r"unrelated|independent|equal|equivalent|indistinguishable|identical|the same|alike|normal|preserved|intact)\b"
    r"|\birrespective of\b|\bregardless of\b|\bindependent(?:ly)? of\b"
    r"|\b(?:similar|comparable|equal|the same)(?:ly)? (?:\w+ ){0,3}?(?:in|between|among|across|for) (?:the )?(?:both|two|all|"
    r"three|groups?|responders?|resistant|responsive|patients|genotypes?)"
    r"|\bP\s?[=>]\s?0?\.(?:[1-9]\d?\d?|0[6-9]\d?)\b(?!\d)"
    r"|\bargu(?:es?|ing) against|\bcontradict\w*|\brefut\w+|\bdisprov\w+|\bunlikely\b|\bevidence against|"
    r"\bnot? (?:\w+ )?(?:marker|explanation|cause|reason|weight|place|part|predictor|biomarker|determinant|help|use)\b|"
    r"\bnot (?:\w+ ){0,2}?(?:brought about|set apart|suffic\w+|enough|freer|better|more|less|worse|one of|the (?:cause|reason|"
    r"explanation|result))\b|\b(?:does|do|did) not (?:\w+ )?(?:set|suffice|lend|make|tell|separate|bear|govern|decide)\b|"
    r"\bno (?:more|less|better|longer|higher|lower|greater)\b|\btoo (?:narrow|small|weak|rare|little|few)\b|\birrelevant\b|"
    r"\bhard to reconcile\b|\belsewhere than\b|\bequally (?:\w+ )?(?:in|between|among|frequent|common|often)\b|"
    r"\bcasts? doubt|\bchalleng(?:es?|ing) (?:the|this)|\bspeaks? against|\bruled? out\b|\brejects?\b",
    re.IGNORECASE,
)
_FOUND = re.compile(
    r"\b(?:associat(?:ed|ion|ions|es)|correlat(?:ed|es|ion|ions)|predict(?:s|ed|or|ors|ive|ing)?|relat(?:ed|ion|ionship)|"
    r"linked|contribut\w+|influenc\w+|affect(?:s|ed|ing)|determin(?:es|ed|ant|ants|ing)|play(?:s|ed)? an?|"
    r"responsible|underl(?:y|ies|ie|ying)|mediat(?:e|es|ed|ing)|implicat\w+|differ(?:s|ed|ent|ence|ences)|depend(?:s|ed|ent)|"
    r"caus(?:e|es|ed|ing)|explain\w*|increas\w+|elevat\w+|higher|greater|enhanc\w+|over-?express\w*|up-?regulat\w+|more|"
    r"excess\w*|stronger|augment\w+|induc(?:ed|es|e|ing)|decreas\w+|reduc\w+|lower\w*|down-?regulat\w+|diminish\w*|loss|"
    r"lost|less|fewer|weaker|impair\w+|attenuat\w+|suppress\w+|abolish\w*|insensitiv\w+|disrupt\w+|alter(?:ed|ation|ations)|"
    r"abnormal\w*|changed|revers(?:e|ed|es|al|ing)|restor(?:e|ed|es|ing)|improv(?:e|ed|es|ing|ement)|prevent(?:ed|s|ing)?|"
    r"overc(?:ame|ome)|counteract\w*|potentiat\w+|normali[sz]\w+|risk|odds|support(?:s|ed|ing)?|confirm(?:s|ed|ing)?|"
    r"required|needed|doubled|tripled|halved|twice|fold|rose|fell|shorten\w*|prolong\w*|faster|slower|unfavou?rabl\w+|"
    r"poor(?:er)?|worse|likely|key|important|major|significant(?:ly)?|raised|over-?represented|enriched|commoner|"
    r"discriminat\w+|distinguish\w*|separat(?:e|ed|es)|withstood|conferr?(?:s|ed)?|doubl(?:e|es|ing)|worsen\w*)\b",
    re.IGNORECASE,
)
_UP = re.compile(
    r"\b(?:increas\w+|elevat\w+|higher|greater|over-?express\w*|up-?regulat\w+|more|excess\w*|stronger|induc(?:ed|es|tion)|"
    r"rose|raised|doubled|tripled|enhanc\w+|abundant|enriched)\b",
    re.IGNORECASE,
)
_DOWN = re.compile(
    r"\b(?:decreas\w+|reduc\w+|lower\w*|down-?regulat\w+|diminish\w*|loss|lost|less|fewer|weaker|fell|depleted|deficien\w+|"
    r"insensitiv\w+|impair\w+|inhibit\w+|halved)\b",
    re.IGNORECASE,
)
_HEDGE = re.compile(
    r"\b(?:may|might|could|possibl[ey]|potential(?:ly)?|perhaps|probabl[ey]|hypothes\w+|appear(?:s)? to|seem(?:s)? to|"
    r"propos\w+|tend(?:s|ed|ency)?|candidate|preliminary|putative|speculat\w+|presum\w+|would|suggest\w*)\b",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"\b(?:inconclusive|controvers\w+|conflicting|contradictory|inconsistent|unclear|unknown|uncertain|poorly understood|"
    r"not (?:fully |yet |well |completely |been )*(?:understood|known|clear|elucidated|established|settled|resolved)|"
    r"remain(?:s)? (?:to be|unclear|unknown|elusive|controversial|uncertain|debated|open|largely|unproven|unsettled)|"
    r"(?:further|more|larger|future|prospective) (?:\w+[- ]){0,4}?(?:stud\w+|research|investigat\w+|work|trials?|evidence|"
    r"data)|insufficient|(?:to|should|must) be (?:determined|established|confirmed|elucidated|clarified|tested|replicated)|"
    r"debat\w+|(?:is|are|were|was) (?:\w+ )?(?:reviewed|discussed|described|summari[sz]ed|outlined|considered)|"
    r"we (?:review|discuss|summari[sz]e|describe|outline|consider)|this (?:review|article|paper|chapter)|"
    r"will be|protocol|whether|cannot be (?:drawn|excluded|ruled))\b",
    re.IGNORECASE,
)
_CONTRAST = re.compile(
    r"\b(?:but|however|although|though|while|whereas|nevertheless|nonetheless|yet|except|in contrast|"
    r"on the other hand|only|alone|after (?:adjust|correct)\w+|at the (?:cost|expense|price)|subgroup|subset)\b",
    re.IGNORECASE,
)


# A denial of something else than the result: "leaves little doubt", "not altered by adjustment".
_NO_NULL = re.compile(
    r"\b(?:little|no) doubt\b|\bnot only\b|\bnot (?:altered|affected|changed|explained) by (?:adjust\w+|age|sex|"
    r"correct\w+)|\bnot seen (?:in|when|with) (?:the )?(?:respon\w+|control\w+|drug)|\bnot surpris\w+|"
    r"\bindependent (?:risk|predict\w+|determinant|factor)\w*|\bindependently (?:associat\w+|predict\w+|relat\w+)|"
    r"\bindependent of (?:age|sex|aetiology|etiology|treatment|other)",
    re.IGNORECASE,
)
# An interval of a ratio: holding 1 it says that nothing was found.
RATIO = re.compile(r"\b(?:OR|HR|RR|aOR|odds|hazard|ratio|risk)\b", re.IGNORECASE)
INTERVAL = re.compile(r"(\d+[.·]\d+)\s?(?:-|–|—|to|,)\s?(\d+[.·]\d+)")


@dataclass(frozen=True, slots=True)
class Polarity:
    """Clauses of a sentence by what they say: something found, nothing found."""

    found: int
    null: int
    up: bool
    down: bool
    hedged: bool
    open: bool
    contrast: bool

    @property
    def name(self) -> str:
        """One word for the sentence: found, null, both or none."""
        if self.found and self.null:
            return "both"
        return "found" if self.found else "null" if self.null else "none"


@lru_cache(maxsize=4096)
def polarity(sentence: str) -> Polarity:
    """Read the polarity of one sentence.

    A clause with a null ("no association", "did not differ") says that nothing
    was found, whatever other words of finding stand in it.
    """
    found = null = 0
    for start, end in clauses(sentence, 0, len(sentence)):
        said = clause_says(sentence[start:end])
        null += said is False
        found += said is True
    return Polarity(
        found,
        null,
        bool(_UP.search(sentence)),
        bool(_DOWN.search(sentence)),
        bool(_HEDGE.search(sentence)),
        bool(_OPEN.search(sentence)),
        bool(_CONTRAST.search(sentence)),
    )


def polarity_at(sentence: str, places: Iterable[int]) -> str:
    """Return what the clauses say in which something is named: found, null, both or none.

    ``places`` are where its names begin. In "A was raised, B was not" the two differ.
    """
    said: set[bool | None] = set()
    ordered = sorted(places)
    for start, end in clauses(sentence, 0, len(sentence)):
        if any_within(ordered, start, end):
            said.add(clause_says(sentence[start:end]))
    if said >= {True, False}:
        return "both"
    return "found" if True in said else "null" if False in said else "none"


def any_within(ordered: Sequence[int], start: int, end: int) -> bool:
    """Whether any of some places, in their order, lies in a stretch of text.

    To look at each place for each clause took a list of thousands of names a quarter of a minute.
    """
    at = bisect_left(ordered, start)
    return at < len(ordered) and ordered[at] < end


def clause_says(clause: str) -> bool | None:
    """Say whether a clause says that something was found (True), was not (False), or neither."""
    clause = _NO_NULL.sub("significantly", RESISTANT_GROUP.sub("resistant", clause))
    by_interval = _by_interval(clause)
    if by_interval is False or (by_interval is None and _NULL.search(clause)):
        return False
    return True if by_interval or _FOUND.search(clause) else None


def _by_interval(clause: str) -> bool | None:
    """Whether the interval of a ratio leaves out 1; None where there is no such interval."""
    if not RATIO.search(clause):
        return None
    interval = INTERVAL.search(clause)
    if interval is None:
        return None
    low, high = (float(bound.replace("·", ".")) for bound in interval.groups())
    return not low <= 1 <= high if low < high else None

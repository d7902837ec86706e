"""Reported shares of drug-resistant patients: "20–40 %", "one third", "up to 30 %"."""

from __future__ import annotations

import re

from drmine.nlp.sentences import Sentence
from drmine.nlp.shares import Share, find_shares
from drmine.records import ResistanceRate

# How far from a share (characters) the words that make it a rate may stand.
_REACH = 170
_JOINED_REACH = 90
_PEOPLE = (
    r"(?:patients?|people|individuals|persons|adults?|children|subjects|cases|those|them|sufferers|"
    r"epileptics?|epilepsies|epilepsy|infants|women|men|population|cohort|clinic|PWE|participants)"
)
_ADJECTIVE = (
    # resistance to one named drug is no drug resistance
    r"(?<!VPA )(?<!VPA-)(?<!valproate )(?<!valproate-)(?<!steroid-)(?<!carbamazepine-)(?<!carbamazepine )"
    r"(?:drug[- ]?|pharmaco[- ]?|medical(?:ly)?[- ]|medication[- ]|treatment[- ]|therapy[- ])?"
    r"(?:(?:resistan(?:t|ce)|refractor(?:y|iness)|intractab(?:le|ility)|uncontrolled|"
    r"(?:poorly|inadequately|insufficiently)[- ]controlled)\b"
    r"(?! (?:hypertension|depress|infection|pain|migraine|strain))|(?-i:\b(?:DRE|MRE|RSE|SRSE|PRE|IE)\b))"
)
# "of patients with refractory epilepsy" names a sample, so a verb must stand before the adjective
_IS_RESISTANT = (
    r"(?:(?<!not )\b(?:are|is|be|being|been|remain(?:s|ed|ing)?|becom(?:e|es|ing)|became|were|was|have|has|had|having|"
    r"develop(?:s|ed|ing)?|prove[sdn]*|suffer(?:s|ed|ing)? from|experience[sd]?|exhibit(?:s|ed)?|show(?:s|ed)?|"
    r"(?:met|meet|meets|fulfil\w*|satisf\w+) (?:the )?(?:\w+ ){0,2}?(?:criteria|definition) (?:for|of)|"
    r"(?:are|is|were|was|been|be) (?:diagnosed with|(?:classified|considered|regarded|labelled|defined) as (?:having )?))"
    rf"\s(?!with\b)(?:(?!with\b|for\b|than\b|not?\b|never\b|that\b|which\b)[\w/]+[- ]){{0,4}}?{_ADJECTIVE}"
    r"|\b(?:do(?:es)? not|did not|don't|fail(?:s|ed)? to|(?:is|are|were|was) not|cannot|can not|may not|could not|never) (?:\w+ ){0,2}?"
    r"(?:respond|achieve|become (?:\w+ )?seizure[- ]free|attain|gain|(?:re-?)?enter|have (?:their )?seizures controlled|"
    r"control\w*|(?:be )?(?:\w+ )?controlled|benefit)"
    r"|\b(?:have|has|had|show\w*|with) (?:an? )?(?:incomplete|poor|inadequate|insufficient|no) (?:\w+ )?(?:response|control)\b"
    r"|\b(?:medications?|medicines?|drugs?|treatments?|therapy|AEDs|ASMs|ASDs) (?:(?:is|are|do(?:es)?) not (?:effective|work|help|control)|fail|(?:is|are) ineffective)"
    r"|\b(?:have|has|had|with) persist(?:ent|ing) seizures"
    r"|\bstill (?:experienc\w+|hav\w+|suffer\w*)(?: \w+){0,2} seizures"
    r"|\bcontinue[sd]? (?:to (?:have|experience|suffer)(?: \w+){0,2} seizures|having seizures)"
    r"|\b(?:have|having|had|experienc\w+)(?: \w+){0,3} seizures(?: \w+){0,2} (?:despite|in spite)"
    r"|\b(?:non-?respon\w+|unresponsive)\b)"
)
# "about 30 % of patients … are resistant", "52 (14 %) were resistant"
_AFTER = re.compile(
    rf"(?:\s?(?:;[^()]{{0,40}}|,\s?95\s?% ?CI[^()]{{0,30}})?[)\]]|(?P<skip>\s?\([^()]{{1,60}}\)))?,?"
    rf"(?:\s(?:or more\s)?(?:(?:of|among|in)\s)?(?:[\w/-]+[ ,]+){{0,6}}?(?P<who>{_PEOPLE})\b"
    rf"(?:(?!\d ?%|[.;:]\s|of whom|of which|seizures (?:that|which)).){{0,90}}?|\s(?:\w+\s){{0,3}}?){_IS_RESISTANT}",
    re.IGNORECASE,
)
_REMAINS = re.compile(  # "there remain 30 % of patients poorly controlled"
    r"\s(?:of\s)?(?:\w+\s){0,3}?patients\s(?:who\s)?(?:inadequately|poorly|insufficiently|not)\s\w+ed\b",
    re.IGNORECASE,
)
_THERE_REMAIN = re.compile(r"\bremain\w*\s(?:\w+\s){0,2}$", re.IGNORECASE)
_LEAD = (
    r"(?:\d[\d,]*,?\s?(?:patients|children|cases|adults|people)?\s?(?:\(|or\s)?)?"
    r"(?:(?:about|around|approximately|roughly|nearly|almost|up|to|over|some|only|just|at|least|most|more|less|fewer|"
    r"than|as|many|much|high|low|an|estimated|between|from|the|remaining|and)\s){0,4}[≈~<>]?\s?$"
)
_EVENT = (
    r"(?:affect(?:s|ed|ing)|occur(?:s|red|ring)?\sin|(?:was |were |is |are )?(?:\w+ )?(?:seen|found|observed|present|"
    r"established|reported|diagnosed|identified|confirmed|accepted|documented|noted|recorded|estimated)\s(?:in|at|to be)|"
    r"(?:develop|persist|continue|aris|appear)\w*\sin|accounts?\sfor|accounted\sfor|comprises?|represents?|"
    r"prevalence\s(?:of|was|is)|rate\s(?:of|was|is)|was|were|is|in|defined as)"
)
# "drug resistance … was established in 52 (14 %)", "seizures persist in 30 %"
_BEFORE = [
    re.compile(
        rf"{_ADJECTIVE}(?:\s(?:\w+\s)?(?:epileps\w+|seizures?))?(?:\s?[(\[][^()\[\]]{{1,80}}[)\]])?"
        rf"(?:,?\s(?:(?!and\b|but\b|who\b|underw|undergo)[\w'/-]+,?\s){{0,10}}?|\s){_EVENT}\s{_LEAD}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:prevalence|proportions?|rates?|incidence|frequency|percentage|share|risk|estimates|figures)\s"
        rf"(?:[\w-]+\s){{0,5}}?(?:of|for|labelled|with)\s(?:[\w/-]+[ ,]+){{0,5}}?{_ADJECTIVE}"
        rf"(?:(?!\d ?%|[.;]\s).){{0,80}}?(?:\b(?:was|is|were|are|of|from|between|reach(?:es|ed)?|reaching|at|to|as)|:)\s"
        rf"(?:(?!by\b)[\w]+\s){{0,3}}(?:from\s|between\s)?[≈~(]?$",
        re.IGNORECASE,
    ),
    re.compile(
        rf"{_ADJECTIVE}.{{0,80}}\b(?:proportions?|estimates?|figures?|rates?|numbers?)\s(?:\w+\s){{0,5}}?"
        r"(?:rang|var)\w+\s(?:widely\s)?(?:from|between)\s$",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:seizures\s(?:persist\w*|continued?|(?:are|were|is|remain\w*)\s(?:not|uncontrolled|poorly)(?:\s\w+){0,5}?|"
        rf"cannot be (?:\w+ )?controlled(?:\s\w+){{0,4}}?)|treatment\sfail(?:s|ed))\sin\s{_LEAD}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:had|have|developed|became|were|was|remained)\s(?:(?!in\b|of\b|with\b)\w+\s){{0,3}}?{_ADJECTIVE}(?:\s[\w-]+){{0,2}}\s\("
        r"(?:n ?= ?\d+[,;/] ?|\d+[,;/] ?|\d+/\d+[,;] ?)?$",
        re.IGNORECASE,
    ),
    # an adjective of resistance, what it was compared in, and the two shares in brackets
    re.compile(
        rf"{_ADJECTIVE}\s(?:was|were|is|are)\s(?:more|less)\s(?:common|frequent|prevalent|likely)\s(?:in|among)\s(?:[\w-]+\s){{1,4}}\($",
        re.IGNORECASE,
    ),
]  # fmt: skip
# "refractory epilepsy, defined as …, affects 30 %": the subject may stand far away
_FAR_BEFORE = re.compile(
    rf"{_ADJECTIVE}\s(?:\w+\s)?(?:epileps\w+|seizures?),\s[^.;]*,\s(?:affects|affecting|occurs in|is (?:seen|found|present) in)\s{_LEAD}",
    re.IGNORECASE,
)
# in brackets behind the name of the resistant: their share of all with epilepsy
_SAMPLE_BEFORE = re.compile(
    rf"{_ADJECTIVE}(?:\s(?:\w+\s)?(?:epileps\w+|seizures?))?\s?[(,–—]\s?{_LEAD}", re.IGNORECASE
)
# what is left after those who do well: "leaving 20 % with …"
_LEAVING = re.compile(rf"\bleav(?:ing|es)\s{_LEAD}", re.IGNORECASE)
_WITH_RESISTANT = re.compile(
    rf"\s?(?:of\s)?(?:[\w/-]+\s){{0,3}}?with\s(?:[\w-]+,?\s){{0,3}}?{_ADJECTIVE}", re.IGNORECASE
)
_OF_ALL = re.compile(
    r"\s?of\s(?:all\s)?(?:the\s)?(?:patients|people|individuals|persons|children|adults|those)?\s?(?:with\s)?(?:epilep|PWE)",
    re.IGNORECASE,
)
_ANAPHOR = re.compile(
    r"(?:It|(?:The|This) (?:\w+ )?(?:proportion|rate|prevalence|figure|frequency))\s"
    r"(?:was|were|is|ranged|varied|rose|fell)(?:\s(?:from|between|to|about|only|just))*\s$"
)
# What may stand between two shares that measure the same thing.
_JOINED = re.compile(
    r"(?:\s?[(;,]\s?95\s?%[^()%]{0,45}|\s?\[[^\]]{0,30}\])?\)?(?:\s(?:in|of|among|after)\s(?:(?!who\b|had\b)[\w/-]+\s?){1,4})?\s?(?:,|\(|\band\b|\bbut\b|\bor\b|\bvs\.?|\bversus\b|,\s?and\b)\s"
    r"(?:in\s(?:some|other)\s\w+\s|in\s)?(?:up\sto\s|about\s|even\s|between\s|from\s|as\s\w+\sas\s)*\(?",
    re.IGNORECASE,
)
_OTHER_OUTCOME = re.compile(
    r"confidence|\bCI\b|reduction|decrease|improve|(?<!become )seizure[- ]free|(?<!non)(?<!non-)responder|"
    r"sensitivity|specificity|accuracy|mutation|variant",
    re.IGNORECASE,
)
_NOT_ENDING = re.compile(
    r"(?:not|fail\w* to) (?:\w+ ){0,2}(?:become|achieve|attain)", re.IGNORECASE
)
# "fell by 30 % in refractory patients", "p = 0.3": the number measures something else
_OTHER_MEASURE = re.compile(
    r"(?:\bby (?:about |at least |up to |more than |between )?|reduc\w+ (?:of|from|in) |decreas\w+ of |improv\w+ (?:of|in) |"
    r"surgery in |free in |freedom (?:in|of|was) |effective in |success\w* in |success rate of |p ?[<=] ?|"
    r"respon(?:se|der) rates? (?:of|was) )$",
    re.IGNORECASE,
)
# a rate of response, remission or harm, named as such
_RATE_OF_OTHER = re.compile(
    r"(?<!non-)(?<!non)\b(?:response|responder|retention|remission|success|complication|mortality|recurrence)\srates?\b[^.;]*$",
    re.IGNORECASE,
)
# when the resistance of those who have it showed: shares of the resistant
_AMONG_RESISTANT = re.compile(r"\bin (?:most|the majority|half)\b[^.;]*$", re.IGNORECASE)
_INTERVAL = re.compile(r"\b(?:CI|confidence interval|CrI|IQR)\b[^)]{0,25}$")
_INTERVAL_AFTER = re.compile(
    r"\s?-?(?:CI|confidence|credible|C\.I|power|prediction)\b", re.IGNORECASE
)
_TREATED_OTHERWISE = re.compile(
    r"(?:after|following|by|to|with|on|underw\w+|receiv\w+)\s(?:\w+[- ]){0,3}?(?:surgery|resection|lobectomy|"
    r"lesionectomy|hemispher\w+|callosotomy|VNS|DBS|RNS|stimulation|(?:ketogenic )?diet|implant\w+|radiosurgery|ablation|"
    r"steroids?|ACTH|immunotherapy|IVIG|placebo)\b|postoperativ|post-surg|\boperated",
    re.IGNORECASE,
)
# The whole that the share is part of is already resistant: "of 40 refractory patients, 30 % …"
_RESISTANT_SAMPLE = re.compile(
    rf"\b(?:of|among|in|from)\s(?:(?!of\b|among\b|in\b)[\w-]+\s){{0,5}}?(?:{_ADJECTIVE}\s(?:\w+\s){{0,2}}?"
    rf"(?:patients|children|adults|cases|group|individuals|subjects)|(?:episodes|cases|patients)\sof\s{_ADJECTIVE}|{_PEOPLE}\swith\s(?:(?!are\b|is\b|w|have\b|has\b|had\b|remain|become|epilepsy\b)\w+\s){{0,2}}?{_ADJECTIVE})",
    re.IGNORECASE,
)
_OF_RESISTANT = re.compile(rf"[\s)]*(?:of|among|in)\s(?:the\s)?{_ADJECTIVE}", re.IGNORECASE)
_OF_OTHERS = (_RESISTANT_SAMPLE, _TREATED_OTHERWISE, _AMONG_RESISTANT, _RATE_OF_OTHER)
_RES_TERM = re.compile(rf"{_ADJECTIVE}(?:\s\w*\s?(?:epileps\w+|seizures?))?", re.IGNORECASE)
_WHOM = re.compile(r"[^.;:,(]{0,120}")
_POPULATIONS = tuple(
    (re.compile(pattern, re.IGNORECASE), name)
    for pattern, name in (
        (r"status epilepticus", "status epilepticus"),
        (r"temporal (?:lobe epilep|scler)|\bm?TLE\b", "temporal lobe epilepsy"),
        (r"(?:focal|partial)(?:-onset)? (?:epilep|seizure)", "focal epilepsy"),
        (r"child|infan|pa?ediatric|neonat", "children with epilepsy"),
        (r"\badults?\b|elderly", "adults with epilepsy"),
    )
)
# No pattern can match without one of these: most sentences are passed over at this price alone.
_CUE = re.compile(
    r"[Rr]esist|[Rr]efract|[Ii]ntract|ontrol|respon|[Ff]ail|ontinue|persist|DRE|MRE|RSE|PRE\b|despite|spite of|"
    r"not (?:\w+ )?(?:becom|achiev|attain|gain|benefit|effective)|never|still|enter|leav|\bIE\b|ineffective"
)
# one for one, so offsets hold
_HYPHENS = str.maketrans({"‐": "-", "‑": "-"})
_EPILEPSY = re.compile(r"epilep|seizure|\bPWE\b", re.IGNORECASE)


def find_rates(text: str, sentences: list[Sentence]) -> tuple[ResistanceRate, ...]:
    """Return the shares of drug-resistant patients that a record reports.

    Parameters
    ----------
    text
        ``Record.text``.
    sentences
        Its sentences; a rate never crosses the end of one.

    Returns
    -------
    tuple of ResistanceRate
        Shares between 0 and 1, in order of place, none overlapping. A bound without its
        counterpart ("up to one third") has ``low`` = ``high`` = the figure given.
    """
    found: list[ResistanceRate] = []
    original, text = text, text.translate(_HYPHENS)
    if not _CUE.search(text):
        return ()
    title = text.partition("\n")[0]
    follows_rate = False
    for sentence in sentences:
        words = text[sentence.start : sentence.end]
        shares = find_shares(words) if follows_rate or _CUE.search(words) else []
        chosen = _rates_among(words, shares, follows_rate) if shares else []
        follows_rate = bool(chosen)
        named_by = "" if sentence.section == "background" else title
        for share in chosen:
            start, end = sentence.start + share.start, sentence.start + share.end
            population = _population(words, share, shares, named_by)
            found.append(
                ResistanceRate(start, end, original[start:end], share.low, share.high, population)
            )
    return tuple(found)


def _rates_among(words: str, shares: list[Share], follows_rate: bool) -> list[Share]:
    """Return the shares of one sentence that are rates, with those joined to them."""
    usable = [s for s in shares if not _measures_other(words, s)]
    rates = [_is_rate(words, s, follows_rate) for s in usable]
    order = list(range(1, len(usable)))
    for here, there in [(i, i - 1) for i in order] + [(i - 1, i) for i in reversed(order)]:
        first, second = sorted((here, there))
        if rates[there] and not rates[here]:
            gap = words[usable[first].end : usable[second].start]
            rates[here] = len(gap) < _JOINED_REACH and _JOINED.fullmatch(gap) is not None
    return [s for s, is_rate in zip(usable, rates, strict=True) if is_rate]


def _measures_other(words: str, share: Share) -> bool:
    before = words[max(0, share.start - 60) : share.start]
    return bool(
        _OTHER_MEASURE.search(before)
        or _INTERVAL.search(before)
        or _INTERVAL_AFTER.match(words, share.end)
    )


def _is_rate(words: str, share: Share, follows_rate: bool) -> bool:
    before = words[max(0, share.start - _REACH) : share.start]
    after = words[share.end : share.end + _REACH]
    if (_SAMPLE_BEFORE.search(before) and _OF_ALL.match(after)) or (
        _LEAVING.search(before) and _WITH_RESISTANT.match(after)
    ):
        return True
    if any(p.search(before) for p in _OF_OTHERS):
        return False
    match = _AFTER.match(after) or (_THERE_REMAIN.search(before) and _REMAINS.match(after))
    if match:
        # an interval or a count in brackets says nothing of what is measured
        said = match.group()[len(match.groupdict().get("skip") or "") :]
        return (
            not _RESISTANT_SAMPLE.match(said.lstrip(" )"))
            and not _OF_RESISTANT.match(said)
            and (not _TREATED_OTHERWISE.search(words, share.end, share.end + match.end() + 45))
            and (not _OTHER_OUTCOME.search(said) or _NOT_ENDING.search(said) is not None)
        )
    if follows_rate and _ANAPHOR.fullmatch(words, 0, share.start):
        return True
    far = _FAR_BEFORE.search(words[: share.start])
    matches = (far, *(pattern.search(before) for pattern in _BEFORE))
    return any(m is not None and not _OTHER_OUTCOME.search(m.group()) for m in matches)


def _population(words: str, share: Share, shares: list[Share], title: str) -> str:
    """Name whom the rate speaks of: the words after it, then those before, then the title."""
    later = [s.start for s in shares if s.start > share.start]
    after = words[share.end : later[0] if later else len(words)]
    whom = _WHOM.match(after.lstrip(" )"))
    near = whom.group() if whom else ""
    predicate = re.search(_IS_RESISTANT, near, re.IGNORECASE)
    near = near[: predicate.start()] if predicate else near
    before = words[: share.start]
    for place in (near, _RES_TERM.sub(" ", before), title):
        hits = [(m.start(), name) for p, name in _POPULATIONS for m in p.finditer(place)]
        if hits and place is near:
            return hits[0][1]
        if hits:
            return max(hits)[1] if place is not title else hits[0][1]
        if _EPILEPSY.search(place):
            return "epilepsy"
    return "epilepsy"

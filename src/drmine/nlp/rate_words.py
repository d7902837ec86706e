"""The words of a sentence on shares of patients, each reduced to the part it plays."""

from __future__ import annotations

import re
from dataclasses import dataclass

from drmine.nlp.shares import Share

# What plays which part. The order decides where several fit; the letters are the parts:
#   S a share          R resistance            X "do not respond": resistance told by a verb
#   O another outcome  T another treatment     P people                z seizures
#   B be               V have, become, …       E is found, affects, …  D prevalence, rate, …
#   p of   i in, among   h with   f for, after c and, than  q who, that
#   t that, which      m in most               l about, up to, the     a adverbs
#   n numbers          L leaving            A accounts for, makes up
#   d drugs by name, doctors   F the first drug
#   Y differs                              g genes, lesions, …     o resistance to something else
#   w any other word
_NOT = (
    r"(?:(?:do(?:es)?|did|is|are|was|were|has|have|had|will|would|could|can|may|might)\s(?:still\s)?(?:not|never)|"
    r"cannot|don't|doesn't|didn't|can't|fail(?:s|ed|ing|ure)?\sto|unable\sto|not|never|without)"
)
_SOME = r"(?:[\w/-]+\s)"
_SEIZURES = r"(?:seizures?(?:\s(?:activity|control))?|convulsions?|fits|attacks|epilep(?:sy|sies)\b(?!\spatients))"
_FREE = (
    r"(?:(?:seizure[- ])?freedom|(?:seizure|attack|symptom)[- ]free\w*|free\s(?:of|from)|(?:\w+\s)?remission|control\b|"
    r"controlled|SF\b|response\b|relief|without\s(?:\w+\s)?(?:seizures|attacks|fits))"
)
_LIMB = (
    r"(?:super-?)?(?:(?:anti-?(?:epileptic|seizure|convulsant)[- ])?(?:drug|pharmaco|medical(?:ly)?|medication|medicine|treatment|"
    r"therap(?:y|eutically|ies)|AED|ASM|ASD|multi-?drug|pharmacological(?:ly)?)|anti-?(?:convulsant|epileptic))s?[- ]?"
)
_STATE = (
    rf"(?:(?:{_LIMB}|super-?)?(?:resistan(?:t|ce)|refractor(?:y|iness)|intractab(?:le|ility))|uncontrolled|uncontrollable|"
    r"(?:poorly|inadequately|insufficiently|incompletely|not\s(?:well|fully|(?:adequate|complete|sufficient|effective|successful|satisfactori|optimal)ly))[- ](?:controlled|medicated|managed|treated)|"
    r"(?:difficult|hard)[- ]to[- ](?:control|treat)|non-?respon\w+|unresponsive)\b"
)
_LEXICON = [
    # resistance to one drug, of another illness, or denied
    ("o", rf"(?:VPA|valproate|steroid|carbamazepine|phenytoin|benzodiazepine|insulin|ACTH)[- ]{_STATE}|"
          rf"{_STATE}\sto\s(?:the\s)?(?:(?:first|initial)(?!(?:[- ]line)?[- ]?,?\s(?:and|or)\s)|valpro\w+|VPA|carbam\w+|pheny\w+|benzodiaz\w+|steroids?|ACTH)\b|"
          rf"{_STATE}(?=\s(?:hypertension|depress|infection|pain|migraine|strain|asthma))|"
          rf"\b(?:not|never|non)[- ](?:\w+ly\s)?(?:{_LIMB})?(?:resistant|refractory|intractable)|suspected\sresistance|"
        r"\b(?:depressed|schizophrenic|hypertensive|asthmatic)\b"),
    ("T", r"(?:after|following|by|to|with|on|despite|underw\w+|undergo\w*|receiv\w+|had)\s(?:[\w-]+\s){0,3}?(?:surgery|resection|"
          r"lobectomy|lesionectomy|hemispher\w+|callosotomy|VNS|DBS|RNS|stimulation|diet|implant\w+|radiosurgery|"
          r"ablation|steroids?|ACTH|immunotherapy|IVIG|placebo)\b|post-?operativ\w*|post-?surg\w*|\boperated|"
          r"\bnon-?responder\srates?|\b(?:placebo|rats?|mice|mouse|animals?|dogs?|isolates?|strains?|bacteri\w+)\b"),
    ("X", rf"{_NOT}\s{_SOME}{{0,3}}?(?:respond\w*|controlled|control|benefit\w*|effective|help\w*|improv\w*|work|stop|suppress\w*|suffice|sufficient|enough|"
          r"successful|yield|remit|abate|subside)\b|"
          rf"{_NOT}\s(?:\w+\s)?in\s{_SOME}{{0,3}}?remission|\bno\s(?:drugs?|medications?|medicines?|treatments?|AEDs?|ASMs?)\s"
          r"(?:\w+\s){0,4}?(?:control\w*|help\w*|stop\w*|work\w*|end(?:s|ed)?)\b|"
          r"\b(?:that|which)\s(?:have\s|has\s|had\s)?(?:withst\w+|resist(?:s|ed)?|def(?:y|ies|ied))\b|"
          r"\b(?:offer|provid|giv|gave|bring|yield|achiev|obtain)\w*\s(?:no|little|insufficient|inadequate|poor)\s(?:\w+\s){0,2}?"
          r"(?:control|relief|response|benefit)\b|\b(?:do(?:es)?|did)\snothing|\bof\sno\s(?:help|use|avail|benefit)\b|"
          rf"{_NOT}\s{_SOME}{{0,2}}?(?:achiev|attain|gain|reach|(?:re-?)?enter|obtain|provid|offer|bring|give|produc|becom|becam|go\sinto|have|had|experienc|be)\w*\s"
          rf"{_SOME}{{0,6}}?{_FREE}|{_NOT}\s(?:\w+\s)?(?:seizure|attack)[- ]free|"
          rf"\b(?:continu\w*|ke(?:ep|pt)(?:\son)?|go(?:es)?\son|went\son)\s(?:to\s(?:have|experience|suffer(?:\sfrom)?)|having|"
          rf"experiencing|suffering(?:\sfrom)?|with)\s{_SOME}{{0,3}}?{_SEIZURES}|"
          rf"\bstill\s(?:experienc|hav|had|has|suffer)\w*\s(?:from\s)?{_SOME}{{0,3}}?{_SEIZURES}|"
          rf"\b(?:has|have|having|had|experienc\w+|develop\w*|suffer\w*(?:\sfrom)?|report\w*|with)\s{_SOME}{{0,3}}?{_SEIZURES}(?:\s\w+){{0,2}}?,?\s"
          r"(?:despite|in\sspite|notwithstanding)|fail(?:s|ed|ing)?\s(?:\w+\s){0,3}?(?:two|three|2|3|[≥>]\s?\d|multiple|several|all)\s"
          r"(?:\w+\s){0,3}?(?:AEDs?|ASMs?|ASDs?|drugs?|medications?|medicines?)|respond\w*\s(?:only\s)?(?:poorly|inadequately|insufficiently)|"
          rf"{_FREE}\s(?:{_NOT}\s(?:be\s)?(?:achieved|attained|obtained|reached)|(?:is|was|are|were|remain\w*)\s(?:\w+\s)?(?:unachievable|impossible|elusive)|elud\w+|escap\w+)|"
        r"(?:cannot|can\snot|could\snot)\sbe\s(?:\w+ly\s)?(?:treated|managed)|"
        rf"{_SEIZURES}\s{_NOT}\s(?:be\s)?(?:\w+\s)?controlled|"
          r"(?:seizure\s)?(?:control|response)(?:\s\w+){0,3}?\s(?:was|is|were|remain\w*)\s(?:\w+ly\s)?(?:poor|inadequate|insufficient|suboptimal|unsatisfactory|incomplete|"
          r"unfavou?rable|difficult|lacking)|"
          rf"{_SEIZURES}\s(?:\w+\s)?(?:persist|continu)\w*|"
          r"(?:medications?|medicines?|drugs?|treatments?|therapy|AEDs?|ASMs?|ASDs?)\s(?:fail(?:s|ed)?\b(?!\sto)|(?:is|are|was|were)\s(?:ineffective|unsuccessful|not\ssuccessful))|"
          r"\b(?:had|have|has|experienced)\s(?:drug|medical|treatment|medication|AED|ASM)\sfailure|"
          r"\bfail(?:s|ed|ing)?\s(?:\w+\s){0,2}?(?:drug|medical|antiepileptic|antiseizure|pharmaco\w*|medication|AED|ASM)\s?(?:therap\w+|treatments?|trials?)"),
    ("R", rf"{_STATE}(?:\s{_SOME}?(?:{_SEIZURES}|status\sepilepticus))?"
          r"(?:\sto\s(?:\w+\s){0,2}?(?:drugs?|AEDs?|ASMs?|medications?|treatments?|therapy|pharmacotherapy)\b)?|(?-i:\b(?:DRE|MRE|RSE|SRSE|PRE|IE|TRE|DR)\b)|"
          r"\b(?:poor|inadequate|insufficient|incomplete|suboptimal|sub-optimal|unsatisfactory|unfavou?rable|no)\s(?:\w+\s){0,2}?(?:control|response)\b|"
          r"\b(?:lack|absence|want)\sof\s(?:\w+\s){0,3}?(?:control|response|remission|freedom|responsiveness)\b|"
          rf"\bpersistence\sof\s(?:\w+\s)?{_SEIZURES}|\bfailure\sof\s(?:\w+\s){{0,2}}?(?:drugs?|medical|medications?|pharmaco\w*|AEDs?|ASMs?)"
          r"(?:\s(?:treatments?|therap\w+))?\b|"
          rf"(?:(?:frequent|recurrent)\s)?{_SEIZURES}\s(?:\w+\s)?(?:despite|in\sspite\sof)|"
          r"\b(?:treatment|drug|medication|AED|ASM)\sfailure\b(?=\s(?:rates?|risk))|"
          rf"\b(?:persistent|persisting|ongoing|continuing|continued)\s{_SEIZURES}"),
    ("O", r"(?:respon\w+|retention|remission|success|complication|mortality|recurrence)\srates?|reduc\w+|decreas\w+|improv\w+|"
          r"seizure[- ]free\w*|freedom|(?:\w+\s)?remission|respon(?:se|der|sive|d)\w*|\bcontrolled|\bcontrol\b|sensitivity|"
          r"(?:drug|medication|treatment|pharmaco)[- ]?(?:responsive|sensitive)|"
          r"specificity|accuracy|mortality|deaths?|\bdied|deficits?|recover\w+|relaps\w*|recurr\w+|"
          r"adverse|side\seffects|complications?|success\w*|misdiagnos\w+|surgery|resection"),
    ("g", r"\b(?:\w*expression|genes?|genotypes?|alleles?|polymorphisms?|mutations?|variants?|lesions?|\w*sclerosis|"
          r"abnormalit\w+|depressi\w+|anxiety|comorbid\w*|atrophy|dysplasia)\b"),
    ("D", r"(?!risk\sfactors)\b(?:prevalences?|proportions?|rates?|incidences?|frequenc(?:y|ies)|percentages?|shares?|risks?|"
          r"probability|likelihood|chance|estimates?|figures?|magnitude|presence|development|occurrence|diagnosis|evidence|"
          r"criteria|definitions?)\b"),
    ("V", r"(?:met|meet(?:s|ing)?|fulfil\w*|satisf\w+)\s(?:the\s)?(?:[\w'’-]+\s){0,3}?(?:criteria|definitions?)\s(?:(?:of|by)\s(?:\S+\s){1,4}?for|for|of)|"
          r"(?:are|is|were|was|been|be)\s(?:diagnosed\swith|left\swith|(?:classified|considered|regarded|labell?ed|defined|identified|"
          r"categori[sz]ed|deemed|judged|found|designated|said|thought|known|proven|"
          # "was found to be 30 %" measures, "was found to be refractory" describes
          r"noted|expected|assumed|confirmed)\s(?:as\shaving|as|to\s(?:be(?!(?:\s(?:about|around|only|between|nearly|almost|over|approximately))?\W*$)|"
          r"have|suffer\sfrom)))|\b(?:f(?:alls?|ell)\sin(?:to)?|belong\w*\sto|qualif\w+\s(?:as|for)|presented\swith|go(?:es)?\son\sto|went\son\sto)\b|"
          r"\b(?:remain\w*|stay\w*|becom\w+|became|have|has|had|having|develop\w*|prove[sdn]*|proving|suffer\w*(?:\sfrom)?|display\w*|demonstrat\w+|acquir\w+|fac(?:e|es|ed|ing)|"
          r"experienc(?:e|es|ed|ing)|exhibit\w*|show\w*|turn\w*|liv(?:e|es|ed)\swith|evolv\w+|progress\w*|appear\w*|seem\w*|ha(?:s|ve)\sbeen)\b"),
    ("B", r"\b(?:are|is|was|were|be|being|been)\b"),
    ("E", r"\b(?:affect\w*|occur\w*|seen|found|observed|present|established|reported|diagnosed|identified|confirmed|accepted|"
          r"documented|noted|recorded|estimated|detected|encountered|aris\w+|persist\w*|obtained|achieved|taken|experienced|suffered|described|"
          r"concern(?:s|ed)?|"
          r"(?:rose|ris(?:es?|ing)|increas(?:es?|ed)|climb\w*|fell|dropp?\w*)\sto|refer(?:s|red|ring)?\sto|reach\w*|rang\w+|var(?:y|ies|ied)|amount\w*\sto|emerg\w+)\b"),
    ("A", r"\b(?:account(?:s|ed|ing)?\sfor|compris\w+|represent\w*|constitut\w+|ma(?:k(?:es?|ing)|de)\sup|form(?:s|ed)?)\b"),
    ("d", r"\b(?:pheno(?:barb\w+)|phenytoin|valpro\w+|VPA|carbamazepine|\w+racetam|lamotrigine|topiramate|zonisamide|"
          r"vigabatrin|\w+zepam|\w+zolam|benzodiazepines?|ethosuximide|perampanel|lacosamide|cannabidiol|clobazam|gabapentin|"
          r"pregabalin|stiripentol|fenfluramine|oxcarbazepine|felbamate|cenobamate|rufinamide|ACTH|steroids?|pyridoxine|"
          # nor are they patients
          r"neurologists|physicians|doctors|clinicians|surgeons|epileptologists|respondents|caregivers)\b"),
    ("F", r"\b(?:first|initial)\s(?:\w+\s)?(?:AED|ASM|drug|medication|anticonvulsant|monotherapy)\b(?!\s(?:and|or)\s(?:the\s)?second)"),
    ("Y", r"\b(?:(?:did|does|do)\snot\s)?differ(?:s|ed)?\b"),
    ("L", r"\bleav(?:ing|es?)\b"),
    ("m", r"\b(?:in|among)\s(?:most|the\s(?:vast\s)?majority)\b"),
    ("P", r"(?:patients?|people|individuals|persons?|adults?|child(?:ren)?|subjects|cases|those|them|sufferers|epileptics?|"
          r"epilepsies|epilepsy|infants|women|men|population|cohort|clinic|PWE|participants|pupils|episodes|adolescents|"
          r"neonates|survivors|families|seniors|elderly|sample|series|registry)\b"),
    ("z", r"(?:seizures?|convulsions?|spasms)\b"),
    ("l", r"\b(?:up\sto|at\s(?:least|most)|(?:more|less|fewer|greater|higher|lower)\sthan|as\s(?:many|much|high|low|few)\sas|"
          r"no\smore\sthan|about|around|approximately|roughly|nearly|almost|over|some|only|just|estimated|between|from|"
          r"another|further|even|remaining|circa|under|an|the|a|to|as)\b|[≈~<>]"),
    ("p", r"\bof\b"),
    ("i", r"\b(?:in|among|amongst|within|at|by|across)\b"),
    ("h", r"\b(?:living\s)?with\b"),
    ("f", r"\b(?:(?:related|linked|associated|attributed|ascribed)\s(?:to|with)|for|after|before|due\sto|because\sof)\b"),
    ("c", r"\b(?:and|but|or|than|while|whereas|vs\.?|cf\.?|versus|compared\s(?:with|to)|against|although|though|yet)(?!\w)"),
    ("q", r"\b(?:who|whom|whose|where)\b"), ("t", r"\b(?:which|that)\b"),
    ("a", r"\b(?:\w+ly|commoner|rarer|worse|more|less|most|least|very|quite|common|frequent|prevalent|likely|high(?:er)?|low(?:er)?|also|still|"
          r"often|then|later|again|already|thus|therefore|therapy-|not|no|never)\b"),
    ("n", r"\d[\d,./]*|\bn\s?[=:]\s?\d+"),
    (",", r"[,–—]"), (";", r";"), (":", r":"), ("(", r"[(\[]"), (")", r"[)\]]"),
    ("w", r"[^\W\d][\w'’/-]*"),
]  # fmt: skip
_WORDS = re.compile(
    "|".join(f"(?P<t{place}>{pattern})" for place, (_, pattern) in enumerate(_LEXICON)),
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"\([^()SX]*\)")
_COUNTED = re.compile(r"\([n,lw;:]{0,4}S[n,;:]{0,4}\)")


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a sentence: one letter each, with its place in the words."""

    letters: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def at(self, share: Share) -> int:
        """Return the position of the share among the letters."""
        return self.starts.index(share.start)


def parts_of(words: str, shares: list[Share]) -> Parts:
    """Reduce a sentence to its parts.

    Parameters
    ----------
    words
        The sentence.
    shares
        Those of its shares that may be rates; the others count as numbers.

    Returns
    -------
    Parts
        Brackets without a share or a word of resistance are left out, and so are the brackets
        around a lone share ("52 (14 %)").
    """
    found: list[tuple[str, int, int]] = []
    place = 0
    for share in [*shares, None]:
        end = share.start if share else len(words)
        found += _tagged(words, place, end)
        if share:
            found.append(("S", share.start, share.end))
            place = share.end
    for pattern in (_BRACKETS, _COUNTED):
        # again for brackets in brackets
        while match := pattern.search("".join(letter for letter, *_ in found)):
            inner = found[match.start() : match.end()]
            found[match.start() : match.end()] = [one for one in inner if one[0] == "S"]
    return Parts(
        "".join(letter for letter, *_ in found),
        tuple(start for _, start, _ in found),
        tuple(end for *_, end in found),
    )


def _tagged(words: str, begin: int, end: int) -> list[tuple[str, int, int]]:
    return [
        (_LEXICON[int((match.lastgroup or "t0")[1:])][0], match.start(), match.end())
        for match in _WORDS.finditer(words, begin, end)
    ]

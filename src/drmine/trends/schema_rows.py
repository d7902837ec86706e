"""Tables with one row per thing: years, hypotheses, articles, findings, mentions, rates."""

from __future__ import annotations

from drmine.records import ORIGINS, STANCES, STUDY_TYPES
from drmine.trends.schema import (
    DENOMINATORS,
    HYPOTHESIS,
    TO_ARTICLE,
    TO_HYPOTHESIS,
    ForeignKey,
    TableSpec,
    count,
    flag,
    integer,
    number,
    share,
    text,
)

_PMID = text("pmid", "PubMed id; read it as text.")
_OWN_YEAR = integer(
    "year",
    "Year of publication: that of the issue, and of the electronic article where there is none; "
    "blank if unknown.",
    required=False,
)
_COUNTED = flag("is_counted", "Whether the yearly files count this row.")
_EVIDENCE = flag(
    "is_evidence",
    "False for retracted papers, notices, errata, and preprints whose paper counts: no count "
    "includes them.",
)
_REVIEW = (
    flag("needs_review", "Whether the machine is unsure and a reviewer should look."),
    flag("reviewed", "Whether a reviewer has decided."),
)
_INVENTED = flag("invented", "True for records of the demonstration: no such paper exists.")
_START = integer("start", "First character, counted in title + line feed + abstract.")
_END = integer("end", "One past the last character.")

YEARS = TableSpec(
    "years",
    "Years and denominators",
    "Every year from the first to the last publication in the store, with both denominators.",
    (
        integer("year", "Year of publication."),
        *DENOMINATORS,
        count("n_findings", "Findings (record and hypothesis) in the n_articles."),
        count(
            "n_excluded",
            "Records of the year that are no evidence: retracted, notices, errata, preprints whose "
            "paper counts.",
        ),
        count("n_published_preprints", "Preprints among the n_excluded whose paper counts."),
    ),
    ("year",),
)
HYPOTHESES = TableSpec(
    "hypotheses",
    "Hypotheses of drug resistance",
    "The taxonomy that the records were judged by.",
    (
        text("hypothesis", "Id of the hypothesis."),
        text("name", "Its name."),
        text("group", "Group it belongs to; blank if none.", required=False),
        flag("is_core", "True for the hypotheses of the review, false for extensions."),
    ),
    ("hypothesis",),
)
ARTICLES = TableSpec(
    "articles",
    "Articles",
    "Every record of the store, with what the machine and the reviewers say of it.",
    (
        _PMID,
        _OWN_YEAR,
        text("title", "Title.", required=False),
        text("journal", "Journal.", required=False),
        text("doi", "DOI.", required=False),
        text("publication_types", "PubMed publication types, joined by '; '.", required=False),
        text("study_type", "Kind of study; blank if not judged.", required=False),
        share("study_type_score", "Calibrated probability of study_type."),
        flag("about_drug_response", "Whether it is about drug response in epilepsy."),
        share("about_drug_response_score", "Calibrated probability of about_drug_response."),
        text("retraction", "Retraction status; none for most.", required=False),
        _EVIDENCE,
        _COUNTED,
        *_REVIEW,
        text(
            "text_hash",
            "Fingerprint of what was read; another one means that PubMed revised the record.",
            required=False,
        ),
        _INVENTED,
        text(
            "published_as",
            "PubMed id of the paper that counts in the place of this preprint, to be read as text; "
            "blank for most.",
            required=False,
        ),
    ),
    ("pmid",),
)
FINDINGS = TableSpec(
    "findings",
    "Findings",
    "One row per record and hypothesis that it bears on: stance, origin and evidence sentence.",
    (
        text("finding_id", "PubMed id and hypothesis, joined by a colon."),
        _PMID,
        _OWN_YEAR,
        HYPOTHESIS,
        share("score", "Calibrated probability that the record bears on the hypothesis."),
        text("stance", f"What the record says of the hypothesis: {', '.join(STANCES)}."),
        share("stance_score", "Calibrated probability of the stance."),
        text("origin", f"Cause of the difference: {', '.join(ORIGINS)}."),
        text("study_type", f"Kind of study: {', '.join(STUDY_TYPES)}.", required=False),
        integer(
            "evidence_start",
            "First character of the evidence sentence, counted in title + line feed + abstract.",
            required=False,
        ),
        integer("evidence_end", "One past its last character.", required=False),
        text("evidence", "The evidence sentence, verbatim.", required=False),
        integer(
            "second_start",
            "First character of a second sentence, which tells the other half of a mixed finding, "
            "or does nearly as well as the first; blank where one is enough.",
            required=False,
        ),
        integer("second_end", "One past its last character.", required=False),
        text("second_evidence", "The second sentence, verbatim.", required=False),
        _EVIDENCE,
        _COUNTED,
        *_REVIEW,
        _INVENTED,
    ),
    ("finding_id",),
    (TO_ARTICLE, TO_HYPOTHESIS),
)
MENTIONS = TableSpec(
    "mentions",
    "Mentions",
    "Every mechanism or drug that a record names.",
    (
        text("mention_id", "PubMed id and a running number in the record, joined by #."),
        _PMID,
        text(
            "finding_id",
            "Finding of the same record whose hypothesis the concept's class bears on; blank if "
            "there is none.",
            required=False,
        ),
        _OWN_YEAR,
        _START,
        _END,
        text("text", "What stands there.", required=False),
        text("concept", "Id of the concept."),
        text("name", "Name of the concept; its id where the vocabulary has none."),
        text("class", "Class of the concept, such as transporter or enzyme.", required=False),
        text("long_form", "Long form, where an abbreviation was resolved.", required=False),
        flag("negated", "Whether the mention is denied."),
        flag("speculated", "Whether it is put as a possibility."),
        text("matched_by", "What found the mention.", required=False),
        flag("about_drug_response", "Whether the record is about drug response in epilepsy."),
        _EVIDENCE,
        flag(
            "is_counted",
            "Whether the yearly files count the record; mechanism_by_year.csv leaves out its "
            "negated mentions, balance_by_concept.csv does not.",
        ),
        _INVENTED,
    ),
    ("mention_id",),
    (TO_ARTICLE, ForeignKey(("finding_id",), "findings", ("finding_id",))),
)
RESISTANCE_RATES = TableSpec(
    "resistance_rates",
    "Reported resistance rates",
    "Every share of drug-resistant patients that a record reports, own result or quoted.",
    (
        text("rate_id", "PubMed id and a running number in the record, joined by #."),
        _PMID,
        _OWN_YEAR,
        _START,
        _END,
        text("text", "What stands there.", required=False),
        share("low", "Lower end of the reported share, 0 to 1.", required=True),
        share("high", "Upper end; equal to low for a single figure.", required=True),
        number(
            "mid", "Middle between low and high: what the yearly file summarises.", required=True
        ),
        text("population", "Whom the share speaks of.", required=False),
        text("study_type", "Kind of study.", required=False),
        _EVIDENCE,
        _COUNTED,
        _INVENTED,
    ),
    ("rate_id",),
    (TO_ARTICLE,),
)
ROW_TABLES = (YEARS, HYPOTHESES, ARTICLES, FINDINGS, MENTIONS, RESISTANCE_RATES)

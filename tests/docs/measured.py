"""Which figures of the pages are measurements, and where each stands in its result file."""

from __future__ import annotations

# In a path of a result file, `.` ends a name; a dot within a name is written as \0.
SHIPPED = "systems.shipped recipe"
RATES = ("precision", "precision_interval.0", "precision_interval.1", "recall",
         "recall_interval.0", "recall_interval.1")  # fmt: skip
CLASSES = {
    "drugs": "drug",
    "chemicals used as probes and convulsants": "probe",
    "genes": "gene",
    "inflammation": "inflammation",
    "lesions": "lesion",
    "drug targets and transmitters": "target",
    "phenomena of resistance": "resistance",
    "phenomena of networks": "network",
    "pharmacokinetics": "pharmacokinetics",
    "phenomena of severity": "severity",
}
ABLATIONS = {
    "without abbreviations": "without abbreviations",
    "without spelling by rule": "without spelling by rule",
    "ambiguous short forms count everywhere": "without context: short forms count everywhere",
    "ambiguous short forms count nowhere": "without context: short forms count nowhere",
}
LEFT_OUT = {
    "the recipe": "shipped model",
    "without bags of words and letters": "without bags",
    "without words as features": "without word features",
    "without tagged mentions": "without tagged mentions",
    "without evidence of sentences": "without sentence evidence",
    "without marked sentences": "without marked sentences",
}


def with_interval(path: str, interval: str) -> list[str]:
    """Return the paths of an estimate and of both ends of its interval."""
    return [path, f"{interval}.0", f"{interval}.1"]


def held_out_rows() -> dict[str, list[str]]:
    """Return the rows of the shipped model on held-out records."""
    rows: dict[str, list[str]] = {}
    for group in ("as found", "plainer"):
        top = f"groups.{group}.systems.shipped model"
        figures = {
            "`about_drug_response` F1": with_interval(
                f"{top}.about_drug_response.f1", f"{top}.about_drug_response.f1_95"
            ),
            "hypotheses, core": with_interval(
                f"{top}.hypotheses_core.micro.f1", f"{top}.hypotheses_core.micro.f1_95"
            ),
            "macro-F1 of the core": with_interval(
                f"{top}.hypotheses_core.macro_f1.value", f"{top}.hypotheses_core.macro_f1.value_95"
            ),
            "extensions": with_interval(
                f"{top}.hypotheses_extensions.micro.f1", f"{top}.hypotheses_extensions.micro.f1_95"
            ),
            "stance": with_interval(
                f"{top}.stance_accuracy.value", f"{top}.stance_accuracy.value_95"
            ),
            "one hypothesis in the record, several": [
                f"groups.{group}.stance_by_findings.{n}.value" for n in ("one", "several")
            ],
            "supports and refutes confused": [f"{top}.supports_refutes_confused.value"],
            "that one or one that is as good": [f"{top}.evidence_as_good.value"],
            "the same, of the one or two that are shown": [f"{top}.evidence_among_shown.value"],
            "expected calibration error, relevance and hypotheses": [
                f"{top}.calibration.{what}.expected_calibration_error"
                for what in ("about_drug_response", "hypotheses")
            ],
        }  # fmt: skip
        for label, paths in figures.items():
            rows.setdefault(label, []).extend(paths)
    return rows


def cross_validation_rows() -> list[tuple[str, list[str]]]:
    """Return the rows of the recipe by cross-validation, beside simpler systems."""
    tfidf = "systems.TF-IDF, linear"
    invented, every = ("invented", "typical"), ("real", "invented", "typical")
    about, core = "about_drug_response", "hypotheses_core.micro"
    real = f"real.{SHIPPED}"
    stance = [
        path
        for g in every
        for path in [
            *with_interval(
                f"{g}.{SHIPPED}.stance_accuracy.value", f"{g}.{SHIPPED}.stance_accuracy.value_95"
            ),
            *([f"{g}.{tfidf}.stance_accuracy.value"] if g != "real" else []),
        ]
    ]
    rows = [
        ("findings", [f"{g}.{SHIPPED}.n_findings" for g in every]),
        (f"`{about}` F1", with_interval(f"{real}.{about}.f1", f"{real}.{about}.f1_95")
         + [f"{g}.{SHIPPED}.{about}.f1" for g in invented]),
        ("hypotheses micro-F1, core", [path for g in every for path in with_interval(
            f"{g}.{SHIPPED}.{core}.f1", f"{g}.{SHIPPED}.{core}.f1_95")]),
        ("macro-F1 of the core",
         [f"{g}.{SHIPPED}.hypotheses_core.macro_f1.value" for g in invented]),
        ("extensions, micro-F1 (TF-IDF)", [f"{g}.{s}.hypotheses_extensions.micro.f1"
                                           for g in invented for s in (SHIPPED, tfidf)]),
        ("stance (TF-IDF)", stance),
        ("study type", with_interval(f"{real}.study_type_accuracy.value",
                                     f"{real}.study_type_accuracy.value_95")
         + [f"{g}.{SHIPPED}.study_type_accuracy.value" for g in invented]),
        ("any that a reader marked as saying it",
         [f"{g}.{SHIPPED}.evidence_shows_stance.value" for g in invented]),
    ]  # fmt: skip
    rows += [
        ("the same of TF-IDF, rules, keywords",
         [f"{g}.systems.{name}.{what}.f1" for g in every
          for name in ("TF-IDF, linear", "rules alone", "keyword counting")])
        for what in (about, core)
    ]  # fmt: skip
    return rows


def simpler_rows() -> dict[str, list[str]]:
    """Return the rows of simpler systems on held-out records."""
    rows = {}
    names = ("TF-IDF, linear", "rules alone", "keyword counting")
    for label, what, interval in (
        ("as a search gave them: hypotheses, core", "hypotheses_core.micro.f1", "f1_95"),
        ("stance of those that it finds", "stance_accuracy.value", "value_95"),
    ):
        tops = [f"groups.as found.systems.{name}.{what}" for name in names]
        ends = tops[0].rpartition(".")[0] + f".{interval}"
        rows[label] = [*with_interval(tops[0], ends), *tops[1:]]
    rows["plainer: hypotheses, core"] = [
        f"groups.plainer.systems.{name}.hypotheses_core.micro.f1" for name in names
    ]
    return rows


def rows() -> list[tuple[str, str, str, list[str]]]:
    """Return page, beginning of the row, result file and paths of every row that is checked."""
    found = [("classifying.md", label, "held_out", paths)
             for label, paths in held_out_rows().items()]  # fmt: skip
    found += [("classifying.md", label, "accuracy", paths)
              for label, paths in cross_validation_rows()]  # fmt: skip
    found += [("classifying.md", label, "held_out", paths)
              for label, paths in simpler_rows().items()]  # fmt: skip
    for label, name in LEFT_OUT.items():
        core = f"systems.{name}.hypotheses_core.micro"
        stance = f"systems.{name}.stance_accuracy"
        paths = with_interval(f"{core}.f1", f"{core}.f1_95")
        paths.append(f"systems.{name}.hypotheses_extensions.micro.f1")
        paths += with_interval(f"{stance}.value", f"{stance}.value_95")
        if name != "without sentence evidence":
            paths.append(f"systems.{name}.evidence_right.value")
        paths.append(f"systems.{name}.study_type_accuracy.value")
        found.append(("classifying.md", label, "held_out_ablations", paths))
    classes = {label: f"by_class.{name}" for label, name in CLASSES.items()}
    for label, name in {"all": "overall", **classes}.items():
        n = "test.n_mentions" if label == "all" else f"test.{name}.tp+test.{name}.fn"
        paths = [n, *(f"test.{name}.{rate}" for rate in RATES)]
        found.append(("tagging.md", label, "mentions", paths))
    for label, name in ABLATIONS.items():
        paths = ["test.n_mentions", f"ablation.{name}.precision", f"ablation.{name}.recall"]
        found.append(("tagging.md", label, "mentions", paths))
    for label, name in (("drmine's rules", "drmine"), ("pysbd", "pysbd"),
                        ("biosenter (trained on PubMed)", "biosenter"),
                        ("spaCy's sentencizer", "spaCy sentencizer")):  # fmt: skip
        kinds = ("abstracts_per_second", "precision", "recall", "f1", "abstracts_without_error")
        found.append(
            ("tagging.md", label, "sentences", [f"contestants.{name}.{kind}" for kind in kinds])
        )
    for label, name in (("2,000 records, the first time", "first"), ("nothing new", "nothing new"),
                        ("100 new records", "100 new"),
                        ("30,000 stored records tagged, decided, counted and reported",
                         "full")):  # fmt: skip
        found.append(
            ("speed.md", label, "refresh", [f"runs.{name}.seconds", f"runs.{name}.peak_mb"])
        )
    for n in (0, 50, 100, 200):
        paths = []
        for what in ("about_drug_response", "hypotheses_micro"):
            for order in ("random", "uncertain"):
                top = f"{what}.{order}.{n}"
                paths += with_interval(f"{top}.mean", f"{top}.mean_95")
        found.append(("exchange.md", str(n), "learning_curve", paths))
    return found


def of_blind_rounds(name: str) -> list[str]:
    """Return the paths of a row on rates that no rule had seen."""
    rates = [path for what in ("precision", "recall")
             for path in with_interval(f"{name}.{what}", f"{name}.{what}_95")]  # fmt: skip
    found, said = f"{name}.true", f"{name}.true+{name}.false"
    return [f"{found}+{name}.missed", *rates[:3], found, said, *rates[3:]]


RATE = r"([\d.]+) \(([\d.]+) to ([\d.]+)\)"
BLIND = rf" \| \d+ \| (\d+) \| {RATE}, (\d+) of (\d+) \| {RATE}"


# Page, words with groups for the figures, result file, paths.
SENTENCES = [
    ("tagging.md", r"negation F1 (\.\d+) \(interval (\.\d+)–(\.\d+)\), speculation F1 (\.\d+) "
     r"\((\.\d+)–(\.\d+)\)", "assertion",
     [f"halves.test.{cue}.{what}" for cue in ("negation", "speculation")
      for what in ("f1", "f1_interval.0", "f1_interval.1")]),
    ("tagging.md", r"negation precision (\.\d+), recall (\.\d+), F1 (\.\d+) \((\.\d+)–(\.\d+)\), "
     r"speculation F1 (\.\d+) \((\.\d+)–(\.\d+)\)", "assertion",
     ["halves.test.negation_reach.precision", "halves.test.negation_reach.recall",
      *(f"halves.test.{cue}.{what}" for cue in ("negation_reach", "speculation_reach")
        for what in ("f1", "f1_interval.0", "f1_interval.1"))]),
    ("tagging.md", r"for development, whose errors were looked at and mended, it is (\.\d+) and "
     r"(\.\d+)", "mentions", ["dev.overall.precision", "dev.overall.recall"]),
    ("tagging.md", r"between the two (\.\d+) for exact span and concept, (\.\d+) for the span",
     "mentions", ["agreement.f1_span_and_concept", "agreement.f1_span"]),
    ("tagging.md", r"reach (\.\d+) and (\.\d+); old ones from the bulk files (\.\d+) and (\.\d+)",
     "mentions", [f"test.by_stratum.{part}.{what}" for part in ("pool_resistance", "bulk")
                  for what in ("precision", "recall")]),
    ("tagging.md", r"reads (\d+) abstracts a second in one process", "tagging",
     ["contestants.drmine.abstracts_per_second"]),
    ("speed.md", r"\| ([\d,]+) records a second; every record built: ([\d,]+) \| pubmed_parser "
     r"([\d,]+), Bio\.Entrez ([\d,]+) \(both build every record\), lxml ([\d,]+)", "beside",
     [f"reading.{name}.records_per_second" for name in
      ("drmine, records on the topic", "drmine, all records", "pubmed_parser", "Bio\0Entrez",
       "lxml iterparse")]),
    ("speed.md", r"takes ([\d.]+) times the processor time .*? between ([\d.]+) and ([\d.]+):",
     "label_speed", ["ratio", "ratio_of_rounds.0", "ratio_of_rounds.1"]),
    ("classifying.md", r"F1 (\.\d+) \[(\.\d+), (\.\d+)\] \((\d+) positive: ", "findings_test",
     [f"about_drug_response.{what}" for what in ("f1", "f1_95.0", "f1_95.1", "n_gold")]),
    ("classifying.md", r"hallmarks of cancer is (\.\d+)", "taxonomies",
     ["hallmarks_of_cancer.drmine_train_without_sentence_labels.micro.f1"]),
    ("exchange.md", r"hypotheses \+(\.\d+) \[(\.\d+), (\.\d+)\] and \+(\.\d+) \[(\.\d+), "
     r"(\.\d+)\]", "learning_curve",
     [path for n in (50, 100) for path in with_interval(
         f"hypotheses_micro.uncertain_less_random.{n}.mean",
         f"hypotheses_micro.uncertain_less_random.{n}.mean_95")]),
    ("exchange.md", r"starting from ([\d,]+) invented records alone, F1 on (\d+) real records",
     "learning_curve", ["n_start", "n_held_out"]),
    ("trends.md", r"rounds 5 to 8" + BLIND, "resistance_rates",
     of_blind_rounds("blind_rounds_5_to_8")),
    ("trends.md", r"rounds 9 to 12, rules widened since" + BLIND, "resistance_rates",
     of_blind_rounds("blind_rounds_9_to_12")),
    ("trends.md", r"the same, with the rules as they were" + BLIND, "resistance_rates",
     of_blind_rounds("rules_of_before_on_rounds_9_to_12")),
]  # fmt: skip

"""Whether every line of the annotations is what it should be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from drmine.annotation_files.kinds import AnnotationFile, lines_of, schema_of
from drmine.pubmed.invented import is_invented

if TYPE_CHECKING:
    from drmine.taxonomy import Taxonomy


def check_files(files: Iterable[AnnotationFile], taxonomy: Taxonomy) -> Iterator[str]:
    """Yield a sentence for each thing that is wrong, with file and line.

    Beyond the schema of each file: hypotheses are those of the taxonomy, places have a length,
    a gold file holds each record once, a reviewer's file is named after them, an id stands
    for one decision, and what an ``undo`` takes back exists.
    """
    decisions = _Decisions()
    for file in files:
        validator = _validator(file)
        seen: dict[str, int] = {}
        for number, row in lines_of(file):
            place = f"{file.name}:{number}"
            if not isinstance(row, dict):
                yield f"{place}: it is no whole JSON object; mend or remove it."
                continue
            wrong = [_told(error) for error in validator.iter_errors(row)]
            if not wrong:
                wrong = list(_more(file, row, taxonomy, seen, number))
                if file.kind == "decisions":
                    wrong += decisions.add(row, place)
            yield from (f"{place}: {one}." for one in wrong)
    yield from decisions.dangling()


def _validator(file: AnnotationFile) -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(schema_of(file.kind))


def _told(error: Any) -> str:
    where = "/".join(str(part) for part in error.absolute_path)
    # a value of a hostile line can be a whole page
    message = error.message if len(error.message) < 200 else error.message[:197] + "..."
    return f"{where}: {message}" if where else str(message)


def _more(
    file: AnnotationFile,
    row: Mapping[str, Any],
    taxonomy: Taxonomy,
    seen: dict[str, int],
    number: int,
) -> Iterator[str]:
    """Yield what a schema cannot say."""
    for one in row.get("findings", ()):
        if one["id"] not in taxonomy:
            yield f"{one['id']!r} is no hypothesis of the taxonomy ({', '.join(taxonomy.ids)})"
        if one.get("evidence") is not None and one["evidence"][0] >= one["evidence"][1]:
            yield f"the evidence of {one['id']} has no length: {one['evidence']}"
    ids = [one["id"] for one in row.get("findings", ())]
    for id in sorted({id for id in ids if ids.count(id) > 1}):
        yield f"{id} is given twice; keep one"
    if ids and row.get("about_drug_response") is False:
        yield "a record with a hypothesis is about drug response"
    for one in (*row.get("mentions", ()), *row.get("rates", ())):
        if one["start"] >= one["end"]:
            yield f"a place has no length: {one['start']} to {one['end']}"
        if "low" in one and one["low"] > one["high"]:
            yield f"a rate runs from {one['low']} to {one['high']}; low comes first"
    if file.kind == "decisions":
        if row["reviewer"] != file.path.stem:
            yield f"the decision is of {row['reviewer']}, in the file of {file.path.stem}"
        return
    if "pmid" in row and is_invented(row["pmid"]) and file.path.parent.name != "mentions":
        yield f"PMID {row['pmid']} is that of an invented record; gold is of real ones"
    key = row.get("sentence_sha256") or (row.get("id") or row["pmid"])
    if key in seen:
        yield f"{key} stands in line {seen[key]} too; keep one"
    seen.setdefault(key, number)


class _Decisions:
    """What has to hold across lines and files of decisions."""

    def __init__(self) -> None:
        self._rows: dict[str, tuple[Mapping[str, Any], str]] = {}
        self._undoes: list[tuple[str, str]] = []

    def add(self, row: Mapping[str, Any], place: str) -> list[str]:
        """Take a line in; return what is wrong with it beside the others."""
        if row["action"] == "undo":
            if not row.get("undoes"):
                return ["it takes back nothing: undoes is missing"]
            self._undoes.append((row["undoes"], place))
        earlier = self._rows.setdefault(row["id"], (row, place))
        # two copies that git joined hold the same lines twice
        if earlier[0] != row:
            return [f"its id stands in {earlier[1]} for another decision"]
        if row["action"] in ("accept", "change", "reject") and row.get(
            "about_drug_response"
        ) is None:  # fmt: skip
            return ["about_drug_response is missing: it must be true or false"]
        return []

    def dangling(self) -> Iterator[str]:
        """Yield what takes back a decision that is nowhere."""
        for id, place in self._undoes:
            if id not in self._rows:
                yield f"{place}: it takes back {id}, which is nowhere."

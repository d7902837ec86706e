"""The PubMed query: the project's own as data, or the user's from a file or string."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from drmine.errors import ConfigurationError, InputError

# the kinds of terms a clause may hold, with the PubMed field tag each is searched in
FIELD_TAGS = {"mesh": "mh", "pharmacological_action": "pa", "text": "tiab"}
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Clause:
    """One group of alternatives and the reason why it is in the query."""

    id: str
    explanation: str
    terms: tuple[str, ...]

    @property
    def text(self) -> str:
        """The clause in PubMed's language, in parentheses."""
        return "(" + " OR ".join(self.terms) + ")"


@dataclass(frozen=True, slots=True)
class Query:
    """A PubMed query; ``clauses`` is empty where the user gave plain text.

    ``server`` names who is asked where that is not NCBI: what one server was asked for says
    nothing of what another holds.
    """

    id: str
    text: str
    version: str = ""
    description: str = ""
    clauses: tuple[Clause, ...] = ()
    server: str = ""

    @property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits that change with the text and the server (SHA-256)."""
        asked = f"{self.text}\n{self.server}" if self.server else self.text
        return hashlib.sha256(asked.encode()).hexdigest()[:12]

    def explain(self) -> str:
        """Return the clauses with their explanations, for reading in a terminal."""
        parts = [self.description] if self.description else []
        parts += [f"{clause.id}: {clause.explanation}\n  {clause.text}" for clause in self.clauses]
        return "\n\n".join([*parts, self.text])


@cache
def default_query() -> Query:
    """Return the project's default query, read from the packaged ``query.yaml``."""
    source = resources.files("drmine.pubmed").joinpath("query.yaml")
    return _from_mapping(yaml.safe_load(source.read_text(encoding="utf-8")), "query.yaml")


def load_query(path: Path) -> Query:
    """Read a user's query: a ``.yaml`` of clauses like the project's own, or plain text.

    In plain text, lines that begin with ``#`` are comments and the rest is joined by spaces.

    Raises
    ------
    InputError
        The file cannot be read or holds no query.
    """
    try:
        source = path.read_text(encoding="utf-8-sig")  # as Windows editors save it
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"The query file {path} cannot be read as UTF-8 text; give an existing file."
        ) from error
    if path.suffix.lower() in (".yaml", ".yml"):
        try:
            return _from_mapping(yaml.safe_load(source), path.name)
        except (yaml.YAMLError, RecursionError) as error:
            raise InputError(f"The query file {path} is not valid YAML; correct it.") from error
    lines = [line for line in source.splitlines() if not line.lstrip().startswith("#")]
    return query_from_text(" ".join(lines), name=path.stem)


def query_from_text(text: str, name: str = "custom") -> Query:
    """Return a query from PubMed's own language; white space is folded.

    Raises
    ------
    InputError
        The text is empty or its parentheses or quotation marks do not pair up.
    """
    folded = " ".join(text.split())
    if not folded:
        raise InputError("The query is empty; write it in PubMed's query language.")
    _check_balance(folded, name)
    return Query(id=name, text=folded)


def _check_balance(text: str, name: str) -> None:
    bare = re.sub(r'"[^"]*"', '""', text)
    depth = 0
    for character in bare:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth < 0:
            break
    if depth != 0 or text.count('"') % 2:
        raise InputError(
            f"The query {name} has parentheses or quotation marks that do not pair up; correct it."
        )


def _from_mapping(data: Any, name: str) -> Query:
    try:
        clauses = tuple(_clause(row, name) for row in data["clauses"])
        by_id = {clause.id: clause.text for clause in clauses}
        if not clauses or len(by_id) < len(clauses):
            # of two with one id the first would drop out of the query
            raise KeyError("no clause, or two with one id")
        combine = str(data.get("combine") or " AND ".join(f"{{{key}}}" for key in by_id))
        text = _PLACEHOLDER.sub(lambda match: by_id[match.group(1)], combine)
    except (KeyError, TypeError, AttributeError) as error:
        raise ConfigurationError(
            f"The query file {name} needs `clauses`, each with an `id` of its own and terms "
            f"under {', '.join(FIELD_TAGS)}, and a `combine` that names only those ids."
        ) from error
    _check_balance(text, name)
    return Query(
        id=str(data.get("id", name)),
        text=" ".join(text.split()),
        version=str(data.get("version", "")),
        description=str(data.get("description", "")).strip(),
        clauses=clauses,
    )


def _clause(row: Any, name: str) -> Clause:
    if not isinstance(row, dict):
        raise TypeError("a clause that is no mapping")
    if unknown := {*row} - {"id", "explanation", *FIELD_TAGS}:
        named = ", ".join(sorted(map(str, unknown)))
        raise ConfigurationError(
            f"The query file {name} has a clause with {named}; write its terms under "
            f"{', '.join(FIELD_TAGS)}."
        )
    for kind in FIELD_TAGS:
        _check_terms(row.get(kind, []), kind, name)
    terms = [f'"{term}"[{tag}]' for kind, tag in FIELD_TAGS.items() for term in row.get(kind, [])]
    # a one-word text term needs no quotation marks, and with them PubMed would not truncate it
    terms = [re.sub(r'^"(\S+)"(\[tiab\])$', r"\1\2", term) for term in terms]
    if not terms:
        raise KeyError("a clause without terms")
    return Clause(str(row["id"]), str(row.get("explanation", "")).strip(), tuple(terms))


def _check_terms(terms: Any, kind: str, name: str) -> None:
    # a text in place of a list would be asked letter by letter, and `no` is False in YAML
    words = terms if isinstance(terms, list) else [None]
    if not all(
        isinstance(word, str) and word.strip() and not set(word) & {*'"[]'} for word in words
    ):
        raise ConfigurationError(
            f"The query file {name} needs under `{kind}` a list of words and phrases in quotation "
            'marks, such as ["Dravet", "West syndrome"], without marks or field tags inside them.'
        )

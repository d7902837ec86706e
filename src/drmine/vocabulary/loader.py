"""Read the vocabulary files and refuse, with file and line, what cannot be used."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from pathlib import Path

from drmine.vocabulary.model import CLASSES, COLUMNS, Concept, Vocabulary, VocabularyError

DATA = Path(__file__).with_name("data")


def load_vocabulary(directory: Path | str | None = None) -> Vocabulary:
    """Read every ``*.tsv`` file of a folder as one vocabulary.

    Parameters
    ----------
    directory
        A folder of tab-separated files with the columns :data:`COLUMNS`; lines
        that begin with ``#`` are comments. The shipped vocabulary if left out.

    Returns
    -------
    Vocabulary
        Concepts in the order of the files' names and lines.

    Raises
    ------
    VocabularyError
        One sentence that names the file, the line and the fault.
    """
    folder = Path(directory) if directory is not None else DATA
    if not folder.is_dir():
        raise VocabularyError(f"Vocabulary folder {folder} does not exist; give a folder of TSV.")
    paths = sorted(folder.glob("*.tsv"))
    if not paths:
        raise VocabularyError(f"Vocabulary folder {folder} holds no .tsv file.")
    digest = hashlib.sha256()
    concepts: dict[str, Concept] = {}
    places: dict[str, str] = {}
    for path in paths:
        content = _content(path)
        digest.update(f"{path.name}\n{content}".encode())
        for line, concept in _concepts(path, content):
            place = f"{path.name}:{line}"
            if concept.id in places:
                raise VocabularyError(
                    f"{path}:{line}: the concept '{concept.id}' stands already at "
                    f"{places[concept.id]}; concepts must be unique."
                )
            concepts[concept.id] = concept
            places[concept.id] = place
    for concept in concepts.values():
        if concept.parent is not None and concept.parent not in concepts:
            raise VocabularyError(
                f"{folder / places[concept.id]}: the parent '{concept.parent}' of "
                f"'{concept.id}' is no concept of this vocabulary."
            )
    return Vocabulary(concepts=concepts, fingerprint=digest.hexdigest())


def _content(path: Path) -> str:
    try:
        # line ends are folded so that a checkout on Windows gives the same fingerprint
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise VocabularyError(f"{path}: it is not UTF-8 text; save it as UTF-8.") from None
    except OSError as error:
        raise VocabularyError(f"{path}: it cannot be read ({error.strerror}).") from None


def _concepts(path: Path, content: str) -> Iterator[tuple[int, Concept]]:
    lines = content.split("\n")
    rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    header_seen = False
    for number, row in enumerate(rows, start=1):
        if not row or row[0].startswith("#"):
            continue
        if not header_seen:
            if tuple(row) != COLUMNS:
                raise VocabularyError(
                    f"{path}:{number}: the columns must be {', '.join(COLUMNS)}, separated by tabs."
                )
            header_seen = True
            continue
        yield number, _concept(row, f"{path}:{number}")
    if not header_seen:
        raise VocabularyError(f"{path}: it has no header line with the columns.")


def _concept(row: list[str], place: str) -> Concept:
    if len(row) != len(COLUMNS):
        raise VocabularyError(
            f"{place}: it has {len(row)} columns instead of {len(COLUMNS)}; check the tabs."
        )
    concept_id, name, class_, hypotheses, parent, identifiers, terms, context_terms = row
    if not concept_id.strip():
        raise VocabularyError(f"{place}: the concept has no id.")
    if not name.strip():
        raise VocabularyError(f"{place}: the concept '{concept_id}' has no name.")
    if class_ not in CLASSES:
        raise VocabularyError(
            f"{place}: '{class_}' is no class; it must be one of {', '.join(CLASSES)}."
        )
    concept = Concept(
        id=concept_id,
        name=name,
        class_=class_,
        hypotheses=_cell(hypotheses, place),
        parent=parent or None,
        identifiers=_cell(identifiers, place),
        terms=_cell(terms, place),
        context_terms=_cell(context_terms, place),
    )
    if not concept.terms and not concept.context_terms:
        raise VocabularyError(f"{place}: the concept '{concept_id}' has no term.")
    return concept


def _cell(cell: str, place: str) -> tuple[str, ...]:
    """Split a cell at ``|``; an empty or padded part is a slip of the editor, so it is refused."""
    if not cell:
        return ()
    parts = tuple(cell.split("|"))
    for part in parts:
        if not part or part != part.strip():
            raise VocabularyError(f"{place}: empty or padded value in '{cell[:60]}'; trim it.")
    if len(set(parts)) != len(parts):
        raise VocabularyError(f"{place}: the same value stands twice in '{cell[:60]}'.")
    return parts

"""Read a taxonomy file and refuse, in one sentence, what cannot be used."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from drmine.taxonomy.model import Attribute, Group, Hypothesis, Taxonomy, TaxonomyError

DEFAULT_TAXONOMY = Path(__file__).with_name("hypotheses.yaml")

_TOP_KEYS = ("id", "version", "source", "groups", "hypotheses", "stances", "origins")
_HYPOTHESIS_KEYS = ("id", "name", "group", "definition", "core", "predicts", "source")

logger = logging.getLogger(__name__)


def load_taxonomy(path: Path | str | None = None) -> Taxonomy:
    """Read and check a taxonomy.

    Parameters
    ----------
    path
        A YAML file; the shipped taxonomy of drug-resistant epilepsy if left out.
        Every hypothesis needs ``id`` and ``name``, all else is optional. ``id``
        of the taxonomy defaults to the file's name, ``version`` to ``"1"``.

    Returns
    -------
    Taxonomy
        Frozen; keys that mean nothing here are in ``.warnings`` and logged.

    Raises
    ------
    TaxonomyError
        One sentence that names the file and the fault.
    """
    path = Path(path) if path is not None else DEFAULT_TAXONOMY
    return _Reader(path).read()


class _Reader:
    """Holds the file's name for messages, and the warnings met on the way."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.warnings: list[str] = []

    def read(self) -> Taxonomy:
        data = self._parse()
        self._warn_unknown(data, _TOP_KEYS, "the taxonomy")
        hypotheses = self._hypotheses(data.get("hypotheses"))
        fields: dict[str, Any] = {
            "id": self._text(data, "id", "the taxonomy") or self.path.stem,
            "version": self._text(data, "version", "the taxonomy") or "1",
            "source": self._text(data, "source", "the taxonomy"),
            "groups": self._groups(data.get("groups"), hypotheses),
            "hypotheses": hypotheses,
            "stances": self._attributes(data, "stances"),
            "origins": self._attributes(data, "origins"),
        }
        for warning in self.warnings:
            logger.warning(warning)
        bare = Taxonomy(**fields)
        content = json.dumps(asdict(bare), sort_keys=True, ensure_ascii=False)
        fingerprint = hashlib.sha256(content.encode()).hexdigest()
        return Taxonomy(**fields, fingerprint=fingerprint, warnings=tuple(self.warnings))

    def _fail(self, fault: str) -> TaxonomyError:
        return TaxonomyError(f"Taxonomy file {self.path}: {fault}.")

    def _parse(self) -> dict[str, Any]:
        import yaml

        try:
            text = self.path.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            raise self._fail("there is no such file; give the path of a YAML file") from None
        except UnicodeDecodeError:
            raise self._fail("it is not UTF-8 text; save it as UTF-8") from None
        except OSError as error:
            raise self._fail(f"it cannot be read ({error.strerror})") from None
        try:
            data = yaml.load(text, Loader=_unique_key_loader())
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            place = f" at line {mark.line + 1}" if mark else ""
            problem = str(getattr(error, "problem", "") or "it cannot be parsed").rstrip(".")
            raise self._fail(f"it is not valid YAML{place}: {problem}") from None
        except RecursionError:
            raise self._fail("it is not valid YAML: it is nested too deeply") from None
        if not isinstance(data, dict):
            raise self._fail("it must hold keys such as 'id', 'version' and 'hypotheses'")
        return data

    def _hypotheses(self, items: Any) -> tuple[Hypothesis, ...]:
        if not isinstance(items, list) or not items:
            raise self._fail("it needs 'hypotheses', a list with at least one id and name")
        found: list[Hypothesis] = []
        for number, item in enumerate(items, start=1):
            where = f"hypothesis {number}"
            if not isinstance(item, dict):
                raise self._fail(f"{where} must have the keys 'id' and 'name'")
            known_id = self._text(item, "id", where)
            if not known_id:
                raise self._fail(f"{where} has no 'id'")
            where = f"hypothesis '{known_id}'"
            if not self._text(item, "name", where):
                raise self._fail(f"{where} has no 'name'")
            core = item.get("core", True)
            if not isinstance(core, bool):
                raise self._fail(f"{where} has core: {core}, which must be true or false")
            self._warn_unknown(item, _HYPOTHESIS_KEYS, where)
            texts = {key: self._text(item, key, where) for key in _HYPOTHESIS_KEYS if key != "core"}
            found.append(Hypothesis(**texts, core=core))
        self._refuse_duplicates([hypothesis.id for hypothesis in found], "hypothesis")
        return tuple(found)

    def _groups(self, items: Any, hypotheses: Sequence[Hypothesis]) -> tuple[Group, ...]:
        """Groups as described, then those that hypotheses name and nobody describes."""
        described = [
            Group(
                id=self._required_id(item, "group"),
                name=self._text(item, "name", "a group") or str(item["id"]),
                definition=self._text(item, "definition", "a group"),
            )
            for item in self._list(items, "groups")
        ]
        self._refuse_duplicates([group.id for group in described], "group")
        known = {group.id for group in described}
        for hypothesis in hypotheses:
            if hypothesis.group and hypothesis.group not in known:
                if described and items:
                    self.warnings.append(
                        f"Taxonomy file {self.path}: hypothesis '{hypothesis.id}' names the "
                        f"group '{hypothesis.group}', which 'groups' does not describe."
                    )
                known.add(hypothesis.group)
                described.append(Group(id=hypothesis.group, name=hypothesis.group))
        return tuple(described)

    def _attributes(self, data: dict[str, Any], key: str) -> tuple[Attribute, ...]:
        found = [
            Attribute(
                id=self._required_id(item, key),
                definition=self._text(item, "definition", f"an entry of '{key}'"),
            )
            for item in self._list(data.get(key), key)
        ]
        self._refuse_duplicates([attribute.id for attribute in found], f"entry of '{key}'")
        return tuple(found)

    def _list(self, items: Any, key: str) -> list[dict[str, Any]]:
        if items is None:
            return []
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise self._fail(f"'{key}' must be a list whose entries have an 'id'")
        return items

    def _required_id(self, item: dict[str, Any], what: str) -> str:
        value = self._text(item, "id", f"an entry of '{what}'")
        if not value:
            raise self._fail(f"an entry of '{what}' has no 'id'")
        return value

    def _text(self, item: dict[str, Any], key: str, where: str) -> str:
        value = item.get(key)
        if value is None:
            return ""
        # YAML reads a bare `no`, `on` or `yes` as true or false: better refused than guessed
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise self._fail(f"{where} has a '{key}' that is not text; put it in quotes")
        return " ".join(str(value).split())

    def _refuse_duplicates(self, ids: list[str], what: str) -> None:
        repeated = next((one for one in ids if ids.count(one) > 1), None)
        if repeated is not None:
            raise self._fail(f"the {what} id '{repeated}' stands there twice; ids must be unique")

    def _warn_unknown(self, item: dict[str, Any], known: tuple[str, ...], where: str) -> None:
        for key in item:
            if key not in known:
                self.warnings.append(
                    f"Taxonomy file {self.path}: {where} has the unknown key '{key}', "
                    f"which is ignored; known keys are {', '.join(known)}."
                )


def _unique_key_loader() -> type:
    """Return a safe YAML loader that refuses what YAML would change without a word.

    That is a key given twice (the last is kept) and an id or version that reads as another number.
    """
    import yaml

    class UniqueKeyLoader(yaml.SafeLoader):
        def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
            try:
                return super().construct_object(node, deep=deep)
            except ValueError:
                # 2024-02-30, say
                raise yaml.constructor.ConstructorError(
                    None,
                    None,
                    "what stands there looks like a date or a number and is none; put it in quotes",
                    node.start_mark,
                ) from None

        def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
            seen: set[str] = set()
            for key_node, _ in node.value:
                key = str(key_node.value)
                if key in seen:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"the key '{key}' is given twice", key_node.start_mark
                    )
                seen.add(key)
            made = super().construct_mapping(node, deep=deep)
            for key_node, value_node in node.value:
                value = made.get(key_node.value)
                if (
                    key_node.value in ("id", "group", "version")
                    and type(value) in (int, float)
                    and str(value) != value_node.value
                ):
                    raise yaml.constructor.ConstructorError(
                        None,
                        None,
                        f"{key_node.value} {value_node.value} is read as the number {value}; put "
                        "it in quotes",
                        value_node.start_mark,
                    )
            return made

    return UniqueKeyLoader

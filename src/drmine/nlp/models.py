"""Statistical models: which are installed, what each adds, and how to install the others."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from importlib.resources import files

# spaCy's model packages announce themselves under this name.
_ENTRY_POINTS = "spacy_models"


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model of scispaCy's releases, with the file that pip installs."""

    name: str
    adds: str
    address: str

    @property
    def command(self) -> str:
        """The command that installs it.

        By the address of its release and never by its bare name: the package index holds
        placeholders of the same names by other people.
        """
        return f"pip install {self.address}"


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """A spaCy model package of this environment."""

    name: str
    version: str
    labels: tuple[str, ...]
    is_used: bool = False

    @property
    def adds(self) -> str:
        """What its entities add to the mentions."""
        if not self.labels:
            return "nothing: it has no entities"
        return f"entities ({', '.join(self.labels)}) that the linker finds in the vocabulary"


@cache
def known_models() -> tuple[KnownModel, ...]:
    """Return scispaCy's released models, the most useful first."""
    text = files("drmine.nlp").joinpath("models.tsv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return tuple(KnownModel(**row) for row in csv.DictReader(lines, delimiter="\t"))


def installed_models(used: str | None = None) -> tuple[InstalledModel, ...]:
    """Return the model packages of this environment, by name.

    Parameters
    ----------
    used
        The model that the settings name.
    """
    found = []
    for point in metadata.entry_points(group=_ENTRY_POINTS):
        distribution = point.dist
        version = distribution.version if distribution is not None else ""
        found.append(InstalledModel(point.name, version, _entity_labels(point), point.name == used))
    return tuple(sorted(found, key=lambda model: model.name))


def _entity_labels(point: metadata.EntryPoint) -> tuple[str, ...]:
    """Read the labels from the package's own description, without loading the model."""
    if point.dist is None:
        return ()
    for file in point.dist.files or ():
        if file.name == "meta.json":
            try:
                meta = json.loads(file.read_text())
                return tuple(str(label) for label in meta.get("labels", {}).get("ner", ()))
            except (OSError, ValueError, AttributeError):
                continue
    return ()


def how_to_install(name: str) -> str:
    """Return one sentence that says how the model of a name is installed."""
    for model in known_models():
        if model.name == name:
            return f"install it with `{model.command}`"
    return "install its package with pip (`drmine models` lists those of scispaCy)"


def describe_models(used: str | None = None) -> str:
    """Return the page that ``drmine models`` prints."""
    installed = installed_models(used)
    lines = ["Installed:"]
    for model in installed:
        mark = "  (in use)" if model.is_used else ""
        lines += [f"  {model.name} {model.version}{mark}", f"      adds {model.adds}"]
    if not installed:
        lines.append("  none; the vocabulary decides alone")
    present = {model.name for model in installed}
    if used and used not in present:
        lines.append(f"  DRMINE_SPACY_MODEL names {used}, which is not: {how_to_install(used)}")
    lines += ["", "Available from scispaCy:"]
    for known in known_models():
        if known.name not in present:
            lines += [f"  {known.name}", f"      adds {known.adds}", f"      {known.command}"]
    lines += ["", "Use one: export DRMINE_SPACY_MODEL=NAME"]
    return "\n".join(lines)

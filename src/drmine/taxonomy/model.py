"""What a taxonomy is: hypotheses in groups, with the stances and origins a finding can have."""

from __future__ import annotations

from dataclasses import dataclass, field

from drmine.errors import ConfigurationError


class TaxonomyError(ConfigurationError):
    """A taxonomy file cannot be used; the message names the file and the fault."""


@dataclass(frozen=True, slots=True)
class Group:
    """Hypotheses that belong together."""

    id: str
    name: str
    definition: str = ""


@dataclass(frozen=True, slots=True)
class Attribute:
    """A value that a finding can take (a stance or an origin) and what it means."""

    id: str
    definition: str = ""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One label of the taxonomy; ``predicts`` is the finding that would support it."""

    id: str
    name: str
    group: str = ""
    definition: str = ""
    core: bool = True
    predicts: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """A checked taxonomy.

    ``fingerprint`` is the SHA-256 of what the file says (comments and layout do
    not count), so derived rows can tell which taxonomy made them. ``warnings``
    holds one sentence for each thing in the file that was not understood.
    """

    id: str
    version: str
    hypotheses: tuple[Hypothesis, ...]
    source: str = ""
    groups: tuple[Group, ...] = ()
    stances: tuple[Attribute, ...] = ()
    origins: tuple[Attribute, ...] = ()
    fingerprint: str = ""
    warnings: tuple[str, ...] = field(default=(), compare=False)

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of all hypotheses, in the order of the file."""
        return tuple(hypothesis.id for hypothesis in self.hypotheses)

    @property
    def core(self) -> tuple[Hypothesis, ...]:
        """The core hypotheses."""
        return tuple(hypothesis for hypothesis in self.hypotheses if hypothesis.core)

    @property
    def extensions(self) -> tuple[Hypothesis, ...]:
        """The hypotheses that are counted apart."""
        return tuple(hypothesis for hypothesis in self.hypotheses if not hypothesis.core)

    def __getitem__(self, hypothesis_id: str) -> Hypothesis:
        for hypothesis in self.hypotheses:
            if hypothesis.id == hypothesis_id:
                return hypothesis
        raise KeyError(hypothesis_id)

    def __contains__(self, hypothesis_id: object) -> bool:
        return hypothesis_id in self.ids

    def group_name(self, hypothesis_id: str) -> str:
        """Name of the group of a hypothesis; the group's id where it has no name of its own."""
        group_id = self[hypothesis_id].group
        return next((group.name for group in self.groups if group.id == group_id), group_id)

"""What runs when: ``prefect.yaml``, read for people and for ``drmine schedule``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from drmine.errors import ConfigurationError

_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


@dataclass(frozen=True, slots=True)
class Planned:
    """One deployment of ``prefect.yaml``; ``file`` is where its flow lies, if it is there."""

    name: str
    file: Path
    function: str
    description: str
    crons: tuple[tuple[str, str], ...]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    limit: int | None = None
    strategy: str = "ENQUEUE"

    @property
    def is_there(self) -> bool:
        """Whether the flow can be run: a job may be planned that is not installed."""
        return self.file.is_file()

    @property
    def when(self) -> str:
        """The schedule in words."""
        if not self.crons:
            return "when started by hand"
        return " and ".join(f"{in_words(cron)} ({zone})" for cron, zone in self.crons)


def read_deployments(folder: Path, workspace: Path | None = None) -> list[Planned]:
    """Read the ``prefect.yaml`` that belongs to a folder of flows: beside it, or in it.

    Parameters
    ----------
    folder
        The flows (see :func:`drmine.jobs.flows_folder`).
    workspace
        The workspace of every deployment, instead of that of the file.

    Raises
    ------
    ConfigurationError
        There is no such file, or it cannot be read.
    """
    import yaml

    places = (folder / "prefect.yaml", folder.parent / "prefect.yaml")
    path = next((place for place in places if place.is_file()), None)
    if path is None:
        raise ConfigurationError(
            "prefect.yaml is missing from this installation; reinstall drmine."
        )
    try:
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))["deployments"]
        return [_planned(row, folder, workspace) for row in rows]
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise ConfigurationError(
            f"{path} cannot be read ({type(error).__name__}: {error}); mend it or get it anew."
        ) from error


def _planned(row: Mapping[str, Any], folder: Path, workspace: Path | None) -> Planned:
    file, function = str(row["entrypoint"]).rsplit(":", 1)
    parameters = dict(row.get("parameters") or {})
    if workspace is not None and "workspace" in parameters:
        parameters["workspace"] = str(workspace.resolve())
    limit = row.get("concurrency_limit") or {}
    if isinstance(limit, int):  # Prefect takes the bare number too
        limit = {"limit": limit}
    schedules = row.get("schedules") or ([row["schedule"]] if row.get("schedule") else [])
    if other := next((one for one in schedules if "cron" not in one), None):
        raise ValueError(f"{row['name']} has the schedule {other}, and only cron is known here")
    return Planned(
        name=str(row["name"]),
        file=folder / Path(file).name,
        function=function,
        description=str(row.get("description", "")),
        crons=tuple(
            (str(one["cron"]), str(one.get("timezone", "UTC")))
            for one in schedules
            if one.get("active", True)
        ),
        parameters=parameters,
        tags=tuple(row.get("tags") or ()),
        limit=limit.get("limit"),
        strategy=str(limit.get("collision_strategy", "ENQUEUE")),
    )


def in_words(cron: str) -> str:
    """Say a cron schedule of the usual kinds in words; another one is shown as it is."""
    fields = cron.split()
    if len(fields) != 5 or not (fields[0].isdigit() and fields[1].isdigit()) or fields[3] != "*":
        return f"by the cron schedule {cron}"
    minute, hour, day, _, weekday = fields
    time = f"at {int(hour):02}:{int(minute):02}"
    if day == weekday == "*":
        return f"every day {time}"
    if day == "*" and weekday.isdigit() and int(weekday) <= 7:
        return f"every {_DAYS[int(weekday) % 7]} {time}"
    if weekday == "*" and day.isdigit():
        return f"on day {int(day)} of every month {time}"
    return f"by the cron schedule {cron}"

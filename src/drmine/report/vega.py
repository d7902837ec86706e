"""Vega-Lite specifications as plain data.

They are written out here, not by a library of charts: the fifty charts of a report took such a
library longer than all the counting, and it brought its own validator into every run. The tests
hold every chart against the schema of Vega-Lite instead.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

Spec = dict[str, Any]

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.4.1.json"
"""The release that the specifications are written for; vl-convert bundles one that reads it."""

_TYPES = {"N": "nominal", "O": "ordinal", "Q": "quantitative"}
_SIZE = {"continuousWidth": 300, "continuousHeight": 300}
_DATA = "data"


def field(shorthand: str, **properties: Any) -> Spec:
    """Return an encoding of a column, such as ``field("n:Q", title="records")``."""
    name, _, kind = shorthand.partition(":")
    kinds = {"type": _TYPES[kind]} if kind else {}
    return _ordered({"field": name, **kinds, **properties})


def value(constant: Any) -> Spec:
    """Return an encoding that is the same for every mark."""
    return {"value": constant}


def tooltips(*shown: str | Spec) -> list[Spec]:
    """Return what a tooltip shows, in this order."""
    return [field(one) if isinstance(one, str) else one for one in shown]


def unit(
    data: pd.DataFrame | list[Spec], mark: str, look: Mapping[str, Any], **channels: Any
) -> Spec:
    """Return marks of one kind: a row of the data each.

    Parameters
    ----------
    data
        A frame, which becomes a data set with a name, or a few rows to stand where they are.
    mark
        Kind of the mark.
    look
        Its properties, the same for every row.
    channels
        Encodings: ``x``, ``y``, ``color``, ``tooltip`` and so on.
    """
    return {_DATA: data, "mark": {"type": mark, **_ordered(look)}, "encoding": _ordered(channels)}


def layers(*units: Spec) -> Spec:
    """Return specifications drawn over each other; data that all share stand once."""
    first = units[0][_DATA]
    if any(one[_DATA] is not first for one in units):
        return {"layer": list(units)}
    bare = [{name: part for name, part in one.items() if name != _DATA} for one in units]
    return {"layer": bare, _DATA: first}


def sized(spec: Spec, width: int, height: int) -> Spec:
    """Return the specification with a size in pixels."""
    return {**spec, "height": height, "width": width}


def faceted(spec: Spec, by: Spec, columns: int, **more: Any) -> Spec:
    """Return a panel of the specification for each value of a column."""
    panel = {name: part for name, part in spec.items() if name != _DATA}
    return {_DATA: spec[_DATA], "facet": by, "spec": panel, "columns": columns, **more}


def whole(spec: Spec, config: Mapping[str, Mapping[str, Any]]) -> Spec:
    """Return the specification of a whole chart, with its look and its data inside.

    Parameters
    ----------
    spec
        What is drawn; frames in it become data sets, each named after its content.
    config
        The look of axes, headers and so on.
    """
    datasets: Spec = {}
    look: Spec = {"view": {**_SIZE, **config["view"]}, "aria": False}
    look |= {name: _ordered(part) for name, part in config.items() if name != "view"}
    drawn = _named(spec, datasets)
    return {"config": look, **drawn, "$schema": SCHEMA, "datasets": datasets}


def rows_of(frame: pd.DataFrame) -> list[Spec]:
    """Return the rows of a frame as JSON can hold them: what is missing or infinite as None."""
    columns = [_plain(frame[name]) for name in frame.columns]
    names = [str(name) for name in frame.columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _plain(column: pd.Series[Any]) -> list[Any]:
    # pandas' own types have a kind too, and hold NA
    kind = column.dtype.kind if isinstance(column.dtype, np.dtype) else "O"
    if kind == "f":
        # neither NaN nor an infinity can stand in JSON; times nought, neither gives nought
        return [number if number * 0 == 0 else None for number in column.tolist()]
    if kind in "iub":
        return list(column.tolist())
    return [
        None if missing else one
        for one, missing in zip(column.astype(object), column.isna(), strict=True)
    ]


def _named(spec: Spec, datasets: Spec) -> Spec:
    """Return the specification with names for its frames, and put these into ``datasets``."""
    found = dict(spec)
    if _DATA in spec:
        found[_DATA] = _data(spec[_DATA], datasets)
    if "layer" in spec:
        found["layer"] = [_named(one, datasets) for one in spec["layer"]]
    return found


def _data(data: pd.DataFrame | list[Spec], datasets: Spec) -> Spec:
    if isinstance(data, list):
        return {"values": data}
    rows = rows_of(data)
    content = json.dumps(rows, sort_keys=True, default=str)
    name = f"data-{hashlib.sha256(content.encode()).hexdigest()[:32]}"
    datasets[name] = rows
    return {"name": name}


def _ordered(properties: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> Spec:
    # in the order of their names: the same chart is the same bytes, however it was written
    return dict(sorted(dict(properties).items()))

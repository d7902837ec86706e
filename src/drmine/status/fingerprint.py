"""The fingerprint of what would label now, without loading any of it.

Building the classifier takes seconds; what its fingerprint is made of are files, which are read in
a tenth of one. A test holds the two together.
"""

from __future__ import annotations

import hashlib
import json
from importlib import metadata
from pathlib import Path

from drmine.source_digest import DECIDES_NOTHING, source_digest
from drmine.taxonomy import load_taxonomy

_PACKAGE = Path(__file__).resolve().parents[1]


def present_fingerprint(spacy_model: str | None = None) -> str | None:
    """Return what `Classifier.fingerprint` would be here, or None where the model is not installed.

    Parameters
    ----------
    spacy_model
        The model that the settings name.
    """
    tagger = hashlib.sha256(source_digest("drmine.nlp").encode())
    tagger.update(_vocabulary().encode())
    if spacy_model:
        version = _model_version(spacy_model)
        if version is None:
            return None
        tagger.update(f"{spacy_model}{version}".encode())
    classify = _PACKAGE / "classify"
    model = hashlib.sha256((classify / "model.json").read_bytes())
    model.update((classify / "model.npz").read_bytes())
    parts = (
        tagger.hexdigest(), load_taxonomy().fingerprint, model.hexdigest(),
        source_digest("drmine.classify", DECIDES_NOTHING),
    )  # fmt: skip
    return "+".join(part[:16] for part in parts)


def _vocabulary() -> str:
    digest = hashlib.sha256()
    for path in sorted((_PACKAGE / "vocabulary" / "data").glob("*.tsv")):
        digest.update(f"{path.name}\n{path.read_text(encoding='utf-8-sig')}".encode())
    return digest.hexdigest()


def _model_version(name: str) -> str | None:
    """Return the version that a spaCy model says of itself: a package, or a folder."""
    for path in _descriptions(name):
        try:
            return str(json.loads(path.read_text(encoding="utf-8")).get("version"))
        except (OSError, ValueError, AttributeError):
            continue
    return None


def _descriptions(name: str) -> list[Path]:
    try:
        files = metadata.files(name) or []
    except (metadata.PackageNotFoundError, ValueError):
        return [Path(name) / "meta.json"]
    # the one beside the module, whose loader reads it; another lies with the model's weights
    found = [file for file in files if file.name == "meta.json"]
    return [Path(str(file.locate())) for file in sorted(found, key=lambda file: len(file.parts))]

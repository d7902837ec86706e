"""Install the wheel into a new virtual environment and use it from a folder of its own.

    python -m benchmarks.fresh_install [--locked] [--json FILE]

Builds the wheel, makes a virtual environment, installs the wheel as users do (the latest
releases that its metadata allow; with --locked those of requirements.lock), and runs the
commands that need no network. Nothing of the checkout is on the path of what runs.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from drmine import __version__

ROOT = Path(__file__).resolve().parents[1]
RECORD = {
    "pmid": "99000001",
    "title": "Invented: P-glycoprotein in drug-resistant epilepsy",
    "abstract": "CONCLUSIONS: Overexpression of P-glycoprotein contributes to drug resistance.",
}
NAMED = ("alembic", "click", "fastapi", "numpy", "pandas", "prefect", "scikit-learn", "scipy",
         "scispacy", "spacy", "sqlalchemy")  # fmt: skip


def timed(command: list[str | Path], cwd: Path, **options: Any) -> tuple[float, str]:
    """Run a command, which must succeed; return its seconds and what it printed."""
    begun = time.perf_counter()
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False,
        **options,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"{command[0]} failed ({done.returncode}):\n{done.stderr[-3000:]}")
    return round(time.perf_counter() - begun, 1), done.stdout


def locked_versions() -> str:
    """Return requirements.lock as constraints: the versions without their hashes."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    return "\n".join(re.findall(r"^[a-z0-9._-]+==[^\s\\]+(?: ; [^\\\n]+)?", lock, re.MULTILINE))


def check(folder: Path, *, locked: bool) -> dict[str, Any]:
    """Build, install, run; return seconds of each step and the versions that were installed."""
    wheels = folder / "dist"
    build = "import sys, hatchling.build; hatchling.build.build_wheel(sys.argv[1])"
    timed([sys.executable, "-c", build, wheels], ROOT)
    (wheel,) = wheels.glob("*.whl")
    seconds = {}
    seconds["environment"], _ = timed([sys.executable, "-m", "venv", folder / "venv"], folder)
    binaries = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    install: list[str | Path] = [binaries / "pip", "install", "--quiet", wheel]
    if locked:
        (folder / "constraints.txt").write_text(locked_versions(), encoding="utf-8")
        install += ["--constraint", folder / "constraints.txt"]
    seconds["install"], _ = timed(install, folder)

    work = folder / "a folder of its own"
    work.mkdir()
    (work / "in.jsonl").write_text(json.dumps(RECORD) + "\n", encoding="utf-8")
    environment = {
        k: v for k, v in os.environ.items() if not k.startswith(("DRMINE_", "PYTHON", "PREFECT_"))
    } | {"PREFECT_HOME": str(folder / "prefect")}
    drmine = binaries / "drmine"
    for name, arguments in {
        "help": ["--help"],
        "label": ["label", "in.jsonl", "out.jsonl"],
        "demo": ["demo"],
        "refresh_offline": ["refresh", "--offline", "--workspace", "demo-workspace"],
    }.items():
        seconds[name], said = timed([drmine, *arguments], work, env=environment)
        last = "".join(said.strip().splitlines()[-1:])
        print(f"drmine {' '.join(arguments)}: {seconds[name]} s; {last}")
    row = json.loads((work / "out.jsonl").read_text(encoding="utf-8"))
    assert [h["id"] for h in row["hypotheses"]] == ["transporter"], row
    assert (work / "demo-workspace" / "report" / "index.html").is_file()
    _, listed = timed([binaries / "pip", "list", "--format", "json"], folder)
    versions = {one["name"].lower(): one["version"] for one in json.loads(listed)}
    return {
        "wheel_kb": round(wheel.stat().st_size / 1024),
        "environment_mb": round(
            sum(p.stat().st_size for p in (folder / "venv").rglob("*") if p.is_file()) / 1e6
        ),
        "packages": len(versions),
        "seconds": seconds,
        "versions": {name: versions[name] for name in NAMED},
    }


def main() -> None:
    """Check and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--locked", action="store_true", help="install the locked versions")
    parser.add_argument("--json", type=Path, dest="json_file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="drmine-fresh-") as folder:
        found = check(Path(folder), locked=options.locked)
    result = {
        "command": "python -m benchmarks.fresh_install" + (" --locked" if options.locked else ""),
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
        "drmine": __version__,
        **found,
    }
    print(json.dumps(result, indent=1))
    if options.json_file:
        options.json_file.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

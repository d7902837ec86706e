"""The page on agreement is there where there is something to compare, and only there."""

from __future__ import annotations

import re
from pathlib import Path

from big_store import MANIFEST, write_big_report

from drmine.report import write_report
from drmine.report.renderer import PAGES
from drmine.review.agreement.compare import Pair, Rating, compare
from drmine.taxonomy import load_taxonomy

HOSTILE = "<b>x"


def some_pair() -> Pair:
    ratings = [
        {str(n): Rating(n % 3 > 0, "animal") for n in range(30)},
        {str(n): Rating(n % 4 > 0, "animal") for n in range(30)},
    ]
    return Pair(HOSTILE, "bert", 30, 30, tuple(compare(*ratings, ("target",))))


def test_the_page_comes_and_goes_with_the_figures(tmp_path: Path) -> None:
    folder = write_big_report(tmp_path, 60, 40)
    assert not (folder / "agreement.html").exists()
    assert "agreement.html" not in (folder / "index.html").read_text(encoding="utf-8")

    def write(*pairs: Pair) -> None:
        write_report(
            tmp_path / "trends", folder, manifest=MANIFEST, taxonomy=load_taxonomy(),
            agreement=pairs,
        )  # fmt: skip

    write(some_pair())
    page = (folder / "agreement.html").read_text(encoding="utf-8")
    assert HOSTILE not in re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert "&lt;b&gt;x and bert" in page
    kappa = next(r for r in some_pair().rows if r["label"] == "about_drug_response")["kappa"]
    assert f"<td>{kappa:.2f}\u00a0[" in page
    assert "2a / (2a + b + c)" in page  # what positive agreement is, not a / (a + b + c)
    assert 'href="agreement.csv"' in page and (folder / "agreement.csv").is_file()
    for name, _ in PAGES:
        assert 'href="agreement.html"' in (folder / name).read_text(encoding="utf-8")
    assert "about drug response" in page and "about_drug_response<" not in page
    write(
        Pair(
            "anna",
            "bert",
            1,
            0,
            tuple(
                compare({"1": Rating(True, "animal")}, {"1": Rating(False, "animal")}, ("target",))
            ),
        )
    )
    page = (folder / "agreement.html").read_text(encoding="utf-8")
    assert "no kappa has an interval, since too few records" in page
    write()
    assert not (folder / "agreement.html").exists() and not (folder / "agreement.csv").exists()

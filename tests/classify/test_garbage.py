"""The collector is off while tables are built, and on again whatever happens."""

from __future__ import annotations

import gc

import pytest

from drmine.garbage import building


def test_the_collector_rests_while_tables_are_built():
    with building():
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ValueError, match="no table"), building():
        raise ValueError("no table")
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off():
    gc.disable()
    try:
        with building():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()

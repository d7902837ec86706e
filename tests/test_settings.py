"""A setting that cannot be meant is one sentence, wherever it is read."""

from __future__ import annotations

import pytest

from drmine.errors import ConfigurationError
from drmine.settings import DEFAULT_EUTILS_URL, Settings


@pytest.mark.parametrize("attempts", ["0", "-1", "many", "1.5", "²"])
def test_a_number_of_attempts_is_a_whole_number(attempts: str) -> None:
    with pytest.raises(ConfigurationError, match="DRMINE_REQUEST_ATTEMPTS"):
        Settings.from_environment({"DRMINE_REQUEST_ATTEMPTS": attempts})


@pytest.mark.parametrize(
    "address", ["eutils.ncbi.nlm.nih.gov", "http://", "ftp://host/", "http://[", "http://host:x/"]
)
def test_an_address_of_the_e_utilities_is_one_of_the_web(address: str) -> None:
    with pytest.raises(ConfigurationError, match="DRMINE_EUTILS_URL"):
        Settings.from_environment({"DRMINE_EUTILS_URL": address})


def test_an_empty_setting_counts_as_not_set() -> None:
    settings = Settings.from_environment({"DRMINE_EUTILS_URL": " ", "DRMINE_REQUEST_ATTEMPTS": ""})
    assert settings.eutils_url == DEFAULT_EUTILS_URL
    assert settings.request_attempts is None

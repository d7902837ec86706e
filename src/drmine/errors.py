"""Errors that users see: one sentence that says what is wrong and what to do."""


class DrmineError(Exception):
    """Base of all errors that end as one sentence on standard error.

    ``exit_code`` is 2 for wrong use or bad configuration and 1 where the work
    was done in part (see the exit codes in the README).
    """

    exit_code = 2


class ConfigurationError(DrmineError):
    """A setting is missing or wrong."""


class InputError(DrmineError):
    """A file or record given by the user cannot be used."""


class IncompleteError(DrmineError):
    """The work ended before everything was done; what is done is kept."""

    exit_code = 1

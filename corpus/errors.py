"""The one exception tree. The message of every error is the remedy, in one line.

    CewenError
    ├── InputError      the caller can mend it: another argument, another file
    │   └── LoadError   a file that cannot be read as a document; names the file
    ├── StateError      a command mends it; the message holds that command
    └── ServiceError    trying again may help

A refusal to answer is not an error: it is an answer (`rag.types.Refusal`).
"""


class CewenError(Exception):
    """Anything that 策问 reports to its user as a failure."""


class InputError(CewenError):
    """What was given cannot be used; the message says what to give instead."""


class LoadError(InputError):
    """A file cannot be read as a document; the message names it and says why."""


class StateError(CewenError):
    """An index or a cache is not usable as it stands; the message holds the command that mends it."""


class ServiceError(CewenError):
    """Something outside did not answer in time; the same call may succeed later."""

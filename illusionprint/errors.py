"""What can go wrong, said once: what came, what is allowed, the nearest name.

`exit_status` is what the command line returns: 2 for a user's mistake, 1 for a run that failed.
"""

from collections.abc import Iterable
from difflib import get_close_matches


class IllusionPrintError(Exception):
    """Base of all errors that are shown to a user as one message without a traceback."""

    exit_status = 2


class BadValue(IllusionPrintError):
    """A value outside what is allowed; the message names both."""


class UnknownName(IllusionPrintError):
    """A name that nothing bears; the message lists what is allowed and the nearest."""

    def __init__(self, what: str, came: str, allowed: Iterable[str]):
        self.what, self.came, self.allowed = what, came, sorted(allowed)
        near = get_close_matches(str(came).lower(), self.allowed, 1, 0.55)
        hint = f"; did you mean '{near[0]}'?" if near else "."
        super().__init__(f"unknown {what} '{came}'{hint} Allowed: {', '.join(self.allowed) or 'none'}.")


class Missing(IllusionPrintError):
    """An extra, a file or weights that are not there; the message says what to do."""


class RunFailed(IllusionPrintError):
    """The input was right, the run was not finished (disk full, folder read-only)."""

    exit_status = 1

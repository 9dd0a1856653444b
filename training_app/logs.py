"""Lines of the log, alike in every process: when (UTC), how grave, from where, what.

They go to standard error, where whatever runs the service keeps them. What people typed may stand in a message or in
what an error says, so that nothing in it may begin a line or steer a screen.
"""

import logging
import textwrap
import time
from typing import Any

LINE = "%(asctime)s UTC %(levelname)s %(name)s: %(message)s"


class Lines(logging.Formatter):
    """One line for each message; of a traceback, every further line is set in."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(record.created))

    def formatMessage(self, record: logging.LogRecord) -> str:
        return _shown(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:
        lines = super().formatException(ei).splitlines()
        return textwrap.indent("\n".join(map(_shown, lines)), "    ", lambda line: True)


def _shown(words: str) -> str:
    return "".join(one if one.isprintable() else repr(one)[1:-1] for one in words)


def write_to_standard_error() -> None:
    """Where nobody, such as the server or a test, has set up a log of their own."""
    root = logging.getLogger()
    if not root.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(Lines(LINE))
        root.addHandler(handler)

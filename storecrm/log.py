"""One rotating log file. Codes, phones and PINs never reach it: whoever logs shows the last four at
most."""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from storecrm import paths


class _Private(RotatingFileHandler):
    """A log that only this user reads: an error may quote what a person typed."""

    def _open(self) -> Any:
        paths.private(Path(self.baseFilename))
        return super()._open()


def start(file: Path | None = None) -> logging.Logger:
    """Open the log; a place that cannot be written costs the log, never the program."""
    logger = logging.getLogger("storecrm")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    if not logger.handlers:
        target = file or paths.log_file()
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            handler: logging.Handler = _Private(
                target, maxBytes=1_000_000, backupCount=3, encoding="utf-8"
            )
        except OSError:
            handler = logging.NullHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        logger.addHandler(handler)
    return logger

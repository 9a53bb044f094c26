"""Where a command works: which store, which till."""

import argparse
import os
import socket
from pathlib import Path

from storecrm import paths


def store_name(options: argparse.Namespace) -> str:
    """The store meant: the option, the environment, "" when neither names one."""
    # the option stands above the environment
    named = options.store or os.environ.get("STORECRM_STORE") or ""
    return named if not named or paths.is_url(named) else str(Path(named).expanduser())


def till_name(options: argparse.Namespace) -> str:
    """The till meant: the option, the environment, the host's name."""
    return options.till or os.environ.get("STORECRM_TILL") or socket.gethostname()

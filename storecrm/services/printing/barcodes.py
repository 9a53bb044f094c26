"""Code 128 as exact vectors: modules from python-barcode, written as one path into the page."""

import re
from functools import lru_cache

from barcode.codex import Code128

QUIET = 10
"""Modules of white that every code keeps on each side (ISO/IEC 15417)."""
LEAST = 0.25
"""The narrowest module, in millimetres, that a shop's scanner reads from thermal paper."""
MM = 72 / 25.4
_RUNS = re.compile("1+")


@lru_cache(maxsize=65_536)
def modules(code: str) -> str:
    """The bars of `code` as ones and zeros, without quiet zones; digits go in pairs (set C)."""
    return str(Code128(code).build()[0])


def width(code: str, module: float) -> float:
    """Millimetres on paper with both quiet zones."""
    return (len(modules(code)) + 2 * QUIET) * module


def path(code: str, *, left: float, bottom: float, module: float, height: float) -> str:
    """The bars as PDF operators; measures in millimetres, `left` is where the quiet zone begins.

    Raises:
        ValueError: the module is narrower than a scanner reads.
    """
    if module < LEAST:
        raise ValueError(f"module of {module} mm is below {LEAST}")
    y = f"{bottom * MM:.3f}"
    tall = f"{height * MM:.3f}"
    bars = []
    for run in _RUNS.finditer(modules(code)):
        begins = left + (QUIET + run.start()) * module
        thick = (run.end() - run.start()) * module
        bars.append(f"{begins * MM:.3f} {y} {thick * MM:.3f} {tall} re")
    # one path, filled at once: bars that touch leave no seam
    return " ".join(bars) + " f"

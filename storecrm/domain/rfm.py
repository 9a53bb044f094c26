"""The table of named groups of RFM scores, as a shop writes it.

groups("best R4-5 F4-5, rest")  ->  (RfmGroup("best", (("r", 4, 5), ("f", 4, 5))), RfmGroup("rest",
()))
"""

import re
from dataclasses import dataclass

_GROUP = re.compile(r"(\S{1,30})((?: [RFM][1-5](?:-[1-5])?){0,3})", re.ASCII)
USUAL = (
    "champions R4-5 F4-5 M4-5, loyal R3-5 F4-5, potential R4-5 F2-3, new R4-5 F1, "
    "attention R3 F2-3, fading R3 F1, cannot_lose R1-2 F4-5 M4-5, at_risk R1-2 F3-5, hibernating"
)


@dataclass(frozen=True)
class RfmGroup:
    """A named group: the lowest and highest score of each letter that it names.

    `written` is the group as the shop wrote it. The first group that fits is the member's.
    """

    name: str
    ranges: tuple[tuple[str, int, int], ...]
    written: str


def groups(text: str) -> tuple[RfmGroup, ...]:
    """The table of groups: "name R4-5 F1", by commas; the last one takes everybody else.

    Raises:
        ValueError: it is not of that form, a range is backwards, a name comes twice, or the last
            group leaves somebody out.
    """
    found = tuple(_group(part.strip()) for part in text.split(","))
    if len({group.name for group in found}) != len(found) or found[-1].ranges:
        raise ValueError(text)
    return found


def _group(text: str) -> RfmGroup:
    read = _GROUP.fullmatch(text)
    if read is None:
        raise ValueError(text)
    pieces = read[2].lower().split()
    # R3 is the range from 3 to 3
    ranges = tuple((piece[0], int(piece[1]), int(piece[-1])) for piece in pieces)
    # a range that holds nobody would shadow no one and mislead its reader
    backwards = any(low > high for _, low, high in ranges)
    twice = len({letter for letter, *_ in ranges}) != len(ranges)
    if backwards or twice:
        raise ValueError(text)
    return RfmGroup(read[1], ranges, text)

"""Columns of ours that come from several of the file: the first filled one, and its parts (two
names, a day and its time, an amount and what was given back of it)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial

from storecrm.domain.list_columns import PARTS

BACK = "\x00-"
"""Between an amount and what was given back of it, until both are read."""
Parts = Sequence[tuple[str, Sequence[str]]]
"""What each column of the file stands for, whole or a part, and its cells."""


def sources(kind: str, columns: Mapping[int, str]) -> dict[str, list[int]]:
    """The places of the file that each column of ours comes from, whole ones first, then its
    parts."""
    parts = PARTS.get(kind, {})
    whole = defaultdict[str, list[int]](list)
    in_parts = defaultdict[str, list[int]](list)
    for place, name in columns.items():
        if name in parts:
            in_parts[parts[name]].append(place)
        else:
            whole[name].append(place)
    # the loader reads columns in this order
    for name, places in in_parts.items():
        whole[name] += places
    return dict(whole)


def first_filled(name: str, several: Parts) -> Sequence[str]:
    """The first filled cell of each row among the columns that stand for the whole."""
    whole = [texts for source, texts in several if source == name]
    if not whole:
        _, texts = several[0]
        return [""] * len(texts)
    rows = zip(*whole, strict=True)
    return [next(filter(str.strip, cells), "") for cells in rows]


def with_parts(kind: str, name: str, said: Sequence[str], several: Parts) -> Sequence[str]:
    """Cells together with their parts of other columns."""
    parts = {source: texts for source, texts in several if source != name}
    if name == "name" and kind == "members" and parts:
        return _with_names(said, parts)
    for part, texts in parts.items():
        join = partial(_with_part, part)
        said = list(map(join, said, texts))
    return said


def _with_names(said: Sequence[str], parts: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """A name that stands whole comes before one in two parts."""
    none = [""] * len(said)
    given = parts.get("given_name", none)
    family = parts.get("family_name", none)
    in_parts = map(_full_name, given, family)
    return [whole or name for whole, name in zip(said, in_parts, strict=True)]


def _full_name(given: str, family: str) -> str:
    """Both names in the order of their language: 王小梅, Ada Light."""
    given, family = given.strip(), family.strip()
    if not given or not family:
        return given or family
    # signs of Chinese, Japanese and Korean
    eastern = "\u3000" < family[0] < "\ufe00"
    return family + given if eastern else f"{given} {family}"


def _with_part(part: str, text: str, more: str) -> str:
    """A text and its part of another column."""
    if not more.strip():
        return text
    if part == "amount_back":
        return f"{text}{BACK}{more}"
    # a day that bears its time already needs no other
    if part in ("sold_time", "redeemed_time") and ":" in text:
        return text
    return f"{text.strip()} {more.strip()}".strip()

"""An answer on standard output: one JSON object, or lines for people."""

import json
from collections.abc import Iterator
from typing import Any

_NOTHING: tuple[Any, ...] = (None, [], {})


def say(answer: Any, as_json: bool) -> None:
    """Print an answer; keys that begin with an underscore are for `run` alone."""
    shown = _public(answer) if isinstance(answer, dict) else answer
    if as_json:
        print(json.dumps(shown, ensure_ascii=False))
        return
    for line in lines(shown):
        print(line)


def _public(answer: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in answer.items() if not key.startswith("_")}


def lines(answer: Any, indent: str = "") -> Iterator[str]:
    """An answer for people: one fact a line, lists as rows."""
    if isinstance(answer, dict):
        for key, value in answer.items():
            # that it went well is told by the exit status
            if key != "ok" and value not in _NOTHING:
                yield from _fact(key, value, indent)
    elif isinstance(answer, list):
        for item in answer:
            yield f"{indent}- {_row(item)}" if isinstance(item, dict) else f"{indent}{item}"


def _fact(key: str, value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, (dict, list)):
        yield f"{indent}{key}:"
        yield from lines(value, indent + "  ")
    else:
        yield f"{indent}{key}: {value}"


def _row(item: dict[str, Any]) -> str:
    said = [f"{value}" for value in item.values() if value not in _NOTHING]
    return "  ".join(said)

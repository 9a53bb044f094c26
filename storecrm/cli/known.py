"""segment, rfm, lifecycle."""

import argparse
from pathlib import Path
from typing import Any

from storecrm.cli import shape
from storecrm.cli.context import Here
from storecrm.cli.shop import day_of
from storecrm.services.insight import in_words, lifecycle, rfm, segments
from storecrm.services.insight.segments import SegmentView
from storecrm.services.keeping import exporting
from storecrm.values import Day


def commands(top: Any) -> None:
    """Register the commands of these nouns."""
    verbs = top.add_parser("segment", help="members picked by rules").add_subparsers(dest="verb", required=True)
    verbs.add_parser("list").set_defaults(go=_list)
    for verb, act in (("count", _count), ("show", _show), ("remove", _remove), ("sizes", _sizes)):
        named = verbs.add_parser(verb)
        named.add_argument("code")
        named.set_defaults(go=act)
    export = verbs.add_parser("export")
    export.add_argument("code")
    export.add_argument("file", type=Path)
    export.set_defaults(go=_export)
    create = verbs.add_parser("create", help="a rule from a TOML file: code, name, [rule]")
    create.add_argument("--file", required=True, type=Path)
    create.add_argument("--replace", action="store_true")
    create.set_defaults(go=_create)
    keep = verbs.add_parser("keep", help="keep the members that a segment has now as a list that stays")
    keep.add_argument("code", help="the new list's code")
    keep.add_argument("--of", required=True)
    keep.add_argument("--name", default="")
    keep.set_defaults(go=lambda here, o: {"ok": True, **_view(here, segments.keep_list(here.open, code=o.code, of=o.of, name=o.name))})
    both = verbs.add_parser("compare")
    both.add_argument("first")
    both.add_argument("second")
    both.set_defaults(go=_compare)
    scores = top.add_parser("rfm", help="how lately, how often, for how much: scores and groups of members")
    _at(scores)
    scores.add_argument("--output", type=Path, help="every member with scores (.xlsx or .csv)")
    scores.set_defaults(go=_rfm)
    stages = top.add_parser("lifecycle", help="new, active, dormant, lost")
    _at(stages)
    stages.set_defaults(go=_lifecycle)


def _at(command: argparse.ArgumentParser) -> None:
    command.add_argument("--as-of", type=day_of, help="what was before this day (else up to now)")
    command.add_argument("--against", type=day_of, help="an earlier day: who moved from where to where since")


def _view(here: Here, view: SegmentView) -> dict[str, Any]:
    return {
        "code": view.code,
        "name": in_words.name_of(view.code, view.name, here.words),
        "rule": view.rule,
        "sentence": in_words.rule(view.rule, here.words),
        "fixed": view.fixed,
        "built_in": view.built_in,
    }


def _list(here: Here, _: argparse.Namespace) -> dict[str, Any]:
    found = segments.listed(here.open)
    sizes = segments.counts(here.open, codes=tuple(view.code for view in found))
    return {"ok": True, "segments": [_view(here, view) | {"members": sizes[view.code]} for view in found]}


def _count(here: Here, o: argparse.Namespace) -> dict[str, Any]:
    return {"ok": True, "code": o.code, "members": segments.count(here.open, code=o.code)}


def _show(here: Here, o: argparse.Namespace) -> dict[str, Any]:
    return {"ok": True, **_view(here, segments.show(here.open, code=o.code)), "members": segments.count(here.open, code=o.code)}


def _remove(here: Here, o: argparse.Namespace) -> dict[str, Any]:
    segments.remove(here.open, code=o.code)
    return {"ok": True, "code": o.code}


def _sizes(here: Here, o: argparse.Namespace) -> dict[str, Any]:
    segments.show(here.open, code=o.code)
    return {"ok": True, "sizes": [{"date": day.isoformat(), "members": n} for day, n in segments.sizes(here.open, code=o.code)]}


def _export(here: Here, o: argparse.Namespace) -> dict[str, Any]:
    count = exporting.export_segment(here.open, code=o.code, file=o.file, words=here.words)
    return {"ok": True, "file": str(o.file), "members": count}


def _create(here: Here, o: argparse.Namespace) -> dict[str, Any]:
    made = segments.create(here.open, **segments.from_file(o.file), replace=o.replace)
    return {"ok": True, **_view(here, made), "members": segments.count(here.open, code=made.code)}


def _compare(here: Here, o: argparse.Namespace) -> dict[str, Any]:
    found = segments.compare(here.open, first=o.first, second=o.second)
    return {"ok": True, "only_first": found.only_first, "both": found.both, "only_second": found.only_second}


def _moves(found: dict[tuple[str, str], int]) -> list[dict[str, Any]]:
    return [{"from": a or None, "to": b or None, "members": n} for (a, b), n in sorted(found.items())]


def _end(here: Here, o: argparse.Namespace) -> Day:
    day: Day | None = o.as_of
    return day or here.open.clock.tomorrow()


def _rfm(here: Here, o: argparse.Namespace) -> dict[str, Any]:
    found = rfm.overview(here.open, before=o.as_of)
    body: dict[str, Any] = {
        "ok": True,
        "as_of": found.before.isoformat(),
        "days": found.days,
        "members": found.members,
        "net": shape.money(found.net, here.words),
        "cells": [{"r": c.r, "f": c.f, "members": c.members, "net": shape.money(c.net, here.words)} for c in found.cells],
        "groups": [{"group": g.name, "rule": g.rule, "members": g.members, "net": shape.money(g.net, here.words)} for g in found.groups],
    }
    if o.against:
        body["moves"] = _moves(rfm.moves(here.open, before=o.against, then=_end(here, o)))
    if o.output:
        body["rows"] = exporting.export_rfm(here.open, file=o.output, words=here.words, before=o.as_of)
        body["file"] = str(o.output)
    return body


def _lifecycle(here: Here, o: argparse.Namespace) -> dict[str, Any]:
    found = lifecycle.overview(here.open, before=o.as_of)
    stages = [{"stage": s.name, "members": s.members, "net_365": shape.money(s.net, here.words)} for s in found]
    body: dict[str, Any] = {"ok": True, "as_of": _end(here, o).isoformat(), "stages": stages}
    if o.against:
        body["moves"] = _moves(lifecycle.moves(here.open, before=o.against, then=_end(here, o)))
    return body

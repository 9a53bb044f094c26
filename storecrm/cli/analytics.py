"""segment, tag, rfm, lifecycle, learn, recommend, predict."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from storecrm.cli import json_form
from storecrm.cli.context import CommandContext
from storecrm.cli.shop import day_of, number, writes
from storecrm.domain.repurchase import Outlook
from storecrm.errors import NotPossible, UsageError
from storecrm.services.analytics import (
    basket_pairs,
    lifecycle,
    lifecycle_history,
    recommendation,
    repurchase,
    rfm,
    segments,
    tag_rules,
)
from storecrm.services.analytics.segments import SegmentView
from storecrm.services.exports import files
from storecrm.services.members import tags
from storecrm.services.members.tags import TagView
from storecrm.values import Day
from storecrm.wording import insight
from storecrm.wording.errors import sentence


def commands(top: Any) -> None:
    """Register the commands of these nouns."""
    verbs = top.add_parser("segment", help="members picked by rules").add_subparsers(
        dest="verb", required=True
    )
    verbs.add_parser("list").set_defaults(go=_list)
    for verb, act in (("count", _count), ("show", _show), ("remove", _remove), ("sizes", _sizes)):
        named = verbs.add_parser(verb)
        named.add_argument("code")
        named.set_defaults(go=act)
    export = verbs.add_parser("export")
    export.add_argument("code")
    export.add_argument("file", type=Path)
    export.add_argument(
        "--recommended", action="store_true", help="with the article to name in a message"
    )
    writes(export)
    export.set_defaults(go=_export)
    create = verbs.add_parser("create", help="a rule from a TOML file: code, name, [rule]")
    create.add_argument("--file", required=True, type=Path)
    create.add_argument("--replace", action="store_true")
    create.set_defaults(go=_create)
    keep = verbs.add_parser(
        "keep", help="keep the members that a segment has now as a list that stays"
    )
    keep.add_argument("code", help="the new list's code")
    keep.add_argument("--of", required=True)
    keep.add_argument("--name", default="")
    keep.set_defaults(
        go=lambda here, o: {
            "ok": True,
            **_view(here, segments.keep_list(here.open, code=o.code, of=o.of, name=o.name)),
        }
    )
    both = verbs.add_parser("compare")
    both.add_argument("first")
    both.add_argument("second")
    both.set_defaults(go=_compare)
    scores = top.add_parser(
        "rfm", help="how lately, how often, for how much: scores and groups of members"
    )
    _at(scores)
    scores.add_argument("--output", type=Path, help="every member with scores (.xlsx or .csv)")
    writes(scores)
    scores.set_defaults(go=_rfm)
    stages = top.add_parser("lifecycle", help="new, active, dormant, lost")
    _at(stages)
    stages.add_argument(
        "--note", action="store_true", help="write down who changed the stage since the last time"
    )
    stages.add_argument(
        "--noted",
        nargs=2,
        type=day_of,
        metavar=("FROM", "TO"),
        help="the steps that were noted in a period",
    )
    stages.set_defaults(go=_lifecycle)
    learn = top.add_parser(
        "learn", help="count what is bought together, and fit how members come and go"
    )
    learn.set_defaults(go=_learn)
    recommend = top.add_parser("recommend", help="what a member may like next")
    recommend.add_argument("member", nargs="?")
    recommend.add_argument("--sku", default="", help="what goes with this article, instead")
    recommend.add_argument("--count", type=number, default=5)
    recommend.set_defaults(go=_recommend)
    predict = top.add_parser(
        "predict", help="will members come again: chance, visits and spend in the next 90 days"
    )
    predict.add_argument("member", nargs="?")
    predict.add_argument("--output", type=Path, help="everybody as .xlsx or .csv")
    writes(predict)
    predict.set_defaults(go=_predict)
    tag = top.add_parser("tag", help="the shop's words for its members").add_subparsers(
        dest="verb", required=True
    )
    tag.add_parser("list").set_defaults(go=lambda here, _: _tags(tags.listed(here.open)))
    put = tag.add_parser("set", help="group, colour, days, and whom a rule puts it on by itself")
    put.add_argument("name")
    put.add_argument("--group", default="")
    put.add_argument("--colour", default=tags.COLOURS[0], choices=tags.COLOURS)
    put.add_argument("--days", type=number, help="for how long it stays on a member")
    put.add_argument("--rule", type=Path, metavar="FILE.toml", help="a segment's rule")
    put.add_argument("--by-hand", action="store_true", help="no rule any more")
    put.set_defaults(go=_set_tag)
    gone = tag.add_parser("remove")
    gone.add_argument("name")
    gone.set_defaults(go=lambda here, o: _tags(tags.remove(here.open, name=o.name)))
    tag.add_parser("apply", help="bring the tags by rule up to date").set_defaults(go=_apply_tags)


def _at(command: argparse.ArgumentParser) -> None:
    command.add_argument("--as-of", type=day_of, help="what was before this day (else up to now)")
    command.add_argument(
        "--against", type=day_of, help="an earlier day: who moved from where to where since"
    )


def _view(here: CommandContext, view: SegmentView) -> dict[str, Any]:
    return {
        "code": view.code,
        "name": insight.name_of(view.code, view.name, here.words),
        "rule": view.rule,
        "sentence": insight.rule(view.rule, here.words),
        "fixed": view.fixed,
        "built_in": view.built_in,
    }


def _list(here: CommandContext, _: argparse.Namespace) -> dict[str, Any]:
    found = segments.listed(here.open)
    sizes = segments.counts(here.open, codes=tuple(view.code for view in found))
    return {
        "ok": True,
        "segments": [_view(here, view) | {"members": sizes[view.code]} for view in found],
    }


def _count(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    return {"ok": True, "code": o.code, "members": segments.count(here.open, code=o.code)}


def _show(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    return {
        "ok": True,
        **_view(here, segments.show(here.open, code=o.code)),
        "members": segments.count(here.open, code=o.code),
    }


def _remove(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    segments.remove(here.open, code=o.code)
    return {"ok": True, "code": o.code}


def _sizes(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    segments.show(here.open, code=o.code)
    return {
        "ok": True,
        "sizes": [
            {"date": day.isoformat(), "members": n}
            for day, n in segments.sizes(here.open, code=o.code)
        ],
    }


def _export(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    count = files.export_segment(
        here.open,
        code=o.code,
        file=o.file,
        words=here.words,
        recommended=o.recommended,
        overwrite=o.overwrite,
    )
    return {"ok": True, "file": str(o.file), "members": count}


def _create(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    made = segments.create(here.open, **segments.from_file(o.file), replace=o.replace)
    return {"ok": True, **_view(here, made), "members": segments.count(here.open, code=made.code)}


def _compare(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    found = segments.compare(here.open, first=o.first, second=o.second)
    return {
        "ok": True,
        "only_first": found.only_first,
        "both": found.both,
        "only_second": found.only_second,
    }


def _moves(found: dict[tuple[str, str], int]) -> list[dict[str, Any]]:
    return [
        {"from": a or None, "to": b or None, "members": n} for (a, b), n in sorted(found.items())
    ]


def _end(here: CommandContext, o: argparse.Namespace) -> Day:
    day: Day | None = o.as_of
    return day or here.open.clock.tomorrow()


def _rfm(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    found = rfm.overview(here.open, before=o.as_of)
    body: dict[str, Any] = {
        "ok": True,
        "as_of": found.before.isoformat(),
        "days": found.days,
        "members": found.members,
        "net": json_form.money(found.net, here.words),
        "cells": [
            {"r": c.r, "f": c.f, "members": c.members, "net": json_form.money(c.net, here.words)}
            for c in found.cells
        ],
        "groups": [
            {
                "group": g.name,
                "rule": g.rule,
                "members": g.members,
                "net": json_form.money(g.net, here.words),
            }
            for g in found.groups
        ],
    }
    if o.against:
        body["moves"] = _moves(rfm.moves(here.open, before=o.against, then=_end(here, o)))
    if o.output:
        body["rows"] = files.export_rfm(
            here.open, file=o.output, words=here.words, before=o.as_of, overwrite=o.overwrite
        )
        body["file"] = str(o.output)
    return body


def _lifecycle(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    found = lifecycle.overview(here.open, before=o.as_of)
    stages = [
        {"stage": s.name, "members": s.members, "net_365": json_form.money(s.net, here.words)}
        for s in found
    ]
    body: dict[str, Any] = {"ok": True, "as_of": _end(here, o).isoformat(), "stages": stages}
    if o.note:
        body["noted"] = lifecycle_history.note(here.open)
    if o.noted:
        body["steps"] = _moves(
            lifecycle_history.moves(here.open, first=o.noted[0], last=o.noted[1])
        )
    if o.against:
        body["moves"] = _moves(lifecycle.moves(here.open, before=o.against, then=_end(here, o)))
    return body


def _learn(here: CommandContext, _: argparse.Namespace) -> dict[str, Any]:
    pairs = basket_pairs.learn(here.open)
    body: dict[str, Any] = {"ok": True, "pairs": pairs, "value": None}
    try:
        body["value"] = {
            name: f"{number:.4f}" for name, number in asdict(repurchase.learn(here.open)).items()
        }
    except NotPossible as error:
        body["why"] = sentence(error, here.words)
    return body


def _recommend(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    if bool(o.member) == bool(o.sku):
        raise UsageError("usage", reason="recommend needs a MEMBER, or --sku")
    if o.sku:
        found = recommendation.goes_with(here.open, sku=o.sku, limit=o.count)
        rows = [
            {
                "sku": p.sku,
                "name": p.name,
                "receipts": p.receipts,
                "confidence": f"{p.confidence:.4f}",
                "lift": f"{p.lift:.2f}",
            }
            for p in found
        ]
        return {"ok": True, "sku": o.sku, "with": rows}
    best = recommendation.of_member(here.open, member=o.member, limit=o.count)
    return {
        "ok": True,
        "recommended": [
            {
                "sku": one.sku,
                "name": one.name,
                "category": one.category,
                "why": insight.suggestion(one, here.words),
            }
            for one in best
        ],
    }


def _outlook(here: CommandContext, one: Outlook) -> dict[str, Any]:
    share = {
        "alive": f"{one.alive:.4f}",
        "visits_90": f"{one.visits:.2f}",
        "net_90": json_form.money(one.net, here.words),
    }
    return {"member_no": one.member_no, "name": one.name, **share}


def _predict(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    if o.member:
        found = repurchase.show(here.open, member=o.member)
        return {"ok": True, "member": None if found is None else _outlook(here, found)}
    if o.output:
        rows = files.export_outlook(
            here.open, file=o.output, words=here.words, overwrite=o.overwrite
        )
        return {"ok": True, "file": str(o.output), "rows": rows}
    first = repurchase.best(here.open)
    return {
        "ok": True,
        "members": first.members,
        "best": [_outlook(here, one) for one in first.best],
    }


def _tags(found: list[TagView]) -> dict[str, Any]:
    rows = [
        {
            "name": t.name,
            "group": t.group,
            "colour": t.colour,
            "days": t.days,
            "rule": t.rule,
            "members": t.members,
        }
        for t in found
    ]
    return {"ok": True, "tags": rows}


def _set_tag(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    rule = segments.from_file(o.rule)["rule"] if o.rule else None
    found = tags.keep(here.open, name=o.name, group=o.group, colour=o.colour, days=o.days)
    if rule is not None or o.by_hand:
        found = tag_rules.set_rule(here.open, name=o.name, rule=rule)
    return _tags(found)


def _apply_tags(here: CommandContext, _: argparse.Namespace) -> dict[str, Any]:
    done = tag_rules.apply(here.open)
    return {
        "ok": True,
        "changed": [
            {"tag": name, "put_on": put, "taken_off": off} for name, (put, off) in done.items()
        ],
    }

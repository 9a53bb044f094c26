"""tag: the shop's words for its members."""

import argparse
from pathlib import Path
from typing import Any

from storecrm.cli.arguments import noun, number
from storecrm.cli.context import CommandContext
from storecrm.cli.json_form.values import rows
from storecrm.services.analytics import segments, tag_rules
from storecrm.services.members import tags
from storecrm.services.members.tags import TagView

_TAG = ("name", "group", "colour", "days", "rule", "members")


def commands(top: Any) -> None:
    """Register the commands of this noun."""
    verbs = noun(top, "tag", "the shop's words for its members")
    verbs.add_parser("list").set_defaults(go=_list)
    whom = "group, colour, days, and whom a rule puts it on by itself"
    keep = verbs.add_parser("set", help=whom)
    keep.add_argument("name")
    keep.add_argument("--group", default="")
    keep.add_argument("--colour", default=tags.COLOURS[0], choices=tags.COLOURS)
    keep.add_argument("--days", type=number, help="for how long it stays on a member")
    keep.add_argument("--rule", type=Path, metavar="FILE.toml", help="a segment's rule")
    keep.add_argument("--by-hand", action="store_true", help="no rule any more")
    keep.set_defaults(go=_keep)
    remove = verbs.add_parser("remove")
    remove.add_argument("name")
    remove.set_defaults(go=_remove)
    apply = verbs.add_parser("apply", help="bring the tags by rule up to date")
    apply.set_defaults(go=_apply)


def _answer(found: list[TagView]) -> dict[str, Any]:
    return {"ok": True, "tags": rows(found, _TAG)}


def _list(here: CommandContext, _: argparse.Namespace) -> dict[str, Any]:
    return _answer(tags.listed(here.open))


def _keep(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    # read before anything is kept: a rule that cannot be read keeps nothing
    rule = segments.from_file(o.rule)["rule"] if o.rule else None
    # the tag itself is there before a rule puts it on somebody
    found = tags.keep(here.open, name=o.name, group=o.group, colour=o.colour, days=o.days)
    if rule is not None or o.by_hand:
        found = tag_rules.set_rule(here.open, name=o.name, rule=rule)
    return _answer(found)


def _remove(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    return _answer(tags.remove(here.open, name=o.name))


def _apply(here: CommandContext, _: argparse.Namespace) -> dict[str, Any]:
    done = tag_rules.apply(here.open)
    changed = [
        {"tag": name, "put_on": put_on, "taken_off": taken_off}
        for name, (put_on, taken_off) in done.items()
    ]
    return {"ok": True, "changed": changed}

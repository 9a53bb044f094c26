"""audit."""

import argparse
from typing import Any

from storecrm.cli import json_form
from storecrm.cli.context import CommandContext
from storecrm.cli.shop import day_of, number
from storecrm.services.reports import audit_trail
from storecrm.wording import audit


def commands(top: Any) -> None:
    """Register the commands of this noun."""
    noun = top.add_parser(
        "audit", help="who did what, the newest first (the owner)"
    ).add_subparsers(dest="verb", required=True)
    listed = noun.add_parser("list")
    listed.add_argument("--from", dest="first", type=day_of)
    listed.add_argument("--to", dest="last", type=day_of)
    listed.add_argument(
        "--staff",
        default="",
        help=f"a name, {audit_trail.NOBODY} for what the program did by itself",
    )
    listed.add_argument("--action", default="", help="a code, like sale_taken_back")
    listed.add_argument(
        "--about",
        default="",
        metavar="MEMBER|RECEIPT|CODE",
        help="a member, a receipt, a coupon or an offer",
    )
    listed.add_argument(
        "--limit", type=number, default=100, help=f"entries of a page, up to {audit_trail.MOST}"
    )
    listed.add_argument(
        "--after", default="", metavar="KEY", help="the next page: what `next` said"
    )
    listed.set_defaults(go=_list)


def _list(here: CommandContext, options: argparse.Namespace) -> dict[str, Any]:
    question = audit_trail.Question(
        first=options.first,
        last=options.last,
        staff=options.staff,
        action=options.action,
        about=options.about,
    )
    found = audit_trail.page(here.open, question=question, after=options.after, limit=options.limit)
    return {
        "ok": True,
        "entries": [_entry(one, here) for one in found.entries],
        "next": found.following or None,
    }


def _entry(one: audit_trail.Entry, here: CommandContext) -> dict[str, Any]:
    return {
        "at": json_form.instant(one.at, here.words),
        "till": one.till,
        "seq": one.seq,
        "staff": one.who or None,
        "action": one.action,
        "message": audit.sentence(one.action, one.facts, one.who, here.words),
        "facts": {
            name: _fact(name, value, here)
            for name, value in one.facts.items()
            if _is_said(name, one)
        },
        "mac": one.mac,
    }


def _is_said(name: str, one: audit_trail.Entry) -> bool:
    return name != "withheld" and not (name == "reason" and one.facts.get("withheld"))


def _fact(name: str, value: Any, here: CommandContext) -> Any:
    """A fact for another system: money as text, a member by the number."""
    if isinstance(value, audit.Person):
        return (value.into or value).number or None
    return (
        json_form.money(value, here.words)
        if name in audit.MONEY and isinstance(value, int)
        else value
    )

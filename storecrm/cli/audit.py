"""audit: who did what."""

import argparse
from typing import Any

from storecrm.cli.arguments import noun, number, period
from storecrm.cli.context import CommandContext
from storecrm.cli.json_form.values import facts, money
from storecrm.services.reports import audit_trail
from storecrm.wording import audit, audit_facts


def commands(top: Any) -> None:
    """Register the commands of this noun."""
    verbs = noun(top, "audit", "who did what, the newest first (the owner)")
    listed = verbs.add_parser("list")
    period(listed, required=False)
    program = f"a name, {audit_trail.NOBODY} for what the program did by itself"
    listed.add_argument("--staff", default="", help=program)
    listed.add_argument("--action", default="", help="a code, like sale_taken_back")
    about = "a member, a receipt, a coupon or an offer"
    listed.add_argument("--about", default="", metavar="MEMBER|RECEIPT|CODE", help=about)
    most = f"entries of a page, up to {audit_trail.MOST}"
    listed.add_argument("--limit", type=number, default=100, help=most)
    following = "the next page: what `next` said"
    listed.add_argument("--after", default="", metavar="KEY", help=following)
    listed.set_defaults(go=_list)


def _list(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    # what was not said narrows nothing
    question = audit_trail.Question(
        first=o.first, last=o.last, staff=o.staff, action=o.action, about=o.about
    )
    found = audit_trail.page(here.open, question=question, after=o.after, limit=o.limit)
    entries = [_entry(one, here) for one in found.entries]
    return {"ok": True, "entries": entries, "next": found.following or None}


def _entry(one: audit_trail.Entry, here: CommandContext) -> dict[str, Any]:
    place = facts(one, ("at", "till", "seq"), here.words)
    message = audit.sentence(one.action, one.facts, one.who, here.words)
    act = {"staff": one.who or None, "action": one.action, "message": message}
    said = [name for name in one.facts if _is_said(name, one)]
    told = {name: _fact(name, one.facts[name], here) for name in said}
    return place | act | {"facts": told, "mac": one.mac}


def _is_said(name: str, one: audit_trail.Entry) -> bool:
    # a reason may name the member whose data are gone
    withheld = name == "reason" and one.facts.get("withheld")
    return name != "withheld" and not withheld


def _fact(name: str, value: Any, here: CommandContext) -> Any:
    """A fact for another system: money as text, a member by the number."""
    if isinstance(value, audit_facts.Person):
        return (value.into or value).number or None
    is_sum = name in audit_facts.MONEY and isinstance(value, int)
    return money(value, here.words) if is_sum else value

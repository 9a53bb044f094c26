"""privacy: who is forgotten when nobody needs them any more."""

import argparse
from typing import Any

from storecrm.cli.arguments import noun, number
from storecrm.cli.context import CommandContext
from storecrm.cli.json_form.values import rows
from storecrm.errors import UsageError
from storecrm.services.members import consent, erasure, search_limits


def commands(top: Any) -> None:
    """Register the commands of this noun."""
    verbs = noun(top, "privacy", "who is forgotten when nobody needs them any more")
    idle = "forget members who did nothing for `retention_months`"
    retention = verbs.add_parser("retention", help=idle)
    retention.add_argument("--preview", action="store_true", help="say whom, and forget nobody")
    named = "how many the preview named: only then they are forgotten"
    retention.add_argument("--expect", type=number, help=named)
    retention.set_defaults(go=_retention)
    never = "how many addresses are never written to"
    suppression = verbs.add_parser("suppression", help=never)
    suppression.set_defaults(go=_suppression)
    often = "who searched members how often in the last 30 days"
    searches = verbs.add_parser("look-ups", help=often)
    searches.set_defaults(go=_searches)


def _retention(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    if o.preview:
        found = erasure.stale(here.open)
        members = rows(found, ("member_no", "name", "last", "points"))
        return {"ok": True, "count": len(found), "members": members}
    # nobody is forgotten whom nobody counted before
    if o.expect is None:
        needs = "privacy retention needs --preview, or --expect with the number it named"
        raise UsageError("usage", reason=needs)
    return {"ok": True, "forgotten": erasure.retain(here.open, expect=o.expect)}


def _suppression(here: CommandContext, _: argparse.Namespace) -> dict[str, Any]:
    return {"ok": True, "addresses": consent.never_written(here.open)}


def _searches(here: CommandContext, _: argparse.Namespace) -> dict[str, Any]:
    keys = ("name", "searches", "most_in_an_hour")
    found = search_limits.by_person(here.open)
    people = [dict(zip(keys, person, strict=True)) for person in found]
    return {"ok": True, "people": people}

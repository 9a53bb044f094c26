"""tier: the ladder of members."""

import argparse
import re
from decimal import Decimal
from typing import Any

from storecrm.cli.arguments import day_of, noun
from storecrm.cli.context import CommandContext
from storecrm.cli.json_form.values import facts, money, rows
from storecrm.errors import BadInput
from storecrm.services.loyalty import tiers
from storecrm.services.loyalty.tiers import TierStanding, TierView
from storecrm.values import WHOLE, BasisPoints, Money, parse_money, parse_percent, percent_text

_TIMES = re.compile(r"\d{1,3}(\.\d{1,2})?")
_STANDING = ("tier", "spent", "since", "next_tier", "short", "until")


def commands(top: Any) -> None:
    """Register the commands of this noun."""
    verbs = noun(top, "tier", "the ladder of members")
    verbs.add_parser("list").set_defaults(go=_list)
    _ladder_commands(verbs)
    show = verbs.add_parser("show")
    show.add_argument("member")
    show.set_defaults(go=_show)
    give = verbs.add_parser("give", help="a tier by hand")
    give.add_argument("member")
    give.add_argument("tier")
    give.add_argument("--until", type=day_of)
    give.add_argument("--reason", required=True)
    give.set_defaults(go=_give)


def _ladder_commands(verbs: Any) -> None:
    keep = verbs.add_parser("set", help="add a tier or change it")
    keep.add_argument("name")
    keep.add_argument(
        "--from",
        dest="threshold",
        required=True,
        metavar="AMOUNT",
        help="net spend in the window from which it is reached",
    )
    keep.add_argument("--off", default="", metavar="PERCENT", help="the tier's price")
    keep.add_argument("--times", default="1", help="the tier's points, as a multiple")
    keep.set_defaults(go=_keep)
    remove = verbs.add_parser("remove")
    remove.add_argument("name")
    remove.set_defaults(go=_remove)
    steps = "up for who spent enough, one step down for who did not"
    review = verbs.add_parser("review", help=steps)
    review.add_argument("--dry-run", action="store_true")
    review.set_defaults(go=_review)


def _list(here: CommandContext, _: argparse.Namespace) -> dict[str, Any]:
    return _ladder(here, tiers.ladder(here.open))


def _keep(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    try:
        threshold = parse_money(o.threshold, digits=here.words.digits)
        off = parse_percent(o.off) if o.off else BasisPoints(0)
    except ValueError:
        raise BadInput("tier_range", where=o.name) from None
    # two decimals: a basis point is the smallest part that counts
    if not _TIMES.fullmatch(o.times):
        raise BadInput("tier_range", where=o.name)
    times = BasisPoints(int(Decimal(o.times) * WHOLE))
    steps = tiers.keep(
        here.open, name=o.name, threshold=Money(threshold), off=off, points_times=times
    )
    return _ladder(here, steps)


def _remove(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    return _ladder(here, tiers.remove(here.open, name=o.name))


def _ladder(here: CommandContext, steps: list[TierView]) -> dict[str, Any]:
    return {"ok": True, "tiers": [_tier(here, step) for step in steps]}


def _tier(here: CommandContext, step: TierView) -> dict[str, Any]:
    reached = {"tier": step.name, "from": money(step.threshold, here.words)}
    # 10,000 basis points are once the usual points, said as "1"
    times = percent_text(step.points_times // 100)
    gives = {"off": percent_text(step.off), "points_times": times}
    return reached | gives | {"members": step.members}


def _review(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    moves = tiers.review(here.open, dry_run=o.dry_run)
    told = rows(moves, ("member_no", "before", "after"))
    return {"ok": True, "moves": told, "dry_run": o.dry_run}


def _show(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    return _standing(here, tiers.standing(here.open, member=o.member))


def _give(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    found = tiers.set_by_hand(
        here.open, member=o.member, tier=o.tier, until=o.until, reason=o.reason
    )
    return _standing(here, found)


def _standing(here: CommandContext, found: TierStanding) -> dict[str, Any]:
    return {"ok": True} | facts(found, _STANDING, here.words)

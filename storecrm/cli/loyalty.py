"""points, tier."""

import argparse
import re
from decimal import Decimal
from typing import Any

from storecrm.cli import json_form, till
from storecrm.cli.context import CommandContext
from storecrm.cli.shop import day_of, number
from storecrm.domain.points import Balance
from storecrm.errors import BadInput
from storecrm.services.loyalty import adjustments, points_account, tiers
from storecrm.services.loyalty.tiers import TierStanding, TierView
from storecrm.services.till import overrides
from storecrm.values import WHOLE, BasisPoints, Money, parse_money, parse_percent, percent_text


def commands(top: Any) -> None:
    """Register the commands of these nouns."""
    _point_commands(
        top.add_parser("points", help="the points account").add_subparsers(
            dest="verb", required=True
        )
    )
    _tier_commands(
        top.add_parser("tier", help="the ladder of members").add_subparsers(
            dest="verb", required=True
        )
    )


def _point_commands(verbs: Any) -> None:
    show = verbs.add_parser("show")
    show.add_argument("member")
    show.set_defaults(go=lambda here, o: _balance(points_account.show(here.open, member=o.member)))
    adjust = verbs.add_parser("adjust", help="add (or take, with a minus) by hand")
    adjust.add_argument("member")
    adjust.add_argument("count", type=number)
    adjust.add_argument("--reason", required=True)
    till.approves(adjust, "lets somebody adjust their own card", reason=False)
    adjust.set_defaults(go=_adjust)
    exchange = verbs.add_parser("exchange", help="points for a coupon of the member's own")
    exchange.add_argument("member")
    exchange.add_argument("--offer", required=True)
    exchange.add_argument("--cost", type=number, required=True)
    till.approves(exchange, "lets somebody use their own card")
    exchange.set_defaults(go=_exchange)
    verbs.add_parser("expire", help="write down what has ended").set_defaults(
        go=lambda here, _: {"ok": True, "expired": points_account.sweep(here.open)}
    )
    ending = verbs.add_parser("ending", help="what ends soon")
    ending.add_argument("--days", type=number, default=31)
    ending.set_defaults(go=_ending)


def _balance(found: Balance) -> dict[str, Any]:
    return {
        "ok": True,
        "pending": found.pending,
        "active": found.active,
        "spent": found.spent,
        "expired": found.expired,
        "owed": found.owed,
    }


def _adjust(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    second = overrides.second(till.word_of(here, o))
    return _balance(
        adjustments.adjust(
            here.open, member=o.member, count=o.count, reason=o.reason, second=second
        )
    )


def _exchange(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    second = overrides.second(till.word_of(here, o))
    made = adjustments.exchange(
        here.open, member=o.member, offer=o.offer, cost=o.cost, second=second
    )
    body = {
        "ok": True,
        "code": made.code,
        "offer_code": made.offer_code,
        "valid_from": made.valid_from.isoformat(),
        "valid_to": made.valid_to.isoformat(),
    }
    return body | {
        "points": {
            k: v
            for k, v in _balance(points_account.show(here.open, member=o.member)).items()
            if k != "ok"
        }
    }


def _ending(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    rows = [
        {
            "member_no": e.member_no,
            "name": e.name,
            "points": e.points,
            "expires_on": e.expires_on.isoformat(),
        }
        for e in adjustments.ending(here.open, days=o.days)
    ]
    return {"ok": True, "ending": rows}


def _tier_commands(verbs: Any) -> None:
    verbs.add_parser("list").set_defaults(go=lambda here, _: _ladder(here, tiers.ladder(here.open)))
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
    remove.set_defaults(go=lambda here, o: _ladder(here, tiers.remove(here.open, name=o.name)))
    review = verbs.add_parser(
        "review", help="up for who spent enough, one step down for who did not"
    )
    review.add_argument("--dry-run", action="store_true")
    review.set_defaults(go=_review)
    show = verbs.add_parser("show")
    show.add_argument("member")
    show.set_defaults(
        go=lambda here, o: _standing(here, tiers.standing(here.open, member=o.member))
    )
    give = verbs.add_parser("give", help="a tier by hand")
    give.add_argument("member")
    give.add_argument("tier")
    give.add_argument("--until", type=day_of)
    give.add_argument("--reason", required=True)
    give.set_defaults(
        go=lambda here, o: _standing(
            here,
            tiers.set_by_hand(
                here.open, member=o.member, tier=o.tier, until=o.until, reason=o.reason
            ),
        )
    )


def _keep(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    try:
        threshold = parse_money(o.threshold, digits=here.words.digits)
        off = parse_percent(o.off) if o.off else BasisPoints(0)
    except ValueError:
        raise BadInput("tier_range", where=o.name) from None
    if not re.fullmatch(r"\d{1,3}(\.\d{1,2})?", o.times):
        raise BadInput("tier_range", where=o.name)
    times = BasisPoints(int(Decimal(o.times) * WHOLE))
    return _ladder(
        here,
        tiers.keep(here.open, name=o.name, threshold=Money(threshold), off=off, points_times=times),
    )


def _ladder(here: CommandContext, steps: list[TierView]) -> dict[str, Any]:
    rows = [
        {
            "tier": t.name,
            "from": json_form.money(t.threshold, here.words),
            "off": percent_text(t.off),
            "points_times": percent_text(t.points_times // 100),
            "members": t.members,
        }
        for t in steps
    ]
    return {"ok": True, "tiers": rows}


def _review(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    moves = tiers.review(here.open, dry_run=o.dry_run)
    return {
        "ok": True,
        "moves": [{"member_no": m.member_no, "before": m.before, "after": m.after} for m in moves],
        "dry_run": o.dry_run,
    }


def _standing(here: CommandContext, found: TierStanding) -> dict[str, Any]:
    return {
        "ok": True,
        "tier": found.tier,
        "spent": json_form.money(found.spent, here.words),
        "since": found.since.isoformat(),
        "next_tier": found.next_tier,
        "short": json_form.money(found.short, here.words),
        "until": found.until.isoformat() if found.until else None,
    }

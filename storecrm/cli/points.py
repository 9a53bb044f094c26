"""points: the points account."""

import argparse
from typing import Any

from storecrm.cli import proofs
from storecrm.cli.arguments import noun, number
from storecrm.cli.context import CommandContext
from storecrm.cli.json_form.members import balance
from storecrm.cli.json_form.values import facts, rows
from storecrm.domain.points import Balance
from storecrm.services.loyalty import adjustments, points_account
from storecrm.services.till import overrides

_COUPON = ("code", "offer_code", "valid_from", "valid_to")
_ENDING = ("member_no", "name", "points", "expires_on")


def commands(top: Any) -> None:
    """Register the commands of this noun."""
    verbs = noun(top, "points", "the points account")
    show = verbs.add_parser("show")
    show.add_argument("member")
    show.set_defaults(go=_show)
    adjust = verbs.add_parser("adjust", help="add (or take, with a minus) by hand")
    adjust.add_argument("member")
    adjust.add_argument("count", type=number)
    adjust.add_argument("--reason", required=True)
    proofs.approval_arguments(adjust, "lets somebody adjust their own card", reason=False)
    adjust.set_defaults(go=_adjust)
    exchange = verbs.add_parser("exchange", help="points for a coupon of the member's own")
    exchange.add_argument("member")
    exchange.add_argument("--offer", required=True)
    exchange.add_argument("--cost", type=number, required=True)
    proofs.approval_arguments(exchange, "lets somebody use their own card")
    exchange.set_defaults(go=_exchange)
    # the house does it every day by itself; here it is done at once
    expire = verbs.add_parser("expire", help="write down what has ended")
    expire.set_defaults(go=_expire)
    ending = verbs.add_parser("ending", help="what ends soon")
    ending.add_argument("--days", type=number, default=31)
    ending.set_defaults(go=_ending)


def _answer(found: Balance) -> dict[str, Any]:
    return {"ok": True} | balance(found)


def _show(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    return _answer(points_account.show(here.open, member=o.member))


def _adjust(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    second = overrides.second(proofs.approval_of(here, o))
    found = adjustments.adjust(
        here.open, member=o.member, count=o.count, reason=o.reason, second=second
    )
    return _answer(found)


def _exchange(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    second = overrides.second(proofs.approval_of(here, o))
    made = adjustments.exchange(
        here.open, member=o.member, offer=o.offer, cost=o.cost, second=second
    )
    left = points_account.show(here.open, member=o.member)
    return {"ok": True, **facts(made, _COUPON), "points": balance(left)}


def _expire(here: CommandContext, _: argparse.Namespace) -> dict[str, Any]:
    return {"ok": True, "expired": points_account.sweep(here.open)}


def _ending(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    found = adjustments.ending(here.open, days=o.days)
    return {"ok": True, "ending": rows(found, _ENDING)}

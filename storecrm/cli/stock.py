"""stock: printed coupons by serial."""

import argparse
import re
from typing import Any

from storecrm.cli.arguments import noun, number
from storecrm.cli.context import CommandContext
from storecrm.cli.json_form.values import facts, rows
from storecrm.errors import BadInput
from storecrm.services.coupons import paper_stock
from storecrm.services.coupons.paper_stock import StockCard
from storecrm.values import PaperAct

ACTS = {"hand-out": PaperAct.HANDED_OUT, "take-in": PaperAct.RETURNED, "void": PaperAct.VOIDED}
_SERIALS = re.compile(r"([0-9]{1,7})(?:-([0-9]{1,7}))?")
_BATCH = ("batch", "count", "printed", "activate")
_WHERE = ("out", "returned", "voided", "redeemed")


def commands(top: Any) -> None:
    """Register the commands of this noun."""
    verbs = noun(top, "stock", "printed coupons by serial")
    show = verbs.add_parser("show")
    show.add_argument("--batch", type=number, required=True)
    show.set_defaults(go=_show)
    for verb in ACTS:
        one = verbs.add_parser(verb)
        one.add_argument("--batch", type=number, required=True)
        # a packet of coupons is counted by its first and last number
        one.add_argument("--serials", required=True, metavar="FIRST-LAST")
        ways = "which way they go: street, partner, counter ..."
        one.add_argument("--channel", default="", help=ways)
        one.add_argument("--person", default="")
        one.set_defaults(go=_move)


def _show(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    return _card(paper_stock.card(here.open, batch=o.batch))


def _move(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    serials = _SERIALS.fullmatch(o.serials)
    if serials is None:
        raise BadInput("serials_shape", where=o.serials[:20])
    first = int(serials[1])
    # one number alone is one coupon
    last = int(serials[2] or serials[1])
    done = paper_stock.move(
        here.open,
        batch=o.batch,
        act=ACTS[o.verb],
        first=first,
        last=last,
        channel=o.channel,
        person=o.person,
    )
    return _card(done)


def _card(card: StockCard) -> dict[str, Any]:
    body = facts(card, (*_BATCH, "in_stock", *_WHERE))
    ways = rows(card.ways, ("channel", "person", *_WHERE))
    return {"ok": True, **body, "ways": ways}

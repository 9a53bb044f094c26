"""Bills as data: every bill of tests/bills is rung up by the services on a fresh store with a still
clock, and the books are proved.

A bill has a `claim`, `goods` ("A 1.00 tea": number, price, category, separated by commas),
`members` (points of each at the beginning), `rules`, `offers` ("X percent_off value=10
automatic=yes"; a day may be +3, counted from today) and `acts`:

    sell A:2 B:1:0.50 +X @0 *100 =r     articles with pieces (and price), coupons of offers, member,
    points used, a name for the receipt try ...                             the same, nothing kept
    return r 1:2    void r    check +X 9.00    redeem +X 9.00 =r    coupon +X    issue +X    points
    @0    wait 7    stop X    sweep    offer X ...

After " -> " stands what comes out of it, "key value" separated by ";": net, off, off_lines,
net_lines, off_coupons, earned, cash, taken, given, coupons, active, state, refused. A coupon is
issued at its first use; +X#2 is another one of the same offer.
"""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from storecrm.domain.offers import reading
from storecrm.errors import CouponRefused, StoreError
from storecrm.services import shop_settings
from storecrm.services.coupons import batches, issue
from storecrm.services.imports import run
from storecrm.services.integrity import verify
from storecrm.services.loyalty import adjustments, points_account
from storecrm.services.members.verification import VOUCHED
from storecrm.services.offers import design
from storecrm.services.till import coupon_check, open_bill, returns, voids
from storecrm.services.till.bill_lines import LineIn
from storecrm.services.till.posting import Closing
from storecrm.services.till.returned_goods import ReturnLine
from storecrm.values import Money, Quantity, money_text, parse_money
from tests import build
from tests.conftest import signed

FOLDER = Path(__file__).parent.parent / "bills"
BILLS = [
    (file.stem, n, bill)
    for file in sorted(FOLDER.glob("*.toml"))
    for n, bill in enumerate(tomllib.loads(file.read_text("utf-8"))["bill"], 1)
]


@pytest.mark.parametrize(
    "bill", [pytest.param(bill, id=f"{stem}-{n:03}") for stem, n, bill in BILLS]
)
def test_a_bill_comes_out_as_it_is_written(base, wall, tmp_path, bill):
    """One shop, one claim; what is not written is not looked at, but everything has to be possible
    unless a refusal is written."""
    till = Till(base, wall, tmp_path)
    till.furnish(bill)
    for number, act in enumerate(bill["acts"], 1):
        done, _, wanted = act.partition(" -> ")
        found = till.do(*done.split())
        expected = dict(part.split(" ", 1) for part in wanted.split("; ")) if wanted else {}
        assert "refused" in expected or "refused" not in found, f"{number}: {act}: {found}"
        assert {key: found.get(key) for key in expected} == expected, (
            f"{number}: {act} ({bill['claim']})"
        )
    assert verify.verify(till.shop)[1] == []


def test_every_claim_is_made_once():
    """Bills that say the same are one bill too many, and each says something."""
    claims = [(stem, bill["claim"], tuple(bill["acts"])) for stem, _, bill in BILLS]
    assert len(set(claims)) == len(claims) > 150 and all(
        " -> " in " ".join(bill["acts"]) for _, _, bill in BILLS
    )


class Till:
    """Hands that do what a bill says."""

    def __init__(self, base: Any, wall: Any, folder: Path) -> None:
        self.base, self.wall, self.folder = base, wall, folder
        self.shop = signed(base, "陈")
        self.codes: dict[str, str] = {}
        self.receipts: dict[str, str] = {}
        self.members: list[str] = []

    def furnish(self, bill: dict[str, Any]) -> None:
        for key, value in bill.get("rules", {}).items():
            shop_settings.set_rule(self.shop, key=key, value=value)
        if "goods" in bill:
            goods = [line.split(" ") for line in bill["goods"].split(", ")]
            table = ["sku,price,category,name"] + [
                f"{sku},{price},{''.join(category)},{sku}" for sku, price, *category in goods
            ]
            file = self.folder / "goods.csv"
            file.write_text("\n".join(table) + "\n", "utf-8")
            run.load(self.shop, kind="products", path=file)
        for number, start in enumerate(bill.get("members", ())):
            self.members.append(
                build.member(self.shop, phone=f"1380013800{number}", name=f"M{number}").member_no
            )
            if start:
                adjustments.adjust(self.shop, member=self.members[-1], count=start, reason="start")
        for offer in bill.get("offers", ()):
            self.offer(*offer.split())

    def do(self, verb: str, *words: str) -> dict[str, str]:
        """What an act answers, as texts; a refusal is an answer too."""
        try:
            return getattr(self, f"do_{verb}")(*words) or {}
        except CouponRefused as refused:
            return {"refused": " ".join(sorted(one.code for one in refused.refusals))}
        except StoreError as error:
            return {"refused": error.code}

    def offer(self, code: str, kind: str, *more: str) -> None:
        raw: dict[str, Any] = {"code": code, "kind": kind} | dict(one.split("=", 1) for one in more)
        for day in ("valid_from", "valid_to"):
            if raw.get(day, "")[:1] in ("+", "-"):
                raw[day] = (
                    self.shop.clock.today()
                    .fromordinal(self.shop.clock.today().toordinal() + int(raw[day]))
                    .isoformat()
                )
        if not raw.get("automatic") and not raw.keys() & {"valid_days", "valid_to"}:
            raw["valid_days"] = "30"
        design.create(self.shop, new=reading.draft(raw))

    def coupon(self, word: str) -> str:
        if word not in self.codes:
            batch = issue.issue(self.shop, offer=word[1:].split("#")[0], count=1)
            self.codes[word] = batches.codes_of(self.shop, batch=batch.id)[0]
        return self.codes[word]

    def do_sell(self, *words: str, dry_run: bool = False) -> dict[str, str]:
        lines, used, person, spent, name = [], [], None, 0, ""
        for word in words:
            if word[0] == "+":
                used.append(self.coupon(word))
            elif word[0] == "@":
                person = self.members[int(word[1:])]
            elif word[0] == "*":
                spent = int(word[1:])
            elif word[0] == "=":
                name = word[1:]
            else:
                sku, pieces, *price = word.split(":")
                lines.append(
                    LineIn(
                        sku,
                        Quantity(round(float(pieces) * 1000)),
                        _money(price[0]) if price else None,
                    )
                )
        view = open_bill.record(
            self.shop,
            lines=lines,
            member=person,
            coupons=used,
            dry_run=dry_run,
            closing=Closing(points_used=spent, proof=VOUCHED),
        )
        self.receipts[name] = view.receipt_no
        return _bill(view)

    def do_try(self, *words: str) -> dict[str, str]:
        return self.do_sell(*words, dry_run=True)

    def do_return(self, name: str, *lines: str) -> dict[str, str]:
        parts = [line.split(":") for line in lines]
        asked = [
            ReturnLine(int(number), Quantity(round(float(pieces) * 1000)))
            for number, pieces in parts
        ]
        shown = returns.preview(self.shop, receipt=self.receipts[name], lines=asked)
        done = returns.return_goods(self.shop, receipt=self.receipts[name], lines=asked)
        assert (shown.cash, shown.gifts_due, shown.points_taken_back) == (
            done.cash,
            done.gifts_due,
            done.points_taken_back,
        )
        return {
            "cash": _text(done.cash),
            "taken": str(done.points_taken_back),
            "given": str(done.points_given_back),
            "coupons": str(len(done.coupons_back)),
        }

    def do_void(self, name: str) -> dict[str, str]:
        return _bill(
            voids.void(self.shop, receipt=self.receipts[name], reason="as if it had not been")
        )

    def do_check(self, coupon: str, amount: str) -> dict[str, str]:
        seen = coupon_check.check(self.shop, code=self.coupon(coupon), amount=_money(amount))
        return {"off": _text(seen.discount or Money(0))}

    def do_redeem(self, coupon: str, amount: str, name: str = "=") -> dict[str, str]:
        view = open_bill.take(
            self.shop,
            code=self.coupon(coupon),
            amount=_money(amount),
            request_no=f"{coupon}{len(self.receipts)}",
            proof=VOUCHED,
        )
        open_bill.close(self.shop)
        self.receipts[name[1:]] = view.receipt_no
        return _bill(view)

    def do_coupon(self, coupon: str) -> dict[str, str]:
        return {"state": issue.show(self.shop, code=self.coupon(coupon)).state}

    def do_issue(self, coupon: str) -> None:
        self.coupon(coupon)

    def do_points(self, member: str) -> dict[str, str]:
        return {
            "active": str(
                points_account.show(self.shop, member=self.members[int(member[1:])]).active
            )
        }

    def do_wait(self, days: str) -> None:
        self.wall.forward(days=int(days))
        self.shop = signed(self.base, "陈")

    def do_stop(self, code: str) -> None:
        design.stop(self.shop, code=code)

    def do_sweep(self) -> None:
        points_account.sweep(self.shop)

    def do_offer(self, *words: str) -> None:
        self.offer(*words)


def _money(text: str) -> Money:
    return parse_money(text, digits=2)


def _text(amount: int) -> str:
    return money_text(Money(amount), 2)


def _bill(view: Any) -> dict[str, str]:
    return {
        "net": _text(view.net),
        "off": _text(view.discount),
        "off_lines": " ".join(_text(line.share) for line in view.lines),
        "net_lines": " ".join(_text(line.amount - line.share) for line in view.lines),
        "off_coupons": " ".join(_text(coupon.discount) for coupon in view.coupons),
        "earned": str(view.points_earned),
        "state": view.state,
    }

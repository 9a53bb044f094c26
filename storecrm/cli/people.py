"""staff and member."""

import argparse
import getpass
import sys
from pathlib import Path
from typing import Any

from storecrm.cli import json_form, member_data, till
from storecrm.cli.context import CommandContext, acting
from storecrm.cli.member_data import shown
from storecrm.cli.shop import writes
from storecrm.domain import member_fields
from storecrm.errors import BadInput, NotAllowed, NotFound
from storecrm.services.analytics import profile, timeline
from storecrm.services.coupons import automatic
from storecrm.services.loyalty import points_account
from storecrm.services.members import consent, erasure, registry, staff_cards
from storecrm.services.members.registry import NewMember
from storecrm.services.printing import member_card, member_data_file
from storecrm.services.staff import accounts
from storecrm.values import Channel, Purpose, Role
from storecrm.wording import insight

_ON_CARD = tuple(field.name for field in member_fields.ON_CARD)


def commands(top: Any) -> None:
    """Register the commands of these nouns."""
    people = top.add_parser("staff", help="who works here").add_subparsers(
        dest="verb", required=True
    )
    add = people.add_parser("add")
    add.add_argument("name")
    add.add_argument("--role", required=True, choices=[role.value for role in Role])
    add.add_argument("--pin")
    add.set_defaults(go=_add)
    pin = people.add_parser("set-pin")
    pin.add_argument("name")
    pin.add_argument("pin", nargs="?")
    pin.set_defaults(go=_set_pin, nobody=True)
    people.add_parser("list").set_defaults(go=_list)
    disable = people.add_parser("disable")
    disable.add_argument("name")
    disable.set_defaults(go=lambda here, o: _person(accounts.disable(here.open, name=o.name)))
    card = people.add_parser(
        "card",
        help="which member a person is too: nothing but earning is done with the own card alone",
    )
    card.add_argument("name")
    whose = card.add_mutually_exclusive_group(required=True)
    whose.add_argument("member", nargs="?")
    whose.add_argument("--none", action="store_true", help="there is none, or none any more")
    card.set_defaults(
        go=lambda here, o: _person(staff_cards.set_card(here.open, name=o.name, member=o.member))
    )
    till.staff_commands(people)
    _member_commands(
        top.add_parser("member", help="who shops here").add_subparsers(dest="verb", required=True)
    )


def _member_commands(verbs: Any) -> None:
    new = verbs.add_parser("add")
    new.add_argument("--phone", default="")
    for option in (*_ON_CARD, "card_no", "referrer"):
        new.add_argument(f"--{option.replace('_', '-')}", default="")
    new.add_argument(
        "--birthday-type",
        default="",
        choices=("", "solar", "lunar"),
        help="lunar: 农历; --birthday may say it itself",
    )
    new.add_argument(
        "--consent", action="append", default=[], choices=[channel.value for channel in Channel]
    )
    new.set_defaults(go=_register)
    till.member_commands(verbs)
    member_data.member_commands(verbs)
    show = verbs.add_parser("show")
    show.add_argument("member")
    show.set_defaults(go=lambda here, o: shown(here, registry.show(here.open, member=o.member)))
    find = verbs.add_parser("find")
    find.add_argument("text")
    find.set_defaults(go=_find)
    card = verbs.add_parser("card")
    card.add_argument("member")
    card.add_argument("file", type=Path)
    writes(card)
    card.set_defaults(go=_card)
    tag = verbs.add_parser("tag", help="put words on a member, or take them off")
    tag.add_argument("member")
    tag.add_argument("--add", action="append", default=[])
    tag.add_argument("--remove", action="append", default=[])
    tag.set_defaults(
        go=lambda here, o: shown(
            here, registry.tag(here.open, member=o.member, add=o.add, remove=o.remove)
        )
    )
    data = verbs.add_parser(
        "export-data", help="everything that is kept of a member, to hand over (.json or .pdf)"
    )
    data.add_argument("member")
    data.add_argument("file", type=Path)
    writes(data)
    data.set_defaults(go=_export_data)
    erase = verbs.add_parser("erase", help="forget a member for ever; the ledger keeps its sums")
    erase.add_argument("member")
    erase.add_argument("--reason", required=True)
    erase.set_defaults(go=_erase)
    known = verbs.add_parser("profile", help="what the receipts say of a member")
    known.add_argument("member")
    known.set_defaults(go=_profile)
    life = verbs.add_parser("timeline", help="what happened with a member, newest first")
    life.add_argument("member")
    life.set_defaults(go=_timeline)
    statement = verbs.add_parser("points")
    statement.add_argument("member")
    statement.set_defaults(go=_statement)
    says = verbs.add_parser("consent", help="a yes or no to one channel")
    says.add_argument("member")
    says.add_argument("channel", choices=[channel.value for channel in Channel])
    says.add_argument("answer", choices=("yes", "no"))
    says.add_argument(
        "--purpose", default=Purpose.PROMOTION.value, choices=[purpose.value for purpose in Purpose]
    )
    says.add_argument("--evidence", default="", help="what proves it: a signature, a message")
    says.set_defaults(go=_consent)


def _person(view: accounts.StaffView) -> dict[str, Any]:
    facts = {
        "ok": True,
        "name": view.name,
        "role": view.role.value,
        "badge": view.badge,
        "pin_set": view.has_pin,
    }
    return facts | {
        "disabled": view.disabled,
        "member": view.member or None,
        "card_said": view.card_said,
    }


def _add(here: CommandContext, options: argparse.Namespace) -> dict[str, Any]:
    return _person(
        accounts.add(here.open, name=options.name, role=Role(options.role), pin=options.pin)
    )


def _set_pin(here: CommandContext, options: argparse.Namespace) -> dict[str, Any]:
    """The owner sets anybody's; a new store's owner sets the first one without signing in."""
    pin = options.pin or (
        getpass.getpass("PIN: ") if sys.stdin is not None and sys.stdin.isatty() else None
    )
    if pin is None:
        raise BadInput("pin_length", length=6)
    try:
        person = acting(here.open, here.till)
    except NotAllowed as error:
        if error.code not in ("no_actor", "no_pin"):
            raise
        accounts.set_first_pin(here.open, name=options.name, pin=pin)
        return _person(accounts.named(here.open, options.name))
    return _person(accounts.set_pin(person, name=options.name, pin=pin))


def _list(here: CommandContext, _: argparse.Namespace) -> dict[str, Any]:
    rows = [_person(view) for view in accounts.listed(here.open)]
    return {"ok": True, "staff": [{k: v for k, v in row.items() if k != "ok"} for row in rows]}


def _register(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    agreed = tuple(Channel(name) for name in o.consent)
    new = NewMember(
        phone=o.phone,
        birthday_type=o.birthday_type,
        card_no=o.card_no,
        consent=agreed,
        referrer=o.referrer,
        **{name: getattr(o, name) for name in _ON_CARD},
    )
    return shown(here, automatic.register(here.open, new=new))


def _find(here: CommandContext, options: argparse.Namespace) -> dict[str, Any]:
    found = [shown(here, view) for view in registry.find(here.open, text=options.text)]
    if not found:
        raise NotFound("member", where=options.text[:40])
    one = found[0] if len(found) == 1 else {"ok": True}
    return one | {"members": [{k: v for k, v in row.items() if k != "ok"} for row in found]}


def _card(here: CommandContext, options: argparse.Namespace) -> dict[str, Any]:
    lost = member_card.write(
        here.open,
        member=options.member,
        file=options.file,
        words=here.words,
        overwrite=options.overwrite,
    )
    return {"ok": True, "file": str(options.file), "unprintable": lost}


def _export_data(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    count = member_data_file.write(
        here.open, member=o.member, file=o.file, words=here.words, overwrite=o.overwrite
    )
    return {"ok": True, "file": str(o.file), "receipts": count}


def _erase(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    done = erasure.erase(here.open, member=o.member, reason=o.reason)
    return {"ok": True, "coupons_void": done.coupons_void, "clean": done.clean}


def _profile(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    found = profile.of_member(here.open, member=o.member)
    why = found.why
    return {
        "ok": True,
        "stage": why.stage,
        "visits": why.visits,
        "first_visit": why.first.isoformat() if why.first else None,
        "last_visit": why.last.isoformat() if why.last else None,
        "days_since_visit": why.days_since,
        "own_gap_days": f"{why.gap:.1f}" if why.gap is not None else None,
        "next_visit": found.next_visit.isoformat() if found.next_visit else None,
        "rfm": dict(zip("rfm", found.scores, strict=True)) if found.scores else None,
        "rfm_group": found.group or None,
        "net": json_form.money(found.net, here.words),
        "average_basket": json_form.money(found.average, here.words)
        if found.average is not None
        else None,
        "discount": json_form.money(found.discount, here.words),
        "visits_with_coupon": found.with_coupon,
        "coupons": {"given": found.coupons_given, "used": found.coupons_used},
        "favourites": [
            {
                "category": f.category,
                "receipts": f.receipts,
                "amount": json_form.money(f.amount, here.words),
            }
            for f in found.favourites
        ],
        "months": [
            {
                "month": x.first.strftime("%Y-%m"),
                "net": json_form.money(x.net, here.words),
                "visits": x.visits,
            }
            for x in found.months
        ],
        "recommended": [
            {"sku": one.sku, "name": one.name, "why": insight.suggestion(one, here.words)}
            for one in found.likes
        ],
        "alive": f"{found.outlook.alive:.4f}" if found.outlook else None,
        "visits_90": f"{found.outlook.visits:.2f}" if found.outlook else None,
        "net_90": json_form.money(found.outlook.net, here.words) if found.outlook else None,
        "text": [f"{line.title}: {line.text}" for line in insight.profile(found, here.words)],
    }


def _timeline(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    rows = [
        {
            "date": e.day.isoformat(),
            "kind": e.kind,
            "receipt_no": e.receipt_no or None,
            "text": insight.event(e, here.words),
        }
        for e in timeline.of_member(here.open, member=o.member)
    ]
    return {"ok": True, "events": rows}


def _statement(here: CommandContext, options: argparse.Namespace) -> dict[str, Any]:
    rows = [
        {
            "date": row.business_date.isoformat(),
            "kind": row.kind.value,
            "points": row.points,
            "expires_on": row.expires_on.isoformat() if row.expires_on else None,
            "receipt_no": row.receipt_no,
            "reason": row.reason,
        }
        for row in points_account.statement(here.open, member=options.member)
    ]
    return {"ok": True, "movements": rows}


def _consent(here: CommandContext, options: argparse.Namespace) -> dict[str, Any]:
    granted = options.answer == "yes"
    view = consent.set_consent(
        here.open,
        member=options.member,
        channel=Channel(options.channel),
        granted=granted,
        evidence=options.evidence,
        purpose=Purpose(options.purpose),
    )
    return shown(here, view)

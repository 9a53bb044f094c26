"""member: who shops here."""

import argparse
from pathlib import Path
from typing import Any

from storecrm.cli import identity, member_history
from storecrm.cli.arguments import noun, several, writes
from storecrm.cli.context import CommandContext
from storecrm.cli.json_form.values import part
from storecrm.cli.member_answer import member_answer
from storecrm.domain import member_fields
from storecrm.errors import NotFound
from storecrm.services.coupons import automatic
from storecrm.services.members import consent, erasure, registry, verification
from storecrm.services.members.registry import NewMember
from storecrm.services.printing import member_card, member_data_file
from storecrm.values import Channel, Purpose

_ON_CARD = tuple(field.name for field in member_fields.ON_CARD)
_CHANNELS = [channel.value for channel in Channel]


def commands(top: Any) -> None:
    """Register the commands of this noun."""
    verbs = noun(top, "member", "who shops here")
    _register_command(verbs)
    _password_command(verbs)
    # what other rooms of the command line add
    member_history.commands_of_member(verbs)
    identity.commands_of_member(verbs)
    _record_commands(verbs)
    _file_commands(verbs)
    _consent_command(verbs)


def _register_command(verbs: Any) -> None:
    new = verbs.add_parser("add")
    new.add_argument("--phone", default="")
    for field in (*_ON_CARD, "card_no", "referrer"):
        option = field.replace("_", "-")
        new.add_argument(f"--{option}", default="")
    new.add_argument(
        "--birthday-type",
        default="",
        choices=("", "solar", "lunar"),
        help="lunar: 农历; --birthday may say it itself",
    )
    several(new, "--consent", choices=_CHANNELS)
    new.set_defaults(go=_register)


def _password_command(verbs: Any) -> None:
    digits = "four to six digits for burning points; none takes it away"
    password = verbs.add_parser("set-password", help=digits)
    password.add_argument("member")
    password.add_argument("password", nargs="?", default="")
    password.set_defaults(go=_set_password)


def _record_commands(verbs: Any) -> None:
    show = verbs.add_parser("show")
    show.add_argument("member")
    show.set_defaults(go=_show)
    find = verbs.add_parser("find")
    find.add_argument("text")
    find.set_defaults(go=_find)
    tag = verbs.add_parser("tag", help="put words on a member, or take them off")
    tag.add_argument("member")
    several(tag, "--add")
    several(tag, "--remove")
    tag.set_defaults(go=_tag)
    erase = verbs.add_parser("erase", help="forget a member for ever; the ledger keeps its sums")
    erase.add_argument("member")
    erase.add_argument("--reason", required=True)
    erase.set_defaults(go=_erase)


def _file_commands(verbs: Any) -> None:
    card = verbs.add_parser("card")
    card.add_argument("member")
    card.add_argument("file", type=Path)
    writes(card)
    card.set_defaults(go=_card)
    kept = "everything that is kept of a member, to hand over (.json or .pdf)"
    data = verbs.add_parser("export-data", help=kept)
    data.add_argument("member")
    data.add_argument("file", type=Path)
    writes(data)
    data.set_defaults(go=_export_data)


def _consent_command(verbs: Any) -> None:
    says = verbs.add_parser("consent", help="a yes or no to one channel")
    says.add_argument("member")
    says.add_argument("channel", choices=_CHANNELS)
    says.add_argument("answer", choices=("yes", "no"))
    purposes = [purpose.value for purpose in Purpose]
    says.add_argument("--purpose", default=Purpose.PROMOTION.value, choices=purposes)
    says.add_argument("--evidence", default="", help="what proves it: a signature, a message")
    says.set_defaults(go=_consent)


def _register(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    on_card = {name: getattr(o, name) for name in _ON_CARD}
    new = NewMember(
        phone=o.phone,
        birthday_type=o.birthday_type,
        card_no=o.card_no,
        consent=tuple(Channel(name) for name in o.consent),
        referrer=o.referrer,
        **on_card,
    )
    return member_answer(here, automatic.register(here.open, new=new))


def _set_password(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    verification.set_password(here.open, member=o.member, password=o.password)
    return {"ok": True, "password": bool(o.password)}


def _show(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    return member_answer(here, registry.show(here.open, member=o.member))


def _find(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    views = registry.find(here.open, text=o.text)
    found = [member_answer(here, view) for view in views]
    if not found:
        raise NotFound("member", where=o.text[:40])
    # one alone stands at the top too, as `show` would say it
    one = found[0] if len(found) == 1 else {"ok": True}
    return one | {"members": [part(member) for member in found]}


def _tag(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    view = registry.tag(here.open, member=o.member, add=o.add, remove=o.remove)
    return member_answer(here, view)


def _erase(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    done = erasure.erase(here.open, member=o.member, reason=o.reason)
    return {"ok": True, "coupons_void": done.coupons_void, "clean": done.clean}


def _card(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    lost = member_card.write(
        here.open, member=o.member, file=o.file, words=here.words, overwrite=o.overwrite
    )
    return {"ok": True, "file": str(o.file), "unprintable": lost}


def _export_data(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    count = member_data_file.write(
        here.open, member=o.member, file=o.file, words=here.words, overwrite=o.overwrite
    )
    return {"ok": True, "file": str(o.file), "receipts": count}


def _consent(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    view = consent.set_consent(
        here.open,
        member=o.member,
        channel=Channel(o.channel),
        granted=o.answer == "yes",
        evidence=o.evidence,
        purpose=Purpose(o.purpose),
    )
    return member_answer(here, view)

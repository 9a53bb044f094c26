"""staff: who works here."""

import argparse
import getpass
import sys
from typing import Any

from storecrm.cli.arguments import noun, number, output
from storecrm.cli.context import CommandContext, acting
from storecrm.cli.json_form.values import facts, part
from storecrm.errors import BadInput, NotAllowed
from storecrm.services import files
from storecrm.services.files import Target
from storecrm.services.members import staff_cards
from storecrm.services.printing import emergency_list
from storecrm.services.staff import accounts
from storecrm.services.till import overrides
from storecrm.values import Role


def commands(top: Any) -> None:
    """Register the commands of this noun."""
    verbs = noun(top, "staff", "who works here")
    _account_commands(verbs)
    _card_command(verbs)
    void = "a new list for the safe; the list before is void"
    codes = verbs.add_parser("emergency-codes", help=void)
    codes.add_argument("--count", type=number, default=10)
    output(codes, metavar="FILE.pdf")
    codes.set_defaults(go=_emergency_codes)


def _account_commands(verbs: Any) -> None:
    add = verbs.add_parser("add")
    add.add_argument("name")
    add.add_argument("--role", required=True, choices=[role.value for role in Role])
    add.add_argument("--pin")
    add.set_defaults(go=_add)
    pin = verbs.add_parser("set-pin")
    pin.add_argument("name")
    pin.add_argument("pin", nargs="?")
    # the owner of a new store has no PIN to sign in with
    pin.set_defaults(go=_set_pin, nobody=True)
    verbs.add_parser("list").set_defaults(go=_list)
    disable = verbs.add_parser("disable")
    disable.add_argument("name")
    disable.set_defaults(go=_disable)


def _card_command(verbs: Any) -> None:
    own = "which member a person is too: nothing but earning is done with the own card alone"
    card = verbs.add_parser("card", help=own)
    card.add_argument("name")
    whose = card.add_mutually_exclusive_group(required=True)
    whose.add_argument("member", nargs="?")
    whose.add_argument("--none", action="store_true", help="there is none, or none any more")
    card.set_defaults(go=_set_card)


def _answer(view: accounts.StaffView) -> dict[str, Any]:
    account = facts(view, ("name", "role", "badge", "pin_set=has_pin", "disabled"))
    card = {"member": view.member or None, "card_said": view.card_said}
    return {"ok": True} | account | card


def _add(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    added = accounts.add(here.open, name=o.name, role=Role(o.role), pin=o.pin)
    return _answer(added)


def _set_pin(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    """The owner sets anybody's; a new store's owner sets the first one without signing in."""
    pin = o.pin or _asked_pin()
    if pin is None:
        raise BadInput("pin_length", length=6)
    try:
        person = acting(here.open, here.till)
    except NotAllowed as error:
        if error.code not in ("no_actor", "no_pin"):
            raise
        accounts.set_first_pin(here.open, name=o.name, pin=pin)
        return _answer(accounts.named(here.open, o.name))
    return _answer(accounts.set_pin(person, name=o.name, pin=pin))


def _asked_pin() -> str | None:
    """None where nobody sits before the program."""
    if sys.stdin is None or not sys.stdin.isatty():
        return None
    return getpass.getpass("PIN: ")


def _list(here: CommandContext, _: argparse.Namespace) -> dict[str, Any]:
    people = accounts.listed(here.open)
    return {"ok": True, "staff": [part(_answer(view)) for view in people]}


def _disable(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    return _answer(accounts.disable(here.open, name=o.name))


def _set_card(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    return _answer(staff_cards.set_card(here.open, name=o.name, member=o.member))


def _emergency_codes(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    # the list before is void at once: the new one must have where to go
    files.require(Target(o.output, emergency_list.KIND, here.open.name, o.overwrite))
    codes = overrides.new_codes(here.open, count=o.count)
    emergency_list.write(
        here.open, codes=codes, file=o.output, words=here.words, overwrite=o.overwrite
    )
    return {"ok": True, "count": len(codes), "file": str(o.output)}

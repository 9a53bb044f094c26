"""The command line: one small module per noun, over the same services as the windows.

Exit status: 0 done, 2 wrong usage, 3 refused or not found, 4 bad input, 5 not allowed, 6 storage
trouble.

answers: an answer on standard output.
arguments: arguments that several commands have.
audit: audit.
backup: backup.
clock: clock.
context: the store, the till, the person, the words.
coupon: coupon.
day: day.
exports: export.
failures: what is said of a command that was not carried out.
file_ways: how single files of an import are read.
goods: the lines of a bill as they are typed.
identity: member merge, phone, card and duplicates: which record is whose.
import_options: how a file is read, as it was said.
imports: import.
insight: rfm, lifecycle, learn, recommend, predict.
json_form: answers as the JSON of the contract.
later: services loaded when a command enters them.
member: member.
member_answer: what every command about one member answers.
member_history: member profile, timeline, points, stamps, referrals and consent-history.
moving: import all, the files of an old system at once.
offer: offer.
options: which store, which till.
points: points.
privacy: privacy.
proofs: what a member showed, and the word of a second person.
receipt_argument: the receipt that a command is about.
reports: report.
returns: sale return and exchange.
rules: rules.
sale: sale.
segment: segment.
shift: shift.
shop: init, demo, shortcut, check.
staff: staff.
stock: stock.
streams: what a command prints.
tag: tag.
tier: tier.
verification: verify.
"""

import argparse
import errno
import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from storecrm import __version__
from storecrm.cli import answers, failures
from storecrm.cli import options as place
from storecrm.cli.later import loaded_later
from storecrm.errors import BadInput, StorageTrouble, StoreError, UsageError
from storecrm.i18n import Catalogue, system_language


class _Parser(argparse.ArgumentParser):
    """Wrong usage becomes an error like every other."""

    def error(self, message: str) -> NoReturn:
        raise UsageError("usage", reason=message)


def _top() -> argparse.ArgumentParser:
    """The options that stand before the command."""
    top = _Parser(
        prog="storecrm",
        description="Promotion CRM for shops with a counter. Without a command the window opens.",
    )
    top.add_argument("--store", help="file or database URL (STORECRM_STORE)")
    top.add_argument("--lang", choices=("en", "zh_CN"))
    top.add_argument("--till", help="name of this till (STORECRM_TILL)")
    top.add_argument("--json", action="store_true", help="one JSON object on standard output")
    top.add_argument("--version", action="version", version=f"storecrm {__version__}")
    return top


NOUNS: dict[str, tuple[str, ...]] = {
    "shop": ("init", "demo", "shortcut", "check"),
    "rules": ("rules",),
    "backup": ("backup",),
    "verification": ("verify",),
    "day": ("day",),
    "staff": ("staff",),
    "member": ("member",),
    "sale": ("sale",),
    "offer": ("offer",),
    "coupon": ("coupon",),
    "points": ("points",),
    "tier": ("tier",),
    "segment": ("segment",),
    "insight": ("rfm", "lifecycle", "learn", "recommend", "predict"),
    "tag": ("tag",),
    "identity": ("duplicates",),
    "privacy": ("privacy",),
    "stock": ("stock",),
    "clock": ("clock",),
    "shift": ("shift",),
    "imports": ("import",),
    "exports": ("export",),
    "reports": ("report",),
    "audit": ("audit",),
}
"""Which module brings which commands: a command loads its own alone, for that takes longer than the
command."""


def parser(command: str = "") -> argparse.ArgumentParser:
    """Every command with its options, or those of the module that brings `command`."""
    top = _top()
    commands = top.add_subparsers(dest="command", parser_class=_Parser, metavar="COMMAND")
    own = [noun for noun, brought in NOUNS.items() if command in brought]
    with loaded_later():
        for noun in own or NOUNS:
            importlib.import_module(f"storecrm.cli.{noun}").commands(commands)
    return top


class _Call:
    """One call of the program: what it was told, and the words to answer in.

    The words are those of the system until the options name a language, and those of the shop once
    a store is open; whoever has to say what went wrong takes the ones known by then.
    """

    def __init__(self, arguments: Sequence[str]) -> None:
        self.as_json = "--json" in arguments
        # the option may stand behind the command too
        self._given = [word for word in arguments if word != "--json"]
        self.words = Catalogue(system_language())

    def answer(self) -> Any:
        """Carry out the command; without one the window opens and its exit status is the answer."""
        options = self._options()
        if options.command is None:
            return _window(options)
        from storecrm.cli import context

        with context.opened(options) as here:
            self.words = here.words
            return options.go(here, options)

    def _options(self) -> argparse.Namespace:
        command = ""
        if not {"-h", "--help"} & set(self._given):
            options, more = _top().parse_known_args(self._given)
            self.words = _words(options)
            if not more:
                return argparse.Namespace(**vars(options), command=None)
            command = more[0]
        options = parser(command).parse_args(self._given)
        self.words = _words(options)
        return options


def _words(options: argparse.Namespace) -> Catalogue:
    return Catalogue(options.lang or system_language())


def run(arguments: Sequence[str]) -> int:
    """Carry out one command; returns the exit status."""
    call = _Call(arguments)
    try:
        answer = call.answer()
    except StoreError as error:
        return failures.failed(error, call.words, call.as_json)
    except KeyboardInterrupt:
        return 3
    except Exception as error:
        return _stopped(error, call)
    if isinstance(answer, int):
        return answer
    answers.say(answer, call.as_json)
    return int(answer.pop("_status", 0)) if isinstance(answer, dict) else 0


def _stopped(error: Exception, call: _Call) -> int:
    """A command that met something no rule foresaw."""
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        # loaded here: most commands never need it
        from storecrm.services import files

        trouble = files.trouble(error, Path(str(error.filename or "")))
        return failures.failed(trouble, call.words, call.as_json)
    # nothing was kept of a value that cannot be, and the caller still gets one object; trouble of
    # the system may be a ValueError by its class too
    impossible = isinstance(error, (ValueError, OverflowError, RecursionError))
    if impossible and not isinstance(error, OSError):
        bad = BadInput("value_impossible", where=type(error).__name__)
        return failures.failed(bad, call.words, call.as_json)
    return failures.bug(error, call.words, call.as_json)


def said(status: int, lost: str) -> int:
    """The exit status of a command whose answer did not get out whole because of `lost`: what it
    did is done."""
    if not lost:
        return status
    trouble = StorageTrouble("answer_lost", where=lost)
    return failures.failed(trouble, Catalogue(system_language()), as_json=False)


def _window(options: argparse.Namespace) -> int:
    from storecrm import app

    store = place.store_name(options)
    till = place.till_name(options)
    return app.run(store=store, language=options.lang or "", till=till)

"""The command line: one small module per noun, over the same services as the windows.

Exit status: 0 done, 2 wrong usage, 3 refused or not found, 4 bad input, 5 not allowed, 6 storage
trouble.

analytics: segment, tag, rfm, lifecycle, learn, recommend, predict.
context: the store, the till, the person, the answer's form.
data: import, export, report.
json_form: values as the JSON of the contract.
later: services loaded when a command enters them.
loyalty: points, tier.
member_data: member merge and unmerge, duplicates, consent, privacy.
moving: import all, the files of an old system at once.
options: which store, which till.
people: staff, member.
shop: init, demo, shortcut, check, rules, backup, verify, day.
streams: what a command prints.
till: stock, shift, stamps, further acts of sale, coupon, member and staff.
trade: sale, offer, coupon.
trail: audit.
"""

import argparse
import errno
import importlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from storecrm import __version__, log
from storecrm.cli import options as place
from storecrm.cli.later import loaded_later
from storecrm.errors import (
    BadInput,
    CouponRefused,
    ImportRejected,
    PriceChanged,
    StorageTrouble,
    StoreError,
    UsageError,
)
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
    "shop": ("init", "demo", "shortcut", "check", "rules", "backup", "verify", "day"),
    "people": ("staff", "member"),
    "trade": ("sale", "offer", "coupon"),
    "loyalty": ("points", "tier"),
    "analytics": ("segment", "rfm", "lifecycle", "learn", "recommend", "predict", "tag"),
    "member_data": ("duplicates", "privacy"),
    "till": ("stock", "clock", "shift"),
    "data": ("import", "export", "report"),
    "trail": ("audit",),
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


def run(arguments: Sequence[str]) -> int:
    """Carry out one command; returns the exit status."""
    as_json = "--json" in arguments
    words = Catalogue(system_language())
    try:
        given, command = [a for a in arguments if a != "--json"], ""
        if not {"-h", "--help"} & set(given):
            options, more = _top().parse_known_args(given)
            words = Catalogue(options.lang or system_language())
            if not more:
                return _window(options)
            command = more[0]
        options = parser(command).parse_args(given)
        words = Catalogue(options.lang or system_language())
        if options.command is None:
            return _window(options)
        from storecrm.cli import context

        with context.opened(options) as here:
            words = here.words
            answer = options.go(here, options)
    except StoreError as error:
        return _failed(error, words, as_json)
    except KeyboardInterrupt:
        return 3
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            return _bug(error, words, as_json)
        # loaded here: most commands never need it
        from storecrm.services import files

        return _failed(files.trouble(error, Path(str(error.filename or ""))), words, as_json)
    except (ValueError, OverflowError, RecursionError) as error:
        # a value no rule foresaw: nothing was kept, and the caller still gets one object
        return _failed(BadInput("value_impossible", where=type(error).__name__), words, as_json)
    except Exception as error:
        return _bug(error, words, as_json)
    _say(answer, as_json)
    return int(answer.pop("_status", 0)) if isinstance(answer, dict) else 0


def said(status: int, lost: str) -> int:
    """The exit status of a command whose answer did not get out whole because of `lost`: what it
    did is done."""
    if not lost:
        return status
    return _failed(
        StorageTrouble("answer_lost", where=lost), Catalogue(system_language()), as_json=False
    )


def _bug(error: Exception, words: Catalogue, as_json: bool) -> int:
    log.start().error("bug on the command line", exc_info=error)
    return _failed(StorageTrouble("unexpected", where=type(error).__name__), words, as_json)


def _window(options: argparse.Namespace) -> int:
    from storecrm import app

    return app.run(
        store=place.store_name(options), language=options.lang or "", till=place.till_name(options)
    )


def _failed(error: StoreError, words: Catalogue, as_json: bool) -> int:
    from storecrm.cli import json_form
    from storecrm.wording.errors import cure, sentence
    from storecrm.wording.refusals import refusal

    if isinstance(error, CouponRefused) and as_json:
        _say(
            {
                "ok": False,
                "refusals": [json_form.refusal(r, words) for r in error.refusals],
                "best_alternative": json_form.better(error.best, words),
            },
            True,
        )
        return error.exit_status
    said: dict[str, Any] = {
        "code": error.code,
        "message": sentence(error, words),
        "where": error.where,
        "cure": cure(error, words),
    }
    if error.code == "usage":
        said["where"] = error.facts.get("reason", "")
    if isinstance(error, PriceChanged):
        said |= {"was": error.facts["was"], "now": error.facts["now"], "points": error.points}
    if "uses" in error.facts:
        said["uses"] = error.facts["uses"]
    body: dict[str, Any] = {"ok": False, "error": said}
    if "candidates" in error.facts:
        body["error"]["candidates"] = [
            json_form.receipt_choice(one, words) for one in error.facts["candidates"]
        ]
    if "readings" in error.facts:
        said["encodings"] = error.facts["readings"]
    if isinstance(error, ImportRejected):
        body |= error.counts | json_form.problems(error.problems, error.kinds, words)
    if as_json:
        _say(body, True)
    else:
        print(
            " ".join(
                part
                for part in (
                    said["message"],
                    f"({said['where']})" if error.code == "usage" else "",
                    said["cure"],
                )
                if part
            ),
            file=sys.stderr,
        )
        if isinstance(error, CouponRefused):
            for refused in error.refusals[1:]:
                print(refusal(refused, words), file=sys.stderr)
        for one in said.get("candidates", ()):
            print(f"  {one['receipt']}  {one['store']}  {one['net'] or '—'}", file=sys.stderr)
        for row in body.get("errors", ()):
            print(f"  {row['row']}: {row['column']} {row['problem']}", file=sys.stderr)
    return error.exit_status


def _say(answer: Any, as_json: bool) -> None:
    from storecrm.cli import json_form

    shown = (
        {key: value for key, value in answer.items() if not key.startswith("_")}
        if isinstance(answer, dict)
        else answer
    )
    if as_json:
        print(json.dumps(shown, ensure_ascii=False))
        return
    for line in json_form.lines(shown):
        print(line)

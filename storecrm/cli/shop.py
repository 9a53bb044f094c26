"""init, demo, shortcut, check, rules, backup, verify, day."""

import argparse
import os
import shutil
import sys
from datetime import date
from pathlib import Path
from typing import Any

from storecrm import __version__, compose, paths
from storecrm.cli import options as place
from storecrm.cli.context import CommandContext, gap_sentences
from storecrm.errors import BadInput, StorageTrouble, UsageError
from storecrm.i18n import Catalogue
from storecrm.services import demo, shop_settings
from storecrm.services.backup import backups, trail_anchors
from storecrm.services.file_lock import exclusive
from storecrm.services.integrity import verify
from storecrm.services.reports import day_totals
from storecrm.services.staff import accounts, own_card
from storecrm.services.store import Store
from storecrm.values import Role, clean_text, parse_money
from storecrm.wording import labels
from storecrm.wording import shop_rules as setting_words


def commands(top: Any) -> None:
    """Register the commands of this noun."""
    init = top.add_parser("init", help="make a new store")
    init.add_argument("--name", help="name of the shop")
    init.add_argument("--currency", default="CNY")
    init.add_argument("--timezone", default="Asia/Shanghai")
    init.add_argument(
        "--region",
        default="",
        help="country of phones typed without one, like CN (that of the time zone)",
    )
    init.add_argument("--owner")
    init.add_argument(
        "--pin", help="the owner's PIN (or STORECRM_PIN, or set it later with staff set-pin)"
    )
    init.add_argument(
        "--encrypt",
        action="store_true",
        help="the file is unreadable without the key kept on this machine",
    )
    init.add_argument(
        "--from",
        dest="backup",
        type=Path,
        help="instead of an empty store: the backup of another machine",
    )
    init.add_argument("--recovery-code", default="", help="with --from, of an encrypted store")
    init.add_argument(
        "--force", action="store_true", help="with --from, a copy without its manifest too"
    )
    init.set_defaults(go=_init, free=True)
    tour = top.add_parser("demo", help="the tour: a believable shop, then the main job for real")
    tour.add_argument("--output", required=True, type=Path)
    tour.add_argument("--members", type=number, default=2600)
    tour.add_argument("--seed", type=number, default=1)
    tour.add_argument("--no-screens", action="store_true", help=argparse.SUPPRESS)
    tour.set_defaults(go=_demo, free=True)
    icon = top.add_parser(
        "shortcut",
        help="an icon that opens the window, with the --store, --till and --lang given here",
    )
    icon.set_defaults(go=_shortcut, free=True)
    check = top.add_parser("check", help="is everything here that the program needs?")
    check.set_defaults(go=_check, free=True)
    rule = top.add_parser("rules", help="the shop's own rules").add_subparsers(
        dest="verb", required=True
    )
    rule.add_parser("show").set_defaults(
        go=lambda here, _: {"ok": True, "rules": shop_settings.show(here.open)}
    )
    setting = rule.add_parser("set")
    setting.add_argument("key")
    setting.add_argument("value")
    setting.set_defaults(
        go=lambda here, o: {
            "ok": True,
            "rules": shop_settings.set_rule(here.open, key=o.key, value=o.value),
        }
    )
    _backup_commands(top)
    proof = top.add_parser("verify", help="prove the books")
    proof.add_argument(
        "--accept-trail",
        metavar="REASON",
        help="the owner: this file is the right one although a part of its trail is missing",
    )
    proof.set_defaults(go=_verify)
    day = top.add_parser("day", help="what the whole shop took on a day")
    day.add_argument("date", type=day_of)
    day.add_argument("net_sales")
    day.add_argument("receipts", type=number)
    day.set_defaults(go=_day_total)


def _backup_commands(top: Any) -> None:
    backup = top.add_parser("backup", help="verified copies of the store").add_subparsers(
        dest="verb", required=True
    )
    create = backup.add_parser("create")
    create.add_argument("--to", type=Path)
    create.set_defaults(
        go=lambda here, o: {"ok": True, **_shown(backups.create(here.open, to=o.to), here)}
    )
    backup.add_parser("list").set_defaults(
        go=lambda here, _: {
            "ok": True,
            "backups": [_shown(b, here) for b in backups.listed(here.open)],
        }
    )
    look = backup.add_parser("verify")
    look.add_argument("file", type=Path)
    look.set_defaults(
        go=lambda here, o: {"ok": True, **_shown(backups.verify(o.file, of=here.name), here)},
        free=True,
    )
    restore = backup.add_parser("restore")
    restore.add_argument("file", type=Path)
    restore.add_argument("--force", action="store_true", help="a copy without its manifest too")
    restore.set_defaults(go=_restore)


MOST = 1_000_000_000
"""Beyond this nobody counts anything in a shop."""


def number(text: str) -> int:
    """A whole number typed as an option.

    Raises:
        BadInput: number (facts: most).
    """
    try:
        found = int(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text[:20]} is not a whole number") from error
    if abs(found) > MOST:
        raise BadInput(
            "number", where=f"{text[:20]}…" if len(text) > 20 else text, most=f"{MOST:,}"
        )
    return found


def writes(command: Any) -> None:
    """The option of every command that writes a file."""
    command.add_argument(
        "--overwrite",
        action="store_true",
        help="write over another file that lies there (never the store's own)",
    )


def day_of(text: str) -> date:
    """A date typed as an option."""
    try:
        found = date.fromisoformat(text)
        if not 1970 <= found.year <= 2200:
            raise ValueError(text)
        return found
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is not a date like 2026-11-30") from error


def _shown(view: backups.BackupView, here: CommandContext) -> dict[str, Any]:
    """`verified` says that a copy was looked over when it was made, `proof` how far."""
    return {
        "file": str(view.path),
        "made_at": view.made_at,
        "bytes": view.size,
        "verified": view.ok,
        "proof": view.proof,
        "message": labels.proof(view.proof, here.words),
        "counts": view.counts,
    }


def _init(here: CommandContext, options: argparse.Namespace) -> dict[str, Any]:
    if options.backup is not None:
        back = backups.bring_back(
            options.backup, name=here.name, code=options.recovery_code, force=options.force
        )
        return {"ok": True, "store": here.name, **_shown(back, here), **_put_back(back)}
    if options.name is None or options.owner is None:
        raise UsageError("usage", reason="init needs --name and --owner, or --from")
    pin = options.pin or os.environ.get("STORECRM_PIN")
    # everything is looked at before a file is made: a store without an owner could not be opened by
    # anybody
    if not clean_text(options.owner, 40):
        raise BadInput("staff_name")
    if pin:
        accounts.check_pin(pin, Role.OWNER)
    store = compose.create_store(
        here.name,
        shop=options.name,
        currency=options.currency,
        timezone=options.timezone,
        encrypt=options.encrypt,
        region=options.region,
    )
    try:
        owner = accounts.add(store, name=options.owner, role=Role.OWNER, pin=pin)
        body = {
            "ok": True,
            "store": here.name,
            "shop": options.name,
            "currency": store.shop.currency,
            "region": store.shop.region,
            "owner": owner.name,
            "pin_set": owner.has_pin,
            "encrypted": options.encrypt,
        }
        if options.encrypt:
            place = Path(here.name)
            body |= {
                "recovery_code": compose.recovery_code(place),
                "key_file": str(paths.key_file(place)),
            }
        return body
    finally:
        compose.close_store(store)


def _demo(here: CommandContext, options: argparse.Namespace) -> dict[str, Any]:
    if not demo.LEAST <= options.members <= demo.MOST:
        raise BadInput(
            "demo_members", where=str(options.members), least=demo.LEAST, most=f"{demo.MOST:,}"
        )
    answer = demo.tour(
        options.output,
        count=options.members,
        seed=options.seed,
        words=here.words,
        create=compose.create_store,
        close=compose.close_store,
    )
    screens = options.output / "screens"
    if not options.no_screens:
        from storecrm.app import tour_pictures

        answer["files"] += [
            str(path) for path in tour_pictures.paint_tour(options.output / "store.db", screens)
        ]
    return answer | {"_status": 0 if answer["ok"] else 3}


def _shortcut(here: CommandContext, options: argparse.Namespace) -> dict[str, Any]:
    # loaded here: no other command draws
    from storecrm.ui.kit import shortcut

    store = place.store_name(options)
    named = {
        "--store": store if not store or paths.is_url(store) else str(Path(store).resolve()),
        "--till": options.till,
        "--lang": options.lang,
    }
    first = [word for option, value in named.items() if value for word in (option, value)]
    return {"ok": True, "files": [str(file) for file in shortcut.make(here.words, first)]}


def _check(here: CommandContext, _: argparse.Namespace) -> dict[str, Any]:
    store = Path(here.name)
    facts: dict[str, Any] = {
        "version": __version__,
        "python": sys.version.split()[0],
        **compose.database_facts(),
    }
    for font in ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf"):
        if not (paths.resources() / "fonts" / font).is_file():
            raise StorageTrouble("folder_missing", where=str(paths.resources() / "fonts"))
    facts |= {"store": here.name, "store_exists": paths.is_url(here.name) or store.exists()}
    if not paths.is_url(here.name) and store.parent.exists():
        facts["free_bytes"] = shutil.disk_usage(store.parent).free
    if facts["store_exists"]:
        opened = compose.open_store(here.name)
        words = Catalogue(
            here.words.language, opened.shop.currency, opened.clock.zone, opened.shop.digits
        )
        facts |= {
            "shop": opened.shop.name,
            "demo": opened.shop.demo,
        }
        facts["warnings"] = [
            *gap_sentences(opened, words),
            *_cards_unsaid(opened, words),
            *setting_words.unread(shop_settings.unreadable(opened), words),
        ]
        compose.close_store(opened)
    return {"ok": True, **facts}


def _cards_unsaid(opened: Store, words: Catalogue) -> list[str]:
    names = own_card.names_unsaid(opened)
    return (
        [words.t("Not yet said which member card is whose: {names}.", names=words.listed(names))]
        if names
        else []
    )


def _restore(here: CommandContext, options: argparse.Namespace) -> dict[str, Any]:
    with exclusive(here.open.name, "window"):
        back = backups.restore(here.open, path=options.file, force=options.force)
    return {"ok": True, **_shown(back, here), **_put_back(back)}


def _put_back(back: backups.Restored) -> dict[str, Any]:
    return {
        "saved": str(back.saved) if back.saved else None,
        "erased_again": back.erased_again,
        "list_set_aside": str(back.set_aside) if back.set_aside else None,
    }


def _verify(here: CommandContext, options: argparse.Namespace) -> dict[str, Any]:
    if options.accept_trail is not None:
        trail_anchors.accept(here.open, reason=options.accept_trail)
    checks, findings = verify.verify(here.open)
    body = {
        "ok": not findings,
        "checks": checks,
        "findings": [{"check": f.check, "count": f.count, "example": f.example} for f in findings],
    }
    return body | {"_status": 6 if findings else 0}


def _day_total(here: CommandContext, options: argparse.Namespace) -> dict[str, Any]:
    try:
        net = parse_money(options.net_sales, digits=here.words.digits)
    except ValueError:
        raise BadInput("amount", where=options.net_sales) from None
    kept = day_totals.set_total(
        here.open, day=options.date, net_sales=net, receipts=options.receipts
    )
    return {
        "ok": True,
        "date": kept.day.isoformat(),
        "net_sales": options.net_sales,
        "receipts": kept.receipts,
    }

"""init, demo, shortcut, check: a shop's store, before anybody signs in."""

import argparse
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from storecrm import __version__, compose, paths
from storecrm.cli import backup
from storecrm.cli import options as place
from storecrm.cli.arguments import number
from storecrm.cli.context import CommandContext, gap_sentences
from storecrm.errors import BadInput, StorageTrouble, UsageError
from storecrm.i18n import Catalogue
from storecrm.services import demo, shop_settings
from storecrm.services.backup import backups
from storecrm.services.staff import accounts, own_card
from storecrm.services.staff.accounts import StaffView
from storecrm.services.store import ShopDetails, Store
from storecrm.values import Role, clean_text
from storecrm.wording import shop_rules as setting_words

_FONTS = ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf")


def commands(top: Any) -> None:
    """Register the commands of this noun."""
    _init_command(top)
    tour = top.add_parser("demo", help="the tour: a believable shop, then the main job for real")
    tour.add_argument("--output", required=True, type=Path)
    tour.add_argument("--members", type=number, default=2600)
    tour.add_argument("--seed", type=number, default=1)
    tour.add_argument("--no-screens", action="store_true", help=argparse.SUPPRESS)
    tour.set_defaults(go=_demo, free=True)
    given = "an icon that opens the window, with the --store, --till and --lang given here"
    icon = top.add_parser("shortcut", help=given)
    icon.set_defaults(go=_shortcut, free=True)
    check = top.add_parser("check", help="is everything here that the program needs?")
    check.set_defaults(go=_check, free=True)


def _init_command(top: Any) -> None:
    init = top.add_parser("init", help="make a new store")
    init.add_argument("--name", help="name of the shop")
    init.add_argument("--currency", default="CNY")
    init.add_argument("--timezone", default="Asia/Shanghai")
    phones = "country of phones typed without one, like CN (that of the time zone)"
    init.add_argument("--region", default="", help=phones)
    init.add_argument("--owner")
    later = "the owner's PIN (or STORECRM_PIN, or set it later with staff set-pin)"
    init.add_argument("--pin", help=later)
    key = "the file is unreadable without the key kept on this machine"
    init.add_argument("--encrypt", action="store_true", help=key)
    moved = "instead of an empty store: the backup of another machine"
    init.add_argument("--from", dest="backup", type=Path, help=moved)
    init.add_argument("--recovery-code", default="", help="with --from, of an encrypted store")
    bare = "with --from, a copy without its manifest too"
    init.add_argument("--force", action="store_true", help=bare)
    init.set_defaults(go=_init, free=True)


def _init(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    if o.backup is not None:
        return _bring_back(here, o)
    if o.name is None or o.owner is None:
        raise UsageError("usage", reason="init needs --name and --owner, or --from")
    pin = o.pin or os.environ.get("STORECRM_PIN")
    # everything is looked at before a file is made: a store without an owner could not be opened by
    # anybody
    if not clean_text(o.owner, 40):
        raise BadInput("staff_name")
    if pin:
        accounts.check_pin(pin, Role.OWNER)
    store = compose.create_store(
        here.name,
        shop=ShopDetails(name=o.name, currency=o.currency, timezone=o.timezone, region=o.region),
        encrypt=o.encrypt,
    )
    try:
        owner = accounts.add(store, name=o.owner, role=Role.OWNER, pin=pin)
        return _made(here, o, store, owner)
    finally:
        compose.close_store(store)


def _bring_back(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    back = backups.bring_back(o.backup, name=here.name, code=o.recovery_code, force=o.force)
    return {"ok": True, "store": here.name, **backup.restored_facts(back, here)}


def _made(
    here: CommandContext, o: argparse.Namespace, store: Store, owner: StaffView
) -> dict[str, Any]:
    shop = {"shop": o.name, "currency": store.shop.currency, "region": store.shop.region}
    person = {"owner": owner.name, "pin_set": owner.has_pin}
    body = {"ok": True, "store": here.name} | shop | person | {"encrypted": o.encrypt}
    if o.encrypt:
        file = Path(here.name)
        # said once and kept nowhere: without it a lost key file is a lost store
        body["recovery_code"] = compose.recovery_code(file)
        body["key_file"] = str(paths.key_file(file))
    return body


def _demo(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    if not demo.LEAST <= o.members <= demo.MOST:
        most = f"{demo.MOST:,}"
        raise BadInput("demo_members", where=str(o.members), least=demo.LEAST, most=most)
    answer = demo.tour(
        o.output,
        count=o.members,
        seed=o.seed,
        words=here.words,
        create=compose.create_store,
        close=compose.close_store,
    )
    if not o.no_screens:
        # loaded here: no other command needs Qt
        from storecrm.app import tour_pictures

        pictures = tour_pictures.paint_tour(o.output / "store.db", o.output / "screens")
        answer["files"] += [str(path) for path in pictures]
    return answer | {"_status": 0 if answer["ok"] else 3}


def _shortcut(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    # loaded here: no other command draws
    from storecrm.ui.kit import shortcut

    store = place.store_name(o)
    if store and not paths.is_url(store):
        # an icon is clicked in another folder
        store = str(Path(store).resolve())
    named = {"--store": store, "--till": o.till, "--lang": o.lang}
    given = [word for option, value in named.items() if value for word in (option, value)]
    made = shortcut.make(here.words, given)
    return {"ok": True, "files": [str(file) for file in made]}


def _check(here: CommandContext, _: argparse.Namespace) -> dict[str, Any]:
    facts: dict[str, Any] = {"version": __version__, "python": sys.version.split()[0]}
    facts |= compose.database_facts()
    _require_fonts()
    store = Path(here.name)
    is_url = paths.is_url(here.name)
    facts |= {"store": here.name, "store_exists": is_url or store.exists()}
    if not is_url and store.parent.exists():
        facts["free_bytes"] = shutil.disk_usage(store.parent).free
    if facts["store_exists"]:
        facts |= _store_facts(here)
    return {"ok": True} | facts


def _require_fonts() -> None:
    """Papers in Chinese cannot be printed without them."""
    folder = paths.resources() / "fonts"
    for font in _FONTS:
        if not (folder / font).is_file():
            raise StorageTrouble("folder_missing", where=str(folder))


def _store_facts(here: CommandContext) -> dict[str, Any]:
    store = compose.open_store(here.name)
    shop = store.shop
    words = Catalogue(here.words.language, shop.currency, store.clock.zone, shop.digits)
    settings = setting_words.unread(shop_settings.unreadable(store), words)
    warnings = [*gap_sentences(store, words), *_cards_unsaid(store, words), *settings]
    compose.close_store(store)
    return {"shop": shop.name, "demo": shop.demo, "warnings": warnings}


def _cards_unsaid(store: Store, words: Catalogue) -> list[str]:
    unsaid = own_card.names_unsaid(store)
    if not unsaid:
        return []
    names = words.listed(unsaid)
    return [words.t("Not yet said which member card is whose: {names}.", names=names)]

"""rules: the shop's own rules."""

import argparse
from typing import Any

from storecrm.cli.arguments import noun
from storecrm.cli.context import CommandContext
from storecrm.services import shop_settings


def commands(top: Any) -> None:
    """Register the commands of this noun."""
    verbs = noun(top, "rules", "the shop's own rules")
    verbs.add_parser("show").set_defaults(go=_show)
    setting = verbs.add_parser("set")
    setting.add_argument("key")
    setting.add_argument("value")
    setting.set_defaults(go=_set)


def _show(here: CommandContext, _: argparse.Namespace) -> dict[str, Any]:
    return {"ok": True, "rules": shop_settings.show(here.open)}


def _set(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    # answered with all of them: one may follow from another
    rules = shop_settings.set_rule(here.open, key=o.key, value=o.value)
    return {"ok": True, "rules": rules}

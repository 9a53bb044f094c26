"""offer: what a coupon gives."""

import argparse
from pathlib import Path
from typing import Any

from storecrm.cli.arguments import noun, period
from storecrm.cli.context import CommandContext
from storecrm.cli.json_form import offers
from storecrm.cli.json_form.values import facts, rows
from storecrm.services.offers import backtest, design
from storecrm.wording.offers import rule_sentence

_TRIAL = ("receipts", "qualified", "near", "cost", "qualified_net")


def commands(top: Any) -> None:
    """Register the commands of this noun."""
    verbs = noun(top, "offer", "what a coupon gives")
    create = verbs.add_parser("create")
    create.add_argument("--file", required=True, type=Path)
    create.set_defaults(go=_create)
    verbs.add_parser("list").set_defaults(go=_list)
    past = "on past receipts: how many would have qualified, what it would have cost"
    trial = verbs.add_parser("try", help=past)
    trial.add_argument("code")
    period(trial)
    trial.set_defaults(go=_try)
    both = "the rule in both languages, and what it cannot be had together with"
    explain = verbs.add_parser("explain", help=both)
    explain.add_argument("code")
    explain.set_defaults(go=_explain)
    for verb in ("show", "stop", "resume"):
        one = verbs.add_parser(verb)
        one.add_argument("code")
        one.set_defaults(go=_show_or_change)


def _create(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    new = design.read_file(o.file, here.words.digits)
    made = design.create(here.open, new=new)
    return {"ok": True} | offers.offer(made, here.words)


def _list(here: CommandContext, _: argparse.Namespace) -> dict[str, Any]:
    found = design.listed(here.open)
    return {"ok": True, "offers": [offers.offer(view, here.words) for view in found]}


def _try(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    found = backtest.try_out(here.open, code=o.code, first=o.first, last=o.last)
    return {"ok": True} | facts(found, _TRIAL, here.words)


def _explain(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    view = design.show(here.open, code=o.code)
    # staff and customers of one shop may read different languages
    chinese = rule_sentence(view.rule, here.words.into("zh_CN"))
    english = rule_sentence(view.rule, here.words.into("en"))
    found = backtest.collisions(here.open, rule=view.rule, besides=view.code)
    body = {"ok": True, "code": view.code, "sentences": {"zh_CN": chinese, "en": english}}
    return body | {"collisions": rows(found, ("code", "name", "why"))}


def _show_or_change(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    if o.verb == "show":
        view = design.show(here.open, code=o.code)
    else:
        view = design.stop(here.open, code=o.code, running=o.verb == "resume")
    return {"ok": True} | offers.offer(view, here.words)

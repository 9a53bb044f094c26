"""rfm, lifecycle, learn, recommend, predict: what receipts say of members."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from storecrm.cli.arguments import day_of, number, writes
from storecrm.cli.context import CommandContext
from storecrm.cli.json_form.values import facts, money, rows
from storecrm.domain.recommendation import Suggestion
from storecrm.domain.repurchase import Outlook
from storecrm.errors import NotPossible, UsageError
from storecrm.services.analytics import (
    basket_pairs,
    lifecycle,
    lifecycle_history,
    recommendation,
    repurchase,
    rfm,
)
from storecrm.services.analytics.recommendation import Partner
from storecrm.services.exports import member_scores
from storecrm.values import Day
from storecrm.wording import insight
from storecrm.wording.errors import sentence

_CELL = ("r", "f", "members", "net")
_GROUP = ("group=name", "rule", "members", "net")
_STAGE = ("stage=name", "members", "net_365=net")


def commands(top: Any) -> None:
    """Register the commands of these nouns."""
    _score_command(top)
    _stage_command(top)
    fit = "count what is bought together, and fit how members come and go"
    learn = top.add_parser("learn", help=fit)
    learn.set_defaults(go=_learn)
    recommend = top.add_parser("recommend", help="what a member may like next")
    recommend.add_argument("member", nargs="?")
    recommend.add_argument("--sku", default="", help="what goes with this article, instead")
    recommend.add_argument("--count", type=number, default=5)
    recommend.set_defaults(go=_recommend)
    future = "will members come again: chance, visits and spend in the next 90 days"
    predict = top.add_parser("predict", help=future)
    predict.add_argument("member", nargs="?")
    predict.add_argument("--output", type=Path, help="everybody as .xlsx or .csv")
    writes(predict)
    predict.set_defaults(go=_predict)


def _score_command(top: Any) -> None:
    how = "how lately, how often, for how much: scores and groups of members"
    scores = top.add_parser("rfm", help=how)
    _moments_arguments(scores)
    scores.add_argument("--output", type=Path, help="every member with scores (.xlsx or .csv)")
    writes(scores)
    scores.set_defaults(go=_rfm)


def _stage_command(top: Any) -> None:
    stages = top.add_parser("lifecycle", help="new, active, dormant, lost")
    _moments_arguments(stages)
    changed = "write down who changed the stage since the last time"
    stages.add_argument("--note", action="store_true", help=changed)
    stages.add_argument(
        "--noted",
        nargs=2,
        type=day_of,
        metavar=("FROM", "TO"),
        help="the steps that were noted in a period",
    )
    stages.set_defaults(go=_lifecycle)


def _moments_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("--as-of", type=day_of, help="what was before this day (else up to now)")
    earlier = "an earlier day: who moved from where to where since"
    command.add_argument("--against", type=day_of, help=earlier)


def _moves(found: dict[tuple[str, str], int]) -> list[dict[str, Any]]:
    """Nobody stood anywhere before the first visit: that is null."""
    return [
        {"from": before or None, "to": after or None, "members": members}
        for (before, after), members in sorted(found.items())
    ]


def _end(here: CommandContext, o: argparse.Namespace) -> Day:
    day: Day | None = o.as_of
    return day or here.open.clock.tomorrow()


def _rfm(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    found = rfm.overview(here.open, before=o.as_of)
    body = {"ok": True} | facts(found, ("as_of=before", "days", "members", "net"), here.words)
    body["cells"] = rows(found.cells, _CELL, here.words)
    body["groups"] = rows(found.groups, _GROUP, here.words)
    # moves end where the scores are counted
    if o.against:
        moved = rfm.moves(here.open, before=o.against, then=_end(here, o))
        body["moves"] = _moves(moved)
    # the file holds every member, the answer only sums
    if o.output:
        body["rows"] = member_scores.export_rfm(
            here.open, file=o.output, words=here.words, before=o.as_of, overwrite=o.overwrite
        )
        body["file"] = str(o.output)
    return body


def _lifecycle(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    found = lifecycle.overview(here.open, before=o.as_of)
    stages = rows(found, _STAGE, here.words)
    body: dict[str, Any] = {"ok": True, "as_of": _end(here, o).isoformat(), "stages": stages}
    if o.note:
        body["noted"] = lifecycle_history.note(here.open)
    if o.noted:
        first, last = o.noted
        steps = lifecycle_history.moves(here.open, first=first, last=last)
        body["steps"] = _moves(steps)
    if o.against:
        moved = lifecycle.moves(here.open, before=o.against, then=_end(here, o))
        body["moves"] = _moves(moved)
    return body


def _learn(here: CommandContext, _: argparse.Namespace) -> dict[str, Any]:
    pairs = basket_pairs.learn(here.open)
    body: dict[str, Any] = {"ok": True, "pairs": pairs, "value": None}
    try:
        fitted = asdict(repurchase.learn(here.open))
    except NotPossible as error:
        # too few members came twice: what is bought together is learned all the same
        body["why"] = sentence(error, here.words)
    else:
        body["value"] = {name: f"{figure:.4f}" for name, figure in fitted.items()}
    return body


def _recommend(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    if bool(o.member) == bool(o.sku):
        raise UsageError("usage", reason="recommend needs a MEMBER, or --sku")
    if o.sku:
        found = recommendation.goes_with(here.open, sku=o.sku, limit=o.count)
        return {"ok": True, "sku": o.sku, "with": [_pair(pair) for pair in found]}
    best = recommendation.of_member(here.open, member=o.member, limit=o.count)
    return {"ok": True, "recommended": [_suggestion(here, one) for one in best]}


def _pair(pair: Partner) -> dict[str, Any]:
    body = facts(pair, ("sku", "name", "receipts"))
    return body | {"confidence": f"{pair.confidence:.4f}", "lift": f"{pair.lift:.2f}"}


def _suggestion(here: CommandContext, one: Suggestion) -> dict[str, Any]:
    article = facts(one, ("sku", "name", "category"))
    return article | {"why": insight.suggestion(one, here.words)}


def _outlook(here: CommandContext, one: Outlook) -> dict[str, Any]:
    who = facts(one, ("member_no", "name"))
    chance = {"alive": f"{one.alive:.4f}", "visits_90": f"{one.visits:.2f}"}
    return who | chance | {"net_90": money(one.net, here.words)}


def _predict(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    if o.member:
        found = repurchase.show(here.open, member=o.member)
        return {"ok": True, "member": None if found is None else _outlook(here, found)}
    if o.output:
        written = member_scores.export_outlook(
            here.open, file=o.output, words=here.words, overwrite=o.overwrite
        )
        return {"ok": True, "file": str(o.output), "rows": written}
    # without a member: the ones worth a call
    first = repurchase.best(here.open)
    best = [_outlook(here, one) for one in first.best]
    return {"ok": True, "members": first.members, "best": best}

"""member profile, timeline, points, stamps, referrals, consent-history: what is known of one."""

import argparse
from pathlib import Path
from typing import Any

from storecrm.cli.arguments import writes
from storecrm.cli.context import CommandContext
from storecrm.cli.json_form.values import day, facts, money, rows
from storecrm.domain.profile import Profile
from storecrm.domain.timeline import Event
from storecrm.services.analytics import profile, timeline
from storecrm.services.loyalty import points_account, referrals, stamp_cards
from storecrm.services.members import consent
from storecrm.services.printing import consent_history
from storecrm.wording import insight

_STAMPS = ("offer_code", "offer=name", "stamps", "needed", "next_end")
_MOVEMENT = ("date=business_date", "kind", "points", "expires_on", "receipt_no", "reason")
_ANSWER = ("at", "channel", "purpose", "granted", "text_version", "evidence", "staff")
_FRIEND = ("member_no", "name", "registered_on", "state", "rewarded_on")


def commands_of_member(verbs: Any) -> None:
    """What belongs under `member`."""
    cards = verbs.add_parser("stamps")
    cards.add_argument("member")
    cards.set_defaults(go=_stamps)
    brought = "who brought a member, and whom the member brought"
    tree = verbs.add_parser("referrals", help=brought)
    tree.add_argument("member")
    tree.set_defaults(go=_referrals)
    answers = "every answer of a member; with --output as PDF"
    history = verbs.add_parser("consent-history", help=answers)
    history.add_argument("member")
    history.add_argument("--output", type=Path)
    writes(history)
    history.set_defaults(go=_consent_history)
    known = verbs.add_parser("profile", help="what the receipts say of a member")
    known.add_argument("member")
    known.set_defaults(go=_profile)
    life = verbs.add_parser("timeline", help="what happened with a member, newest first")
    life.add_argument("member")
    life.set_defaults(go=_timeline)
    statement = verbs.add_parser("points")
    statement.add_argument("member")
    statement.set_defaults(go=_statement)


def _stamps(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    cards = stamp_cards.cards(here.open, member=o.member)
    return {"ok": True, "cards": rows(cards, _STAMPS)}


def _referrals(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    found = referrals.tree(here.open, member=o.member)
    friends = rows(found.friends, _FRIEND)
    return {"ok": True, "referrer": found.referrer_no or None, "friends": friends}


def _consent_history(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    if o.output:
        answers = consent_history.write(
            here.open, member=o.member, file=o.output, words=here.words, overwrite=o.overwrite
        )
        return {"ok": True, "file": str(o.output), "answers": answers}
    given = consent.history(here.open, member=o.member)
    return {"ok": True, "answers": rows(given, _ANSWER, here.words)}


def _profile(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    found = profile.of_member(here.open, member=o.member)
    body = {"ok": True} | _visits(found) | _spending(here, found)
    likes = [
        facts(liked, ("sku", "name")) | {"why": insight.suggestion(liked, here.words)}
        for liked in found.likes
    ]
    body |= {"recommended": likes} | _outlook(here, found)
    sentences = insight.profile(found, here.words)
    return body | {"text": [f"{line.title}: {line.text}" for line in sentences]}


def _visits(found: Profile) -> dict[str, Any]:
    why = found.why
    body = facts(why, ("stage", "visits"))
    body |= facts(why, ("first_visit=first", "last_visit=last", "days_since_visit=days_since"))
    # a gap is known from the third visit on
    body["own_gap_days"] = None if why.gap is None else f"{why.gap:.1f}"
    body["next_visit"] = day(found.next_visit)
    body["rfm"] = dict(zip("rfm", found.scores, strict=True)) if found.scores else None
    return body | {"rfm_group": found.group or None}


def _spending(here: CommandContext, found: Profile) -> dict[str, Any]:
    sums = ("net", "average_basket=average", "discount", "visits_with_coupon=with_coupon")
    body = facts(found, sums, here.words)
    body["coupons"] = facts(found, ("given=coupons_given", "used=coupons_used"))
    favourite = ("category", "receipts", "amount")
    body["favourites"] = rows(found.favourites, favourite, here.words)
    months = [
        {"month": month.first.strftime("%Y-%m"), **facts(month, ("net", "visits"), here.words)}
        for month in found.months
    ]
    return body | {"months": months}


def _outlook(here: CommandContext, found: Profile) -> dict[str, Any]:
    """What was learned of the member's future: nothing before the first `learn`."""
    outlook = found.outlook
    if outlook is None:
        return dict.fromkeys(("alive", "visits_90", "net_90"))
    chance = {"alive": f"{outlook.alive:.4f}", "visits_90": f"{outlook.visits:.2f}"}
    return chance | {"net_90": money(outlook.net, here.words)}


def _timeline(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    events = timeline.of_member(here.open, member=o.member)
    return {"ok": True, "events": [_event(here, event) for event in events]}


def _event(here: CommandContext, event: Event) -> dict[str, Any]:
    when = facts(event, ("date=day", "kind"))
    return when | {
        "receipt_no": event.receipt_no or None,
        "text": insight.event(event, here.words),
    }


def _statement(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    # points of a movement are counted, so no words of the shop's money
    movements = points_account.statement(here.open, member=o.member)
    return {"ok": True, "movements": rows(movements, _MOVEMENT)}

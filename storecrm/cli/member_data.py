"""member merge|unmerge|merges|phone|card-lost|…, duplicates, tag, privacy: what becomes of a
member's data."""

import argparse
from pathlib import Path
from typing import Any

from storecrm.cli import json_form
from storecrm.cli.context import CommandContext
from storecrm.cli.shop import number, writes
from storecrm.errors import UsageError
from storecrm.services.coupons import issue
from storecrm.services.exports import files
from storecrm.services.loyalty import card_replacement, points_account, referrals
from storecrm.services.members import (
    consent,
    duplicates,
    erasure,
    merge,
    phones_and_cards,
    search_limits,
    views,
)
from storecrm.services.printing import consent_history


def commands(top: Any) -> None:
    """Register the commands of these nouns."""
    twice = top.add_parser("duplicates", help="members that may be one person twice")
    twice.add_argument("--output", type=Path, help="every group as .xlsx or .csv")
    twice.add_argument("--apart", nargs=2, metavar="MEMBER", help="these two are two people")
    writes(twice)
    twice.set_defaults(go=_duplicates)
    privacy = top.add_parser(
        "privacy", help="who is forgotten when nobody needs them any more"
    ).add_subparsers(dest="verb", required=True)
    retention = privacy.add_parser(
        "retention", help="forget members who did nothing for `retention_months`"
    )
    retention.add_argument("--preview", action="store_true", help="say whom, and forget nobody")
    retention.add_argument(
        "--expect", type=number, help="how many the preview named: only then they are forgotten"
    )
    retention.set_defaults(go=_retention)
    privacy.add_parser("suppression", help="how many addresses are never written to").set_defaults(
        go=lambda here, _: {"ok": True, "addresses": consent.never_written(here.open)}
    )
    looks = privacy.add_parser(
        "look-ups", help="who searched members how often in the last 30 days"
    )
    looks.set_defaults(go=_look_ups)


def member_commands(verbs: Any) -> None:
    """The verbs of `member` that change whose something is."""
    merge = verbs.add_parser(
        "merge", help="two records of one person become one; can be undone for 30 days"
    )
    merge.add_argument("survivor")
    merge.add_argument("merged")
    merge.add_argument(
        "--take",
        action="append",
        default=[],
        metavar="FIELD",
        help="the merged one's value of this field stays",
    )
    merge.set_defaults(go=_merge)
    part = verbs.add_parser("unmerge", help="part again what was merged last into a member")
    part.add_argument("member")
    part.set_defaults(go=_unmerge)
    verbs.add_parser("merges", help="the merges that hold").set_defaults(go=_merges)
    phone = verbs.add_parser(
        "phone", help="another phone; --add a further one, --detach one that is somebody else's now"
    )
    phone.add_argument("member", help="number, phone or card")
    phone.add_argument("phone", nargs="?")
    phone.add_argument("--add", action="store_true")
    phone.add_argument("--detach", action="store_true")
    phone.add_argument(
        "--fact", default="", help="the name or the birthday, as the member says it (cashiers)"
    )
    phone.set_defaults(go=_phone)
    card = verbs.add_parser("add-card", help="a further card")
    card.add_argument("member")
    card.add_argument("card")
    card.set_defaults(
        go=lambda here, o: shown(
            here, phones_and_cards.add_card(here.open, member=o.member, card=o.card)
        )
    )
    tree = verbs.add_parser("referrals", help="who brought a member, and whom the member brought")
    tree.add_argument("member")
    tree.set_defaults(go=_referrals)
    history = verbs.add_parser(
        "consent-history", help="every answer of a member; with --output as PDF"
    )
    history.add_argument("member")
    history.add_argument("--output", type=Path)
    writes(history)
    history.set_defaults(go=_history)
    lost = verbs.add_parser(
        "card-lost",
        help="freeze a lost card; a new number, and coupons of the member's own under new codes",
    )
    lost.add_argument("member")
    lost.add_argument("--card", default="", help="which of several (else the member number)")
    lost.set_defaults(go=_lost)


def shown(here: CommandContext, view: views.MemberView) -> dict[str, Any]:
    """A member with points and coupons."""
    balance = points_account.show(here.open, member=view.member_no)
    return json_form.member(view, balance, issue.of_member(here.open, member=view.member_no))


def _duplicates(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    if o.apart:
        duplicates.keep_apart(here.open, first=o.apart[0], second=o.apart[1])
        return {"ok": True, "apart": o.apart}
    found = duplicates.groups(here.open)
    body: dict[str, Any] = {"ok": True, "count": len(found)}
    if o.output:
        rows = files.export_duplicates(
            here.open, found=found, file=o.output, words=here.words, overwrite=o.overwrite
        )
        return body | {"rows": rows, "file": str(o.output)}
    return body | {
        "groups": [
            {
                "reason": group.reason,
                "score": group.score,
                "members": [
                    {
                        "member_no": one.member_no,
                        "name": one.name,
                        "phone": one.phone,
                        "birthday": one.birthday,
                        "email": one.email,
                    }
                    for one in group.members
                ],
                "pairs": [
                    {
                        "reason": pair.reason,
                        "score": pair.score,
                        "members": [pair.first.member_no, pair.second.member_no],
                    }
                    for pair in group.pairs
                ],
            }
            for group in found
        ]
    }


def _merge(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    winners = dict.fromkeys(o.take, "merged")
    return shown(
        here, merge.merge(here.open, survivor=o.survivor, merged=o.merged, winners=winners)
    )


def _unmerge(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    kept, back = merge.unmerge(here.open, member=o.member)
    return {"ok": True, "survivor": shown(here, kept), "parted": shown(here, back)}


def _merges(here: CommandContext, _: argparse.Namespace) -> dict[str, Any]:
    rows = [
        {
            "survivor": m.survivor,
            "merged": m.merged,
            "at": json_form.instant(m.at, here.words),
            "undoable": m.undoable,
        }
        for m in merge.listed(here.open)
    ]
    return {"ok": True, "merges": rows}


def _phone(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    if o.detach:
        return shown(
            here,
            phones_and_cards.detach_phone(here.open, member=o.member, phone=o.phone or o.member),
        )
    if o.phone is None:
        raise UsageError("usage", reason="member phone needs the new phone")
    if o.add:
        return shown(here, phones_and_cards.add_phone(here.open, member=o.member, phone=o.phone))
    return shown(
        here, phones_and_cards.change_phone(here.open, member=o.member, phone=o.phone, fact=o.fact)
    )


def _lost(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    done = card_replacement.replace(here.open, member=o.member, card=o.card)
    return {"ok": True, "member_no": done.member_no, "coupons": done.coupons}


def _history(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    if o.output:
        answers = consent_history.write(
            here.open, member=o.member, file=o.output, words=here.words, overwrite=o.overwrite
        )
        return {"ok": True, "file": str(o.output), "answers": answers}
    rows = [
        {
            "at": json_form.instant(a.at, here.words),
            "channel": a.channel.value,
            "purpose": a.purpose.value,
            "granted": a.granted,
            "text_version": a.text_version,
            "evidence": a.evidence,
            "staff": a.staff,
        }
        for a in consent.history(here.open, member=o.member)
    ]
    return {"ok": True, "answers": rows}


def _retention(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    if not o.preview:
        if o.expect is None:
            raise UsageError(
                "usage",
                reason="privacy retention needs --preview, or --expect with the number it named",
            )
        return {"ok": True, "forgotten": erasure.retain(here.open, expect=o.expect)}
    found = erasure.stale(here.open)
    rows = [
        {"member_no": s.member_no, "name": s.name, "last": s.last.isoformat(), "points": s.points}
        for s in found
    ]
    return {"ok": True, "count": len(found), "members": rows}


def _look_ups(here: CommandContext, _: argparse.Namespace) -> dict[str, Any]:
    rows = search_limits.by_person(here.open)
    return {
        "ok": True,
        "people": [
            {"name": name, "searches": n, "most_in_an_hour": most} for name, n, most in rows
        ],
    }


def _referrals(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    found = referrals.tree(here.open, member=o.member)
    friends = [
        {
            "member_no": f.member_no,
            "name": f.name,
            "registered_on": f.registered_on.isoformat(),
            "state": f.state,
            "rewarded_on": f.rewarded_on.isoformat() if f.rewarded_on else None,
        }
        for f in found.friends
    ]
    return {"ok": True, "referrer": found.referrer_no or None, "friends": friends}

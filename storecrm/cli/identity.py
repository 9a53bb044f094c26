"""member merge, unmerge, phone, card and duplicates: which record is whose."""

import argparse
from pathlib import Path
from typing import Any

from storecrm.cli.arguments import several, writes
from storecrm.cli.context import CommandContext
from storecrm.cli.json_form.values import facts, rows
from storecrm.cli.member_answer import member_answer
from storecrm.errors import UsageError
from storecrm.services.exports import duplicate_groups
from storecrm.services.loyalty import card_replacement
from storecrm.services.members import duplicates, merge, phones_and_cards

_MERGE = ("survivor", "merged", "at", "undoable")
_TWIN = ("member_no", "name", "phone", "birthday", "email")


def commands(top: Any) -> None:
    """Register the commands of this noun."""
    twice = top.add_parser("duplicates", help="members that may be one person twice")
    twice.add_argument("--output", type=Path, help="every group as .xlsx or .csv")
    twice.add_argument("--apart", nargs=2, metavar="MEMBER", help="these two are two people")
    writes(twice)
    twice.set_defaults(go=_duplicates)


def commands_of_member(verbs: Any) -> None:
    """What belongs under `member`."""
    _merge_commands(verbs)
    _phone_command(verbs)
    _card_commands(verbs)


def _merge_commands(verbs: Any) -> None:
    one = "two records of one person become one; can be undone for 30 days"
    merging = verbs.add_parser("merge", help=one)
    merging.add_argument("survivor")
    merging.add_argument("merged")
    stays = "the merged one's value of this field stays"
    several(merging, "--take", metavar="FIELD", help=stays)
    merging.set_defaults(go=_merge)
    apart = "part again what was merged last into a member"
    unmerging = verbs.add_parser("unmerge", help=apart)
    unmerging.add_argument("member")
    unmerging.set_defaults(go=_unmerge)
    verbs.add_parser("merges", help="the merges that hold").set_defaults(go=_merges)


def _phone_command(verbs: Any) -> None:
    other = "another phone; --add a further one, --detach one that is somebody else's now"
    phone = verbs.add_parser("phone", help=other)
    phone.add_argument("member", help="number, phone or card")
    phone.add_argument("phone", nargs="?")
    phone.add_argument("--add", action="store_true")
    phone.add_argument("--detach", action="store_true")
    said = "the name or the birthday, as the member says it (cashiers)"
    phone.add_argument("--fact", default="", help=said)
    phone.set_defaults(go=_phone)


def _card_commands(verbs: Any) -> None:
    card = verbs.add_parser("add-card", help="a further card")
    card.add_argument("member")
    card.add_argument("card")
    card.set_defaults(go=_add_card)
    new = "freeze a lost card; a new number, and coupons of the member's own under new codes"
    lost = verbs.add_parser("card-lost", help=new)
    lost.add_argument("member")
    lost.add_argument("--card", default="", help="which of several (else the member number)")
    lost.set_defaults(go=_replace_card)


def _duplicates(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    if o.apart:
        first, second = o.apart
        duplicates.keep_apart(here.open, first=first, second=second)
        return {"ok": True, "apart": o.apart}
    found = duplicates.groups(here.open)
    body: dict[str, Any] = {"ok": True, "count": len(found)}
    if not o.output:
        return body | {"groups": [_group(group) for group in found]}
    written = duplicate_groups.export_duplicates(
        here.open, found=found, file=o.output, words=here.words, overwrite=o.overwrite
    )
    return body | {"rows": written, "file": str(o.output)}


def _group(group: duplicates.DuplicateGroup) -> dict[str, Any]:
    members = rows(group.members, _TWIN)
    pairs = [_pair(pair) for pair in group.pairs]
    return facts(group, ("reason", "score")) | {"members": members, "pairs": pairs}


def _pair(pair: duplicates.Pair) -> dict[str, Any]:
    both = [pair.first.member_no, pair.second.member_no]
    return facts(pair, ("reason", "score")) | {"members": both}


def _merge(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    # of every other field the survivor's value stays
    winners = dict.fromkeys(o.take, "merged")
    view = merge.merge(here.open, survivor=o.survivor, merged=o.merged, winners=winners)
    return member_answer(here, view)


def _unmerge(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    kept, back = merge.unmerge(here.open, member=o.member)
    survivor = member_answer(here, kept)
    parted = member_answer(here, back)
    return {"ok": True, "survivor": survivor, "parted": parted}


def _merges(here: CommandContext, _: argparse.Namespace) -> dict[str, Any]:
    found = merge.listed(here.open)
    return {"ok": True, "merges": rows(found, _MERGE, here.words)}


def _phone(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    if o.detach:
        # without a further word the phone that found the member is meant
        gone = o.phone or o.member
        view = phones_and_cards.detach_phone(here.open, member=o.member, phone=gone)
    elif o.phone is None:
        raise UsageError("usage", reason="member phone needs the new phone")
    elif o.add:
        view = phones_and_cards.add_phone(here.open, member=o.member, phone=o.phone)
    else:
        view = phones_and_cards.change_phone(here.open, member=o.member, phone=o.phone, fact=o.fact)
    return member_answer(here, view)


def _add_card(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    view = phones_and_cards.add_card(here.open, member=o.member, card=o.card)
    return member_answer(here, view)


def _replace_card(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    done = card_replacement.replace(here.open, member=o.member, card=o.card)
    return {"ok": True, "member_no": done.member_no, "coupons": done.coupons}

"""Who vouches: what a member showed, and the word of a second person."""

import argparse
import os
from dataclasses import replace
from typing import Any

from storecrm.cli.arguments import several
from storecrm.cli.context import CommandContext
from storecrm.services.members import verification
from storecrm.services.members.verification import Proof, ProofLevel
from storecrm.services.till import overrides, receipts
from storecrm.services.till.overrides import Approval


def proof_arguments(command: Any, what: str = "lets somebody use their own card") -> None:
    """The options of every command that uses points or a named coupon."""
    shown = "what the member showed or said; a manager needs none"
    several(command, "--proof", metavar="CARD|PHONE|PASSWORD", help=shown)
    approval_arguments(command, what)


def approval_arguments(command: Any, what: str, *, reason: bool = True) -> None:
    """The options of every command that needs a second person's word for `what`."""
    manager = f"a manager who {what} (PIN in STORECRM_APPROVER_PIN)"
    command.add_argument("--approved-by", metavar="NAME", help=manager)
    if reason:
        command.add_argument("--reason", default="", help="why, for whoever approves")


def approval_of(here: CommandContext, o: argparse.Namespace) -> Approval | None:
    """The word of whom `--approved-by` names."""
    if not o.approved_by:
        return None
    # a PIN on the command line would stand in the list of processes
    pin = os.environ.get("STORECRM_APPROVER_PIN", "")
    return overrides.approve(here.open, name=o.approved_by, pin=pin, reason=o.reason)


def proof_of(
    here: CommandContext, member: str | None, said: list[str], word: Approval | None
) -> Proof:
    """What `--proof` says of the member, and who stands in for it that the card is the own one."""
    shown = verification.shown(here.open, member=member, said=said)
    return replace(shown, second=overrides.second(word))


def proof_said(here: CommandContext, o: argparse.Namespace) -> Proof:
    """The proof of a command that names its member."""
    return proof_of(here, o.member, o.proof, approval_of(here, o))


def proof_on_bill(here: CommandContext, o: argparse.Namespace) -> Proof:
    """The proof of a command about a bill that was put aside: its member is on it."""
    word = approval_of(here, o)
    if not o.proof:
        return Proof(ProofLevel.NONE, second=overrides.second(word))
    member = receipts.show(here.open, receipt=o.receipt).member
    return proof_of(here, member.member_no if member else None, o.proof, word)

"""verify: prove the books."""

import argparse
from typing import Any

from storecrm.cli.context import CommandContext
from storecrm.cli.json_form.values import rows
from storecrm.services.backup import trail_anchors
from storecrm.services.integrity import verify

_FOUND = 6
"""The exit status when something is wrong with the books."""


def commands(top: Any) -> None:
    """Register the command of this noun."""
    proof = top.add_parser("verify", help="prove the books")
    right = "the owner: this file is the right one although a part of its trail is missing"
    proof.add_argument("--accept-trail", metavar="REASON", help=right)
    proof.set_defaults(go=_verify)


def _verify(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    # accepted first, so that the proof does not find it again
    if o.accept_trail is not None:
        trail_anchors.accept(here.open, reason=o.accept_trail)
    checks, findings = verify.verify(here.open)
    body = {"ok": not findings, "checks": checks}
    body["findings"] = rows(findings, ("check", "count", "example"))
    return body | {"_status": _FOUND if findings else 0}

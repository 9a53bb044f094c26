"""backup: verified copies of the store."""

import argparse
from pathlib import Path
from typing import Any

from storecrm.cli.arguments import noun
from storecrm.cli.context import CommandContext
from storecrm.services.backup import backups
from storecrm.services.file_lock import exclusive
from storecrm.wording import labels


def commands(top: Any) -> None:
    """Register the commands of this noun."""
    verbs = noun(top, "backup", "verified copies of the store")
    create = verbs.add_parser("create")
    create.add_argument("--to", type=Path)
    create.set_defaults(go=_create)
    verbs.add_parser("list").set_defaults(go=_list)
    look = verbs.add_parser("verify")
    look.add_argument("file", type=Path)
    # a copy is looked over where its store is gone, too
    look.set_defaults(go=_verify, free=True)
    restore = verbs.add_parser("restore")
    restore.add_argument("file", type=Path)
    restore.add_argument("--force", action="store_true", help="a copy without its manifest too")
    restore.set_defaults(go=_restore)


def copy_facts(view: backups.BackupView, here: CommandContext) -> dict[str, Any]:
    """`verified` says that a copy was looked over when it was made, `proof` how far."""
    body = {"file": str(view.path), "made_at": view.made_at, "bytes": view.size}
    proof = {"verified": view.ok, "proof": view.proof}
    message = {"message": labels.proof(view.proof, here.words)}
    return body | proof | message | {"counts": view.counts}


def restored_facts(back: backups.Restored, here: CommandContext) -> dict[str, Any]:
    """The copy that is the store now, and where what it replaced lies."""
    return copy_facts(back, here) | {
        "saved": str(back.saved) if back.saved else None,
        "erased_again": back.erased_again,
        "list_set_aside": str(back.set_aside) if back.set_aside else None,
    }


def _create(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    made = backups.create(here.open, to=o.to)
    return {"ok": True} | copy_facts(made, here)


def _list(here: CommandContext, _: argparse.Namespace) -> dict[str, Any]:
    copies = backups.listed(here.open)
    return {"ok": True, "backups": [copy_facts(view, here) for view in copies]}


def _verify(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    found = backups.verify(o.file, of=here.name)
    return {"ok": True} | copy_facts(found, here)


def _restore(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    # no window may have the store open meanwhile
    with exclusive(here.open.name, "window"):
        back = backups.restore(here.open, path=o.file, force=o.force)
    return {"ok": True} | restored_facts(back, here)

"""Where the trail stood, as it was kept outside the file, compared with the file at each opening.

A chain shows what was changed inside it, not that an older file lies in the store's place. So its
ends are kept in a second place on this machine and in each backup's manifest: whatever stood there
must stand in the file. A restore explains itself by its entry in the trail, which the second place
does not know yet; else the owner says that the file is the right one (`accept`).
"""

import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, select, text
from sqlalchemy.orm import Session

from storecrm import paths
from storecrm.errors import BadInput, StorageTrouble
from storecrm.ledger import audit
from storecrm.models import tables
from storecrm.models.hot import Hot
from storecrm.models.shop import Till
from storecrm.services import files, rights
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import Moment, clean_text

_TILL: Any = bindparam("till")
_LINK = select(tables.audit.c.mac).where(tables.audit.c.till_id == _TILL)
_AT = Hot(_LINK.where(tables.audit.c.seq == bindparam("seq")))
_END = Hot(select(tables.audit_head.c.seq).where(tables.audit_head.c.till_id == _TILL))
_ANSWERED = text(
    "SELECT till_id, seq, mac, at FROM audit WHERE action IN ('restored', 'trail_accepted')"
)
_MANIFESTS = 3
"""The newest ones beside the store that are looked into."""
_MAC = re.compile("[0-9a-f]{16}")
_A_SECOND = 1_000_000
_WAIT = 5.0
"""Seconds for another program to write its few hundred bytes."""
HERE = "here"


@dataclass(frozen=True)
class Gap:
    """A place of the trail that was there and is not: entry `seq` of a till, kept at `at` in
    `where` (HERE, or a backup's manifest). The chain ends at `have`; when that is not before `seq`,
    another entry stands in its place."""

    till: str
    seq: int
    have: int
    at: Moment
    where: str

    @property
    def missing(self) -> int:
        """How many entries are missing at least; 0 when they are others."""
        return max(0, self.seq - self.have)


def gaps(session: Session, store: Store) -> list[Gap]:
    """What was kept outside the file and does not stand in it, a till once; empty when all is
    well."""
    answers = _answers(session)
    found = dict[int, Gap]()
    for kept in _kept(store):
        if _explained(kept, answers):
            continue
        for anchor in kept["anchors"]:
            till = anchor["till"]
            gap = _gap(session, anchor, kept)
            # of several the one that reaches furthest
            if gap is not None and (till not in found or gap.seq > found[till].seq):
                found[till] = gap
    return list(found.values())


def _answers(session: Session) -> dict[str, Moment]:
    """The restores and the owner's words that stand in the trail, with their moments."""
    found = dict[str, Moment]()
    for row in session.execute(_ANSWERED):
        entry = f"{row.till_id}:{row.seq}:{row.mac[:16]}"
        found[entry] = Moment(row.at)
    return found


def _explained(kept: dict[str, Any], answers: dict[str, Moment]) -> bool:
    """True when the file was put in place by somebody who may, after this was kept."""
    if "answers" in kept:
        return not set(answers) <= set(kept["answers"])
    # a manifest does not know them, but its moment
    return bool(kept["at"] <= max(answers.values(), default=0))


def _gap(session: Session, anchor: dict[str, Any], kept: dict[str, Any]) -> Gap | None:
    till = anchor["till"]
    seq = anchor["seq"]
    mac = _AT.scalar(session, till=till, seq=seq)
    if mac is not None and mac.startswith(anchor["mac"]):
        return None
    name = session.scalar(select(Till.name).where(Till.id == till))
    have = int(_END.scalar(session, till=till) or 0)
    # an older file may not know the till
    return Gap(till=name or str(till), seq=seq, have=have, at=kept["at"], where=kept["where"])


def trouble(gap: Gap, when: str) -> StorageTrouble:
    """A gap as what is said of it; `when` is its moment in words."""
    code = "trail_short" if gap.missing else "trail_other"
    return StorageTrouble(code, where=gap.where, till=gap.till, missing=gap.missing, when=when)


def look(store: Store) -> list[Gap]:
    """What the trail lacks of what was kept outside the file."""
    # said to whoever opens the store, before anybody acts
    with store.read() as session:
        return gaps(session, store)


def accept(store: Store, *, reason: str) -> list[Gap]:
    """The owner says that this file is the right one although something is missing: it is written
    down, and the shop goes on from here.

    Raises:
        BadInput: reason_missing.
    """
    rights.require(store, Right.RESTORE)
    why = clean_text(reason, 200)
    if not why:
        raise BadInput("reason_missing")
    with store.write() as session:
        missing = gaps(session, store)
        if missing:
            said = [{"till": gap.till, "seq": gap.seq, "have": gap.have} for gap in missing]
            audit.log(session, store, "trail_accepted", reason=why, gaps=said)
    note(store)
    return missing


def note(store: Store) -> None:
    """Keep where the trail stands now in this machine's second place, unless something that was
    kept there is missing. Programs that do so at once do it one after the other, so that the last
    one to look is the last one to write."""
    file = _file(store)
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        held = files.lock_beside(str(file), "note", wait=_WAIT)
        # whoever has it for so long writes the same
        if held is not None:
            with held:
                _note(store, file)
    except (OSError, StorageTrouble):
        # the shop goes on; the manifests of its backups hold the same
        return


def _note(store: Store, file: Path) -> None:
    with store.read() as session:
        if gaps(session, store):
            return
        said: dict[str, Any] = {"at": int(store.clock.now())}
        said["anchors"] = audit.anchors(session)
        said["answers"] = sorted(_answers(session))
    before = _read(file, store)
    if before is not None and before["anchors"] == said["anchors"]:
        return
    part = file.with_suffix(".part")
    paths.private(part)
    marked = said | {"mark": _mark(store, said)}
    part.write_text(json.dumps(marked), "utf-8")
    # whole or not at all
    part.replace(file)


def _file(store: Store) -> Path:
    """The second place of this store, of which the name tells nothing."""
    place = store.name if paths.is_url(store.name) else str(Path(store.name).resolve())
    which = f"{store.shop.uid}\x1f{place}"
    name = hashlib.sha256(which.encode()).hexdigest()[:24]
    return paths.anchor_file(name)


def _kept(store: Store) -> Iterator[dict[str, Any]]:
    """The second place, then the newest manifests of this shop: {"at", "anchors", "where"}."""
    here = _read(_file(store), store)
    if here is not None:
        yield here | {"where": HERE}
    if paths.is_url(store.name):
        return
    folder = paths.backup_folder(Path(store.name))
    newest = sorted(folder.glob("storecrm-*.json"), reverse=True)
    for manifest in newest[:_MANIFESTS]:
        said = _manifest(manifest, store.shop.uid)
        if said is not None:
            yield said | {"where": manifest.stem}


def _read(file: Path, store: Store) -> dict[str, Any] | None:
    """What is kept in the second place; a file that this shop did not write says nothing."""
    with suppress(OSError, ValueError, TypeError, KeyError):
        kept = json.loads(file.read_text("utf-8"))
        at = int(kept["at"])
        said = {"at": at, "anchors": kept["anchors"], "answers": kept["answers"]}
        if hmac.compare_digest(str(kept["mark"]), _mark(store, said)):
            return said
    return None


def _mark(store: Store, said: dict[str, Any]) -> str:
    """Proves that this shop wrote the file."""
    key = bytes.fromhex(store.shop.audit_key)
    body = json.dumps(said, sort_keys=True).encode()
    return hmac.new(key, b"anchors\x1f" + body, hashlib.sha256).hexdigest()


def _manifest(file: Path, uid: str) -> dict[str, Any] | None:
    """What a manifest says; one of another shop, or one that is none, says nothing."""
    with suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
        manifest = json.loads(file.read_text("utf-8"))
        anchors = list[dict[str, Any]]()
        for anchor in manifest["anchors"]:
            mac = anchor["mac"]
            if _MAC.fullmatch(mac):
                link = {"till": int(anchor["till"]), "seq": int(anchor["seq"]), "mac": mac}
                anchors.append(link)
        made = datetime.fromisoformat(manifest["made_at"]).timestamp()
        if manifest["uid"] == uid:
            return {"at": int(made * _A_SECOND), "anchors": anchors}
    return None

"""What the trail says, read once to its end: where its chains break, the last seals, and which
sales it knows."""

import json
import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storecrm.ledger import audit
from storecrm.models import tables
from storecrm.models.audit import AuditEntry

_SALE = re.compile(r'"(?:sale|back)":(\d+)')
_POSTED = (
    "sale_posted",
    "goods_returned",
    "goods_exchanged",
    "returned_without_receipt",
    "amount_filled",
    "sale_taken_back",
)
"""Entries that name sales."""
_AT_ONCE = 5000
_ENTRIES = select(tables.audit).order_by(AuditEntry.till_id, AuditEntry.seq)
_START = (0, "")
"""The link before the first."""
_FURTHER = 1024
"""Bytes by which the marks of sales grow at once."""


class Sales:
    """Numbers of sales, one bit each, however many there are."""

    def __init__(self) -> None:
        self._bits = bytearray()

    def add(self, number: int) -> None:
        """Mark a sale."""
        place = number >> 3
        if place >= len(self._bits):
            more = place + _FURTHER - len(self._bits)
            self._bits.extend(bytes(more))
        self._bits[place] |= 1 << (number & 7)

    def __contains__(self, number: int) -> bool:
        place = number >> 3
        mark = 1 << (number & 7)
        return place < len(self._bits) and bool(self._bits[place] & mark)

    def __iter__(self) -> Iterator[int]:
        for place, bits in enumerate(self._bits):
            for bit in range(8) if bits else ():
                if bits & 1 << bit:
                    yield place * 8 + bit


class Trail:
    """The trail of the whole shop under its audit `key`. `broken`: "till:seq" of each link that
    does not hold; `seals`: by kind and key the entry and what it sealed; `older`: rows of the
    ledger from before it was marked; `sales`: those it tells of."""

    def __init__(self, session: Session, key: str) -> None:
        self.broken: list[str] = []
        self.seals: dict[tuple[str, str], tuple[int, str]] = {}
        self.older = _START
        self.sales = Sales()
        self._ends: dict[int, tuple[int, str]] = {}
        for row in session.execute(_ENTRIES.execution_options(yield_per=_AT_ONCE)):
            self._follow(row, key)
        self._compare_heads(session, key)

    def _follow(self, row: Any, key: str) -> None:
        seq, prev = self._ends.get(row.till_id, _START)
        said = (row.seq, row.at, row.staff_id, row.action, row.facts)
        if row.seq != seq + 1 or row.mac != audit.mac_of(key, prev, *said):
            self.broken.append(f"{row.till_id}:{row.seq}")
        # each link is judged by the one before it, wrong as that may be
        self._ends[row.till_id] = (row.seq, row.mac)
        if row.action == "sealed":
            self._seal(row)
        elif row.action == "ledger_sealed":
            facts = json.loads(row.facts)
            self.older = (facts["rows"], facts["sha"])
        elif row.action in _POSTED:
            for number in _SALE.findall(row.facts):
                self.sales.add(int(number))

    def _seal(self, row: Any) -> None:
        facts = json.loads(row.facts)
        for name, sha in facts["rows"].items():
            sealed = (facts["kind"], name)
            entry, _ = self.seals.get(sealed, _START)
            # tills are read one after the other: the last entry of all holds
            if row.id > entry:
                self.seals[sealed] = (row.id, sha)

    def _compare_heads(self, session: Session, key: str) -> None:
        """The last link of each till is kept a second time, under a seal of its own."""
        for head in session.execute(select(tables.audit_head)):
            link = (head.seq, head.mac)
            seal = audit.seal_of(key, head.till_id, *link, head.marked, head.marks)
            if self._ends.pop(head.till_id, _START) != link or head.seal != seal:
                self.broken.append(f"{head.till_id}:{head.seq}")
        # a chain whose end nobody keeps
        for till, (seq, _) in self._ends.items():
            self.broken.append(f"{till}:{seq}")

    def seals_of(self, kind: str) -> dict[str, str]:
        """What was sealed last of the rows of a kind, by their keys; what was taken out is none."""
        found = dict[str, str]()
        for (of, key), (_, sha) in self.seals.items():
            if of == kind and sha:
                found[key] = sha
        return found

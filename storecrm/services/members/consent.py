"""Consent: asking, withdrawing, proving; each answer is a row of its own, with what was shown,
when, by whom and on what evidence."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from storecrm.errors import BadInput
from storecrm.ledger import audit
from storecrm.models import tables
from storecrm.models.staff import Staff
from storecrm.services import rights
from storecrm.services.members import consent_ledger, registry, views
from storecrm.services.members.views import MemberView
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic, repeatable
from storecrm.values import Channel, Moment, Purpose, clean_text

_SAID = tables.consent.c


@dataclass(frozen=True)
class ConsentAnswer:
    """One yes or no."""

    at: Moment
    channel: Channel
    purpose: Purpose
    granted: bool
    text_version: str
    evidence: str
    staff: str


@repeatable
def set_consent(
    store: Store,
    *,
    member: str,
    channel: Channel,
    granted: bool,
    evidence: str = "",
    purpose: Purpose = Purpose.PROMOTION,
) -> MemberView:
    """Write down a yes or a no to one channel; withdrawing is as easy as giving. A yes of somebody
    whose address is on the list of those never written to needs evidence, and takes the address off
    it.

    Raises:
        NotFound: member.
        BadInput: evidence_missing.
    """
    rights.require(store, Right.REGISTER)
    with store.write(Topic.MEMBERS) as session:
        found = registry.resolve(session, store, member)
        if granted and consent_ledger.suppressed(session, store, found, channel):
            if not clean_text(evidence, 200):
                raise BadInput("evidence_missing", where=channel.value)
            theirs = consent_ledger.addresses(session, found, channel)
            consent_ledger.lift(session, store, channel, theirs)
        consent_ledger.say(
            session, store, found, channel, granted, purpose=purpose, evidence=evidence
        )
        facts = {"channel": channel.value, "purpose": purpose.value, "granted": granted}
        audit.log(session, store, "consent_set", member=found, **facts)
        return views.of_member(session, store, found)


def history(store: Store, *, member: str) -> list[ConsentAnswer]:
    """Every answer of a member, the oldest first.

    Raises:
        NotFound: member.
    """
    rights.require(store, Right.FIND)
    with store.read() as session:
        person = registry.resolve(session, store, member)
        query = select(tables.consent, Staff.name.label("staff"))
        # a list that came in has no person who wrote it down
        query = query.outerjoin(Staff, Staff.id == _SAID.staff_id)
        query = query.where(_SAID.member_id == person).order_by(_SAID.id)
        return [_answer(row) for row in session.execute(query)]


def _answer(row: Any) -> ConsentAnswer:
    return ConsentAnswer(
        at=row.at,
        channel=Channel(row.channel),
        purpose=Purpose(row.purpose),
        granted=bool(row.granted),
        text_version=row.text_version,
        evidence=row.evidence,
        staff=row.staff or "",
    )


def never_written(store: Store) -> dict[str, int]:
    """How many addresses of each channel are never written to."""
    rights.require(store, Right.REPORTS)
    channel = tables.suppression.c.channel
    with store.read() as session:
        rows = session.execute(select(channel, func.count()).group_by(channel))
        return {str(name): int(addresses) for name, addresses in rows}

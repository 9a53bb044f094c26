"""Consent: asking, withdrawing, proving; each answer is a row of its own, with what was shown,
when, by whom and on what evidence."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from storecrm.errors import BadInput
from storecrm.ledger import audit
from storecrm.models.member import Consent, Suppression
from storecrm.models.staff import Staff
from storecrm.services import rights
from storecrm.services.members import consent_ledger, registry, views
from storecrm.services.members.views import MemberView
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic, repeatable
from storecrm.values import Channel, Moment, Purpose, clean_text

_C: Any = Consent.__table__
_X: Any = Suppression.__table__


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
            consent_ledger.lift(
                session, store, channel, consent_ledger.addresses(session, found, channel)
            )
        consent_ledger.say(
            session, store, found, channel, granted, purpose=purpose, evidence=evidence
        )
        audit.log(
            session,
            store,
            "consent_set",
            member=found,
            channel=channel.value,
            purpose=purpose.value,
            granted=granted,
        )
        return views.of_member(session, store, found)


def history(store: Store, *, member: str) -> list[ConsentAnswer]:
    """Every answer of a member, the oldest first.

    Raises:
        NotFound: member.
    """
    rights.require(store, Right.FIND)
    with store.read() as session:
        person = registry.resolve(session, store, member)
        query = (
            select(_C, Staff.name.label("staff"))
            .outerjoin(Staff, Staff.id == _C.c.staff_id)
            .where(_C.c.member_id == person)
        )
        return [
            ConsentAnswer(
                r.at,
                Channel(r.channel),
                Purpose(r.purpose),
                bool(r.granted),
                r.text_version,
                r.evidence,
                r.staff or "",
            )
            for r in session.execute(query.order_by(_C.c.id))
        ]


def never_written(store: Store) -> dict[str, int]:
    """How many addresses of each channel are never written to."""
    rights.require(store, Right.REPORTS)
    with store.read() as session:
        return {
            str(channel): int(n)
            for channel, n in session.execute(
                select(_X.c.channel, func.count()).group_by(_X.c.channel)
            )
        }

"""Addresses that are never written to, from a list."""

from typing import Any, ClassVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storecrm.models.member import Member
from storecrm.services.imports.loaders.base import Loader, Parsed
from storecrm.services.imports.loaders.cell_readers import cell, key_text
from storecrm.services.members import consent_ledger, personal_data, registry
from storecrm.values import Channel, ImportId, MemberId, Phone, Purpose, clean_text


class OptOutsLoader(Loader):
    """opt-outs: addresses whose owners said stop; nobody writes to them, members or not. Key is
    channel + address."""

    WAITS: ClassVar = True

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.seen: set[tuple[Channel, str]] = set()

    def read(self, cells: dict[str, str]) -> dict[str, Any]:
        phone = cell(cells, "phone", self._phone)
        email = personal_data.email_of(cells.get("email") or "").casefold()
        if not phone and not email:
            raise ValueError("phone:missing")
        usual = Channel.SMS if phone else Channel.EMAIL
        channel = cell(cells, "channel", _channel) or usual
        address = email if channel is Channel.EMAIL else phone
        if not address:
            raise ValueError(f"{_column_of(channel)}:missing")
        reason = clean_text(cells.get("reason") or "", 200)
        return {"channel": channel, "address": address, "reason": reason}

    def _phone(self, text: str) -> str:
        return personal_data.phone_of(key_text(text), self.store.shop.region)

    def thaw(self, row: dict[str, Any]) -> dict[str, Any]:
        return row | {"channel": Channel(row["channel"])}

    def write(
        self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool
    ) -> None:
        known = consent_ledger.all_suppressed(session)
        secret = self.store.shop.audit_key
        for number, row in part:
            channel = row["channel"]
            address = row["address"]
            if (channel, address) in self.seen:
                self.problem(number, _column_of(channel), "twice_in_file", address)
                continue
            self.seen.add((channel, address))
            # the list of the store holds no address, only what proves one
            mark = consent_ledger.mac_of(secret, address)
            if (channel.value, mark) in known:
                self.counts["unchanged"] += 1
                continue
            self.counts["created"] += 1
            if batch is not None:
                reason = row["reason"]
                consent_ledger.suppress(session, self.store, channel, address, reason, batch)
                for member in self._owners(session, channel, address):
                    self._withdraw(session, member, row, batch)

    def _owners(self, session: Session, channel: Channel, address: str) -> list[MemberId]:
        """Whom an address reaches."""
        if channel is Channel.EMAIL:
            theirs = func.lower(Member.email) == address
            live = select(Member.id).where(Member.state == "live")
            found = session.scalars(live.where(theirs))
            # several may share an address
            return [MemberId(member) for member in found]
        owner = registry.by_phone(session, Phone(address))
        return [owner] if owner is not None else []

    def _withdraw(
        self, session: Session, member: MemberId, row: dict[str, Any], batch: ImportId
    ) -> None:
        """A stop means stop: for whatever the member said yes to."""
        channel = row["channel"]
        proof = dict[str, Any](batch=batch)
        # without a reason the list itself is the proof
        proof["evidence"] = row["reason"] or consent_ledger.LISTED
        for purpose in Purpose:
            holds = consent_ledger.standing(session, member, purpose)
            if holds.get(channel.value):
                proof["purpose"] = purpose
                consent_ledger.say(session, self.store, member, channel, False, **proof)


_CHANNELS = {"短信": Channel.SMS, "微信": Channel.WECHAT, "电话": Channel.PHONE}
# a mail is written in two ways
_CHANNELS |= {"邮件": Channel.EMAIL, "e-mail": Channel.EMAIL}


def _column_of(channel: Channel) -> str:
    return "email" if channel is Channel.EMAIL else "phone"


def _channel(text: str) -> Channel:
    tidy = clean_text(text).casefold()
    try:
        return _CHANNELS.get(tidy) or Channel(tidy)
    except ValueError:
        raise ValueError("unknown") from None

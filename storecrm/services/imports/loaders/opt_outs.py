"""Addresses that are never written to, from a list."""

from typing import Any, ClassVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storecrm.models.member import Member
from storecrm.services.imports.loaders.base import Loader, Parsed, cell, key_text
from storecrm.services.members import consent_ledger, personal_data, registry
from storecrm.values import Channel, ImportId, MemberId, Purpose, clean_text


class OptOutsLoader(Loader):
    """opt-outs: addresses whose owners said stop; nobody writes to them, members or not. Key is
    channel + address."""

    WAITS: ClassVar = True

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.seen: set[tuple[Channel, str]] = set()

    def read(self, cells: dict[str, str]) -> dict[str, Any]:
        phone = cell(
            cells,
            "phone",
            lambda text: personal_data.phone_of(key_text(text), self.store.shop.region),
        )
        email = personal_data.email_of(cells.get("email") or "").casefold()
        if not phone and not email:
            raise ValueError("phone:missing")
        channel = cell(cells, "channel", _channel) or (Channel.SMS if phone else Channel.EMAIL)
        address = email if channel is Channel.EMAIL else phone
        if not address:
            raise ValueError(f"{'email' if channel is Channel.EMAIL else 'phone'}:missing")
        return {
            "channel": channel,
            "address": address,
            "reason": clean_text(cells.get("reason") or "", 200),
        }

    def thaw(self, row: dict[str, Any]) -> dict[str, Any]:
        return row | {"channel": Channel(row["channel"])}

    def write(
        self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool
    ) -> None:
        known = consent_ledger.all_suppressed(session)
        for number, row in part:
            key = (row["channel"], row["address"])
            if key in self.seen:
                self.problem(
                    number,
                    "email" if row["channel"] is Channel.EMAIL else "phone",
                    "twice_in_file",
                    row["address"],
                )
                continue
            self.seen.add(key)
            if (
                row["channel"].value,
                consent_ledger.mac_of(self.store.shop.audit_key, row["address"]),
            ) in known:
                self.counts["unchanged"] += 1
                continue
            self.counts["created"] += 1
            if batch is not None:
                consent_ledger.suppress(
                    session, self.store, row["channel"], row["address"], row["reason"], batch
                )
                for member in self._owners(session, row):
                    self._withdraw(session, member, row, batch)

    def _owners(self, session: Session, row: dict[str, Any]) -> list[MemberId]:
        if row["channel"] is Channel.EMAIL:
            found = session.scalars(
                select(Member.id).where(
                    func.lower(Member.email) == row["address"], Member.state == "live"
                )
            )
            return [MemberId(member) for member in found]
        owner = registry.by_phone(session, row["address"])
        return [owner] if owner is not None else []

    def _withdraw(
        self, session: Session, member: MemberId, row: dict[str, Any], batch: ImportId
    ) -> None:
        """A stop means stop: for whatever the member said yes to."""
        for purpose in Purpose:
            if consent_ledger.standing(session, member, purpose).get(row["channel"].value):
                said = row["reason"] or consent_ledger.LISTED
                consent_ledger.say(
                    session,
                    self.store,
                    member,
                    row["channel"],
                    False,
                    purpose=purpose,
                    evidence=said,
                    batch=batch,
                )


_CHANNELS = {
    "短信": Channel.SMS,
    "邮件": Channel.EMAIL,
    "微信": Channel.WECHAT,
    "电话": Channel.PHONE,
    "e-mail": Channel.EMAIL,
}


def _channel(text: str) -> Channel:
    tidy = clean_text(text).casefold()
    try:
        return _CHANNELS.get(tidy) or Channel(tidy)
    except ValueError:
        raise ValueError("unknown") from None

"""The columns of the list of members."""

from dataclasses import replace
from datetime import date

from storecrm.i18n import Catalogue
from storecrm.services.analytics.member_list import ListedMember
from storecrm.ui.kit.tables import Column, Kind
from storecrm.values import grouped, spaced_phone

_Listed = Column[ListedMember]


class MemberColumns:
    """Their keys are those by which the store sorts and filters."""

    def __init__(self, words: Catalogue) -> None:
        self._words = words

    def for_everybody(self) -> list[Column[ListedMember]]:
        """The last ones give way first where room is short. The store knows neither how a name
        sounds nor how high a tier stands, and so sorts by none of them."""
        name, phone, registered = self.of_persons()
        name = replace(name, sorts=False)
        last, net, *others = self._known()
        return [name, phone, last, net, registered, *others]

    def of_persons(self) -> list[Column[ListedMember]]:
        """Who somebody is: a cashier sees no more."""
        w = self._words
        name: _Listed = Column("name", w.t("Full name"), _name, 96, personal=True)
        phone: _Listed = Column("phone", w.t("Phone"), _phone, 140, kind=Kind.PHONE, personal=True)
        registered: _Listed = Column(
            "registered_on",
            w.t("Registered"),
            lambda row: w.day(row.member.registered_on),
            110,
            kind=Kind.DAY,
            value=lambda row: row.member.registered_on,
            spare=True,
        )
        return [name, phone, registered]

    def _known(self) -> list[Column[ListedMember]]:
        """What is known of a member, for those who may see the whole list."""
        w = self._words
        visits: _Listed = Column(
            "visits",
            w.t("Visits"),
            lambda row: w.number(row.visits),
            76,
            kind=Kind.NUMBER,
            value=lambda row: row.visits,
            spare=True,
        )
        tier: _Listed = Column(
            "tier", w.t("Tier"), lambda row: row.member.tier, 90, spare=True, sorts=False
        )
        last: _Listed = Column(
            "last",
            w.t("Last visit"),
            self._last,
            width=110,
            kind=Kind.DAY,
            value=_last_day,
            spare=True,
        )
        net: _Listed = Column(
            "net", w.t("Spent"), self._net, width=110, kind=Kind.MONEY, value=_net_worth, spare=True
        )
        number: _Listed = Column(
            "member_no",
            w.t("Member number"),
            lambda row: grouped(row.member.member_no),
            180,
            kind=Kind.CODE,
            personal=True,
            shown=False,
            spare=True,
        )
        return [last, net, tier, visits, number]

    def _last(self, row: ListedMember) -> str:
        return self._words.day(row.last)

    def _net(self, row: ListedMember) -> str:
        return self._words.money(row.net)


def _name(row: ListedMember) -> str:
    return row.member.name or "—"


def _phone(row: ListedMember) -> str:
    return spaced_phone(row.member.phone)


def _last_day(row: ListedMember) -> date | None:
    return row.last


def _net_worth(row: ListedMember) -> int:
    return row.net

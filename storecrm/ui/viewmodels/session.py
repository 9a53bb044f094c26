"""Who is signed in at this window."""

from contextlib import suppress
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from storecrm.errors import StoreError
from storecrm.services import rights
from storecrm.services.rights import Right
from storecrm.services.staff import accounts, preferences
from storecrm.services.staff.accounts import StaffView
from storecrm.services.store import Store
from storecrm.ui.kit.tasks import Lane
from storecrm.values import Role


class SessionViewModel(QObject):
    """Names to choose from, signing in, the present actor's store."""

    people = Signal(object)  # list[StaffView]
    signed_in = Signal(object)  # Store
    refused = Signal(object)  # StoreError

    def __init__(self, store: Store, lane: Lane, till: str) -> None:
        super().__init__()
        self.base = store
        self.store = store
        self._lane = lane
        self.till = till
        # how this person arranged the window, known before its first page is seen
        self.preferences: dict[str, Any] = {}
        # known before any page hears of it
        self.signed_in.connect(self._keep)

    def load(self) -> None:
        """Ask for the people who can sign in."""
        self._lane.start(lambda _: self._people(), then=self.people)

    def _people(self) -> list[StaffView]:
        # who has no PIN yet gets one from the owner first
        return [who for who in accounts.listed(self.base) if not who.disabled and who.has_pin]

    def sign_in(self, who: StaffView, pin: str) -> None:
        def work() -> object:
            store = accounts.sign_in(self.base, name=who.name, pin=pin, till=self.till)
            self.preferences = _preferences(store)
            return store

        self._lane.do(work, then=self.signed_in, refused=self.refused)

    def step_down(self) -> bool:
        """Take a manager's or owner's rights off; who acts stays who it is. False when there was
        nothing to take."""
        actor = self.store.actor
        if actor is None or actor.role is Role.CASHIER:
            return False
        self.store = self.base.acting(replace(actor, role=Role.CASHIER))
        return True

    def sign_out(self) -> None:
        self.store = self.base

    def may(self, right: Right) -> bool:
        """True when the person signed in holds `right`."""
        return rights.holds(self.store.actor, right)

    def _keep(self, store: Store) -> None:
        self.store = store


def _preferences(store: Store) -> dict[str, Any]:
    """What the person arranged; nobody is kept out because it cannot be read."""
    with suppress(StoreError):
        return preferences.kept(store)
    return {}

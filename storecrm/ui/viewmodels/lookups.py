"""What can be chosen in a box with a search: articles, categories, brands, members, offers,
segments, each found by a few letters.

    SearchBox(words.t("Article"), words, lookups.articles, lookups.lane)
"""

from collections.abc import Sequence
from datetime import date

from storecrm.i18n import Catalogue
from storecrm.services import goods
from storecrm.services.analytics import segments
from storecrm.services.goods import SEEN_AT_ONCE
from storecrm.services.members import registry
from storecrm.services.offers import offer_search
from storecrm.services.store import Store
from storecrm.ui.kit.pickers.choices import Choice
from storecrm.ui.kit.tasks import Lane
from storecrm.values import OfferState
from storecrm.wording import insight


class Lookups:
    """The searches of one person; each runs on `lane` and is bound to whoever is signed in."""

    def __init__(self, store: Store, lane: Lane, words: Catalogue) -> None:
        self._store = store
        self._words = words
        self.lane = lane

    def today(self) -> date:
        """The shop's day, from which a box for a day counts."""
        return self._store.clock.today()

    def articles(self, text: str) -> Sequence[Choice]:
        """By number, barcode or a part of the name; the value is the number."""
        return [self._article(found) for found in goods.articles(self._store, text=text)]

    def _article(self, found: goods.ArticleName) -> Choice:
        price = "" if found.price is None else self._words.money(found.price)
        told = [part for part in (found.sku, price) if part]
        return Choice(found.sku, found.name or found.sku, "  ".join(told))

    def categories(self, text: str) -> Sequence[Choice]:
        """By words or initials; the value is the category."""
        return [Choice(word, word) for word in goods.categories(self._store, text=text)]

    def brands(self, text: str) -> Sequence[Choice]:
        """By words or initials; the value is the brand."""
        return [Choice(word, word) for word in goods.brands(self._store, text=text)]

    def members(self, text: str) -> Sequence[Choice]:
        """By phone, card, name or initials, as the till finds them; the value is the member's
        number. Nothing is found for no text: a list of people is not opened by a click."""
        if not text:
            return []
        found = registry.find(self._store, text=text, limit=SEEN_AT_ONCE)
        return [Choice(member.member_no, member.title, member.phone) for member in found]

    def offers(self, text: str) -> Sequence[Choice]:
        """By code, name or initials; the value is the code."""
        found = offer_search.search(self._store, text=text)
        return [self._offer(offer) for offer in found]

    def _offer(self, offer: offer_search.OfferName) -> Choice:
        stopped = offer.state is not OfferState.RUNNING
        state = self._words.t("stopped") if stopped else ""
        told = [part for part in (offer.code, state) if part]
        return Choice(offer.code, offer.name or offer.code, "  ".join(told))

    def segments(self, text: str) -> Sequence[Choice]:
        """By code, name or initials, the built-in ones first; the value is the code."""
        choices = []
        for found in segments.listed(self._store):
            name = insight.name_of(found.code, found.name, self._words)
            if goods.found_by(name, text) or goods.found_by(found.code, text):
                choices.append(Choice(found.code, name, found.code))
        return choices[:SEEN_AT_ONCE]

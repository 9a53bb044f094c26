"""Offers from a list: a rule that is here already must say the same."""

from dataclasses import asdict
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from storecrm.domain.offers import reading
from storecrm.errors import BadInput, NotFound
from storecrm.models.offer import Offer
from storecrm.services.imports.loaders.base import Loader, Parsed, Row
from storecrm.services.offers import design
from storecrm.values import ImportId, OfferState


class OffersLoader(Loader):
    """offers: key is code."""

    AT_ONCE: ClassVar = True

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.seen: dict[str, reading.OfferDraft] = {}

    def read(self, cells: dict[str, str]) -> tuple[reading.OfferDraft, OfferState]:
        tidy = {name: text.strip() for name, text in cells.items()}
        said = {name: text for name, text in tidy.items() if text}
        state = said.pop("state", OfferState.RUNNING)
        if state not in tuple(OfferState):
            raise BadInput("offer_value", where="state", value=state[:40])
        draft = reading.draft(said, self.cells.digits)
        return draft, OfferState(state)

    def parse(self, rows: list[Row]) -> list[Parsed]:
        parsed = []
        for number, row in rows:
            try:
                parsed.append((number, self.read(self.named(row))))
            except BadInput as error:
                value = str(error.facts.get("value", ""))
                self.problem(number, error.where, error.code, value)
        return parsed

    def write(
        self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool
    ) -> None:
        for number, (new, state) in part:
            try:
                design.check_stored(session, new.code, new.rule)
            except (BadInput, NotFound) as error:
                # what it names: the offer that is a card's reward, or goods that are given
                column = "reward" if isinstance(error, NotFound) else "gifts"
                self.problem(number, column, error.code, error.where)
                continue
            named = select(Offer).where(Offer.code == new.code)
            offer = session.scalar(named)
            if offer is not None:
                version = design.newest_version(session, offer.id)
                rule = design.rule_of(session, version)
                self._compare(number, new, offer.name, rule)
            elif new.code in self.seen:
                # it stands in the file already and was only counted
                first = self.seen[new.code]
                self._compare(number, new, first.name, first.rule)
            else:
                self.seen[new.code] = new
                self.counts["created"] += 1
                if batch is not None:
                    self._create(session, new, state, batch)

    def _create(
        self, session: Session, new: reading.OfferDraft, state: OfferState, batch: ImportId
    ) -> None:
        now = self.store.clock.now()
        made = {"created_at": now, "created_by": self.store.staff, "import_id": batch}
        said = {"code": new.code, "name": new.name, "campaign": new.campaign, "state": state}
        offer = Offer(**said, **made)
        session.add(offer)
        session.flush()
        design.add_version(session, offer.id, new.rule)

    def _compare(self, number: int, new: reading.OfferDraft, name: str, rule: Any) -> None:
        # what an offer is for comes in by a list of its own
        apart = {"products": (), "categories": ()}
        here = asdict(rule) | apart
        listed = asdict(new.rule) | apart
        if here == listed and name == new.name:
            self.counts["unchanged"] += 1
        else:
            self.problem(number, "code", "offer_differs", new.code)

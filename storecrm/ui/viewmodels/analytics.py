"""What is known of members together: scores, stages, segments, tags. Everything is read on the
reading lane; a count that is out of date is never shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance, Slot

from storecrm.domain import segment_fields
from storecrm.domain.shop_rules import ShopRules
from storecrm.errors import BadInput, StoreError
from storecrm.i18n import Catalogue
from storecrm.services import rights, shop_settings
from storecrm.services.analytics import lifecycle, rfm, segments, tag_rules
from storecrm.services.analytics.lifecycle import Stage
from storecrm.services.analytics.rfm import Overview
from storecrm.services.analytics.segments import Compared, SegmentView
from storecrm.services.exports import segment_members
from storecrm.services.members import tags
from storecrm.services.members.tags import TagView
from storecrm.services.progress import Progress
from storecrm.services.reports import enrolment
from storecrm.services.reports.enrolment import Recruiter
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.ui.kit.tasks import Lane, Task
from storecrm.ui.viewmodels.lookups import Lookups

A_DAY = timedelta(days=1)
"""Figures are asked for the moment before a day, people name the last day that counts."""
WAIT_MS = 350
"""How long a rule rests before its members are counted."""


@dataclass(frozen=True)
class Scores:
    """RFM at a day, how many went from which group to which since an earlier one, and the table of
    groups as the rule writes it."""

    now: Overview
    moves: dict[tuple[str, str], int]
    groups: str


@dataclass(frozen=True)
class Stages:
    """The stages at a day, the moves since an earlier one, and the four thresholds as the rules
    write them."""

    now: list[Stage]
    moves: dict[tuple[str, str], int]
    thresholds: dict[str, str]


@dataclass(frozen=True)
class SegmentList:
    """Every segment, with the sizes that are known so far: the rest comes one by one."""

    views: list[SegmentView]
    sizes: dict[str, int]


@dataclass(frozen=True)
class Counted:
    """How many members the rule on the table picks, or why they cannot be counted, with the number
    of the question."""

    asked: int
    answer: int | StoreError


class KnownViewModel(QObject):
    """Scores, stages, segments and tags."""

    scored = Signal(object)  # Scores
    staged = Signal(object)  # Stages
    shelved = Signal(object)  # Shelf
    counted = Signal(object)  # int
    counted_one = Signal(object)  # (code, members)
    kept = Signal(object)  # SegmentView
    sized = Signal(object)  # list[tuple[date, int]]
    compared = Signal(object)  # Compared
    tagged = Signal(object)  # list[TagView]
    recruited = Signal(object)  # list[Recruiter]
    exported = Signal(object)  # Path
    progressed = Signal(object)  # (done, total)
    ruled = Signal(object)
    refused = Signal(object)  # StoreError
    incomplete = Signal(object)  # StoreError
    _count_came = Signal(object)

    def __init__(self, store: Store, bench: Lane, office: Lane, words: Catalogue) -> None:
        super().__init__()
        self.store = store
        self.words = words
        self._bench = bench
        self._office = office
        self.task: Task | None = None
        self._asked = 0
        self._rule: Mapping[str, Any] | None = None
        self.lookups = Lookups(store, bench, words)
        self._rest = QTimer(self)
        # each key of a rule would count all receipts again
        self._rest.setSingleShot(True)
        self._rest.setInterval(WAIT_MS)
        self._rest.timeout.connect(self._count)
        self._count_came.connect(self._on_count)

    @property
    def may_rule(self) -> bool:
        return rights.holds(self.store.actor, Right.RULES)

    @property
    def may_export(self) -> bool:
        return rights.holds(self.store.actor, Right.EXPORT_MEMBERS)

    @property
    def today(self) -> date:
        return self.store.clock.today()

    def scores(self, day: date, since: date) -> None:
        """RFM up to and including a day, and the moves since another."""

        def work() -> Scores:
            before = since + A_DAY
            then = day + A_DAY
            moves = rfm.moves(self.store, before=before, then=then) if since < day else {}
            now = rfm.overview(self.store, before=then)
            groups = shop_settings.show(self.store)[ShopRules.rfm_groups.key]
            return Scores(now, moves, groups)

        self._on_bench(work, self.scored)

    def stages(self, day: date, since: date) -> None:
        """The stages up to and including a day, and the moves since another."""

        def work() -> Stages:
            before = since + A_DAY
            then = day + A_DAY
            shop = shop_settings.show(self.store)
            moves = lifecycle.moves(self.store, before=before, then=then) if since < day else {}
            now = lifecycle.overview(self.store, before=then)
            thresholds = {rule.key: shop[rule.key] for rule in lifecycle.RULES}
            return Stages(now, moves, thresholds)

        self._on_bench(work, self.staged)

    def set_rules(self, values: Mapping[str, str]) -> None:
        """Change rules of the shop, all or none; who shows them looks again."""
        work = partial(shop_settings.set_rules, self.store, values=dict(values))
        self._on_office(work, self.ruled)

    # --- segments ---

    def shelf(self) -> None:
        """Every segment at once, then the size of each: one look after the other, so that whoever
        searches meanwhile does not wait."""

        def work() -> object:
            return SegmentList(segments.listed(self.store), {})

        self._on_bench(work, self.shelved)

    def count_each(self, views: list[SegmentView]) -> None:
        """The sizes, from above."""
        # one question each, so that others of the page come between
        for view in views:
            self._bench.start(
                partial(self._size, view.code), then=self.counted_one, refused=self.refused
            )

    def _size(self, code: str, _progress: object) -> tuple[str, int]:
        return code, segments.counts(self.store, codes=(code,))[code]

    def ask(self, rule: Mapping[str, Any]) -> None:
        """Count a rule's members once it rests; a rule that is not complete yet is said at once."""
        # an answer that comes late is known by its number
        self._asked += 1
        try:
            segment_fields.check(rule, digits=self.store.shop.digits)
        except BadInput as error:
            self._rest.stop()
            self.incomplete.emit(error)
            return
        self._rule = rule
        self._rest.start()

    @Slot()
    def _count(self) -> None:
        asked = self._asked
        rule = self._rule

        def work() -> Counted:
            try:
                return Counted(asked, segments.count(self.store, rule=rule))
            except StoreError as error:
                return Counted(asked, error)

        self._on_bench(work, self._count_came)

    @Slot(object)
    def _on_count(self, found: Counted) -> None:
        # an answer to a rule that has changed since is nobody's
        if found.asked != self._asked:
            return
        told = self.incomplete if isinstance(found.answer, StoreError) else self.counted
        told.emit(found.answer)

    def keep(self, code: str, name: str, rule: Mapping[str, Any]) -> None:
        """Keep a rule as a segment of the shop's own; one of the same code is replaced."""

        def work() -> SegmentView:
            # a code is for files and commands: whoever types none gets the name as one
            made = code.strip() or "-".join(name.split())[:40]
            return segments.create(self.store, code=made, name=name, rule=rule, replace=True)

        self._on_office(work, self.kept)

    def keep_list(self, of: SegmentView) -> None:
        """Today's members of a segment as a list that stays."""
        code = f"{of.code}-{self.today.isoformat()}"[:40]

        def work() -> object:
            return segments.keep_list(self.store, code=code, of=of.code)

        self._on_office(work, self.kept)

    def remove(self, view: SegmentView) -> None:
        self._on_office(lambda: segments.remove(self.store, code=view.code), self.kept)

    def sizes(self, view: SegmentView) -> None:
        """What was counted of a segment on other days."""

        def work() -> object:
            return segments.sizes(self.store, code=view.code)

        self._on_bench(work, self.sized)

    def compare(self, first: SegmentView, second: SegmentView) -> None:
        def work() -> Compared:
            return segments.compare(self.store, first=first.code, second=second.code)

        self._on_bench(work, self.compared)

    def export(self, view: SegmentView, file: Path, *, recommended: bool = False) -> None:
        """A segment's members, with `recommended` each with the article to name in a message; who
        searches meanwhile does not wait."""

        def work(progress: Progress) -> Path:
            segment_members.export_segment(
                self.store,
                code=view.code,
                file=file,
                words=self.words,
                recommended=recommended,
                overwrite=True,
                progress=progress,
            )
            return file

        self.task = self._office.start(
            work, then=self.exported, refused=self.refused, progressed=self.progressed
        )

    # --- tags and people ---

    def tags(self) -> None:
        self._on_bench(lambda: tags.listed(self.store), self.tagged)

    def keep_tag(
        self,
        name: str,
        group: str,
        colour: str,
        days: int | None,
        of: SegmentView | None,
        *,
        keep_rule: bool = False,
    ) -> None:
        """Define a tag; with a segment its rule puts it on by itself, unless the rule that it has
        is kept."""

        def work() -> list[TagView]:
            called = name.strip()
            kept = tags.keep(self.store, name=called, group=group, colour=colour, days=days)
            if keep_rule:
                return kept
            rule = of.rule if of is not None else None
            return tag_rules.set_rule(self.store, name=called, rule=rule)

        self._on_office(work, self.tagged)

    def remove_tag(self, name: str) -> None:
        def work() -> object:
            return tags.remove(self.store, name=name)

        self._on_office(work, self.tagged)

    def recruiters(self, first: date, last: date) -> None:
        """Who brought members in a period."""

        def work() -> list[Recruiter]:
            return enrolment.figures(self.store, first=first, last=last)

        self._on_bench(work, self.recruited)

    def _on_bench(self, work: Callable[[], object], then: SignalInstance) -> None:
        """Read without being in the way of the till."""
        self._bench.start(lambda _: work(), then=then, refused=self.refused)

    def _on_office(self, work: Callable[[], object], then: SignalInstance) -> None:
        """Change the books; long acts wait for each other here."""
        self._office.start(lambda _: work(), then=then, refused=self.refused)

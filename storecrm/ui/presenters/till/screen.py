"""What the panel shows, as values. A way on says what is to be done (`Act`) and does
nothing by itself, so that two screens can be compared."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any

from storecrm.i18n import Catalogue
from storecrm.services.members.views import MemberView
from storecrm.services.till.receipts import BillView
from storecrm.values import Day, masked_phone
from storecrm.wording import labels
from storecrm.wording.refusals import near

ICON = {
    "ok": "circle-check",
    "used": "alert-triangle",
    "bad": "alert-octagon",
    "info": "user-scan",
    "unknown": "zoom-question",
    "idle": "scan",
}
"""The sign of each look, where no better one is at hand."""

FACTS = 4
"""How many facts the panel has room for."""

SUCCESS_S = 8
"""How long a success stays before the panel rests."""


class Do(Enum):
    """Ways on that need no more to be said."""

    CLOSE = auto()
    UNDO = auto()
    SHOW_OPEN = auto()
    CLOCK_IS_WRONG = auto()
    PRINT_LAST = auto()


@dataclass(frozen=True)
class Take:
    """Take this coupon."""

    code: str


@dataclass(frozen=True)
class Swap:
    """Hand the bill's coupons back and take this one."""

    code: str


@dataclass(frozen=True)
class NextCustomer:
    """Post the bill; this coupon begins the next."""

    code: str


@dataclass(frozen=True)
class OwnWord:
    """Take the coupon on the person's own small allowance; `what` was refused."""

    code: str
    what: str


@dataclass(frozen=True)
class AskManager:
    """A manager sets aside what was refused. With `lifts` codes may be tried again at all; with
    `own_card` a second person stands in for the own card of who stands at the till."""

    code: str
    what: str
    lifts: bool = False
    own_card: bool = False


@dataclass(frozen=True)
class ConfirmDay:
    """The person says that it is this day."""

    day: Day


@dataclass(frozen=True)
class PrintSlip:
    """Print the slip of this receipt."""

    receipt: str


@dataclass(frozen=True)
class TakeUp:
    """The bill that waits is the till's again."""

    receipt: str


@dataclass(frozen=True)
class ChooseMember:
    """This one of the members who were found (members.FoundMember)."""

    found: Any


Act = (
    Do
    | Take
    | Swap
    | NextCustomer
    | OwnWord
    | AskManager
    | ConfirmDay
    | PrintSlip
    | TakeUp
    | ChooseMember
)


Fact = tuple[str, str]
"""Something that is known, and its name before it."""


@dataclass(frozen=True)
class Choice:
    """A way on, its words and what is to be done. It is chosen by its number with Enter, or by a
    key of its own, which then has no number."""

    text: str
    act: Act
    key: str = ""


@dataclass(frozen=True)
class Screen:
    """What the panel shows: a look, the state, the big line, what to do, facts, numbered choices;
    `seconds` until a success makes room for the next scan."""

    look: str
    title: str
    big: str = ""
    todo: str = ""
    facts: tuple[Fact, ...] = ()
    choices: tuple[Choice, ...] = ()
    icon: str = ""
    seconds: int = 0

    @property
    def numbers(self) -> list[int]:
        """The numbers that can be typed; what has a key of its own has none."""
        return [number for number, choice in enumerate(self.choices, 1) if not choice.key]


def note(look: str, title: str, todo: str, *, big: str = "", icon: str = "") -> Screen:
    """A short word with the sign of its look."""
    return Screen(look, title, big, todo, icon=icon or ICON[look])


def success(title: str, big: str, todo: str = "", facts: Sequence[Fact] = ()) -> Screen:
    """Something is done; the panel rests after some seconds."""
    # the panel has no room for more
    shown = tuple(facts[:FACTS])
    return Screen(
        look="ok",
        title=title,
        big=big,
        todo=todo,
        facts=shown,
        icon="circle-check",
        seconds=SUCCESS_S,
    )


def missing_for(bill: BillView, w: Catalogue) -> list[Fact]:
    """What is missing for promotions that are near."""
    return [(name, near(refused, w)) for name, refused in bill.near]


def idle(w: Catalogue, *, sells_goods: bool) -> Screen:
    """The panel at rest."""
    if sells_goods:
        todo = w.t("Scan goods, a coupon or a member card.")
    else:
        todo = w.t("Scan a coupon or a member card, or type the amount.")
    return Screen("idle", w.t("Ready"), "", todo, icon="scan")


def rested(done: Screen, at: str, w: Catalogue, *, sells_goods: bool) -> Screen:
    """At rest after a success: ready for the next scan, with what was done last and when."""
    said = [part for part in (at, done.title, done.big) if part]
    last = (w.t("Last"), "  ".join(said))
    return replace(idle(w, sells_goods=sells_goods), facts=(last,))


def who(member: MemberView) -> str:
    """Name and masked phone."""
    # what has no country's sign is masked already
    is_whole = member.phone.startswith("+")
    phone = masked_phone(member.phone) if is_whole else member.phone
    return f"{member.name} {phone}".strip()


def step_name(step: Any, w: Catalogue) -> str:
    """A step of the price by its offer, or by its kind."""
    return step.offer_name or w.t(labels.STEPS[step.step])

"""What a thing can be: states, kinds, roles and the codes of refusals, as they are stored."""

from dataclasses import dataclass
from enum import StrEnum

from storecrm.values.days import Day, Moment
from storecrm.values.ids import StaffId, TillId
from storecrm.values.money import Money


class Role(StrEnum):
    """What a person may do is decided by the role (see services.rights)."""

    CASHIER = "cashier"
    MANAGER = "manager"
    OWNER = "owner"


class OfferKind(StrEnum):
    """What an offer gives. `EXTERNAL` was decided by another system and only takes imported
    redemptions."""

    PERCENT_OFF = "percent_off"
    AMOUNT_OFF = "amount_off"
    THRESHOLD_OFF = "threshold_off"
    EVERY_THRESHOLD = "every_threshold"
    FIXED_PRICE = "fixed_price"
    BUY_GET = "buy_get"
    NTH_ITEM = "nth_item"
    GIFT = "gift"
    ADD_ON = "add_on"
    POINTS_TIMES = "points_times"
    STAMPS = "stamps"
    EXTERNAL = "external"


class OfferState(StrEnum):
    RUNNING = "running"
    STOPPED = "stopped"


class CouponState(StrEnum):
    """Stored states. "Not yet valid" and "expired" are derived from the dates."""

    ISSUED = "issued"
    RESERVED = "reserved"
    REDEEMED = "redeemed"
    VOIDED = "voided"


class BatchState(StrEnum):
    ISSUING = "issuing"
    READY = "ready"
    VOIDED = "voided"


ARRIVING = "arriving"
"""The state of rows of an import that is not at its end: nobody sees them."""


class SaleState(StrEnum):
    OPEN = "open"
    SUSPENDED = "suspended"
    POSTED = "posted"
    VOIDED = "voided"
    DROPPED = "dropped"


class EntryKind(StrEnum):
    """The kinds of points movement, one row per direction."""

    OPENING = "opening"
    EARN = "earn"
    BURN = "burn"
    EXCHANGE = "exchange"
    EXPIRE = "expire"
    ADJUST = "adjust"
    CLAW_BACK = "claw_back"
    RESTORE = "restore"
    REVERSE = "reverse"


class TenderKind(StrEnum):
    """What a sale was paid with."""

    CASH = "cash"
    WECHAT = "wechat"
    ALIPAY = "alipay"
    CARD = "card"
    EXCHANGE = "exchange"
    OTHER = "other"


class Override(StrEnum):
    """On whose word a coupon was taken although a rule says no."""

    NONE = ""
    MANAGER = "manager"
    ALLOWANCE = "allowance"
    EMERGENCY = "emergency"


class PaperAct(StrEnum):
    """What happens to a range of printed serials."""

    HANDED_OUT = "handed_out"
    RETURNED = "returned"
    VOIDED = "voided"


class StampKind(StrEnum):
    """The kinds of stamp movement."""

    STAMP = "stamp"
    CARD = "card"
    TAKE_BACK = "take_back"
    REVERSE = "reverse"


class Channel(StrEnum):
    SMS = "sms"
    EMAIL = "email"
    WECHAT = "wechat"
    PHONE = "phone"
    POST = "post"


class Purpose(StrEnum):
    """What a member says yes or no to: offers, messages about their own affairs, questions."""

    PROMOTION = "promotion"
    SERVICE = "service"
    SURVEY = "survey"


class RefusalCode(StrEnum):
    """Why a coupon is not taken: stable codes for screens, JSON and reports."""

    NOT_FOUND = "not_found"
    CHECKSUM = "checksum"
    VOIDED = "voided"
    NOT_STARTED = "not_started"
    NOT_ACTIVATED = "not_activated"
    EXPIRED = "expired"
    ALREADY_REDEEMED = "already_redeemed"
    ON_THIS_BILL = "on_this_bill"
    PAYMENT_CODE = "payment_code"
    MEMBER_REQUIRED = "member_required"
    WRONG_MEMBER = "wrong_member"
    AMOUNT_REQUIRED = "amount_required"
    MIN_SPEND = "min_spend"
    MIN_QUANTITY = "min_quantity"
    TIER = "tier"
    STORE = "store"
    WEEKDAY_TIME = "weekday_time"
    FIRST_PURCHASE = "first_purchase"
    BIRTHDAY_WINDOW = "birthday_window"
    BUDGET = "budget"
    RESERVED_ELSEWHERE = "reserved_elsewhere"
    NO_ELIGIBLE_ITEM = "no_eligible_item"
    NOT_STACKABLE = "not_stackable"
    MEMBER_LIMIT = "member_limit"
    DAILY_LIMIT = "daily_limit"
    CAMPAIGN_PAUSED = "campaign_paused"
    AMBIGUOUS = "ambiguous"
    THROTTLED = "throttled"
    NO_EFFECT = "no_effect"
    CHANNEL = "channel"
    CARD_LOST = "card_lost"


@dataclass(frozen=True)
class Refusal:
    """One failing rule with its distance; only the facts that belong to the code are set."""

    code: RefusalCode
    short: Money | None = None
    day: Day | None = None
    at: Moment | None = None
    till: str | None = None
    staff: str | None = None
    member: str | None = None
    limit: int | None = None
    reason: str | None = None
    offer: str | None = None
    saves_more: Money | None = None
    pieces: int | None = None
    receipt: str | None = None
    """Of a coupon that the same person used just now at the same till: its receipt, should it never
    have come out of the printer."""


@dataclass(frozen=True)
class Actor:
    """Who acts, in which role, at which till."""

    staff: StaffId
    name: str
    role: Role
    till: TillId
    till_name: str

"""The trail in words: each entry is one sentence of its action, then what else is known of it, a
few words each.

The sentence of an action stands in the catalogues as `audit.ACTION`, or `audit.ACTION.CASE` where
its facts make two sentences of it; `title.ACTION` is what the action is called, `audit.fact.NAME`
says a fact that the sentence leaves out. Facts come as the trail's reader gives them: rows by the
names that people know them by (services.reports.audit_trail).

    sentence("sale_taken_back", {"sale": "2300114500000017", "reason": "wrong article"}, "赵",
    words)
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from storecrm.i18n import Catalogue
from storecrm.values import grouped, percent_text
from storecrm.wording import names

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Person:
    """A member as the trail names one; of an erased one nothing but that there was one. A record
    that was merged is said by the member `into` whom it went."""

    number: str
    name: str = ""
    erased: bool = False
    into: "Person | None" = None


ACTIONS = (
    "amount_filled",
    "backup_made",
    "batch_issued",
    "batch_printed",
    "batch_swept",
    "batch_voided",
    "bill_priced",
    "bill_resumed",
    "bill_suspended",
    "card_added",
    "card_replaced",
    "consent_set",
    "coupon_given",
    "coupon_not_given",
    "coupon_redeemed",
    "coupon_reissued",
    "coupon_voided",
    "day_confirmed",
    "day_total_set",
    "emergency_code_wrong",
    "emergency_codes_made",
    "erased_again",
    "exported",
    "goods_exchanged",
    "goods_returned",
    "import_undone",
    "imported",
    "kept_apart",
    "ledger_sealed",
    "mapping_kept",
    "member_attached",
    "member_changed",
    "member_erased",
    "member_file_written",
    "member_password_set",
    "member_password_wrong",
    "member_proved",
    "member_registered",
    "member_tagged",
    "member_vouched",
    "members_merged",
    "members_parted",
    "members_retired",
    "moved_in",
    "offer_kept",
    "offer_resumed",
    "offer_stopped",
    "own_card_approved",
    "pairs_learned",
    "paper_moved",
    "phone_added",
    "phone_changed",
    "phone_detached",
    "pin_set",
    "pin_wrong",
    "points_adjusted",
    "points_exchanged",
    "points_expired",
    "price_kept",
    "redemption_reversed",
    "referral_rewarded",
    "restored",
    "returned_without_receipt",
    "rule_set",
    "sale_posted",
    "sale_taken_back",
    "sealed",
    "segment_kept",
    "segment_removed",
    "shift_closed",
    "staff_added",
    "staff_card_set",
    "staff_disabled",
    "stages_noted",
    "tag_kept",
    "tag_removed",
    "tag_rule_set",
    "tags_applied",
    "throttle_lifted",
    "tier_kept",
    "tier_removed",
    "tier_set",
    "tiers_reviewed",
    "trail_accepted",
    "value_learned",
)
"""Every action that this version writes."""
MONEY = frozenset(
    {
        "net",
        "amount",
        "discount",
        "shown",
        "price",
        "cash",
        "difference",
        "given",
        "worth",
        "threshold",
        "most",
        "no_points",
    }
)
CODES = frozenset({"sale", "back"})
TECHNICAL = frozenset({"sha256", "sha", "listed"})
"""What proves something and tells nobody anything: it stands beside the sentence."""
_CASES: dict[str, Callable[[Facts], str]] = {
    "consent_set": lambda facts: "" if facts.get("granted") else "no",
    "goods_returned": lambda facts: "all" if facts.get("everything") else "",
    "import_undone": lambda facts: "several" if "batches" in facts else "",
    "member_password_set": lambda facts: "" if facts.get("given") else "removed",
    "member_proved": lambda facts: "asked" if facts.get("by") == "asked" else "",
    "paper_moved": lambda facts: str(facts.get("act", "")),
    "sale_posted": lambda facts: "open" if facts.get("net") is None else "",
    "sealed": lambda facts: str(facts.get("kind", "")),
    "segment_kept": lambda facts: "fixed" if facts.get("fixed") else "",
    "staff_card_set": lambda facts: "" if facts.get("member") else "none",
    "tag_rule_set": lambda facts: "" if facts.get("rule") else "off",
}
"""Which of several sentences an action's facts ask for."""
EXTRAS: dict[str, tuple[str, ...]] = {
    "amount_filled": ("own_card",),
    "batch_issued": ("sha256",),
    "batch_voided": ("reason",),
    "backup_made": ("sha256",),
    "bill_priced": ("handed_back",),
    "bill_resumed": ("handed_back",),
    "bill_suspended": ("coupons", "points"),
    "coupon_not_given": ("why",),
    "coupon_redeemed": ("override", "approved_by", "reason"),
    "coupon_voided": ("reason",),
    "erased_again": ("refused",),
    "imported": ("unchanged", "skipped", "rejected"),
    "ledger_sealed": ("sha",),
    "member_attached": ("own_card",),
    "member_erased": ("reason", "coupons_void", "listed"),
    "member_registered": ("consent",),
    "members_retired": ("coupons_void", "listed"),
    "own_card_approved": ("reason",),
    "phone_changed": ("vouched",),
    "points_adjusted": ("reason",),
    "redemption_reversed": ("reason",),
    "restored": ("saved",),
    "returned_without_receipt": ("reason",),
    "sale_posted": ("by", "no_points", "for", "own_card"),
    "sale_taken_back": ("reason",),
    "shift_closed": ("difference",),
    "throttle_lifted": ("reason",),
    "trail_accepted": ("gaps",),
}
"""Which facts are said after the sentence, where they say something."""
_BY_ITSELF = ("idle", "next")
_REASONS = {
    name: f"audit.reason.{name}"
    for name in ("dropped", "emptied", "repriced", "returned", "suspended", "swapped", "undo")
}
"""Reasons that the program itself writes."""
_WHY = {
    name: f"audit.why.{name}"
    for name in (
        "offer",
        "offer_automatic",
        "offer_external",
        "offer_over",
        "offer_stopped",
        "total_limit",
        "validity_missing",
    )
}
"""Why a coupon was not given."""


def title(action: str, words: Catalogue) -> str:
    """What an action is called; its code when this version does not know it."""
    said = words.t(f"title.{action}")
    return action if said == f"title.{action}" else said


def sentence(
    action: str, facts: Facts, who: str, words: Catalogue, titles: Mapping[str, str] | None = None
) -> str:
    """An entry in one line: who did what, then what else is known. `who` is "" where nobody was
    signed in; a window hands the `titles` of the shop's settings."""
    said = _said(action, facts, who, words, titles)
    return " · ".join([said, *_more(action, facts, words, technical=False)])


def proofs(action: str, facts: Facts, words: Catalogue) -> list[str]:
    """What an entry holds besides its sentence: checksums and marks."""
    return _more(action, facts, words, technical=True)


def sentence_id(action: str, facts: Facts) -> str:
    """Under which id the catalogues hold the sentence for these facts."""
    case = _CASES[action](facts) if action in _CASES else ""
    return f"audit.{action}.{case}" if case else f"audit.{action}"


def _said(
    action: str, facts: Facts, who: str, words: Catalogue, titles: Mapping[str, str] | None
) -> str:
    key = sentence_id(action, facts)
    found = words.t(key)
    actor = who or words.t("audit.nobody")
    if found == key:
        # an entry of a newer version, or not of this program
        return words.t("audit.unknown", who=actor, action=action)
    shown = {name: shown_fact(action, name, value, words) for name, value in facts.items()}
    shown |= _settings_named(facts, words, titles or {})
    return found.format_map(_Known(shown | {"who": actor}))


def _settings_named(facts: Facts, words: Catalogue, titles: Mapping[str, str]) -> dict[str, str]:
    """The facts that name settings of the shop, by the titles of these."""

    def named(key: str) -> str:
        return words.t(titles[key]) if key in titles else key

    said = {}
    if facts.get("key") in titles:
        said["key"] = named(facts["key"])
    if facts.get("kind") == "rule" and facts.get("rows"):
        said["rows"] = words.t(", ").join(named(str(key)) for key in facts["rows"])
    return said


class _Known(dict[str, str]):
    """Facts; what an older version did not write down is a dash."""

    def __missing__(self, key: str) -> str:
        return "—"


def _more(action: str, facts: Facts, words: Catalogue, *, technical: bool) -> list[str]:
    said = []
    for name in EXTRAS.get(action, ()):
        value = facts.get(name)
        if not value or (name in TECHNICAL) is not technical or _is_usual(action, name, value):
            continue
        if name == "reason" and facts.get("withheld"):
            said.append(words.t("audit.fact.withheld"))
        else:
            said.append(
                words.t(f"audit.fact.{name}").format_map(
                    _Known({name: shown_fact(action, name, value, words)})
                )
            )
    return said


def _is_usual(action: str, name: str, value: Any) -> bool:
    """What needs no word because it is so as a rule."""
    if name == "reason":
        return bool(value == "void")
    return action == "sale_posted" and name == "by" and value not in _BY_ITSELF


def shown_fact(action: str, name: str, value: Any, words: Catalogue) -> str:
    """One fact as people write it."""
    if value is None:
        return "—"
    if isinstance(value, Person):
        return _person(value, words)
    if name in MONEY:
        return words.money(int(value))
    if name in CODES:
        return grouped(str(value))
    if name == "gaps":
        return words.t("; ").join(words.t("audit.gap", **gap) for gap in value)
    if (action, name) == ("points_adjusted", "points"):
        return f"{int(value):+,}"
    if isinstance(value, list | tuple):
        return words.listed(shown_fact(action, _ONE_OF.get(name, ""), one, words) for one in value)
    worded = _WORDED.get((action, name)) or _WORDED.get(("", name))
    if worded is not None:
        return worded(value, words)
    if isinstance(value, int) and not isinstance(value, bool) and name not in _PLAIN:
        return words.number(value)
    return str(value)


_ONE_OF = {"consent": "channel"}
"""What each of several values is."""
_PLAIN = frozenset({"batch", "group", "first", "last"})
"""Numbers that name something and count nothing."""


def _person(person: Person, words: Catalogue) -> str:
    if person.erased:
        return words.t("audit.erased")
    if person.into is not None:
        return words.t("audit.merged", member=_person(person.into, words))
    return " ".join(part for part in (person.name, grouped(person.number)) if part)


def _named(table: Mapping[Any, str]) -> Callable[[Any, Catalogue], str]:
    """Worded by a table; what it does not know stays as it is."""
    return lambda value, words: words.t(table[value]) if value in table else str(value)


_WORDED: dict[tuple[str, str], Callable[[Any, Catalogue], str]] = {
    ("", "channel"): _named({kind.value: said for kind, said in names.CHANNELS.items()}),
    ("", "purpose"): _named({kind.value: said for kind, said in names.PURPOSES.items()}),
    ("", "override"): _named({kind.value: said for kind, said in names.OVERRIDES.items()}),
    ("", "role"): _named(names.ROLES),
    ("", "reason"): _named(_REASONS),
    ("", "why"): _named(_WHY),
    ("exported", "kind"): _named(names.LISTS_OUT),
    ("imported", "kind"): _named(names.LISTS),
    ("", "off"): lambda value, _: percent_text(value),
    ("", "points_times"): lambda value, _: percent_text(value // 100),
    ("", "day"): lambda value, words: words.day(date.fromisoformat(value)),
}
"""How facts are worded that are codes."""

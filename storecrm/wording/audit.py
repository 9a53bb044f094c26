"""The trail in words: each entry is one sentence of its action, then what else is known of it, a
few words each.

The sentence of an action stands in the catalogues as `audit.ACTION`, or `audit.ACTION.CASE` where
its facts make two sentences of it; `title.ACTION` is what the action is called, `audit.fact.NAME`
says a fact that the sentence leaves out. Facts come as the trail's reader gives them: rows by the
names that people know them by (services.reports.audit_trail).

    sentence("sale_taken_back", {"sale": "2300114500000017", "reason": "wrong article"}, "赵",
    words)
"""

from collections.abc import Mapping
from typing import Any

from storecrm.i18n import Catalogue
from storecrm.wording.audit_facts import shown_fact

Facts = Mapping[str, Any]


_OF_BILLS = (
    "amount_filled",
    "bill_priced",
    "bill_resumed",
    "bill_suspended",
    "goods_exchanged",
    "goods_returned",
    "member_attached",
    "price_kept",
    "returned_without_receipt",
    "sale_posted",
    "sale_taken_back",
    "shift_closed",
)
_OF_COUPONS = (
    "batch_issued",
    "batch_printed",
    "batch_swept",
    "batch_voided",
    "coupon_given",
    "coupon_not_given",
    "coupon_redeemed",
    "coupon_reissued",
    "coupon_voided",
    "offer_kept",
    "offer_resumed",
    "offer_stopped",
    "paper_moved",
    "redemption_reversed",
)
_OF_MEMBERS = (
    "card_added",
    "card_replaced",
    "consent_set",
    "erased_again",
    "kept_apart",
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
    "phone_added",
    "phone_changed",
    "phone_detached",
)
_OF_LOYALTY = (
    "pairs_learned",
    "points_adjusted",
    "points_exchanged",
    "points_expired",
    "referral_rewarded",
    "segment_kept",
    "segment_removed",
    "stages_noted",
    "tag_kept",
    "tag_removed",
    "tag_rule_set",
    "tags_applied",
    "tier_kept",
    "tier_removed",
    "tier_set",
    "tiers_reviewed",
    "value_learned",
)
_OF_STAFF = (
    "emergency_code_wrong",
    "emergency_codes_made",
    "own_card_approved",
    "pin_set",
    "pin_wrong",
    "staff_added",
    "staff_card_set",
    "staff_disabled",
    "throttle_lifted",
)
_OF_THE_BOOKS = (
    "day_confirmed",
    "day_total_set",
    "ledger_sealed",
    "rule_set",
    "sealed",
    "trail_accepted",
)
_OF_FILES = (
    "backup_made",
    "exported",
    "import_undone",
    "imported",
    "mapping_kept",
    "moved_in",
    "restored",
    "table_exported",
)
_OF_THE_COUNTER = (*_OF_BILLS, *_OF_COUPONS, *_OF_MEMBERS, *_OF_LOYALTY)
_OF_THE_OFFICE = (*_OF_STAFF, *_OF_THE_BOOKS, *_OF_FILES)
ACTIONS = (*_OF_THE_COUNTER, *_OF_THE_OFFICE)
"""Every action that this version writes."""
TECHNICAL = frozenset({"sha256", "sha", "listed"})
"""What proves something and tells nobody anything: it stands beside the sentence."""
_CASE_WITHOUT = {
    "consent_set": ("granted", "no"),
    "member_password_set": ("given", "removed"),
    "staff_card_set": ("member", "none"),
    "tag_rule_set": ("rule", "off"),
}
"""Actions that have another sentence where a fact is missing or no: the fact, and the case."""
_CASE_WITH = {"goods_returned": ("everything", "all"), "segment_kept": ("fixed", "fixed")}
"""Actions that have another sentence where a fact holds: the fact, and the case."""
_CASE_CALLED = {"paper_moved": "act", "sealed": "kind"}
"""Actions whose case is what a fact says."""
_WITH_REASON = (
    *("returned_without_receipt", "sale_taken_back", "batch_voided", "coupon_voided"),
    *("redemption_reversed", "own_card_approved", "points_adjusted", "throttle_lifted"),
)
"""Actions for which somebody gave a reason, and nothing else is said."""
_EXTRAS_OF_OPEN_BILLS = {
    "bill_priced": ("handed_back",),
    "bill_resumed": ("handed_back",),
    "bill_suspended": ("coupons", "points"),
}
_EXTRAS_OF_SALES = {
    "amount_filled": ("own_card",),
    "member_attached": ("own_card",),
    "sale_posted": ("by", "no_points", "for", "own_card"),
    "shift_closed": ("difference",),
}
_EXTRAS_OF_COUPONS = {
    "batch_issued": ("sha256",),
    "coupon_not_given": ("why",),
    "coupon_redeemed": ("override", "approved_by", "reason"),
}
_EXTRAS_OF_MEMBERS = {
    "erased_again": ("refused",),
    "member_erased": ("reason", "coupons_void", "listed"),
    "member_registered": ("consent",),
    "members_retired": ("coupons_void", "listed"),
    "phone_changed": ("vouched",),
}
_EXTRAS_OF_FILES = {
    "backup_made": ("sha256",),
    "imported": ("unchanged", "skipped", "rejected"),
    "ledger_sealed": ("sha",),
    "restored": ("saved",),
    "table_exported": ("personal",),
    "trail_accepted": ("gaps",),
}
EXTRAS: dict[str, tuple[str, ...]] = dict.fromkeys(_WITH_REASON, ("reason",))
EXTRAS |= _EXTRAS_OF_OPEN_BILLS | _EXTRAS_OF_SALES
EXTRAS |= _EXTRAS_OF_COUPONS | _EXTRAS_OF_MEMBERS | _EXTRAS_OF_FILES
"""Which facts are said after the sentence, where they say something."""
_BY_ITSELF = ("idle", "next")


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
    more = _more(action, facts, words, technical=False)
    return " · ".join([said, *more])


def proofs(action: str, facts: Facts, words: Catalogue) -> list[str]:
    """What an entry holds besides its sentence: checksums and marks."""
    return _more(action, facts, words, technical=True)


def sentence_id(action: str, facts: Facts) -> str:
    """Under which id the catalogues hold the sentence for these facts."""
    case = _case(action, facts)
    return f"audit.{action}.{case}" if case else f"audit.{action}"


def _case(action: str, facts: Facts) -> str:
    """Which of several sentences an action's facts ask for; "" for the usual one."""
    if action in _CASE_CALLED:
        return str(facts.get(_CASE_CALLED[action], ""))
    fact, case = _CASE_WITHOUT.get(action, ("", ""))
    if case and not facts.get(fact):
        return case
    fact, case = _CASE_WITH.get(action, ("", ""))
    if case and facts.get(fact):
        return case
    if action == "import_undone" and "batches" in facts:
        return "several"
    if action == "member_proved" and facts.get("by") == "asked":
        return "asked"
    # a sale without its sum was posted before somebody typed it
    if action == "sale_posted" and facts.get("net") is None:
        return "open"
    return ""


def _said(
    action: str, facts: Facts, who: str, words: Catalogue, titles: Mapping[str, str] | None
) -> str:
    key = sentence_id(action, facts)
    found = words.t(key)
    actor = who or words.t("audit.nobody")
    if found == key:
        # an entry of a newer version, or not of this program
        return words.t("audit.unknown", who=actor, action=action)
    shown = _Known(who=actor)
    for name, value in facts.items():
        # who acted is told by the row, whatever a fact of that name says
        if name != "who":
            shown[name] = shown_fact(action, name, value, words)
    shown |= _settings_named(facts, words, titles or {})
    return found.format_map(shown)


def _settings_named(facts: Facts, words: Catalogue, titles: Mapping[str, str]) -> dict[str, str]:
    """The facts that name settings of the shop, by the titles of these."""

    def named(key: str) -> str:
        return words.t(titles[key]) if key in titles else key

    said = {}
    if facts.get("key") in titles:
        said["key"] = named(facts["key"])
    # several settings at once, as the first start sets them
    if facts.get("kind") == "rule" and facts.get("rows"):
        settings = [named(str(key)) for key in facts["rows"]]
        said["rows"] = words.t(", ").join(settings)
    return said


class _Known(dict[str, str]):
    """Facts; what an older version did not write down is a dash."""

    def __missing__(self, key: str) -> str:
        return "—"


def _more(action: str, facts: Facts, words: Catalogue, *, technical: bool) -> list[str]:
    said = []
    for name in EXTRAS.get(action, ()):
        is_wanted = (name in TECHNICAL) is technical
        value = facts.get(name)
        # what is no or nothing needs no word
        if is_wanted and value and not _is_usual(action, name, value):
            said.append(_extra(action, name, facts, words))
    return said


def _extra(action: str, name: str, facts: Facts, words: Catalogue) -> str:
    # the member whose name it held was erased
    if name == "reason" and facts.get("withheld"):
        return words.t("audit.fact.withheld")
    shown = _Known()
    shown[name] = shown_fact(action, name, facts[name], words)
    return words.t(f"audit.fact.{name}").format_map(shown)


def _is_usual(action: str, name: str, value: Any) -> bool:
    """What needs no word because it is so as a rule."""
    if name == "reason":
        return bool(value == "void")
    return action == "sale_posted" and name == "by" and value not in _BY_ITSELF

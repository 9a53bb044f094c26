"""Sentences about segments, groups and stages: the rule in words, so that nobody has to believe a
list."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from storecrm.domain.lifecycle import STAGES as STAGE_CODES
from storecrm.domain.lifecycle import StageReason
from storecrm.domain.profile import Profile
from storecrm.domain.recommendation import Suggestion
from storecrm.domain.repurchase import Outlook
from storecrm.domain.segment_fields import FIELDS, PIECES, THIS_MONTH
from storecrm.domain.timeline import Event
from storecrm.i18n import Catalogue, m
from storecrm.values import Channel, parse_money
from storecrm.wording.names import CHANNELS, ids_by_code

FIELD_NAMES = ids_by_code("field", FIELDS)
STAGES = ids_by_code("stage", STAGE_CODES)
_COMING = ("champions", "loyal", "potential", "new")
_GOING = ("attention", "fading", "cannot_lose", "at_risk", "hibernating")
GROUPS = ids_by_code("rfm_group", (*_COMING, *_GOING))
"""Names of the groups that the default table has; a shop's own names are said as they are."""
_BY_VISITS = ("new", "regulars", "leaving", "dormant", "never_bought", "birthday")
_BY_SCORES = ("high_value", "loyal", "potential", "at_risk", "lost", "won_back")
_BY_COUPONS = ("points_ending", "never_redeemed", "price_sensitive")
SEGMENTS = ids_by_code("segment", (*_BY_VISITS, *_BY_SCORES, *_BY_COUPONS))
_GENDERS = {"f": m("female"), "m": m("male"), "": m("unknown")}
_KNOWN = {"phone": m("phone"), "email": m("e-mail"), "name": m("name"), "birthday": m("birthday")}
_WORDS: dict[str, Mapping[str, str]] = {"gender": _GENDERS, "stage": STAGES}
_WORDS["rfm_group"] = GROUPS
_WORDS["consent"] = {channel.value: name for channel, name in CHANNELS.items()}
_WORDS["has"] = {piece: _KNOWN[piece] for piece in PIECES}
"""What the answers of a field are called, by field and answer."""
_SIGNS = {"=": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}
_GOODS_OR_PLACE = ("category", "brand", "sku", "store", "offer")
"""Keys that narrow a condition, said as they are."""
_LOOK_AHEAD = ("points_ending", "coupons_unused")
"""Fields whose days lie before us: within so many days, not the last so many."""


def texts_of(name: str, words: Catalogue) -> dict[str, str]:
    """The words that a field's answers have in the reader's language, by answer."""
    known = _WORDS.get(name, {})
    return {text: words.t(said) for text, said in known.items()}


def name_of(code: str, name: str, words: Catalogue) -> str:
    """A segment's name: the built-in ones in the reader's language."""
    if code in SEGMENTS:
        # a shop cannot rename what the program brings
        return words.t(SEGMENTS[code])
    return name or code


def stage(name: str, words: Catalogue) -> str:
    return words.t(STAGES[name])


def group(name: str, words: Catalogue) -> str:
    return words.t(GROUPS[name]) if name in GROUPS else name


def before(spent: int | None, visits: int | None, last: date | None, words: Catalogue) -> str:
    """What an earlier program counted of a member: money spent, visits and the last of them, as far
    as it was told."""
    parts = []
    if spent is not None:
        parts.append(words.money(spent, short=True))
    if visits is not None:
        parts.append(words.n("1 visit", "{count} visits", visits))
    if last:
        parts.append(words.day(last))
    return " · ".join(parts)


DUPLICATES = ids_by_code("duplicate", ("email", "name_birthday", "phone_typo", "similar"))


def duplicate(reason: str, words: Catalogue) -> str:
    """Why two members may be one person."""
    return words.t(DUPLICATES[reason])


def rule(node: Mapping[str, Any], words: Catalogue, *, inside: bool = False) -> str:
    """A checked rule as one sentence."""
    if "all" in node:
        return _joined(node["all"], words.t(" and "), words, inside)
    if "any" in node:
        return _joined(node["any"], words.t(" or "), words, inside)
    if "not" in node:
        denied = rule(node["not"], words, inside=True)
        return words.t("not {rule}", rule=denied)
    return _condition(node, words)


def _joined(parts: list[Mapping[str, Any]], between: str, words: Catalogue, inside: bool) -> str:
    sentences = [rule(part, words, inside=True) for part in parts]
    text = between.join(sentences)
    # one alone needs no brackets, neither does the whole
    if not inside or len(parts) < 2:
        return text
    return words.t("({rule})", rule=text)


def _condition(node: Mapping[str, Any], words: Catalogue) -> str:
    name = node["field"]
    value = node["value"]
    op = node["op"]
    what = words.t(FIELD_NAMES[name])
    if narrow := _narrowed(node, words):
        what += words.t(" ({what})", what=words.listed(narrow))
    if FIELDS[name].kind == "text":
        answers = _answers(name, value if op == "in" else [value], words)
        verb = words.t("is not") if op == "is_not" else words.t("is")
        return f"{what} {verb} {answers}"
    if value == THIS_MONTH:
        return words.t("birthday this month")
    sign = _SIGNS[op]
    return f"{what} {sign} {_figure(name, value, words)}"


def _narrowed(node: Mapping[str, Any], words: Catalogue) -> list[str]:
    """Of which goods, where and when, each in a few words."""
    narrow = [str(node[key]) for key in _GOODS_OR_PLACE if key in node]
    if "from" in node:
        narrow.append(words.t("from {day}", day=node["from"]))
    if "to" in node:
        narrow.append(words.t("to {day}", day=node["to"]))
    if "days" not in node:
        return narrow
    days = node["days"]
    if node["field"] in _LOOK_AHEAD:
        narrow.append(words.n("within 1 day", "within {count} days", days))
    else:
        narrow.append(words.n("last day", "last {count} days", days))
    return narrow


def _answers(name: str, answers: list[str], words: Catalogue) -> str:
    # a shop's own words, like tags and tiers, are said as they are
    known = texts_of(name, words)
    named = [known.get(text, text) for text in answers]
    return words.t(" or ").join(named)


def _figure(name: str, value: Any, words: Catalogue) -> str:
    if FIELDS[name].kind == "money":
        amount = parse_money(value, digits=words.digits, negative=True)
        return words.money(amount)
    if isinstance(value, int):
        return words.number(value)
    return f"{value:g}"


def suggestion(found: Suggestion, words: Catalogue) -> str:
    """Why an article is recommended."""
    if found.own:
        own = words.number(found.own)
        visits = words.number(found.visits)
        return words.t("on {count} of {visits} receipts", count=own, visits=visits)
    share = words.percent(found.confidence)
    return words.t(
        "{percent} of who buys {article} take it", percent=share, article=found.with_name
    )


def why(found: StageReason, words: Catalogue) -> str:
    """Why a member is in a stage."""
    # without a visit nothing else is known
    if found.last is None:
        return words.t("No visit yet.")
    last = words.day(found.last)
    since = words.number(found.days_since or 0)
    said = [words.t("Last visit {day}, {days} days ago.", day=last, days=since)]
    if found.visits:
        said.append(words.n("1 visit.", "{count} visits.", found.visits))
    if found.gap is not None:
        gap = f"{found.gap:.1f}"
        said.append(words.t("Comes every {gap} days.", gap=gap))
    return " ".join(said)


@dataclass(frozen=True)
class ProfileLine:
    """One line of a profile: its title, its words, and where the rows behind it stand (receipts,
    coupons, points, timeline, "")."""

    title: str
    text: str
    behind: str = ""


def profile(found: Profile, words: Catalogue) -> list[ProfileLine]:
    """A member's profile, a line a figure."""
    w, seen = words, found.why
    where = stage(seen.stage, w)
    reason = f"{where} · {why(seen, w)}"
    rows = [ProfileLine(w.t("Stage"), reason, "timeline")]
    if found.scores is not None:
        rows.append(_scores(found.scores, found.group, w))
    if seen.visits:
        rows += [_spent(found, w), _with_coupons(found, w)]
    if found.coupons_given:
        used = w.number(found.coupons_used)
        given = w.number(found.coupons_given)
        text = w.t("{used} of {given} used", used=used, given=given)
        rows.append(ProfileLine(w.t("Own coupons"), text, "coupons"))
    if found.before is not None:
        text = before(*found.before, w)
        rows.append(ProfileLine(w.t("Before this program"), text))
    if found.next_visit is not None:
        rows.append(_next_visit(found.next_visit, found.overdue, w))
    if found.outlook is not None:
        rows.append(_outlook(found.outlook, w))
    return rows


def _scores(scores: tuple[int, int, int], name: str, w: Catalogue) -> ProfileLine:
    recency, frequency, money = scores
    called = group(name, w)
    text = f"R{recency} F{frequency} M{money} · {called}"
    return ProfileLine(w.t("RFM"), text, "receipts")


def _spent(found: Profile, w: Catalogue) -> ProfileLine:
    average = w.money(found.average or 0)
    each = w.t("{amount} a visit", amount=average)
    text = f"{w.money(found.net)} · {each}"
    return ProfileLine(w.t("Spent"), text, "receipts")


def _with_coupons(found: Profile, w: Catalogue) -> ProfileLine:
    count = w.number(found.with_coupon)
    visits = w.number(found.why.visits)
    share = w.t("{count} of {visits} visits", count=count, visits=visits)
    off = w.t("{amount} off", amount=w.money(found.discount))
    return ProfileLine(w.t("With a coupon"), f"{share} · {off}", "receipts")


def _next_visit(expected: date, overdue: bool, w: Catalogue) -> ProfileLine:
    text = w.day(expected)
    if overdue:
        text = w.t("{day}, overdue", day=text)
    return ProfileLine(w.t("Next visit expected"), text, "receipts")


def _outlook(ahead: Outlook, w: Catalogue) -> ProfileLine:
    # a guess to the cent would look like a promise
    amount = w.money(round(ahead.net, -2), short=True)
    count = f"{ahead.visits:.1f}"
    visits = w.t("{count} visits and {amount} in 90 days", count=count, amount=amount)
    chance = w.percent(ahead.alive, 0)
    text = f"{chance} · {visits}"
    return ProfileLine(w.t("Comes again"), text, "receipts")


_SALES = ("bought", "returned", "redeemed", "given")
_POINTS = ("points_adjust", "points_exchange", "points_expire", "points_opening")
_STANDING = ("registered", "consent", "stage", "tier", "merged")
EVENTS = ids_by_code("event", (*_SALES, *_POINTS, *_STANDING))


def event(found: Event, words: Catalogue) -> str:
    """Something that happened, in words."""
    # a receipt of another system may have come without its sum
    amount = "—" if found.amount is None else words.money(abs(found.amount))
    facts = {"what": _what_happened(found, words), "amount": amount}
    facts["answer"] = words.t("yes") if found.granted else words.t("no")
    facts["count"] = f"{found.count:+,}"
    return words.t(EVENTS[found.kind], **facts)


def _what_happened(found: Event, words: Catalogue) -> str:
    """Offers and the shop's tiers are named as they are, codes by their names."""
    if found.kind == "consent":
        channel = Channel(found.what)
        return words.t(CHANNELS[channel])
    if found.kind == "stage":
        return stage(found.what, words)
    if found.kind == "tier":
        return found.what or "—"
    return found.what

"""Sentences about segments, groups and stages: the rule in words, so that nobody has to believe a
list."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from storecrm.domain.lifecycle import StageReason
from storecrm.domain.profile import Profile
from storecrm.domain.recommendation import Suggestion
from storecrm.domain.segment_fields import FIELDS, THIS_MONTH
from storecrm.domain.timeline import Event
from storecrm.i18n import Catalogue, m
from storecrm.values import Channel, parse_money
from storecrm.wording.names import CHANNELS

FIELD_NAMES = {
    "visits": m("visits"),
    "spent": m("spent"),
    "visits_in_all": m("visits incl. before"),
    "spent_in_all": m("spent incl. before"),
    "days_since_seen": m("days since seen, incl. before"),
    "average_basket": m("average basket"),
    "days_since_visit": m("days since the last visit"),
    "days_since_first_visit": m("days since the first visit"),
    "own_gaps_since_visit": m("own gaps since the last visit"),
    "with_coupon_percent": m("% of visits with a coupon"),
    "coupons_used": m("coupons used"),
    "coupons_unused": m("coupons not used yet"),
    "points": m("points"),
    "points_ending": m("points that end"),
    "r": m("R score"),
    "f": m("F score"),
    "m": m("M score"),
    "rfm_group": m("RFM group"),
    "stage": m("stage"),
    "age": m("age"),
    "birthday_month": m("month of birthday"),
    "registered_days": m("days since registration"),
    "gender": m("gender"),
    "tier": m("tier"),
    "tag": m("tag"),
    "consent": m("consent"),
    "has": m("has"),
}
STAGES = {
    "prospect": m("no visit known"),
    "new": m("new"),
    "active": m("active"),
    "back": m("won back"),
    "warning": m("fading"),
    "dormant": m("dormant"),
    "lost": m("lost"),
}
GROUPS = {
    "champions": m("champions"),
    "loyal": m("loyal"),
    "potential": m("potential"),
    "new": m("new"),
    "attention": m("need attention"),
    "fading": m("fading"),
    "cannot_lose": m("must not be lost"),
    "at_risk": m("at risk"),
    "hibernating": m("hibernating"),
}
"""Names of the groups that the default table has; a shop's own names are said as they are."""
SEGMENTS = {
    "new": m("Newcomers"),
    "regulars": m("Regulars"),
    "leaving": m("Leaving"),
    "dormant": m("Dormant"),
    "birthday": m("Birthdays"),
    "high_value": m("High value"),
    "loyal": m("Loyal"),
    "potential": m("Potential"),
    "at_risk": m("At risk"),
    "lost": m("Lost"),
    "won_back": m("Won back"),
    "never_bought": m("No visit known"),
    "points_ending": m("Points that end soon"),
    "never_redeemed": m("Never used a coupon"),
    "price_sensitive": m("Buys with coupons"),
}
_WORDS = {
    "gender": {"f": m("female"), "m": m("male"), "": m("unknown")},
    "stage": STAGES,
    "rfm_group": GROUPS,
}
_WORDS["consent"] = {channel.value: name for channel, name in CHANNELS.items()}
_WORDS["has"] = {
    "phone": m("phone"),
    "email": m("e-mail"),
    "name": m("name"),
    "birthday": m("birthday"),
}


def texts_of(name: str, words: Catalogue) -> dict[str, str]:
    """The words that a field's answers have in the reader's language, by answer."""
    return {text: words.t(said) for text, said in _WORDS.get(name, {}).items()}


def name_of(code: str, name: str, words: Catalogue) -> str:
    """A segment's name: the built-in ones in the reader's language."""
    return words.t(SEGMENTS[code]) if code in SEGMENTS else name or code


def stage(name: str, words: Catalogue) -> str:
    return words.t(STAGES[name])


def group(name: str, words: Catalogue) -> str:
    return words.t(GROUPS[name]) if name in GROUPS else name


def before(spent: int | None, visits: int | None, last: date | None, words: Catalogue) -> str:
    """What an earlier program counted of a member: money spent, visits and the last of them, as far
    as it was told."""
    parts = [
        words.money(spent, short=True) if spent is not None else "",
        words.n("1 visit", "{count} visits", visits) if visits is not None else "",
        words.day(last) if last else "",
    ]
    return " · ".join(part for part in parts if part)


DUPLICATES = {
    "email": m("same e-mail"),
    "name_birthday": m("same name and birthday"),
    "phone_typo": m("phone differs by one digit"),
    "similar": m("much alike"),
}


def duplicate(reason: str, words: Catalogue) -> str:
    """Why two members may be one person."""
    return words.t(DUPLICATES[reason])


def rule(node: Mapping[str, Any], words: Catalogue, *, inside: bool = False) -> str:
    """A checked rule as one sentence."""
    for word, between in (("all", words.t(" and ")), ("any", words.t(" or "))):
        if word in node:
            text = between.join(rule(part, words, inside=True) for part in node[word])
            return words.t("({rule})", rule=text) if inside and len(node[word]) > 1 else text
    if "not" in node:
        return words.t("not {rule}", rule=rule(node["not"], words, inside=True))
    return _condition(node, words)


def _condition(node: Mapping[str, Any], words: Catalogue) -> str:
    name, value, op = node["field"], node["value"], node["op"]
    what = words.t(FIELD_NAMES[name])
    narrow = [
        str(node[key]) for key in ("category", "brand", "sku", "store", "offer") if key in node
    ]
    if "from" in node:
        narrow.append(words.t("from {day}", day=node["from"]))
    if "to" in node:
        narrow.append(words.t("to {day}", day=node["to"]))
    if "days" in node and name not in ("points_ending", "coupons_unused"):
        narrow.append(words.n("last day", "last {count} days", node["days"]))
    elif "days" in node:
        narrow.append(words.n("within 1 day", "within {count} days", node["days"]))
    if narrow:
        what += words.t(" ({what})", what=words.listed(narrow))
    if FIELDS[name].kind == "text":
        known = _WORDS.get(name, {})
        said = [
            words.t(known[text]) if text in known else text
            for text in (value if op == "in" else [value])
        ]
        listed = words.t(" or ").join(said)
        verb = words.t("is not") if op == "is_not" else words.t("is")
        return f"{what} {verb} {listed}"
    sign = {"=": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}[op]
    if value == THIS_MONTH:
        return words.t("birthday this month")
    shown = (
        words.money(parse_money(value, digits=words.digits, negative=True))
        if FIELDS[name].kind == "money"
        else words.number(value)
        if isinstance(value, int)
        else f"{value:g}"
    )
    return f"{what} {sign} {shown}"


def suggestion(found: Suggestion, words: Catalogue) -> str:
    """Why an article is recommended."""
    if found.own:
        return words.t(
            "on {count} of {visits} receipts",
            count=words.number(found.own),
            visits=words.number(found.visits),
        )
    return words.t(
        "{percent} of who buys {article} take it",
        percent=words.percent(found.confidence),
        article=found.with_name,
    )


def why(found: StageReason, words: Catalogue) -> str:
    """Why a member is in a stage."""
    if found.last is None:
        return words.t("No visit yet.")
    said = [
        words.t(
            "Last visit {day}, {days} days ago.",
            day=words.day(found.last),
            days=words.number(found.days_since or 0),
        )
    ]
    if found.visits:
        said.append(words.n("1 visit.", "{count} visits.", found.visits))
    if found.gap is not None:
        said.append(words.t("Comes every {gap} days.", gap=f"{found.gap:.1f}"))
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
    rows = [ProfileLine(w.t("Stage"), f"{stage(seen.stage, w)} · {why(seen, w)}", "timeline")]
    if found.scores is not None:
        r, f, m_ = found.scores
        rows.append(
            ProfileLine(w.t("RFM"), f"R{r} F{f} M{m_} · {group(found.group, w)}", "receipts")
        )
    if seen.visits:
        each = w.t("{amount} a visit", amount=w.money(found.average or 0))
        rows.append(ProfileLine(w.t("Spent"), f"{w.money(found.net)} · {each}", "receipts"))
        share = w.t(
            "{count} of {visits} visits",
            count=w.number(found.with_coupon),
            visits=w.number(seen.visits),
        )
        off = w.t("{amount} off", amount=w.money(found.discount))
        rows.append(ProfileLine(w.t("With a coupon"), f"{share} · {off}", "receipts"))
    if found.coupons_given:
        text = w.t(
            "{used} of {given} used",
            used=w.number(found.coupons_used),
            given=w.number(found.coupons_given),
        )
        rows.append(ProfileLine(w.t("Own coupons"), text, "coupons"))
    if found.before is not None:
        rows.append(ProfileLine(w.t("Before this program"), before(*found.before, w)))
    if found.next_visit is not None:
        late = w.t("{day}, overdue", day=w.day(found.next_visit))
        rows.append(
            ProfileLine(
                w.t("Next visit expected"),
                late if found.overdue else w.day(found.next_visit),
                "receipts",
            )
        )
    if found.outlook is not None:
        ahead = found.outlook
        visits = w.t(
            "{count} visits and {amount} in 90 days",
            count=f"{ahead.visits:.1f}",
            amount=w.money(round(ahead.net, -2), short=True),
        )
        rows.append(
            ProfileLine(w.t("Comes again"), f"{w.percent(ahead.alive, 0)} · {visits}", "receipts")
        )
    return rows


EVENTS = {
    "registered": m("registered"),
    "bought": m("bought for {amount}"),
    "returned": m("gave goods back for {amount}"),
    "redeemed": m("used {what}, {amount} off"),
    "given": m("got {what}"),
    "points_adjust": m("points by hand: {count}"),
    "points_exchange": m("points for a coupon: {count}"),
    "points_expire": m("points ended: {count}"),
    "points_opening": m("points brought along: {count}"),
    "consent": m("{what}: {answer}"),
    "stage": m("is {what} now"),
    "tier": m("tier {what}"),
    "merged": m("another record was merged into this one"),
}


def event(found: Event, words: Catalogue) -> str:
    """Something that happened, in words."""
    w, what = words, found.what
    if found.kind == "consent":
        what = w.t(CHANNELS[Channel(found.what)])
    elif found.kind == "stage":
        what = stage(found.what, w)
    elif found.kind == "tier":
        what = found.what or "—"
    amount = w.money(abs(found.amount)) if found.amount is not None else "—"
    answer = w.t("yes") if found.granted else w.t("no")
    return w.t(
        EVENTS[found.kind], what=what, amount=amount, count=f"{found.count:+,}", answer=answer
    )

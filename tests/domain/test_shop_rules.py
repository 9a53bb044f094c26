"""What a shop may set: one declaration a setting, and what follows from it."""

import ast
from datetime import date, timedelta
from pathlib import Path

import pytest

import storecrm
from storecrm.domain import rfm, shop_rules
from storecrm.domain.points import PointsExpiry
from storecrm.domain.setting_kinds import VisitSpan
from storecrm.domain.shop_rules import SETTINGS, ShopRules, TillMode
from storecrm.i18n import LANGUAGES, Catalogue
from storecrm.services import rights
from storecrm.services.rights import Right
from storecrm.wording import shop_rules as setting_words

ROOT = Path(storecrm.__file__).parent


def test_what_nobody_set_is_the_default_and_typed():
    """Code reads lengths of time, money and choices, never texts."""
    shop = ShopRules.of({}, 2)
    assert shop.idle_close == timedelta(minutes=3)
    assert shop.recruit_bonus == 200
    assert shop.till_mode is TillMode.COMPANION
    assert shop.member_proof is True
    assert shop.coupons_per_member_day is None
    assert shop.welcome_offer is None
    assert shop.points_expiry.last_day(date(2026, 3, 5)) == date(2027, 12, 31)
    assert (shop.earn_rate.points, shop.earn_rate.per) == (1, 100)


def test_what_the_store_says_holds():
    """Each kind is read from the text that the store has for it."""
    kept = {
        "rounding": "0.1",
        "stage_lost": "1.5x",
        "coupons_per_bill": "*",
        "next_offer": "NEXT",
        "points_cap_percent": "30",
    }
    shop = ShopRules.of(kept, 2)
    assert shop.rounding == 10
    assert shop.stage_lost == VisitSpan(180, 1.5)
    assert (shop.coupons_per_bill, shop.next_offer, shop.points_cap) == (None, "NEXT", 30)


@pytest.mark.parametrize("said", ["", "no such value", "-1", "1e3", "\x00"])
def test_what_cannot_be_read_gives_way_to_the_default(said):
    """A text written by another program or another hand never stops the till."""
    # the code of an offer and the name of a group may be any word
    free = (
        {ShopRules.welcome_offer.key, ShopRules.next_offer.key, ShopRules.rfm_groups.key}
        if said not in ("", "no such value")
        else set()
    )
    kept = {key: said for key in SETTINGS if key not in free}
    assert ShopRules.of(kept, 2) == ShopRules.of({}, 2)
    assert shop_rules.unreadable(kept, 2) == kept


def test_a_key_that_is_no_setting_is_passed_over():
    """Stores are shared by programs of different versions."""
    shop = ShopRules.of({"rule_of_tomorrow": "7"}, 2)
    assert set(shop.text) == set(SETTINGS)
    assert shop_rules.unreadable({"rule_of_tomorrow": "7"}, 2) == {}


def test_values_beyond_the_bounds_of_today_are_still_read():
    """Bounds hold for what is set now, not for what an older program accepted."""
    assert ShopRules.of({"points_pending_days": "900"}, 2).points_pending == timedelta(days=900)
    with pytest.raises(ValueError):
        ShopRules.points_pending.check("900", 2)


@pytest.mark.parametrize(("digits", "short", "coin"), [(0, 1, 1), (2, 50, 10), (3, 500, 100)])
def test_amounts_are_said_in_the_currency_of_the_shop(digits, short, coin):
    """An amount finer than the currency is rounded up; a coin that the currency lacks is none."""
    shop = ShopRules.of({"allowance_short": "0.50", "rounding": "0.1"}, digits)
    assert (shop.allowance_short, shop.rounding) == (short, coin)


@pytest.mark.parametrize("digits", [0, 2, 3])
def test_the_default_may_be_set_again(digits):
    """What is shown as usual is taken when it is typed."""
    usual = {key: setting.initial(digits) for key, setting in SETTINGS.items()}
    assert {key: SETTINGS[key].check(text, digits) for key, text in usual.items()} == usual
    assert ShopRules.of(usual, digits) == ShopRules.of({}, digits)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_setting_is_said_in_words(language):
    """Title, help, group and each choice; no id and no key is ever shown."""
    words = Catalogue(language)
    raw = [one for one in shop_rules.sentences() if words.t(one) == one]
    assert raw == []
    titles = [setting_words.title(one, words) for one in SETTINGS.values()]
    assert len(set(titles)) == len(titles)
    for setting in SETTINGS.values():
        said = setting_words.value(setting, setting.initial(2), words)
        assert said and "_" not in said.replace("cannot_lose", "").replace("at_risk", ""), (
            setting.key
        )


def test_who_may_set_is_whom_the_rights_let():
    """A declaration and the table of rights do not drift apart."""
    holders = {role for role, held in rights.ALLOWED.items() if Right.RULES in held}
    assert {one.set_by for one in SETTINGS.values()} == holders


def test_keys_stand_in_the_declaration_alone():
    """A key written anywhere else is a second copy that can go wrong."""
    own = {key for key in SETTINGS if "_" in key}
    # what is called the same is something else: codes of refusals and audit, a column of a reader,
    # the history of the schema
    others = {"points_step", "adjust_limit", "adjust_limit_day"}
    found = []
    for path in ROOT.rglob("*.py"):
        if path == ROOT / "domain" / "shop_rules.py" or "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and node.value in own - others:
                found.append(f"{path.name}:{node.lineno} {node.value}")
    assert found == []


def test_the_manual_has_the_table_of_the_declaration():
    """Key, meaning, values, default and unit of every setting, as they are."""
    manual = (ROOT.parent / "docs" / "manual.md").read_text("utf-8")
    table = manual.split("<!-- settings -->")[1].split("<!-- end of settings -->")[0].strip()
    assert table == setting_words.manual(Catalogue("en")).strip()


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("next_year_end", date(2025, 12, 31)),
        ("never", None),
        ("days:30", date(2024, 3, 1)),
        ("months:1", date(2024, 2, 29)),
        ("months:2", date(2024, 3, 31)),
        ("idle_months:1", date(2024, 2, 29)),
        ("idle_months:12", date(2025, 1, 31)),
    ],
)
def test_points_end_by_the_policy(text, last):
    """Months run to the end of the month in which they are over; a pause counts from day to day."""
    assert PointsExpiry.parse(text).last_day(date(2024, 1, 31)) == last


@pytest.mark.parametrize("text", ["days", "days:0", "days:٣", "weeks:3", "never:1", ""])
def test_no_other_policy_is_read(text):
    """A policy that nobody knows would end points at random."""
    with pytest.raises(ValueError):
        PointsExpiry.parse(text)


@pytest.mark.parametrize("text", ["a R5-4, b", "a R5, a", "a R5", "a R1 R2, b", "a X3, b", ""])
def test_a_table_of_groups_that_leaves_somebody_out_is_refused(text):
    """Every member has a group, and one alone."""
    with pytest.raises(ValueError):
        rfm.groups(text)

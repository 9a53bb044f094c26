"""Both languages are complete."""

import ast
import re
import sys
from datetime import date
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.values import Refusal, RefusalCode
from storecrm.wording.errors import sentence
from storecrm.wording.refusals import refusal

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "packaging"))


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_no_sentence_is_missing_stale_or_empty(language):
    """A screen half in another language is a fault."""
    import catalogues

    assert catalogues.missing(ROOT / "resources/i18n" / f"{language}.po") == []


def test_sentences_within_other_texts_are_translated_too():
    """The search for sentences does not look into f-strings; what stands only there would be shown
    as it is written."""
    with (ROOT / "resources/i18n/zh_CN.po").open("rb") as source:
        known = {
            entry.id if isinstance(entry.id, str) else entry.id[0]
            for entry in read_po(source, locale="zh_CN")
            if entry.id
        }
    said = set()
    for path in (ROOT / "storecrm").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = (
                isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)
            )
            if called and isinstance(node.args[0].value, str) and node.args[0].value:
                name = (
                    node.func.attr
                    if isinstance(node.func, ast.Attribute)
                    else getattr(node.func, "id", "")
                )
                if name in ("t", "n", "m"):
                    said.add(node.args[0].value)
    assert said - known == set()


def test_translations_keep_their_facts():
    """A lost {where} would hide the place of a mistake."""
    import catalogues

    with (ROOT / "resources/i18n/en.po").open("rb") as source:
        english = {
            entry.id: entry.string
            for entry in read_po(source, locale="en")
            if catalogues.is_id(entry.id)
        }
    with (ROOT / "resources/i18n/zh_CN.po").open("rb") as source:
        for entry in read_po(source, locale="zh_CN"):
            if entry.id and isinstance(entry.id, str) and "{percent}" not in entry.id:
                assert set(re.findall(r"{(\w+)}", english.get(entry.id, entry.id))) == set(
                    re.findall(r"{(\w+)}", entry.string)
                ), entry.id
            elif entry.id and not isinstance(entry.id, str):
                facts = {fact for one in entry.id for fact in re.findall(r"{(\w+)}", one)}
                assert {
                    fact for one in entry.string for fact in re.findall(r"{(\w+)}", one)
                } <= facts, entry.id
                assert all(len(one) > 1 for one in entry.string), entry.id


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_refusal_has_words(language):
    """Each stable code is said in each language."""
    words = Catalogue(language)
    for code in RefusalCode:
        said = refusal(Refusal(code), words)
        assert said and "{" not in said
    if language == "zh_CN":
        assert re.search("[一-鿿]", refusal(Refusal(RefusalCode.EXPIRED), words))


def test_every_error_raised_in_the_code_has_words():
    """A code without a sentence would be shown raw."""
    raised = set()
    for path in (ROOT / "storecrm").rglob("*.py"):
        raised |= set(
            re.findall(
                r'(?:UsageError|NotPossible|NotFound|Conflict|BadInput|BadFile|NotAllowed|Throttled|StorageTrouble|_Refuse)\("(\w+)"',
                path.read_text("utf-8"),
            )
        )
    silent = {code for code in raised if sentence(StoreError(code), Catalogue("en")) == code}
    assert silent == set()


@pytest.mark.parametrize(
    ("currency", "sign"),
    [
        ("CNY", "¥"),
        ("JPY", "¥"),
        ("USD", "$"),
        ("EUR", "€"),
        ("GBP", "£"),
        ("HKD", "HK$"),
        ("TWD", "NT$"),
        ("KRW", "₩"),
        ("MOP", "MOP "),
    ],
)
def test_money_has_the_sign_that_its_shop_writes(currency, sign):
    """A shop has one currency: nothing tells it from that of another country, in no language."""
    assert Catalogue("zh_CN", currency).symbol == Catalogue("en", currency).symbol == sign


def test_days_are_named_as_each_language_names_them():
    """CLDR knows them; no table of ours goes stale."""
    chinese, english = Catalogue("zh_CN"), Catalogue("en")
    monday = date(2026, 11, 30)
    assert [chinese.weekday_name(n) for n in range(1, 8)] == [f"周{d}" for d in "一二三四五六日"]
    assert [english.weekday_name(n) for n in (1, 7)] == ["Mon", "Sun"]
    assert (chinese.weekday(monday), english.weekday(monday)) == ("周一", "Mon")
    assert (chinese.short_day(monday), english.short_day(monday)) == ("11月30日", "30 Nov")
    assert english.short_day(date(2026, 9, 3)) == "3 Sep"


def test_several_things_stand_in_one_line_as_each_language_joins_them():
    """A Chinese screen with English commas looks like a machine's."""
    chinese, english = Catalogue("zh_CN"), Catalogue("en")
    assert [chinese.listed("甲乙丙"[:n]) for n in range(4)] == ["", "甲", "甲和乙", "甲、乙和丙"]
    assert [english.listed("ABC"[:n]) for n in range(4)] == ["", "A", "A, B", "A, B, C"]
    assert english.listed([1, "{0}", "{x}"]) == "1, {0}, {x}"


def test_no_module_keeps_names_of_days_or_months():
    """A second table of them drifts from the first."""
    for path in (ROOT / "storecrm").rglob("*.py"):
        text = path.read_text("utf-8")
        assert "周一 周二" not in text and "Mon Tue" not in text and "'Jan', 'Feb'" not in text, (
            path
        )

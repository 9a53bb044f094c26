"""Both languages are complete."""

import ast
import re
import sys
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

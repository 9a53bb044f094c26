"""Errors and refusals in words: what is raised has its sentence and its way out, and nothing is
worded that is never raised."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from storecrm import errors
from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.values import Problem, Refusal, RefusalCode
from storecrm.wording import refusals
from storecrm.wording.errors import cure, problem, sentence

ROOT = Path(__file__).resolve().parents[2]
TREE = {
    name
    for name, found in vars(errors).items()
    if isinstance(found, type) and issubclass(found, StoreError)
} | {"_Refuse"}

LANGUAGES = ("en", "zh_CN")


def parsed():
    for path in sorted((ROOT / "storecrm").rglob("*.py")):
        if "wording" not in path.relative_to(ROOT).as_posix():
            yield path, ast.parse(path.read_text("utf-8"))


def _words_in(node):
    """The texts that an expression may be: the branches of a condition, not its question."""
    if isinstance(node, ast.IfExp):
        return _words_in(node.body) + _words_in(node.orelse)
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def raised():
    """(code, names of the facts or None where they are handed on, place) of each error that is made
    in the code."""
    for path, tree in parsed():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = (
                node.func.attr
                if isinstance(node.func, ast.Attribute)
                else getattr(node.func, "id", "")
            )
            own = name == "__init__" and path.name == "errors.py"
            if name in TREE or own:
                handed = any(keyword.arg is None for keyword in node.keywords)
                facts = None if handed else {keyword.arg for keyword in node.keywords}
                for code in _words_in(node.args[0]):
                    yield code, facts, f"{path.relative_to(ROOT)}:{node.lineno}"


def literals():
    return {
        n.value
        for _, tree in parsed()
        for n in ast.walk(tree)
        if isinstance(n, ast.Constant) and isinstance(n.value, str)
    }


@pytest.fixture(scope="module")
def ids():
    """Every id of an error, a cure, a refusal or a problem, with its English sentence."""
    with (ROOT / "resources/i18n/en.po").open("rb") as source:
        return {
            str(e.id): str(e.string)
            for e in read_po(source, locale="en")
            if re.match(r"(error|cure|refusal|problem)\.", str(e.id))
        }


def coded(ids, room):
    return {name.removeprefix(f"{room}.") for name in ids if name.startswith(f"{room}.")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_that_is_raised_has_its_sentence_and_its_cure(language):
    """A code is no answer, and a sentence without a way out leaves the reader standing."""
    words = Catalogue(language)
    codes = {code for code, _, _ in raised()}
    assert len(codes) > 200
    assert {code for code in codes if sentence(StoreError(code), words) == code} == set()
    assert {code for code in codes if not words.said(f"cure.{code}")} == set()


def test_every_sentence_of_an_error_has_a_code_that_is_raised(ids):
    """A sentence that is said never is a promise that nobody keeps."""
    worded, known = coded(ids, "error"), literals()
    assert {code for code in worded if code not in known} == set()
    assert worded == {code for code in coded(ids, "cure") if not code.startswith("refusal.")}


def test_the_facts_that_are_raised_cover_the_sentences(ids):
    """A name in a sentence that no fact fills is a hole in it."""
    holes = set()
    for code, facts, place in raised():
        if facts is not None:
            said = ids[f"error.{code}"] + ids[f"cure.{code}"]
            holes |= {
                f"{place} {code}: {name}" for name in set(re.findall(r"{(\w+)}", said)) - facts
            }
    assert holes == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_has_its_state_and_what_to_do(language, ids):
    """Each code is said at the till, and only codes that are given stand in the catalogue."""
    words = Catalogue(language)
    codes = {code.value for code in RefusalCode}
    assert {name for name in coded(ids, "refusal") if "." not in name} == codes
    assert {
        name.removeprefix("refusal.")
        for name in coded(ids, "cure")
        if re.fullmatch(r"refusal\.\w+", name)
    } == codes
    for code in RefusalCode:
        assert refusals.refusal_title(Refusal(code), words) and refusals.refusal_todo(
            Refusal(code), words
        )
    for why in refusals._APART:
        assert refusals.refusal_todo(
            Refusal(RefusalCode.NOT_STACKABLE, reason=why, offer="A"), words
        ).count("A")
    assert refusals.refusal_name("of_a_newer_version", words) == "of_a_newer_version"


def test_every_refusal_is_given_somewhere():
    """A refusal that no rule gives cannot be met."""
    named = {
        node.attr
        for path, tree in parsed()
        if path.name != "values.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "RefusalCode"
    }
    assert {code.name for code in RefusalCode} - named == set()


def test_a_refusals_words_ask_for_facts_that_it_has(ids):
    """The distance is said from what a refusal holds."""
    known = set(refusals.facts_of(Refusal(RefusalCode.EXPIRED), Catalogue("en")))
    for name, said in ids.items():
        if name.startswith(("refusal.", "cure.refusal.")):
            assert set(re.findall(r"{(\w+)}", said)) <= known, name


def test_every_problem_of_a_cell_is_found_somewhere(ids):
    """What is wrong with a cell is said by a kind that a reader of files gives."""
    kinds = {part for text in literals() for part in text.split(":")}
    assert coded(ids, "problem") - {"unreadable"} - kinds == set()
    words = Catalogue("en")
    assert problem(Problem(2, "x", "never_heard_of"), words) == "cannot be read"
    assert cure(StoreError("never_heard_of"), words) == ""

"""Errors and refusals in words: what is raised has its sentence and its way out, and nothing is
worded that is never raised."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from storecrm import errors
from storecrm.errors import BadInput, StoreError
from storecrm.i18n import Catalogue
from storecrm.services.imports.loaders.base import Loader
from storecrm.ui.pages.offer_fields import TITLES
from storecrm.ui.pages.refusals import told
from storecrm.values import Problem, Refusal, RefusalCode
from storecrm.wording import refusals
from storecrm.wording.errors import cure, problem, sentence

ROOT = Path(__file__).resolve().parents[2]
TREE = {
    name
    for name, found in vars(errors).items()
    if isinstance(found, type) and issubclass(found, StoreError)
} | {"Refuse"}

LANGUAGES = ("en", "zh_CN")
_FOR_COMMANDS = ".command"


@cache
def parsed():
    """Every module of the program but the words, read once for all tests."""
    return [
        (path, ast.parse(path.read_text("utf-8")))
        for path in sorted((ROOT / "storecrm").rglob("*.py"))
        if "wording" not in path.relative_to(ROOT).as_posix()
    ]


def _words_in(node, known):
    """The texts that an expression may be: the branches of a condition, not its question; what a
    name was given (`known`), each value of a table."""
    if isinstance(node, ast.IfExp):
        return _words_in(node.body, known) + _words_in(node.orelse, known)
    if isinstance(node, ast.Name):
        return [word for given in known.get(node.id, ()) for word in _words_in(given, {})]
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        tables = [t for t in known.get(node.value.id, ()) if isinstance(t, ast.Dict)]
        return [word for table in tables for value in table.values for word in _words_in(value, {})]
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def _given(body):
    """What each name is given in these statements, those of functions within left out."""
    found = {}
    for statement in body:
        for node in ast.walk(statement):
            targets = node.targets if isinstance(node, ast.Assign) else ()
            if isinstance(node, ast.AnnAssign) and node.value is not None:
                targets = (node.target,)
            for target in targets:
                if isinstance(target, ast.Name):
                    found.setdefault(target.id, []).append(node.value)
                elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    for one, value in zip(target.elts, node.value.elts, strict=True):
                        if isinstance(one, ast.Name):
                            found.setdefault(one.id, []).append(value)
    return found


def _calls(tree):
    """(call, what names are given around it) of a module."""
    plain = [s for s in tree.body if not isinstance(s, (ast.FunctionDef, ast.ClassDef))]
    top, seen = _given(plain), set()
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    # those within come last: they know most
    for function in reversed(functions):
        known = top | _given(function.body)
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and id(node) not in seen:
                seen.add(id(node))
                yield node, known
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and id(node) not in seen:
            yield node, top


def made():
    """(codes, names of the facts or None where they are handed on, place) of each error that is
    made in the code; no codes where one is handed on."""
    for path, tree in parsed():
        for node, known in _calls(tree):
            if not node.args:
                continue
            name = (
                node.func.attr
                if isinstance(node.func, ast.Attribute)
                else getattr(node.func, "id", "")
            )
            own = name == "__init__" and path.name == "errors.py"
            place = f"{path.relative_to(ROOT)}:{node.lineno}"
            handed = any(keyword.arg is None for keyword in node.keywords)
            facts = None if handed else {keyword.arg for keyword in node.keywords}
            if name == "Refuse" and facts is not None:
                # the parent names the file where the child names nothing
                facts.add("where")
            if name in TREE or own:
                yield _words_in(node.args[0], known), facts, place
            elif name == "alone" and len(node.args) > 2:
                yield _words_in(node.args[2], known), {"where"}, place


def raised():
    """(code, names of the facts or None where they are handed on, place) of each error that is made
    in the code."""
    for codes, facts, place in made():
        for code in codes:
            yield code, facts, place


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
    """The codes that a room words; a command's own way out is told by `_FOR_COMMANDS`."""
    return {
        name.removeprefix(f"{room}.")
        for name in ids
        if name.startswith(f"{room}.") and not name.endswith(_FOR_COMMANDS)
    }


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
            said += ids.get(f"cure.{code}{_FOR_COMMANDS}", "")
            holes |= {
                f"{place} {code}: {name}" for name in set(re.findall(r"{(\w+)}", said)) - facts
            }
    assert holes == set()


def test_only_what_was_made_elsewhere_is_raised_without_its_code_in_sight():
    """A code that comes through a variable is found where the variable is given it."""
    own = ("CouponRefused", "PriceChanged", "ImportRejected")
    hidden = set()
    for path, tree in parsed():
        for node, known in _calls(tree):
            name = getattr(node.func, "id", "")
            if name in TREE and name not in own and node.args:
                if not _words_in(node.args[0], known):
                    hidden.add(path.name)
    # a copy's own trouble with its place, what the child that reads a file says, and a server's
    # lock, whose refusal the callers name
    assert hidden == {"copies.py", "reader.py", "locks.py"}


def test_the_child_that_reads_files_says_facts_that_its_sentences_ask_for(ids):
    """What it writes itself goes through no error: its answers are read here."""
    tree = ast.parse((ROOT / "storecrm/services/imports/reader.py").read_text("utf-8"))
    told = [node for node in ast.walk(tree) if isinstance(node, ast.Dict)]
    said = {}
    for node in told:
        keys = {key.value for key in node.keys if isinstance(key, ast.Constant)}
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == "error":
                said |= {code: keys | {"where"} for code in _words_in(value, {})}
    assert set(said) == {"too_large", "not_a_table"}
    for code, facts in said.items():
        assert set(re.findall(r"{(\w+)}", ids[f"error.{code}"] + ids[f"cure.{code}"])) <= facts


def test_the_problems_of_cells_have_the_facts_that_their_sentences_ask_for(ids):
    """A kind whose sentence names something is given only where that is known."""
    asking = {
        kind: set(re.findall(r"{(\w+)}", ids[f"problem.{kind}"])) for kind in coded(ids, "problem")
    }
    given, kinds = {}, {text.partition(":")[2] for text in literals() if ":" in text}
    for path, tree in parsed():
        for node, known in _calls(tree):
            if getattr(node.func, "attr", "") == "problem" and len(node.args) > 2:
                facts = {keyword.arg for keyword in node.keywords}
                for kind in _words_in(node.args[2], known):
                    given.setdefault(kind, []).append((facts, f"{path.name}:{node.lineno}"))
    assert len(given) > 15
    for kind, names in asking.items():
        if names:
            assert kind not in kinds and given[kind], kind
            assert [place for facts, place in given[kind] if names - facts] == []


def test_a_cell_that_an_error_refuses_is_said_with_all_that_the_error_knows():
    """A list shows what a command would say of the same text."""
    loaded = Loader.__new__(Loader)
    loaded.columns, loaded.blank, loaded.problems = {0: "points"}, set(), []
    loaded.reread(2, ["9999999999"], BadInput("points", where="9999999999", most="9"))
    assert loaded.problems[0].facts == {"most": "9"}


_KEY = re.compile(r"[a-z]+_[a-z_]+|storecrm [a-z]|--[a-z]")
"""What only a command or a file is typed with."""
_WRITTEN_BY_PEOPLE = {
    "cure.encoding_unknown",
    "cure.mapping_title",
    "cure.sheet_unknown",
    "error.encoding_unsure",
    "error.no_such_file",
}
"""Where {known} lists encodings, titles, sheets and files by the names that people gave them."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_window_names_a_command_or_a_key_of_the_store(language):
    """Who reads "storecrm staff set-pin" or "valid_days" on a page has nowhere to type it: a
    command's way out stands apart."""
    with (ROOT / f"resources/i18n/{language}.po").open("rb") as source:
        said = {str(e.id): str(e.string) for e in read_po(source, locale=language) if e.id}
    shown = {
        name: re.sub(r"{\w+}", "", text)
        for name, text in said.items()
        if re.match(r"(error|cure|refusal|problem)\.", name) and not name.endswith(_FOR_COMMANDS)
    }
    assert {name: text for name, text in shown.items() if _KEY.search(text)} == {}
    lists = {name for name in shown if re.search("{(known|allowed|default)}", said[name])}
    assert lists == _WRITTEN_BY_PEOPLE


def test_no_sentence_of_the_window_names_a_command_or_a_key():
    """Those that stand in the pages themselves."""
    named = set()
    for path, tree in parsed():
        if path.relative_to(ROOT / "storecrm").parts[0] in ("ui", "app"):
            for node in ast.walk(tree):
                called = isinstance(node, ast.Call) and node.args
                name = getattr(node.func, "attr", getattr(node.func, "id", "")) if called else ""
                said = _words_in(node.args[0], {}) if name in ("t", "n", "m") else []
                # a fact's place bears the name of the fact
                texts = [re.sub(r"{\w+}", "", text) for text in said]
                named |= {text for text in texts if _KEY.search(text) and "." not in text[:6]}
    assert named == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_page_says_of_a_place_has_a_name_that_people_read(language):
    """ "30 cannot stand in valid_from": the field has a title on the page."""
    words, raw = Catalogue(language), set()
    for _, tree in parsed():
        for node, known in _calls(tree):
            if getattr(node.func, "id", "") in TREE and node.args:
                for keyword in node.keywords:
                    places = _words_in(keyword.value, known) if keyword.arg == "where" else []
                    for code in _words_in(node.args[0], known):
                        said = [told(StoreError(code, where=p), words, TITLES) for p in places]
                        raw |= {text for text in said if _KEY.search(text)}
    assert raw == set()
    value = StoreError("rule_value", where="points_expiry", value="x", allowed="a_b", default="c_d")
    assert words.said("rule.points_expiry") in told(value, words)
    assert not _KEY.search(told(value, words))


def test_a_command_reads_how_it_is_typed():
    """The same refusal at the command line names the command and the key."""
    words = Catalogue("en")
    assert cure(StoreError("no_pin"), words, command=True).endswith("storecrm staff set-pin.")
    assert cure(StoreError("delay_without_days"), words, command=True) == "Give valid_days too."
    # most are the same in both places
    assert cure(StoreError("cancelled"), words, command=True) == cure(
        StoreError("cancelled"), words
    )


def test_every_way_out_of_a_command_differs_from_that_of_the_window(ids):
    """A second copy of the same sentence would drift from the first."""
    own = {name for name in ids if name.endswith(_FOR_COMMANDS)}
    assert len(own) > 20
    assert {name for name in own if ids[name] == ids.get(name.removesuffix(_FOR_COMMANDS))} == set()


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

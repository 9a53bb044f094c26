"""The trail in words: each action that the program writes has its sentence, and no sentence is for
nothing."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from storecrm.i18n import Catalogue
from storecrm.wording import audit, audit_facts, shop_rules
from storecrm.wording.audit_facts import Person

ROOT = Path(__file__).resolve().parents[2]
CASES = {
    "consent_set": ("no",),
    "goods_returned": ("all",),
    "import_undone": ("several",),
    "member_password_set": ("removed",),
    "member_proved": ("asked",),
    "sale_posted": ("open",),
    "segment_kept": ("fixed",),
    "staff_card_set": ("none",),
    "tag_rule_set": ("off",),
    "paper_moved": ("handed_out", "returned", "voided"),
    "sealed": ("offer", "rule", "shop", "staff", "tier"),
}
"""Further sentences of an action, for some of its facts."""
ONLY_CASES = {"paper_moved", "sealed"}
ADDED = {"redemption_reversed": {"coupon", "sale"}}
"""What the reader of the trail adds to the facts."""
HANDED = {
    ("backup/restore_copy.py", "facts"): {"file", "saved"},
    ("imports/one_file.py", "counts"): {"created", "updated", "unchanged", "skipped", "rejected"},
    ("members/erasure.py", "sealed"): {"listed"},
    ("till/open_bill.py", "mine"): {"own_card"},
    ("till/late_member.py", "mine"): {"own_card"},
    ("till/posting.py", "mine"): {"own_card"},
}
"""Facts that come from another function."""


def written():
    """(action, names of its facts) for each place where the trail is written."""
    for path in sorted((ROOT / "storecrm").rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and _is_log(node.func):
                    action = node.args[2 if node.func.attr == "log" else 3]
                    facts = set().union(
                        *(_facts(path, function, keyword) for keyword in node.keywords)
                    )
                    for name in _codes(action):
                        yield name, facts


def _is_log(called):
    return (
        isinstance(called, ast.Attribute)
        and called.attr in ("log", "log_at")
        and getattr(called.value, "id", "") == "audit"
    )


def _codes(action):
    """The codes that an expression may give: every text in it that is no condition."""
    parts = [action.body, action.orelse] if isinstance(action, ast.IfExp) else [action]
    assert all(isinstance(part, ast.Constant) and isinstance(part.value, str) for part in parts), (
        ast.unparse(action)
    )
    return [part.value for part in parts]


def _facts(path, function, keyword):
    if keyword.arg is not None:
        return {keyword.arg}
    place = (path.relative_to(ROOT / "storecrm/services").as_posix(), keyword.value.id)
    if place in HANDED:
        return HANDED[place]
    made = [
        n.value
        for n in ast.walk(function)
        if isinstance(n, ast.Assign) and getattr(n.targets[0], "id", "") == keyword.value.id
    ]
    return {
        key.value
        for value in made
        for node in ast.walk(value)
        if isinstance(node, ast.Dict)
        for key in node.keys
    }


@pytest.fixture(scope="module")
def actions():
    found = {}
    for name, facts in written():
        found.setdefault(name, set()).update(facts | ADDED.get(name, set()))
    return found


@pytest.fixture(scope="module")
def ids():
    """The ids of the trail's sentences in the English catalogue."""
    with (ROOT / "resources/i18n/en.po").open("rb") as source:
        return {
            str(e.id): str(e.string)
            for e in read_po(source, locale="en")
            if re.match(r"(audit|title)\.", str(e.id))
        }


def sentences(action):
    own = [] if action in ONLY_CASES else [f"audit.{action}"]
    return own + [f"audit.{action}.{case}" for case in CASES.get(action, ())]


def test_every_action_has_its_sentence_and_no_sentence_is_left_over(actions, ids):
    """An action without words is shown as its code; words without an action are read by nobody."""
    assert set(audit.ACTIONS) == set(actions) and len(actions) > 80
    wanted = {name for action in actions for name in sentences(action)} | {
        f"title.{action}" for action in actions
    }
    common = ("audit.fact.", "audit.reason.", "audit.why.")
    own = {"audit.nobody", "audit.unknown", "audit.gap", "audit.erased", "audit.merged"}
    assert {name for name in ids if not name.startswith(common)} == wanted | own


def test_the_facts_that_are_written_cover_the_sentences(actions, ids):
    """A name in a sentence that no fact fills would be a dash for ever."""
    lacking = {}
    for action, facts in actions.items():
        for name in sentences(action):
            missing = set(re.findall(r"{(\w+)}", ids[name])) - facts - {"who"}
            if missing:
                lacking[name] = missing
    assert lacking == {}


def test_what_is_said_after_a_sentence_is_written_and_worded(actions, ids):
    """Each further fact belongs to its action, and each of the catalogue's words for one is
    used."""
    used = {"audit.fact.withheld"}
    for action, names in audit.EXTRAS.items():
        assert set(names) <= actions[action], action
        used |= {f"audit.fact.{name}" for name in names}
    assert used == {name for name in ids if name.startswith("audit.fact.")}
    assert set(audit_facts.WHY.values()) == {name for name in ids if name.startswith("audit.why.")}
    assert {f"audit.reason.{name}" for name in audit_facts.REASONS} == {
        name for name in ids if name.startswith("audit.reason.")
    }


def test_every_fact_is_said_somewhere(actions, ids):
    """What is written down and never shown was written for nothing."""
    silent = {
        "act",
        "kind",
        "everything",
        "granted",
        "redemption",
        "given",
        "first",
        "last",
        "fixed",
        "rule",
        "by",
        "sha256",
    }
    for action, facts in actions.items():
        said = {fact for name in sentences(action) for fact in re.findall(r"{(\w+)}", ids[name])}
        assert facts - said - set(audit.EXTRAS.get(action, ())) <= silent, action


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_sentence_says_its_facts_as_people_write_them(language):
    """Money with its sign, a member by name and number, an approval with its reason."""
    words = Catalogue(language)
    facts = {
        "sale": "2300114500000017",
        "coupon": "…4821",
        "discount": 2000,
        "override": "manager",
        "approved_by": "陈",
        "reason": "老客",
    }
    said = audit.sentence("coupon_redeemed", facts, "王芳", words)
    assert all(
        part in said for part in ("王芳", "2300 1145 0000 0017", "…4821", "¥20.00", "陈", "老客")
    )
    assert "{" not in said and "—" not in said
    assert "+1,500" in audit.sentence(
        "points_adjusted", {"member": Person("2200000000000017", "李"), "points": 1500}, "陈", words
    )


def test_an_erased_member_is_not_named_and_neither_is_a_reason():
    """The trail stays, the person does not."""
    words = Catalogue("en")
    gone = {
        "member": Person("2200000000000017", erased=True),
        "points": -5,
        "reason": "called Li Na",
        "withheld": True,
    }
    said = audit.sentence("points_adjusted", gone, "陈", words)
    assert (
        "an erased member" in said
        and "Li Na" not in said
        and "0017" not in said
        and "reason not shown" in said
    )


def test_an_action_of_another_version_is_shown_as_its_code():
    """A store may come from a newer program; what it says is not hidden."""
    words = Catalogue("en")
    assert audit.sentence("moon_phase_set", {}, "", words) == "The program: moon_phase_set"
    assert audit.title("moon_phase_set", words) == "moon_phase_set"
    assert audit.sentence("sale_taken_back", {}, "陈", words) == "陈 voided receipt —"


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_settings_are_called_by_their_titles(language):
    """A key is for files and commands; who reads the trail knows a rule by its title."""
    words, title = Catalogue(language), shop_rules.TITLES["till_mode"]
    digests = {"kind": "rule", "rows": {"till_mode": "ab12"}}
    said = audit.sentence("sealed", digests, "Chen", words, shop_rules.TITLES)
    assert words.t(title) in said and "till_mode" not in said

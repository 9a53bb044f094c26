"""The measures of the house count what they say."""

import ast

import pytest

from benchmarks.density import dataclasses_of, mccabe, measure

SAMPLE = '''"""A module."""

# why the next line stands
x = 1  # beside it
y = x + 2


def f():
    """A function."""
    return x
'''


def test_nodes_are_counted_a_simple_statement_without_docstrings():
    """A docstring is no statement that a reader has to take apart."""
    found = measure(SAMPLE)
    # x = 1 has 4 nodes (Assign, Name, Store, Constant), y = x + 2 has 8, return x has 3
    assert (found.statements, found.nodes) == (3, 15)


def test_only_comments_on_lines_of_their_own_count_and_docstrings_are_no_code():
    """A word beside a statement explains no step, and a docstring is not one."""
    found = measure(SAMPLE)
    assert (found.comment_lines, found.code_lines) == (1, 4)
    assert found.comments == 25


@pytest.mark.parametrize(
    ("name", "text", "count"),
    [
        ("lines over 100 signs", f"x = '{'a' * 94}'\ny = '{'a' * 95}'", 1),
        ("modules over 400 lines", "x = 1\n" * 401, 1),
        ("modules over 400 lines", "x = 1\n" * 400, 0),
        ("functions over 60 lines", "def f():\n" + "    x = 1\n" * 60, 1),
        ("functions over 60 lines", "def f():\n" + "    x = 1\n" * 59, 0),
        ("functions with more than 9 arguments", "def f(a, b, c, d, e, f, g, *, h, i, j): ...", 1),
        (
            "functions with more than 9 arguments",
            "class A:\n    def f(self, a, b, c, d, e, f, g, h, i): ...",
            0,
        ),
        ("nested conditional expressions", "x = 1 if a else 2 if b else 3", 1),
        ("nested conditional expressions", "x = 1 if a else 2\ny = 1 if b else 2", 0),
        ("dataclasses made with more than 4 positional", "Five(1, 2, 3, 4, 5)", 1),
        ("dataclasses made with more than 4 positional", "rooms.Five(1, 2, 3, 4, 5)", 1),
        ("dataclasses made with more than 4 positional", "Five(1, 2, 3, 4, e=5)", 0),
        ("dataclasses made with more than 4 positional", "other(1, 2, 3, 4, 5)", 0),
        ("aliases of a table", "_S: Any = Sale.__table__", 1),
        ("aliases of a table", "_S, _L = Sale.__table__, SaleLine.__table__", 1),
        ("aliases of a table", "select(Sale.__table__)", 0),
    ],
)
def test_a_place_over_a_goal_is_found(name, text, count):
    """What the measure calls over is what the goal forbids, to the line."""
    assert len(measure(text, "m.py", {"Five"}).over[name]) == count


def test_dataclasses_are_known_by_their_decorator():
    """Positional arguments are counted of dataclasses alone."""
    tree = ast.parse(
        "@dataclass(frozen=True)\nclass A: ...\n@dataclass\nclass B: ...\nclass C: ..."
    )
    assert dataclasses_of([tree]) == {"A", "B"}


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ("return 1", 1),
        ("if a: return 1\n    elif b: return 2\n    else: return 3", 3),
        ("for x in y: z\n    else: w", 3),
        ("try: x\n    except A: y\n    except B: z\n    else: w", 4),
        ("return [x for x in y if x] or a and b", 1),
        ("def g():\n        if a: b", 3),
        ("match a:\n        case 1: b\n        case 2: c\n        case _: d", 3),
    ],
)
def test_paths_are_decisions_plus_one(body, paths):
    """The count agrees with the checker that holds the bound."""
    function = ast.parse(f"def f():\n    {body}").body[0]
    assert mccabe(function) == paths

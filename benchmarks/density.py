"""How dense the house is written: what a reader has to hold at once, beside its goal.

Read from the syntax trees and tokens of the files alone; nothing of the program is imported.

python -m benchmarks density                  the measures, and the nodes a statement of each wing
python -m benchmarks density models cli/till  the same, and each place in those rooms that is over
"""

import ast
import io
import tokenize
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from statistics import median

HOUSE = Path(__file__).parent.parent / "storecrm"
LONGEST_LINE = 100
LONGEST_MODULE = 400
LONGEST_FUNCTION = 60
MOST_PATHS = 12
MOST_ARGUMENTS = 9
MOST_POSITIONAL = 4

_ASSIGNED = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Delete)
_LEFT = (ast.Return, ast.Raise, ast.Break, ast.Continue, ast.Pass)
_NAMED = (ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal)
SIMPLE = (ast.Expr, ast.Assert, *_ASSIGNED, *_LEFT, *_NAMED)
"""Statements that hold no others."""
Function = ast.FunctionDef | ast.AsyncFunctionDef
_LAYOUT = {tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
_NO_CODE = {tokenize.COMMENT, tokenize.ENCODING, tokenize.ENDMARKER, *_LAYOUT}


@dataclass
class Place:
    """Somewhere in the house that is over a goal."""

    module: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.module}:{self.line} {self.what}"


@dataclass
class Measures:
    """Counts of one module, or of many added up."""

    statements: int = 0
    nodes: int = 0
    code_lines: int = 0
    comment_lines: int = 0
    lines: list[int] = field(default_factory=list)
    """Length of each module."""
    over: defaultdict[str, list[Place]] = field(default_factory=lambda: defaultdict(list))
    """Places over a goal, by the name of the measure."""

    def add(self, other: "Measures") -> None:
        self.statements += other.statements
        self.nodes += other.nodes
        self.code_lines += other.code_lines
        self.comment_lines += other.comment_lines
        self.lines += other.lines
        for name, places in other.over.items():
            self.over[name] += places

    @property
    def nodes_a_statement(self) -> float:
        return self.nodes / max(1, self.statements)

    @property
    def comments(self) -> float:
        """Own-line comments in percent of the lines of code."""
        return 100 * self.comment_lines / max(1, self.code_lines)


def dataclasses_of(trees: Iterable[ast.AST]) -> set[str]:
    """Names of the classes that are decorated as dataclasses."""
    nodes = chain.from_iterable(map(ast.walk, trees))
    return {node.name for node in nodes if isinstance(node, ast.ClassDef) and _is_data(node)}


def _is_data(node: ast.ClassDef) -> bool:
    return any("dataclass" in ast.unparse(decorator) for decorator in node.decorator_list)


def measure(source: str, module: str = "", dataclasses: Iterable[str] = ()) -> Measures:
    """The measures of one module's text; `dataclasses` are the names that count as such."""
    tree = ast.parse(source)
    docstrings = set(_docstrings(tree))
    found = Measures(lines=[len(source.splitlines())])
    _count_statements(tree, docstrings, found)
    _count_lines(source, docstrings, found)
    for name, place in _places(tree, source, set(dataclasses)):
        found.over[name].append(Place(module, *place))
    return found


def _docstrings(tree: ast.AST) -> Iterator[ast.stmt]:
    """Texts that stand as statements: docstrings, and those below a field."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node


def _count_statements(tree: ast.AST, docstrings: set[ast.stmt], found: Measures) -> None:
    for node in ast.walk(tree):
        if isinstance(node, SIMPLE) and node not in docstrings:
            found.statements += 1
            found.nodes += sum(1 for _ in ast.walk(node))


def _count_lines(source: str, docstrings: set[ast.stmt], found: Measures) -> None:
    """Lines of code are those with a token of it; docstrings are neither code nor comment."""
    code, comments = set[int](), set[int]()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            comments.add(token.start[0])
        elif token.type not in _NO_CODE:
            code.update(range(token.start[0], token.end[0] + 1))
    for text in docstrings:
        end = text.end_lineno or text.lineno
        code.difference_update(range(text.lineno, end + 1))
    found.code_lines = len(code)
    found.comment_lines = len(comments - code)


def _places(
    tree: ast.Module, source: str, dataclasses: set[str]
) -> Iterator[tuple[str, tuple[int, str]]]:
    """Every place over a goal: the measure's name, the line and what stands there."""
    lines = source.splitlines()
    for number, line in enumerate(lines, 1):
        if len(line) > LONGEST_LINE:
            yield "lines over 100 signs", (number, f"{len(line)} signs")
    if len(lines) > LONGEST_MODULE:
        yield "modules over 400 lines", (1, f"{len(lines)} lines")
    # self is no argument that anybody gives
    classes = (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    methods = {below for node in classes for below in node.body}
    for node in ast.walk(tree):
        if isinstance(node, Function):
            yield from _of_function(node, method=node in methods)
        elif isinstance(node, ast.IfExp) and _holds_another(node):
            yield "nested conditional expressions", (node.lineno, ast.unparse(node)[:60])
        elif isinstance(node, ast.Call) and len(node.args) > MOST_POSITIONAL:
            name = ast.unparse(node.func).rpartition(".")[2]
            if name in dataclasses:
                made = f"{name} of {len(node.args)}"
                yield "dataclasses made with more than 4 positional", (node.lineno, made)
        elif isinstance(node, ast.Assign | ast.AnnAssign) and _names_a_table(node):
            yield "aliases of a table", (node.lineno, ast.unparse(node)[:60])


def _of_function(node: Function, *, method: bool) -> Iterator[tuple[str, tuple[int, str]]]:
    length = (node.end_lineno or node.lineno) - node.lineno + 1
    if length > LONGEST_FUNCTION:
        yield "functions over 60 lines", (node.lineno, f"{node.name}: {length} lines")
    paths = mccabe(node)
    if paths > MOST_PATHS:
        yield "functions with McCabe over 12", (node.lineno, f"{node.name}: {paths}")
    taken = len(node.args.posonlyargs + node.args.args + node.args.kwonlyargs)
    static = any(ast.unparse(one) == "staticmethod" for one in node.decorator_list)
    if method and not static:
        taken -= 1
    if taken > MOST_ARGUMENTS:
        yield "functions with more than 9 arguments", (node.lineno, f"{node.name}: {taken}")


def mccabe(function: Function) -> int:
    """Paths through a function as McCabe counts them (IEEE TSE SE-2, 1976): decisions plus one;
    functions inside count too, conditional expressions do not."""
    paths = 1
    for node in ast.walk(function):
        if isinstance(node, ast.If | ast.For | ast.AsyncFor | ast.While | ast.ExceptHandler):
            paths += 1
        elif isinstance(node, ast.match_case):
            # the case that takes everything else is no decision
            paths += not isinstance(node.pattern, ast.MatchAs) or node.pattern.pattern is not None
        elif isinstance(node, Function) and node is not function:
            paths += 1
        # what follows when nothing was raised, or when a loop was not broken off, is a path too
        if isinstance(node, ast.Try | ast.For | ast.AsyncFor | ast.While) and node.orelse:
            paths += 1
    return paths


def _holds_another(node: ast.IfExp) -> bool:
    found = (below for below in ast.walk(node) if isinstance(below, ast.IfExp))
    return any(below is not node for below in found)


def _names_a_table(node: ast.Assign | ast.AnnAssign) -> bool:
    """True where a module or function gives a table a name of its own."""
    if node.value is None:
        return False
    parts = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
    attributes = (part.attr for part in parts if isinstance(part, ast.Attribute))
    return "__table__" in attributes


def house(root: Path = HOUSE) -> Mapping[str, Measures]:
    """The measures of each wing; a floor that has no wings is one of its own."""
    sources = {path: path.read_text("utf-8") for path in sorted(root.rglob("*.py"))}
    # one module's dataclasses are made in others
    dataclasses = dataclasses_of(map(ast.parse, sources.values()))
    wings: defaultdict[str, Measures] = defaultdict(Measures)
    for path, source in sources.items():
        inside = path.relative_to(root)
        found = measure(source, inside.as_posix(), dataclasses)
        wings[_wing(inside)].add(found)
    return wings


def _wing(inside: Path) -> str:
    depth = 2 if inside.parts[0] in ("services", "ui") else 1
    return "/".join(inside.parts[:-1][:depth]) or "(top)"


GOALS = {
    "lines over 100 signs": "0",
    "modules over 400 lines": "0",
    "functions over 60 lines": "0",
    "functions with McCabe over 12": "0",
    "functions with more than 9 arguments": "0",
    "nested conditional expressions": "0",
    "dataclasses made with more than 4 positional": "0",
    "aliases of a table": "0",
}
"""The measures that count places, each with its goal."""


def density(rooms: Iterable[str] = ()) -> None:
    """Print the measures of the house; for `rooms` (paths below it) every place over a goal."""
    wings = house()
    whole = Measures()
    for found in wings.values():
        whole.add(found)
    print(f"AST nodes a simple statement: {whole.nodes_a_statement:.1f} (goal <= 12)")
    print(f"comment lines in % of code lines: {whole.comments:.1f} (goal >= 3)")
    print(f"module median: {median(whole.lines):.0f} lines (goal <= 110)")
    print(f"longest module: {max(whole.lines)} lines (goal <= {LONGEST_MODULE})")
    for name, goal in GOALS.items():
        count = len(whole.over[name])
        share = ""
        if name == "lines over 100 signs":
            share = f", {100 * count / sum(whole.lines):.2f} % of lines"
        print(f"{name}: {count}{share} (goal {goal})")
    print("\nwing                      nodes  comments %  longest  over, in the order above")
    for wing, found in sorted(wings.items()):
        over = " ".join(f"{len(found.over[name]):3}" for name in GOALS)
        longest = max(found.lines)
        means = f"{found.nodes_a_statement:6.1f} {found.comments:11.1f}"
        print(f"{wing:24} {means} {longest:8}  {over}")
    wanted = tuple(rooms)
    for name in GOALS:
        places = [place for place in whole.over[name] if wanted and place.module.startswith(wanted)]
        if places:
            print(f"\n{name}:", *places, sep="\n  ")

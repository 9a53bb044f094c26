"""Problems of an import counted by column and kind."""

from collections import Counter
from collections.abc import Sequence

from storecrm.values import Problem, ProblemKind

EXAMPLES = 5
"""What cells say, of each kind of problem."""


def counted(problems: Sequence[Problem]) -> tuple[ProblemKind, ...]:
    """Problems by column and kind, the most frequent first, each with some of what its cells
    say."""
    rows = Counter[tuple[str, str]]()
    said = dict[tuple[str, str], dict[str, None]]()
    for problem in problems:
        key = problem.column, problem.kind
        rows[key] += 1
        # a dict keeps the order and drops what was said already
        examples = said.setdefault(key, {})
        if len(examples) < EXAMPLES:
            examples[problem.value] = None
    found = list[ProblemKind]()
    for key, count in rows.most_common():
        examples_said = tuple(filter(None, said[key]))
        found.append(ProblemKind(*key, count, examples_said))
    return tuple(found)

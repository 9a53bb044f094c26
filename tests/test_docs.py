"""What the papers name is there, in the words of the screens."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAPERS = [*DOCS.rglob("*.md"), *ROOT.glob("*.md")]
_OPEN = re.compile("NAME|PLACE")
_PATH = re.compile(r"`([\w./-]+\.(?:py|toml|po|md|yaml))`")


def _rows(page: Path) -> list[list[str]]:
    """The cells of every row of the page's tables, without their heads."""
    lines = [line for line in page.read_text("utf-8").splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if set(row[0]) != {"-"} and row[0] != "word"]


@pytest.mark.parametrize("page", PAPERS, ids=lambda page: page.name)
def test_files_that_papers_name_are_there(page):
    """A room that was moved leads whoever looks for it astray."""
    named = {name for name in _PATH.findall(page.read_text("utf-8")) if not _OPEN.search(name)}
    places = (ROOT, ROOT / "storecrm", DOCS)
    assert [name for name in named if not any((place / name).exists() for place in places)] == []


def test_each_act_has_its_place():
    """Twenty acts, each with the room where it is decided or done first, and what follows."""
    acts = [row for row in _rows(DOCS / "where-is.md") if row[0].isdigit()]
    assert [int(row[0]) for row in acts] == list(range(1, 21))
    assert [row for row in acts if len(row) != 4 or not _PATH.search(row[2])] == []


def test_the_glossary_says_what_the_screens_say():
    """A Chinese word that no screen says stands in brackets."""
    with (ROOT / "resources/i18n/zh_CN.po").open("rb") as stream:
        said = " ".join(str(message.string) for message in read_po(stream) if message.id)
    words = [(row[0], row[1]) for row in _rows(DOCS / "glossary.md")]
    assert len(words) > 60
    assert [pair for pair in words if not pair[1].startswith("（") and pair[1] not in said] == []


def test_the_page_of_the_house_stays_one_page():
    """What belongs to one room stands in its docstring."""
    lines = (DOCS / "architecture.md").read_text("utf-8").splitlines()
    assert len(lines) <= 75
    assert [line for line in lines if len(line) > 100] == []

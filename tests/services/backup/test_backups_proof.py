"""How far a copy was proven: quickly when somebody makes one, whole once a day, when it is looked
over and before it is restored."""

import json
from contextlib import closing
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as driver

from storecrm.errors import StorageTrouble
from storecrm.models import database
from storecrm.services.backup import backups, copies
from storecrm.services.housekeeping import daily
from storecrm.services.till import open_bill
from storecrm.values import Money


def proofs(store):
    return [copy.proof for copy in backups.listed(store)]


def test_a_copy_says_how_far_it_was_proven(owner, wall):
    """One that somebody makes is read back; the one of the day is proven whole, so it is made
    although another lies there."""
    assert backups.create(owner).proof == copies.COPIED and backups.due(owner)
    wall.forward(seconds=5)
    made = daily.keep_house(owner)
    assert made is not None and made.proof == copies.WHOLE and not backups.due(owner)
    assert copies.manifest_of(made.path)["verified"] == "whole"


def test_a_quick_copy_takes_the_place_of_no_proven_one(owner, wall):
    """What was copied after a page went bad would be all that is left of the day."""
    whole = daily.keep_house(owner)
    for _ in range(3):
        wall.forward(seconds=5)
        quick = backups.create(owner)
    assert {copy.path for copy in backups.listed(owner)} == {whole.path, quick.path} and proofs(
        owner
    ) == ["copied", "whole"]
    wall.forward(days=1)
    daily.keep_house(owner)
    assert proofs(owner) == ["whole", "copied", "whole"]


def test_what_earlier_versions_copied_was_proven_whole(owner):
    """They read every page of each copy and wrote no word about it."""
    manifest = copies.manifest_of(backups.create(owner).path)
    said = {key: value for key, value in manifest.items() if key != "verified"}
    assert copies.proof_of(said) == copies.WHOLE and copies.proof_of(manifest) == copies.COPIED
    assert (
        copies.proof_of({}) == copies.proof_of(said | {"damaged": True}) == ""
        and copies.proof_of(said | {"verified": "x"}) == "copied"
    )


def test_damage_that_was_copied_is_seen_by_whoever_looks_and_never_restored(harmed, owner, wall):
    """The copy is as the store is, and says that nobody proved it; a day does not pass without its
    being noticed."""
    made = backups.create(harmed)
    assert made.proof == copies.COPIED
    for act in (
        lambda: backups.verify(made.path),
        lambda: backups.restore(harmed, path=made.path),
        lambda: daily.keep_house(harmed),
    ):
        with pytest.raises(StorageTrouble, match="damaged"):
            act()
    assert [copy.path for copy in backups.listed(harmed)] == [made.path]


@pytest.mark.parametrize("harm", ["cut", "empty", "older"])
def test_a_copying_that_went_wrong_leaves_no_copy(owner, monkeypatch, harm):
    """A file that is shorter than it says, one without a store, one of before the last entries of
    the trail."""
    copy_into, early = database.copy_into, Path(owner.name).with_name("early")
    copy_into(owner.engine, early)
    open_bill.record(owner, amount=Money(100))

    def wrong(engine, target):
        copy_into(engine, target)
        content = {"cut": target.read_bytes()[:-4096], "empty": b"", "older": early.read_bytes()}
        target.write_bytes(content[harm])

    with monkeypatch.context() as patched:
        patched.setattr(database, "copy_into", wrong)
        with pytest.raises(StorageTrouble, match="backup_damaged"):
            backups.create(owner)
    assert list(backups.folder_of(owner.name).iterdir()) == []


@pytest.mark.parametrize("pages", [0, 1, 15, 16, 17, 300])
def test_a_copy_is_the_store_page_for_page(owner, tmp_path, pages):
    """It is written in blocks of many pages, whatever their number; but for four numbers of the
    first page it is the file itself."""
    with closing(driver.connect(owner.name)) as raw:
        raw.execute("CREATE TABLE filling (content)")
        raw.execute("INSERT INTO filling SELECT zeroblob(?)", (4_000 * pages,))
        raw.commit()
    database.checkpoint(owner.engine, empty=True)
    database.copy_into(owner.engine, tmp_path / "copy.db")
    one, other = Path(owner.name).read_bytes(), (tmp_path / "copy.db").read_bytes()
    assert one[100:] == other[100:] and len(one) == len(other)
    # how its log is kept, and which numbers of changes it bears, is not content
    differs = {at for at in range(100) if one[at] != other[at]}
    assert differs <= {18, 19, *range(24, 28), *range(40, 44), *range(92, 100)}


def test_a_copy_holds_what_stands_in_the_log_only(owner, tmp_path):
    """The last sales are not in the file yet."""
    database.checkpoint(owner.engine, empty=True)
    open_bill.record(owner, amount=Money(100))
    made = backups.create(owner)
    assert (
        made.counts["sales"] == 1
        and json.loads(copies.manifest_file(made.path).read_text())["counts"]["sales"] == 1
    )
    assert backups.verify(made.path).counts == made.counts

"""Many rows at once, on either database."""

import pytest
from sqlalchemy import select, text

from storecrm.models import database
from storecrm.models.member import NameKey

pytestmark = pytest.mark.both
_KEYS = NameKey.__table__


@pytest.mark.parametrize("count", [0, 1, 2, 31, 33, 512, 545, 1100])
def test_every_row_comes_in_once(owner, count):
    """Whatever their number: whole statements and what is left over."""
    rows = [(f"k{n:05d}", f"n{n % 7}") for n in range(count)]
    with owner.write() as session:
        database.bulk_insert(session, _KEYS, ("key", "name"), rows)
        assert session.execute(text("SELECT key, name FROM name_key ORDER BY key")).all() == rows


def test_a_known_row_stays(owner):
    """In the midst of hundreds, and among rows that share a value."""
    with owner.write() as session:
        database.bulk_insert(
            session, _KEYS, ("key", "name"), [("k00600", "'; DROP TABLE name_key; --")]
        )
        database.insert_columns(
            session,
            _KEYS,
            {"key": [f"k{n:05d}" for n in range(700)]},
            known_stay=True,
            name="'; DROP TABLE name_key; --",
        )
        database.insert_columns(
            session, _KEYS, {"key": ["k00001"], "name": ["王"]}, known_stay=True
        )
        assert session.scalar(text("SELECT count(*) FROM name_key")) == 701


def test_a_refused_row_takes_its_statement_along(owner):
    """Nothing of it stays when one of the rows breaks a rule."""
    with pytest.raises(Exception, match=r"(?i)unique|collided"), owner.write() as session:
        database.bulk_insert(
            session, _KEYS, ("key", "name"), [*((f"k{n}", "王") for n in range(600)), ("k5", "王")]
        )
    with owner.read() as session:
        assert session.scalar(text("SELECT count(*) FROM name_key")) == 0


def test_texts_as_a_table(owner):
    """Quotes and signs of every language come back as they went in."""
    said = ["王", "O'Brien", '"x"', "%s", ":a", ""]
    with owner.read() as session:
        found = database.listed(session, said)
        assert sorted(session.scalars(select(found.c.value))) == sorted(said)

"""Coupons whose issuing was killed are gone at the next opening, and take nobody's place."""

import subprocess
import sys

import pytest
from sqlalchemy import text

from storecrm import compose
from storecrm.errors import Conflict, NotPossible
from storecrm.services.coupons import issue, unfinished_issues
from storecrm.services.integrity import verify
from tests import build
from tests.conftest import PINS

pytestmark = pytest.mark.both
COUNT = 12_000
ISSUE = """
import sys, time
from storecrm import compose
from storecrm.services.staff import accounts
from storecrm.services.coupons import issue

def slowly(done, whole):
    if done:
        print("writing", flush=True)
        time.sleep(60)

store = accounts.sign_in(compose.open_store(sys.argv[1], wall=lambda: int(sys.argv[4])), name="赵", pin=sys.argv[2], till="till 2")
issue.issue(store, offer="FEW", count=int(sys.argv[3]), progress=slowly)
"""


@pytest.fixture
def issuer(base, manager):
    """A program that issues coupons and has come some way."""
    build.offer(manager, "FEW", limit_total=COUNT)
    said = [base.name, PINS["赵"][1], str(COUNT), str(manager.clock.now())]
    child = subprocess.Popen(
        [sys.executable, "-c", ISSUE, *said], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout.readline().strip() == "writing"
    yield child
    child.kill()
    child.wait()
    child.stdout.close()


@pytest.fixture
def reopen(base, wall):
    """The next opening of the store."""
    return lambda: compose.close_store(compose.open_store(base.name, wall=wall))


def _counted(store, what="coupon"):
    with store.read() as session:
        return session.scalar(text(f"SELECT count(*) FROM {what}"))


def test_a_killed_issue_is_gone_at_the_next_opening(issuer, manager, owner, reopen, backend):
    """Its coupons counted towards the limit for ever: whoever tried again was refused."""
    issuer.kill()
    issuer.wait()
    assert 0 < _counted(manager) < COUNT
    reopen()
    assert (
        _counted(manager),
        _counted(manager, "batch"),
        _counted(manager, "scannable WHERE kind = 'coupon'"),
    ) == (0, 0, 0)
    with manager.read() as session:
        facts = session.scalars(text("SELECT facts FROM audit WHERE action = 'batch_swept'")).all()
    assert len(facts) == 1 and "FEW" in facts[0] and str(COUNT) in facts[0]
    assert issue.issue(manager, offer="FEW", count=COUNT).count == COUNT
    if backend == "sqlite":
        assert verify.verify(owner)[1] == []


def test_who_still_issues_is_let_be(issuer, manager, reopen):
    """A store that is opened meanwhile takes nothing from a living program, and others issue beside
    it."""
    before = _counted(manager)
    reopen()
    assert _counted(manager) == before and _counted(manager, "batch") == 1
    with (
        pytest.raises(Conflict, match="issue_running"),
        unfinished_issues.under_way(manager, alone=True),
    ):
        raise AssertionError("swept beside a living program")
    with pytest.raises(NotPossible, match="total_limit"):
        issue.issue(manager, offer="FEW", count=1)
    build.offer(manager, "OTHER")
    assert issue.issue(manager, offer="OTHER", count=3).count == 3


def test_many_issue_beside_each_other(manager):
    """The lock of those who issue keeps nobody out but who sweeps."""
    with unfinished_issues.under_way(manager), unfinished_issues.under_way(manager):
        assert unfinished_issues.sweep(manager) == 0
        with (
            pytest.raises(Conflict, match="issue_running"),
            unfinished_issues.under_way(manager, alone=True),
        ):
            raise AssertionError("alone among others")
    with unfinished_issues.under_way(manager, alone=True):
        pass

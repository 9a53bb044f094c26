"""The whole program on the test's store."""

import pytest
from PySide6.QtCore import QCoreApplication, QEvent

from storecrm.app.program import Program
from storecrm.settings import Settings
from tests.ui.hands import settle


@pytest.fixture
def program(qtbot, base, wall):
    """The whole program on the test's store, without waiting for a till to be named."""
    made = Program(
        base.name, Settings(language="en", theme="light", sounds=False), "till 1", lambda _: None
    )
    made.store.clock._wall = wall
    made.window.show()
    settle(made)
    yield made
    made.close()
    # windows that stay would be styled again for every test that follows
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

"""The whole program, as the tests of the windows have it."""

from tests.ui.conftest import program  # noqa: F401 (a fixture)

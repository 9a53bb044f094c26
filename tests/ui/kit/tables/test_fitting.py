"""Columns share the room that a table has."""

from storecrm.ui.kit.tables.fitting import fitted


def test_what_is_left_goes_to_one_column():
    assert fitted([100, 60, 80], [72, 60, 72], 0, 500) == [360, 60, 80]


def test_words_give_way_and_figures_do_not():
    """Evenly, down to the least; then it scrolls."""
    assert fitted([200, 60, 100], [100, 60, 50], 0, 285) == [150, 60, 75]
    assert fitted([200, 60, 100], [100, 60, 50], 0, 100) == [100, 60, 50]


def test_nothing_is_wider_than_the_room_by_rounding():
    for room in range(215, 361):
        assert sum(fitted([200, 60, 100], [100, 60, 50], 2, room)) <= room

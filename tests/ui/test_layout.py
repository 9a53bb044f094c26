"""Nothing lies over anything else, is cut, or has no name: every page and every state of the till,
at the sizes that people have, in both languages, light and dark."""

import re

import pytest

from storecrm.ui.kit import theme
from storecrm.ui.kit.tokens import tokens
from tests.ui import page_states, till_states
from tests.ui.hands import settle
from tests.ui.layout import SIZES, faults, settled


def looked_through(program, states):
    """The faults of all states at all sizes."""
    found, seen = [], []
    # colours alone differ in the dark, and a test below holds that
    sizes = SIZES if program.settings.theme == "light" else SIZES[::3]
    for name in states:
        seen.append(name)
        for size in sizes:
            program.window.resize(*size)
            settled()
            assert program.window.size().toTuple() == size
            found += [f"{name} {size}: {fault}" for fault in faults(program.window)]
    assert len(seen) == len(set(seen)) > 35
    return found


@pytest.fixture(params=["zh_CN-light", "zh_CN-dark", "en-light", "en-dark"])
def shown(request, program):
    """The program in one language and one look."""
    language, theme = request.param.split("-")
    program._changed(program.settings.with_(language=language, theme=theme))
    settle(program)
    return program


def test_every_state_of_the_till_has_room(shown, owner, wall, tmp_path):
    """At 150 % the state, its words and the ways on lay over each other, and the keys of the
    sign-in stood outside the window."""
    shop = till_states.furnish(owner, tmp_path)
    assert looked_through(shown, till_states.every(shown, owner, shop, wall)) == []


def test_every_page_has_room(shown, owner, tmp_path):
    """Each tab, with a row chosen, a form open, a list on its way in."""
    shop = page_states.furnish(owner, tmp_path)
    assert looked_through(shown, page_states.every(shown, shop, tmp_path)) == []


def test_light_and_dark_differ_in_colours_alone(qapp):
    """What has room in the one has room in the other."""
    bare = re.compile(r'#[0-9A-Fa-f]{6}|rgba\([^)]*\)|"[^"]*[.]svg"')
    light, dark = (bare.sub("", theme.sheet(tokens(dark))) for dark in (False, True))
    assert light == dark and len(light) > 5000

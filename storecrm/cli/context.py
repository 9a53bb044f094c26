"""What every command needs: which store, which till, who acts, in which words."""

import argparse
import getpass
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from storecrm import compose, paths
from storecrm.cli import options as place
from storecrm.errors import NotAllowed
from storecrm.i18n import Catalogue, system_language
from storecrm.services.backup import trail_anchors
from storecrm.services.staff import accounts
from storecrm.services.store import Store
from storecrm.wording.errors import cure, sentence


@dataclass
class CommandContext:
    """The open store for the person who acts (both None for commands that need neither) and the
    words to answer in."""

    store: Store | None
    words: Catalogue
    name: str
    till: str

    @property
    def open(self) -> Store:
        """The store; only commands that opened one ask for it."""
        assert self.store is not None
        return self.store


@contextmanager
def opened(options: argparse.Namespace) -> Iterator[CommandContext]:
    """Open what the command needs and close it afterwards.

    Raises:
        NotAllowed: no_actor (STORECRM_STAFF is missing, or nobody can be asked for the PIN).
    """
    name = place.store_name(options) or str(paths.default_store())
    till = place.till_name(options)
    language = options.lang or system_language()
    if getattr(options, "free", False):
        yield CommandContext(None, Catalogue(language), name, till)
        return
    store = compose.open_store(name)
    try:
        words = Catalogue(language, store.shop.currency, store.clock.zone, store.shop.digits)
        _warn(store, words)
        # only the first PIN of a new store is set by nobody
        person = store if getattr(options, "nobody", False) else acting(store, till)
        yield CommandContext(person, words, name, till)
    finally:
        compose.close_store(store)


def _warn(store: Store, words: Catalogue) -> None:
    """A store that lost a part of its trail is not opened silently."""
    for said in gap_sentences(store, words):
        print(said, file=sys.stderr)


def gap_sentences(store: Store, words: Catalogue) -> list[str]:
    """What the trail lacks, each with the way out."""
    gaps = trail_anchors.look(store)
    found = [trail_anchors.trouble(gap, words.stamp(gap.at)) for gap in gaps]
    return [f"{sentence(error, words)} {cure(error, words, command=True)}" for error in found]


def acting(store: Store, till: str) -> Store:
    """The store for the person whom the environment names.

    Raises:
        NotAllowed: no_actor, and whatever signing in refuses.
    """
    who = os.environ.get("STORECRM_STAFF")
    if not who:
        raise NotAllowed("no_actor")
    pin = os.environ.get("STORECRM_PIN")
    if pin is None and sys.stdin is not None and sys.stdin.isatty():
        pin = getpass.getpass("PIN: ")
    if pin is None:
        raise NotAllowed("no_actor")
    return accounts.sign_in(store, name=who, pin=pin, till=till)

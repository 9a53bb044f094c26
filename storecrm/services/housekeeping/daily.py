"""What a shop's computer does once a day by itself, in the background: what has ended is written
down, members are looked at anew, a copy of everything is made."""

from contextlib import suppress
from datetime import timedelta

from storecrm.errors import NotPossible, StorageTrouble
from storecrm.models import database
from storecrm.services import rights, shop_settings
from storecrm.services.analytics import (
    basket_pairs,
    lifecycle,
    lifecycle_history,
    member_figures,
    repurchase,
    tag_rules,
)
from storecrm.services.backup import backups, trail_anchors
from storecrm.services.backup.backups import BackupView
from storecrm.services.loyalty import points_account, tiers
from storecrm.services.members import merge
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.services.till import parked_bills

EVERY = timedelta(days=7)
"""How often what goes together and who comes again is worked out anew."""


def keep_house(store: Store) -> BackupView | None:
    """Bills put aside on days gone by are let go and points that ended are written off whenever
    somebody signs in; the rest once a day, before the day's copy. Returns the copy, None when
    today's is there.

    Raises:
        NotAllowed: clock_suspect.
        StorageTrouble: damaged; as backup.create.
    """
    rights.require(store, Right.KEEP_HOUSE)
    trail_anchors.note(store)
    parked_bills.drop_stale(store)
    points_account.sweep(store)
    with store.read() as session:
        active = lifecycle.active_days(shop_settings.current(session))
    member_figures.refresh(store, active_days=active)
    if not backups.due(store):
        return None
    # every page, once a day: opening looks at a few only, and a copy that somebody makes at none
    if database.quick_check(store.engine) != "ok":
        raise StorageTrouble("damaged", where=store.name)
    tiers.keep_up(store)
    tag_rules.apply(store)
    lifecycle_history.note(store)
    merge.let_go(store)
    with store.read() as session:
        learned = basket_pairs.learned_on(session)
    if learned is None or store.clock.today() - learned > EVERY:
        basket_pairs.learn(store)
        # a young shop: nothing can be said yet
        with suppress(NotPossible):
            repurchase.learn(store)
    return backups.of_the_day(store)

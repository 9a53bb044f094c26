"""What a shop's computer does once a day by itself, in the background: what has ended is written down, members are looked at anew, a copy
of everything is made."""

from contextlib import suppress
from datetime import timedelta

from storecrm.errors import NotPossible, StorageTrouble
from storecrm.models import database
from storecrm.services import rights, shop_settings
from storecrm.services.insight import figures, lifecycle, prediction, recommendation, stage_log, tag_rules
from storecrm.services.keeping import anchors, backup
from storecrm.services.keeping.backup import BackupView
from storecrm.services.people import merging, tiers
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.services.till import points, suspending

EVERY = timedelta(days=7)
"""How often what goes together and who comes again is worked out anew."""


def keep_house(store: Store) -> BackupView | None:
    """Bills put aside on days gone by are let go and points that ended are written off whenever somebody signs in; the rest once a day,
    before the day's copy. Returns the copy, None when today's is there.

    Raises:
        NotAllowed: clock_suspect.
        StorageTrouble: damaged; as backup.create.
    """
    rights.require(store, Right.KEEP_HOUSE)
    anchors.note(store)
    suspending.drop_stale(store)
    points.sweep(store)
    with store.read() as session:
        active = lifecycle.active_days(shop_settings.current(session))
    figures.refresh(store, active_days=active)
    if not backup.due(store):
        return None
    # every page, once a day: opening looks at a few only, and a copy that somebody makes at none
    if database.quick_check(store.engine) != "ok":
        raise StorageTrouble("damaged", where=store.name)
    tiers.keep_up(store)
    tag_rules.apply(store)
    stage_log.note(store)
    merging.let_go(store)
    with store.read() as session:
        learned = recommendation.learned_on(session)
    if learned is None or store.clock.today() - learned > EVERY:
        recommendation.learn(store)
        # a young shop: nothing can be said yet
        with suppress(NotPossible):
            prediction.learn(store)
    return backup.of_the_day(store)

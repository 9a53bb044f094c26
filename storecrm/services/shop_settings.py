"""The shop's own settings: read once a transaction, written by whom the declaration says (see
domain.shop_rules).

shop_settings.set_rule(store, key="idle_close_minutes", value="5")
shop_settings.of(store).idle_close  ->  timedelta(minutes=5)
"""

from typing import Any

from sqlalchemy import cast, delete, insert, literal_column, select, union_all
from sqlalchemy.orm import Session

from storecrm.domain import shop_rules
from storecrm.domain.setting_kinds import Setting
from storecrm.domain.shop_rules import SETTINGS, ShopRules
from storecrm.errors import BadInput, NotFound
from storecrm.ledger import audit
from storecrm.models import tables
from storecrm.models.hot import Hot
from storecrm.services import rights, sealing
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic

_RULE = tables.rule.c
_DECIMALS = "decimals"
_SET = select(_RULE.key, _RULE.value)
_DIGITS = cast(tables.shop.c.decimals, _RULE.value.type)
# one statement for both: every act at the till begins with it
_ALL = Hot(union_all(_SET, select(literal_column(f"'{_DECIMALS}'"), _DIGITS)))
"""The settings that were set, and in how many decimals their money is said."""


def current(session: Session) -> ShopRules:
    """The settings in force, read once a transaction."""
    if "rules" not in session.info:
        session.info["rules"] = ShopRules.of(*_kept(session))
    return session.info["rules"]  # type: ignore[no-any-return]


def _kept(session: Session) -> tuple[dict[str, str], int]:
    """What was set, by key, and the decimals of the shop's money."""
    kept = {row.key: row.value for row in _ALL.rows(session)}
    digits = int(kept.pop(_DECIMALS, 2))
    return kept, digits


def of(store: Store) -> ShopRules:
    """Every setting, typed."""
    rights.require(store, Right.SELL)
    with store.read() as session:
        return current(session)


def show(store: Store) -> dict[str, str]:
    """Every setting as it is written, by key."""
    rights.require(store, Right.SELL)
    with store.read() as session:
        return dict(current(session).text)


def unreadable(store: Store) -> dict[str, str]:
    """What the store holds that no setting can read, by key: their defaults hold. Whoever looks
    after the program may know it, without signing in."""
    with store.read() as session:
        return shop_rules.unreadable(*_kept(session))


def set_rule(store: Store, *, key: str, value: str) -> dict[str, str]:
    """Change one setting; what is posted keeps what held then.

    Raises:
        NotFound: rule.
        BadInput: rule_value.
    """
    rights.require(store, Right.RULES)
    return set_rules(store, values={key: value})


def set_rules(store: Store, *, values: dict[str, str]) -> dict[str, str]:
    """Change several settings together: all of them or, where one is refused, none.

    Raises:
        NotFound: rule.
        BadInput: rule_value.
    """
    rights.require(store, Right.RULES)
    # all of them are looked at before the first is written
    checked = {key: _checked(store, key, value) for key, value in values.items()}
    with store.write(Topic.RULES) as session:
        for key, kept in checked.items():
            session.execute(delete(tables.rule).where(_RULE.key == key))
            session.execute(insert(tables.rule).values(key=key, value=kept))
            audit.log(session, store, "rule_set", key=key, value=kept)
            sealing.seal(session, store, "rule", key)
        # what was read before in this transaction holds no more
        session.info.pop("rules", None)
        shop = current(session)
        store.clock.close_hour = shop.close_hour
        return dict(shop.text)


def _checked(store: Store, key: str, value: str) -> str:
    """The text to write down."""
    setting = SETTINGS.get(key)
    if setting is None:
        raise NotFound("rule", where=key, known=", ".join(SETTINGS))
    digits = store.shop.digits
    try:
        return setting.check(value.strip(), digits)
    except ValueError:
        raise _refused(setting, value, digits) from None


def _refused(setting: Setting[Any], value: str, digits: int) -> BadInput:
    facts = {"default": setting.initial(digits), "allowed": setting.allowed(digits)}
    return BadInput("rule_value", where=setting.key, value=value[:40], **facts)

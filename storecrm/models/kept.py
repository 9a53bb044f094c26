"""What is kept beside the rows (learned.MemberFigures, offer.OfferUse, points.PointLot.swept) is
kept by triggers: whoever writes a sale, a coupon's use or points, in whatever way, marks or counts
in the same transaction."""

Keeper = tuple[str, str, str]
"""Behind what a trigger stands, when it acts, what it does."""
_ALIVE = "IN ('open', 'suspended', 'posted')"
_WORTH = "(CASE WHEN {0}.reversed_at IS NULL THEN {0}.discount ELSE 0 END)"
_GIVE = "UPDATE offer_use SET given = given + {} WHERE offer_id = {}.offer_id"
_OF_STEPS = (
    "offer_id IN (SELECT x.offer_id FROM sale_step x"
    " WHERE x.sale_id = {} AND x.offer_id IS NOT NULL)"
)
_STALE = (
    "INSERT INTO member_figures (member_id, stale) VALUES ({}.member_id, 1) "
    "ON CONFLICT (member_id) DO UPDATE SET stale = 1 WHERE member_figures.stale = 0"
)
_UNSWEPT = "UPDATE point_lot SET swept = 0 WHERE id = NEW.lot_id AND swept = 1"


def _coupons() -> dict[str, Keeper]:
    """What coupons gave: live uses."""
    new, old = _WORTH.format("NEW"), _WORTH.format("OLD")
    # a use that was taken back gives nothing any more
    changed = "UPDATE OF discount, reversed_at ON redemption"
    return {
        "offer_use_redeemed": ("INSERT ON redemption", "TRUE", _GIVE.format(new, "NEW")),
        "offer_use_changed": (changed, "TRUE", _GIVE.format(f"{new} - {old}", "NEW")),
        "offer_use_dropped": ("DELETE ON redemption", "TRUE", _GIVE.format(f"-{old}", "OLD")),
    }


def _steps() -> dict[str, Keeper]:
    """What promotions gave: steps of sales that live, each sale one use."""
    return {
        "offer_use_taken": _step("INSERT", "NEW", "+"),
        "offer_use_untaken": _step("DELETE", "OLD", "-"),
    }


def _step(event: str, row: str, sign: str) -> Keeper:
    # a second step of the same offer in the same sale is no second use
    other = (
        f"EXISTS (SELECT 1 FROM sale_step x WHERE x.sale_id = {row}.sale_id"
        f" AND x.offer_id = {row}.offer_id AND x.id <> {row}.id)"
    )
    # a return is no use either
    sold = (
        "(SELECT CASE WHEN s.returns_id IS NULL THEN 1 ELSE 0 END"
        f" FROM sale s WHERE s.id = {row}.sale_id)"
    )
    alive = f"EXISTS (SELECT 1 FROM sale s WHERE s.id = {row}.sale_id AND s.state {_ALIVE})"
    uses = f"uses = uses {sign} (CASE WHEN {other} THEN 0 ELSE {sold} END)"
    of_offer = f"offer_id = {row}.offer_id AND {alive}"
    given = f"given = given {sign} {row}.amount"
    kept = f"UPDATE offer_use SET {given}, {uses} WHERE {of_offer}"
    return f"{event} ON sale_step", f"{row}.offer_id IS NOT NULL", kept


def _sales() -> dict[str, Keeper]:
    """A sale that comes to life or ends; one whose goods all came back is no use any more."""
    sign = f"(CASE WHEN NEW.state {_ALIVE} THEN 1 ELSE -1 END)"
    all_back = (
        "EXISTS (SELECT 1 FROM sale b WHERE b.returns_id = NEW.id AND b.closed_by = 'all_returned')"
    )
    own = (
        "(SELECT coalesce(sum(x.amount), 0) FROM sale_step x"
        " WHERE x.sale_id = NEW.id AND x.offer_id = offer_use.offer_id)"
    )
    once = f"(CASE WHEN NEW.returns_id IS NULL AND NOT {all_back} THEN 1 ELSE 0 END)"
    counted = f"given = given + {sign} * {own}, uses = uses + {sign} * {once}"
    lives = f"UPDATE offer_use SET {counted} WHERE {_OF_STEPS.format('NEW.id')}"
    changed = f"(OLD.state {_ALIVE}) <> (NEW.state {_ALIVE})"
    # the original must live: a void one was taken off the uses already
    living = f"EXISTS (SELECT 1 FROM sale s WHERE s.id = NEW.returns_id AND s.state {_ALIVE})"
    of_original = _OF_STEPS.format("NEW.returns_id")
    freed = f"UPDATE offer_use SET uses = uses - 1 WHERE {of_original} AND {living}"
    whole = "NEW.returns_id IS NOT NULL AND NEW.closed_by = 'all_returned'"
    completed = f"{whole} AND OLD.closed_by <> 'all_returned'"
    return {
        "offer_use_lives": ("UPDATE OF state ON sale", changed, lives),
        "offer_use_returned": ("INSERT ON sale", whole, freed),
        "offer_use_completed": ("UPDATE OF closed_by ON sale", completed, freed),
    }


def _figures() -> dict[str, Keeper]:
    """A sale that comes, changes or goes makes what is kept of its member stale."""
    new, old = _STALE.format("NEW"), _STALE.format("OLD")
    has_now, had = "NEW.member_id IS NOT NULL", "OLD.member_id IS NOT NULL"
    counted = "UPDATE OF member_id, state, net, business_date, voids_id, returns_id ON sale"
    return {
        "member_figures_sold": ("INSERT ON sale", has_now, new),
        "member_figures_changed": (counted, has_now, new),
        # whoever loses a sale to another record counts anew too
        "member_figures_left": ("UPDATE OF member_id ON sale", had, old),
        "member_figures_gone": ("DELETE ON sale", had, old),
    }


def _points() -> dict[str, Keeper]:
    """A lot in which something moves is looked at again by the next sweep."""
    return {"point_entry_unsweeps": ("INSERT ON point_entry", "TRUE", _UNSWEPT)}


_KEEPERS = _coupons() | _steps() | _sales() | _figures() | _points()


def triggers(dialect: str) -> dict[str, str]:
    """Name and statement of every trigger."""
    made: dict[str, str] = {}
    for name, (event, when, do) in _KEEPERS.items():
        if dialect == "sqlite":
            act = f"WHEN {when} BEGIN {do}; END"
        else:
            act = f"FOR EACH ROW EXECUTE FUNCTION {name}()"
        made[name] = f"CREATE TRIGGER {name} AFTER {event} {act}"
    return made


def functions() -> dict[str, str]:
    """Name and body of what the triggers of PostgreSQL call."""
    made: dict[str, str] = {}
    for name, (_, when, do) in _KEEPERS.items():
        made[name] = f"BEGIN IF {when} THEN {do}; END IF; RETURN NULL; END"
    return made


def statements(dialect: str) -> list[str]:
    """What makes them all."""
    if dialect == "sqlite":
        return list(triggers(dialect).values())
    made = [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$ {body} $$ LANGUAGE plpgsql"
        for name, body in functions().items()
    ]
    return [*made, *triggers(dialect).values()]

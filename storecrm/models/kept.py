"""What is kept beside the rows (learned.MemberFigures, offer.OfferUse, points.PointLot.swept) is
kept by triggers: whoever writes a sale, a coupon's use or points, in whatever way, marks or counts
in the same transaction."""

_ALIVE = "IN ('open', 'suspended', 'posted')"


def _coupons() -> dict[str, tuple[str, str, str]]:
    """What coupons gave: live uses."""
    worth = "(CASE WHEN {0}.reversed_at IS NULL THEN {0}.discount ELSE 0 END)".format
    add = "UPDATE offer_use SET given = given + {} WHERE offer_id = {}.offer_id".format
    return {
        "offer_use_redeemed": ("INSERT ON redemption", "TRUE", add(worth("NEW"), "NEW")),
        "offer_use_changed": (
            "UPDATE OF discount, reversed_at ON redemption",
            "TRUE",
            add(f"{worth('NEW')} - {worth('OLD')}", "NEW"),
        ),
        "offer_use_dropped": ("DELETE ON redemption", "TRUE", add(f"-{worth('OLD')}", "OLD")),
    }


def _steps() -> dict[str, tuple[str, str, str]]:
    """What promotions gave: steps of sales that live, each sale one use."""
    made = {}
    for name, event, row, sign in (
        ("taken", "INSERT", "NEW", "+"),
        ("untaken", "DELETE", "OLD", "-"),
    ):
        other = f"EXISTS (SELECT 1 FROM sale_step x WHERE x.sale_id = {row}.sale_id AND x.offer_id = {row}.offer_id AND x.id <> {row}.id)"
        sold = f"(SELECT CASE WHEN s.returns_id IS NULL THEN 1 ELSE 0 END FROM sale s WHERE s.id = {row}.sale_id)"
        alive = f"EXISTS (SELECT 1 FROM sale s WHERE s.id = {row}.sale_id AND s.state {_ALIVE})"
        made[f"offer_use_{name}"] = (
            f"{event} ON sale_step",
            f"{row}.offer_id IS NOT NULL",
            f"UPDATE offer_use SET given = given {sign} {row}.amount, uses = uses {sign} (CASE WHEN {other} THEN 0 ELSE {sold} END) "
            f"WHERE offer_id = {row}.offer_id AND {alive}",
        )
    return made


def _sales() -> dict[str, tuple[str, str, str]]:
    """A sale that comes to life or ends; one whose goods all came back is no use any more."""
    sign = f"(CASE WHEN NEW.state {_ALIVE} THEN 1 ELSE -1 END)"
    all_back = (
        "EXISTS (SELECT 1 FROM sale b WHERE b.returns_id = NEW.id AND b.closed_by = 'all_returned')"
    )
    own = "(SELECT coalesce(sum(x.amount), 0) FROM sale_step x WHERE x.sale_id = NEW.id AND x.offer_id = offer_use.offer_id)"
    once = f"(CASE WHEN NEW.returns_id IS NULL AND NOT {all_back} THEN 1 ELSE 0 END)"
    of = "offer_id IN (SELECT x.offer_id FROM sale_step x WHERE x.sale_id = {} AND x.offer_id IS NOT NULL)".format
    living = f"EXISTS (SELECT 1 FROM sale s WHERE s.id = NEW.returns_id AND s.state {_ALIVE})"
    freed = f"UPDATE offer_use SET uses = uses - 1 WHERE {of('NEW.returns_id')} AND {living}"
    whole = "NEW.returns_id IS NOT NULL AND NEW.closed_by = 'all_returned'"
    return {
        "offer_use_lives": (
            "UPDATE OF state ON sale",
            f"(OLD.state {_ALIVE}) <> (NEW.state {_ALIVE})",
            f"UPDATE offer_use SET given = given + {sign} * {own}, uses = uses + {sign} * {once} WHERE {of('NEW.id')}",
        ),
        "offer_use_returned": ("INSERT ON sale", whole, freed),
        "offer_use_completed": (
            "UPDATE OF closed_by ON sale",
            f"{whole} AND OLD.closed_by <> 'all_returned'",
            freed,
        ),
    }


def _figures() -> dict[str, tuple[str, str, str]]:
    """A sale that comes, changes or goes makes what is kept of its member stale."""
    stale = (
        "INSERT INTO member_figures (member_id, stale) VALUES ({}.member_id, 1) "
        "ON CONFLICT (member_id) DO UPDATE SET stale = 1 WHERE member_figures.stale = 0"
    ).format
    counted = "UPDATE OF member_id, state, net, business_date, voids_id, returns_id ON sale"
    return {
        "member_figures_sold": ("INSERT ON sale", "NEW.member_id IS NOT NULL", stale("NEW")),
        "member_figures_changed": (counted, "NEW.member_id IS NOT NULL", stale("NEW")),
        "member_figures_left": (
            "UPDATE OF member_id ON sale",
            "OLD.member_id IS NOT NULL",
            stale("OLD"),
        ),
        "member_figures_gone": ("DELETE ON sale", "OLD.member_id IS NOT NULL", stale("OLD")),
    }


_UNSWEPT = "UPDATE point_lot SET swept = 0 WHERE id = NEW.lot_id AND swept = 1"
_KEEPERS = (
    _coupons()
    | _steps()
    | _sales()
    | _figures()
    | {"point_entry_unsweeps": ("INSERT ON point_entry", "TRUE", _UNSWEPT)}
)
"""Name of each trigger: behind what it stands, when it acts, what it does."""


def triggers(dialect: str) -> dict[str, str]:
    """Name and statement of every trigger."""
    if dialect == "sqlite":
        return {
            name: f"CREATE TRIGGER {name} AFTER {event} WHEN {when} BEGIN {do}; END"
            for name, (event, when, do) in _KEEPERS.items()
        }
    return {
        name: f"CREATE TRIGGER {name} AFTER {event} FOR EACH ROW EXECUTE FUNCTION {name}()"
        for name, (event, _, __) in _KEEPERS.items()
    }


def functions() -> dict[str, str]:
    """Name and body of what the triggers of PostgreSQL call."""
    return {
        name: f"BEGIN IF {when} THEN {do}; END IF; RETURN NULL; END"
        for name, (_, when, do) in _KEEPERS.items()
    }


def statements(dialect: str) -> list[str]:
    """What makes them all."""
    if dialect == "sqlite":
        return list(triggers(dialect).values())
    made = [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$ {body} $$ LANGUAGE plpgsql"
        for name, body in functions().items()
    ]
    return [*made, *triggers(dialect).values()]

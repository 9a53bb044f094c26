"""What the file itself refuses, from whatever client: the triggers of the ledger, the uses of
coupons and the trail.

* audit: nothing changes, nothing goes; the head of a chain only moves on.
* point_entry: as it was written; only whose it is follows its lot, when two records of a person
become one.
* redemption: never deleted (imported uses go with their import, while it is `writing`: unfinished
or rolled back); its reversal is
  written once; its discount, its bill and its day (that of the bill's closing) change while the
  bill is open or has no amount yet; its member is filled in from the bill, or changes by a merge.

REPLACE deletes without asking the triggers of deletion unless `recursive_triggers` is on, so a row
that meets any key of another one is refused before it is inserted. A store gets them by a revision
of models.migrations; `verify` compares.
"""

POINT_FACTS = (
    "lot_id",
    "kind",
    "points",
    "business_date",
    "at",
    "sale_id",
    "staff_id",
    "reverses_id",
    "reason",
    "import_id",
    "coupon_id",
)
"""What a row of the points ledger says for ever. Whose it is follows its lot and may change by a
merge."""
_POINT_KEPT = ("id", *POINT_FACTS, "mac")
_USE_KEPT = (
    "id",
    "coupon_id",
    "use_no",
    "offer_id",
    "till_id",
    "staff_id",
    "at",
    "recorded_at",
    "confirmed_scope",
    "request_no",
    "request_hash",
    "redemption_no",
    "receipt_no",
    "import_id",
    "approved_by",
    "approve_reason",
    "override",
    "approval_no",
)
_REVERSAL = ("reversed_at", "reversed_on", "reversed_by", "reverse_reason")
# a bill without amount is open in the sense that its price may still come
_OPEN_BILL = (
    "EXISTS (SELECT 1 FROM sale WHERE id = OLD.sale_id AND (state IN ('open', 'suspended') "
    "OR gross IS NULL OR (closed_by = '' AND import_id IS NULL)))"
)
_OWN_MEMBER = (
    "OLD.member_id IS NULL AND EXISTS (SELECT 1 FROM sale"
    " WHERE id = OLD.sale_id AND member_id = NEW.member_id)"
    " OR EXISTS (SELECT 1 FROM member_merge"
    " WHERE survivor_id = NEW.member_id AND merged_id = OLD.member_id"
    " OR survivor_id = OLD.member_id AND merged_id = NEW.member_id)"
)
# an import that is unfinished or rolled back takes its uses away again
_WRITING = "EXISTS (SELECT 1 FROM import_batch WHERE id = OLD.import_id AND state = 'writing')"
_SAME_USE = (
    "coupon_id = NEW.coupon_id AND use_no = NEW.use_no"
    " AND reversed_at IS NULL AND NEW.reversed_at IS NULL"
)
_SAME_REQUEST = (
    "id = NEW.id OR request_no = NEW.request_no OR redemption_no = NEW.redemption_no"
    " OR approval_no = NEW.approval_no"
)
_SAME = {
    "audit": "id = NEW.id OR till_id = NEW.till_id AND seq = NEW.seq",
    "audit_head": "till_id = NEW.till_id",
    "point_entry": "id = NEW.id OR reverses_id = NEW.reverses_id",
    "redemption": f"{_SAME_REQUEST} OR {_SAME_USE}",
}
"""True of the row that a new one would replace: it shares a key with it."""
_REFUSED = "RAISE EXCEPTION 'append-only'"
_ABORT = "RAISE(ABORT, 'append-only')"
_VERBS = {"UPDATE": "update", "DELETE": "delete", "INSERT": "replace"}
TABLES = ("audit", "audit_head", "point_entry", "redemption")


def _changed(names: tuple[str, ...], unlike: str) -> str:
    return " OR ".join(f"NEW.{name} {unlike} OLD.{name}" for name in names)


def _rules(unlike: str) -> dict[str, tuple[str, str, str]]:
    """For each table: what refuses an update, a deletion, and (SQLite) an insertion. "" never
    refuses."""
    moved_on = f"NEW.till_id {unlike} OLD.till_id OR NEW.seq < OLD.seq"
    refused = {
        "audit": ("true", "true"),
        "audit_head": (moved_on, "true"),
        "point_entry": (_points_moved(unlike), "true"),
        "redemption": (_use_changed(unlike), f"NOT {_WRITING}"),
    }
    found: dict[str, tuple[str, str, str]] = {}
    for table in TABLES:
        replaced = f"EXISTS (SELECT 1 FROM {table} WHERE {_SAME[table]})"
        found[table] = (*refused[table], replaced)
    return found


def _points_moved(unlike: str) -> str:
    # whose the points are follows their lot, when two records become one
    owner = "(SELECT member_id FROM point_lot WHERE id = OLD.lot_id)"
    return f"{_changed(_POINT_KEPT, unlike)} OR NEW.member_id {unlike} {owner}"


def _use_changed(unlike: str) -> str:
    reversal, kept = _changed(_REVERSAL, unlike), _changed(_USE_KEPT, unlike)
    of_bill = _changed(("discount", "sale_id", "business_date"), unlike)
    return (
        f"{kept} OR (({reversal}) AND OLD.reversed_at IS NOT NULL)"
        f" OR (({of_bill}) AND NOT {_OPEN_BILL})"
        f" OR (NEW.member_id {unlike} OLD.member_id AND NOT ({_OWN_MEMBER}))"
    )


def triggers(dialect: str) -> dict[str, str]:
    """Name and statement of every guard."""
    if dialect == "postgresql":
        return _postgres()
    made: dict[str, str] = {}
    for table, conditions in _rules("IS NOT").items():
        for (verb, word), condition in zip(_VERBS.items(), conditions, strict=True):
            name = f"{table}_no_{word}"
            event = f"BEFORE {verb} ON {table} WHEN {condition}"
            made[name] = f"CREATE TRIGGER {name} {event} BEGIN SELECT {_ABORT}; END"
    return made


def _postgres() -> dict[str, str]:
    """No REPLACE there: an upsert is an update. TRUNCATE is refused besides."""
    made: dict[str, str] = {}
    for table in TABLES:
        kept, whole = f"{table}_append_only", f"{table}_no_truncate"
        row = f"BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW"
        made[kept] = f"CREATE TRIGGER {kept} {row} EXECUTE FUNCTION {kept}()"
        statement = f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT"
        made[whole] = f"CREATE TRIGGER {whole} {statement} EXECUTE FUNCTION refuse_truncate()"
    return made


def functions() -> dict[str, str]:
    """Name and body of what the triggers of PostgreSQL call."""
    made = {"refuse_truncate": f"BEGIN {_REFUSED}; END"}
    # no REPLACE there, so the third condition has nothing to refuse
    for table, (update, delete, _) in _rules("IS DISTINCT FROM").items():
        gone = f"IF {delete} THEN {_REFUSED}; END IF; RETURN OLD;"
        changed = f"IF {update} THEN {_REFUSED}; END IF; RETURN NEW;"
        body = f"BEGIN IF TG_OP = 'DELETE' THEN {gone} END IF; {changed} END"
        made[f"{table}_append_only"] = body
    return made


def statements(dialect: str) -> list[str]:
    """What makes all guards anew, on a store that has those of the first versions."""
    if dialect != "postgresql":
        # a store of an older version has triggers of the same names
        dropped = [f"DROP TRIGGER IF EXISTS {name}" for name in triggers(dialect)]
        return [*dropped, *triggers(dialect).values()]
    made = [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$ {body} $$ LANGUAGE plpgsql"
        for name, body in functions().items()
    ]
    dropped = [f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}" for table in TABLES]
    return [*made, *dropped, *_postgres().values()]

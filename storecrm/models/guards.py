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

_POINT_KEPT = (
    "id", "lot_id", "kind", "points", "business_date", "at", "sale_id", "staff_id", "reverses_id", "reason", "import_id", "coupon_id", "mac",
)  # fmt: skip
_USE_KEPT = (
    "id", "coupon_id", "use_no", "offer_id", "till_id", "staff_id", "at", "recorded_at", "confirmed_scope", "request_no",
    "request_hash", "redemption_no", "receipt_no", "import_id", "approved_by", "approve_reason", "override", "approval_no",
)  # fmt: skip
_REVERSAL = ("reversed_at", "reversed_on", "reversed_by", "reverse_reason")
_OPEN_BILL = (
    "EXISTS (SELECT 1 FROM sale WHERE id = OLD.sale_id AND (state IN ('open', 'suspended') "
    "OR gross IS NULL OR (closed_by = '' AND import_id IS NULL)))"
)
_OWN_MEMBER = (
    "OLD.member_id IS NULL AND EXISTS (SELECT 1 FROM sale WHERE id = OLD.sale_id AND member_id = NEW.member_id)"
    " OR EXISTS (SELECT 1 FROM member_merge WHERE survivor_id = NEW.member_id AND merged_id = OLD.member_id"
    " OR survivor_id = OLD.member_id AND merged_id = NEW.member_id)"
)
_WRITING = "EXISTS (SELECT 1 FROM import_batch WHERE id = OLD.import_id AND state = 'writing')"
_SAME_USE = "coupon_id = NEW.coupon_id AND use_no = NEW.use_no AND reversed_at IS NULL AND NEW.reversed_at IS NULL"
TABLES = ("audit", "audit_head", "point_entry", "redemption")


def _changed(names: tuple[str, ...], unlike: str) -> str:
    return " OR ".join(f"NEW.{name} {unlike} OLD.{name}" for name in names)


def _rules(unlike: str) -> dict[str, tuple[str, str, str]]:
    """For each table: what refuses an update, a deletion, and (SQLite) an insertion. "" never
    refuses."""
    same = {
        "audit": "id = NEW.id OR till_id = NEW.till_id AND seq = NEW.seq",
        "audit_head": "till_id = NEW.till_id",
        "point_entry": "id = NEW.id OR reverses_id = NEW.reverses_id",
        "redemption": f"id = NEW.id OR request_no = NEW.request_no OR redemption_no = NEW.redemption_no"
        f" OR approval_no = NEW.approval_no OR {_SAME_USE}",
    }
    used = (
        f"{_changed(_USE_KEPT, unlike)} OR (({_changed(_REVERSAL, unlike)}) AND OLD.reversed_at IS NOT NULL)"
        f" OR (({_changed(('discount', 'sale_id', 'business_date'), unlike)}) AND NOT {_OPEN_BILL})"
        f" OR (NEW.member_id {unlike} OLD.member_id AND NOT ({_OWN_MEMBER}))"
    )
    moved = f"{_changed(_POINT_KEPT, unlike)} OR NEW.member_id {unlike} (SELECT member_id FROM point_lot WHERE id = OLD.lot_id)"
    refused = {
        "audit": ("true", "true"),
        "audit_head": (f"NEW.till_id {unlike} OLD.till_id OR NEW.seq < OLD.seq", "true"),
        "point_entry": (moved, "true"),
        "redemption": (used, f"NOT {_WRITING}"),
    }
    return {
        table: (*refused[table], f"EXISTS (SELECT 1 FROM {table} WHERE {same[table]})")
        for table in TABLES
    }


def triggers(dialect: str) -> dict[str, str]:
    """Name and statement of every guard."""
    if dialect == "postgresql":
        return _postgres()
    made = {}
    for table, conditions in _rules("IS NOT").items():
        for verb, condition, name in zip(
            ("UPDATE", "DELETE", "INSERT"), conditions, ("update", "delete", "replace"), strict=True
        ):
            made[f"{table}_no_{name}"] = (
                f"CREATE TRIGGER {table}_no_{name} BEFORE {verb} ON {table} WHEN {condition} BEGIN SELECT RAISE(ABORT, 'append-only'); END"
            )
    return made


def _postgres() -> dict[str, str]:
    """No REPLACE there: an upsert is an update. TRUNCATE is refused besides."""
    made = {}
    for table in TABLES:
        call = f"EXECUTE FUNCTION {table}_append_only()"
        made[f"{table}_append_only"] = (
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {call}"
        )
        made[f"{table}_no_truncate"] = (
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate()"
        )
    return made


def functions() -> dict[str, str]:
    """Name and body of what the triggers of PostgreSQL call."""
    made = {"refuse_truncate": "BEGIN RAISE EXCEPTION 'append-only'; END"}
    for table, (update, delete, _) in _rules("IS DISTINCT FROM").items():
        made[f"{table}_append_only"] = (
            f"BEGIN IF TG_OP = 'DELETE' THEN IF {delete} THEN RAISE EXCEPTION 'append-only'; END IF; RETURN OLD; END IF; "
            f"IF {update} THEN RAISE EXCEPTION 'append-only'; END IF; RETURN NEW; END"
        )
    return made


def statements(dialect: str) -> list[str]:
    """What makes all guards anew, on a store that has those of the first versions."""
    if dialect != "postgresql":
        dropped = [f"DROP TRIGGER IF EXISTS {name}" for name in triggers(dialect)]
        return [*dropped, *triggers(dialect).values()]
    made = [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$ {body} $$ LANGUAGE plpgsql"
        for name, body in functions().items()
    ]
    dropped = [f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}" for table in TABLES]
    return [*made, *dropped, *_postgres().values()]

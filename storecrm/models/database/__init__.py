"""The store's file or server: engines, sessions, and what differs between the two databases.

Everything that the house needs of it stands under this name (`database.writing(engine)`).

keys: the key of an encrypted store, kept on this machine
disks: what the disk below a store is, and whether it has room
complaints: a driver's words about storage, in our codes
engine: one SQLite library with full durability, or a server; every connection set up alike
transactions: sessions that look, sessions that write, the log folded into the file
locks: rows and acts held against other programs on a server
clock: the clock that only runs
bulk: many rows at once, and the numbers they get
dialects: lists, days and facts in the words of either database
copies: a copy made while others write, and one put in the store's place
"""

from storecrm.models.database.bulk import bulk_insert, in_turn, insert_columns, next_ids
from storecrm.models.database.clock import since_start, steady
from storecrm.models.database.complaints import worded
from storecrm.models.database.copies import copy_into, replace_content
from storecrm.models.database.dialects import among, days_between, fact, fact_text, listed
from storecrm.models.database.disks import NO_ROOM, file_system, has_no_room, on_network
from storecrm.models.database.engine import (
    Condition,
    address,
    begin_new_life,
    condition,
    has_tables,
    life_of,
    open_engine,
    wal_is_safe,
)
from storecrm.models.database.keys import keep_key, key_of, new_key, put_key_aside, unlock
from storecrm.models.database.locks import alone, hold, lock_row
from storecrm.models.database.transactions import (
    checkpoint,
    is_demo,
    is_still_itself,
    quick_check,
    reading,
    trouble,
    writing,
)

__all__ = [
    "NO_ROOM",
    "Condition",
    "address",
    "alone",
    "among",
    "begin_new_life",
    "bulk_insert",
    "checkpoint",
    "condition",
    "copy_into",
    "days_between",
    "fact",
    "fact_text",
    "file_system",
    "has_no_room",
    "has_tables",
    "hold",
    "in_turn",
    "insert_columns",
    "is_demo",
    "is_still_itself",
    "keep_key",
    "key_of",
    "life_of",
    "listed",
    "lock_row",
    "new_key",
    "next_ids",
    "on_network",
    "open_engine",
    "put_key_aside",
    "quick_check",
    "reading",
    "replace_content",
    "since_start",
    "steady",
    "trouble",
    "unlock",
    "wal_is_safe",
    "worded",
    "writing",
]

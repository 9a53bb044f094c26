"""Brings resources/i18n/*.po up to date with the sentences in the code: new ones are added empty,
stale ones are dropped.

Sentences of codes have ids (audit.sale_posted) and no place in the code: en.po declares them, the
other languages follow it.

python packaging/catalogues.py
"""

import re
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from storecrm.domain import member_fields, shop_rules
from storecrm.wording import names

ROOT = Path(__file__).resolve().parent.parent
I18N = ROOT / "resources" / "i18n"
KEYWORDS = {"t": None, "m": None, "n": (1, 2)}
ID = re.compile(r"(audit|title|error|cure|refusal|problem|name)(\.[a-z0-9_]+)+")
"""What the id of a code's sentence looks like: the room that says it, then the code itself."""
DECLARED = frozenset(
    (*shop_rules.sentences(), *member_fields.sentences(), *names.LISTS_OUT.values())
)
"""The ids that follow from the declarations of a shop's settings, of members' fields and of
lists."""


def is_id(message: object) -> bool:
    """True for the id of a code's sentence."""
    return isinstance(message, str) and (ID.fullmatch(message) is not None or message in DECLARED)


def declared() -> list[str]:
    """The ids that the English catalogue declares, and those that follow from declarations."""
    with (I18N / "en.po").open("rb") as source:
        found = {str(entry.id) for entry in read_po(source, locale="en") if is_id(entry.id)}
    return sorted(found | DECLARED)


def extracted() -> Catalog:
    """Every sentence in the code that is marked for translation, and every id that is declared."""
    found = Catalog(charset="utf-8")
    for _, _, message, _, _ in extract_from_dir(
        str(ROOT / "storecrm"), [("**.py", "python")], keywords=KEYWORDS
    ):
        if message and (message[0] if isinstance(message, tuple) else message).strip():
            found.add(message)
    for name in declared():
        found.add(name)
    return found


def missing(po: Path) -> list[str]:
    """What the catalogue lacks, holds too much, or leaves empty."""
    with po.open("rb") as source:
        have = read_po(source, locale=po.stem)
    want = {entry.id for entry in extracted() if entry.id}
    held = {entry.id: entry.string for entry in have if entry.id}
    empty = [
        key for key, text in held.items() if not (all(text) if isinstance(text, tuple) else text)
    ]
    return [str(key) for key in (*(want - held.keys()), *(held.keys() - want), *empty)]


def update(po: Path) -> None:
    """Rewrite one catalogue in the order of the sentences, keeping what is translated."""
    with po.open("rb") as source:
        have = read_po(source, locale=po.stem)
    fresh = Catalog(locale=po.stem, charset="utf-8", header_comment=f"# storecrm, {po.stem}")
    for entry in sorted((e for e in extracted() if e.id), key=lambda e: str(e.id)):
        old = have.get(entry.id)
        string = old.string if old is not None else ""
        if (
            po.stem == "en"
            and not is_id(entry.id)
            and not (all(string) if isinstance(string, tuple) else string)
        ):
            string = entry.id
        fresh.add(entry.id, string)
    # a fixed date: the file changes when its sentences do, and at no other time
    fresh.creation_date = fresh.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    with po.open("wb") as sink:
        write_po(sink, fresh, width=0, omit_header=False, sort_output=False)


if __name__ == "__main__":
    for file in sorted(I18N.glob("*.po")):
        update(file)
        print(file.name, len(missing(file)), "to translate")

"""A refusal as a page says it: what is wrong, and what can be done about it."""

from collections.abc import Mapping

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.wording import errors


def told(error: StoreError, words: Catalogue, titles: Mapping[str, str] | None = None) -> str:
    """The sentence and its cure; `titles` are what people read where the facts hold a key."""
    sentence = errors.sentence(error, words, titles)
    cure = errors.cure(error, words)
    # not every refusal has a cure
    return f"{sentence} {cure}".strip()

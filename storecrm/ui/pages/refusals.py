"""A refusal as a page says it: what is wrong, and what can be done about it."""

from collections.abc import Mapping

from PySide6.QtWidgets import QWidget

from storecrm.errors import Cancelled, StoreError
from storecrm.i18n import Catalogue
from storecrm.ui.kit.toast import say
from storecrm.wording import errors


def told(error: StoreError, words: Catalogue, titles: Mapping[str, str] | None = None) -> str:
    """The sentence and its cure; `titles` are what people read where the facts hold a key of this
    page."""
    sentence = errors.sentence(error, words, titles or {})
    cure = errors.cure(error, words)
    # not every refusal has a cure
    return f"{sentence} {cure}".strip()


def show(
    page: QWidget,
    error: StoreError,
    words: Catalogue,
    titles: Mapping[str, str] | None = None,
) -> None:
    """Say over the page why something was refused; who cancelled it himself is not alarmed."""
    say(page, told(error, words, titles), bad=not isinstance(error, Cancelled))

"""In which language a paper is written, beside that of the window."""

from PySide6.QtWidgets import QComboBox

from storecrm.i18n import Catalogue

LANGUAGES = {"zh_CN": "中文", "en": "English"}
"""Each language by its own name, for whoever reads no other."""


def language_box(name: str, words: Catalogue) -> QComboBox:
    """The languages; first chosen is that of the window."""
    box = QComboBox()
    box.setAccessibleName(name)
    for code, title in LANGUAGES.items():
        box.addItem(title, code)
    box.setCurrentIndex(0 if words.chinese else 1)
    return box

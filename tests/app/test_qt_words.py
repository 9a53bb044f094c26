"""Qt's own dialogs speak the language of the window."""

import re

import pytest
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton

from storecrm.app.program import translate


@pytest.fixture
def dialog(qtbot, qapp):
    """Qt's own dialog for files, in Chinese."""
    translate(qapp, "zh_CN")
    made = QFileDialog()
    made.setOption(QFileDialog.Option.DontUseNativeDialog)
    qtbot.addWidget(made)
    yield made
    translate(qapp, "en")


def test_the_dialog_for_files_has_no_english_word(dialog):
    """ "Look in:" and "Files of type:" stood beside Chinese buttons."""
    said = [part.text() for part in dialog.findChildren(QLabel) + dialog.findChildren(QPushButton)]
    assert len(said) >= 5 and all(said)
    # a letter alone is a key
    assert [text for text in said if re.search("[A-Za-z]{2}", text)] == []

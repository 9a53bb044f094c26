"""Pictures of pages and charts: files of this program, made anew with each tour."""

from PySide6.QtGui import QColor, QImage

from storecrm.services.files import Target
from storecrm.ui.kit import pictures


def test_a_picture_is_told_as_ours_and_made_anew(tmp_path):
    """The tour of a new version writes over the pictures of the last one, and over nobody
    else's."""
    file = tmp_path / "till-en-light.png"
    for colour in ("white", "black"):
        screen = QImage(40, 20, QImage.Format.Format_RGB32)
        screen.fill(QColor(colour))
        pictures.save(screen, Target(file, "screen", private=False))
        shown = QImage(str(file))
        assert (shown.width(), shown.pixelColor(5, 5)) == (40, QColor(colour))
        assert shown.text("Software") == "storecrm: screen"
    assert [found.name for found in tmp_path.iterdir()] == [file.name]

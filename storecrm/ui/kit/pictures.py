"""A picture into a file, through the one door for files of people.

pictures.save(page.grab().toImage(), Target(path, "screen", private=False))
"""

from PySide6.QtGui import QImage, QImageWriter

from storecrm.services import files
from storecrm.services.files import Target


def save(picture: QImage, target: Target) -> None:
    """Write a picture as PNG that says whose it is.

    Raises:
        NotPossible, Conflict, StorageTrouble: see files.whole.
    """
    picture.setText("Software", target.mark)
    with files.whole(target) as part:
        # the place has no ending that names the form
        if not QImageWriter(str(part), b"png").write(picture):
            raise OSError(f"no picture: {target.file}")

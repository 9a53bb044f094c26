"""What whoever signs in is told after a backup was put in the store's place."""

from storecrm.i18n import Catalogue
from storecrm.services.backup.backups import Restored


def put_back(done: Restored, w: Catalogue) -> str:
    """Where what was there before is kept; "" when nothing was."""
    if done.saved is None:
        return ""
    return w.t(
        "The backup is in place; what was there before is kept in {file}. Sign in anew.",
        file=str(done.saved),
    )


def distrusted(done: Restored, w: Catalogue) -> str:
    """The list of erased members that was not believed; "" when it was."""
    if done.set_aside is None:
        return ""
    return w.t(
        "A list of erased members could not be believed and was set aside: {file}.",
        file=str(done.set_aside),
    )

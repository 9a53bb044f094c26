"""How wide columns are in the room that a table has."""

from collections.abc import Sequence


def fitted(wanted: Sequence[int], least: Sequence[int], elastic: int, room: int) -> list[int]:
    """The widths of columns side by side, in pixels.

    Args:
        wanted: what each is when there is room.
        least: what each needs at the least; figures give nothing away, words can.
        elastic: the column that takes what is left.
        room: what all of them have.
    """
    widths = list(wanted)
    over = sum(widths) - room
    if over <= 0:
        widths[elastic] -= over
        return widths
    spare = [max(0, width - low) for width, low in zip(widths, least, strict=True)]
    # each gives as much of what it can spare as all the others do
    share = min(1.0, over / (sum(spare) or 1))
    return [width - int(give * share + 0.999) for width, give in zip(widths, spare, strict=True)]

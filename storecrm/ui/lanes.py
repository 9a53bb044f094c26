"""The four lanes on which work is done beside the window."""

from storecrm.ui.kit.tasks import Lane


class Lanes:
    """The till's writes, the office's long writes, reading, and what the house does by itself once
    a day."""

    def __init__(self) -> None:
        self.desk = Lane("desk")
        self.office = Lane("office")
        self.bench = Lane("bench")
        self.house = Lane("house")

    def all(self) -> tuple[Lane, ...]:
        return (self.desk, self.office, self.bench, self.house)

    def stop(self) -> None:
        for lane in self.all():
            lane.stop()

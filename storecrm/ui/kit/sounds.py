"""Four short sounds with different rhythms, made here and played without waiting."""

import math
import os
import shutil
import struct
import sys
import wave
from pathlib import Path

from PySide6.QtCore import QProcess
from PySide6.QtWidgets import QApplication

from storecrm.services import files

RATE = 22_050
TONES: dict[str, tuple[tuple[int, int, float], ...]] = {
    "ok": ((988, 988, 0.1), (1319, 1319, 0.12)),
    "used": ((587, 587, 0.13), (0, 0, 0.07), (587, 587, 0.13)),
    "bad": ((330, 220, 0.42),),
    "unknown": ((330, 220, 0.42),),
    "info": ((784, 784, 0.11),),
}


def samples(look: str) -> bytes:
    """16-bit mono samples: (from Hz, to Hz, seconds) after each other, silence for 0 Hz."""
    out, phase = bytearray(), 0.0
    for low, high, seconds in TONES[look]:
        count = int(RATE * seconds)
        for n in range(count):
            phase += 2 * math.pi * (low + (high - low) * n / count) / RATE
            # without soft edges a tone begins and ends with a crack
            edge = min(1.0, n / 200, (count - n) / 400)
            out += struct.pack("<h", int(12_000 * edge * math.sin(phase)) if low else 0)
    return bytes(out)


class Sounds:
    """Plays a look's sound; a machine that cannot is silent, and `silent` says so."""

    def __init__(self, enabled: bool) -> None:
        self.enabled = enabled
        self._folder: Path | None = None
        # never a program of that name from the current folder
        folders = os.pathsep.join(
            folder for folder in os.get_exec_path() if Path(folder).is_absolute()
        )
        self._player = next(
            filter(
                None, (shutil.which(name, path=folders) for name in ("paplay", "aplay", "afplay"))
            ),
            None,
        )

    @property
    def silent(self) -> bool:
        return sys.platform != "win32" and self._player is None

    def play(self, look: str) -> None:
        if not self.enabled or look not in TONES:
            return
        if sys.platform == "win32":
            import winsound

            winsound.PlaySound(
                str(self._file(look)),
                winsound.SND_FILENAME | winsound.SND_ASYNC | winsound.SND_NODEFAULT,
            )
        # a process of its own: the till never waits for a sound card
        elif self._player:
            file = self._file(look)
            QProcess.startDetached(self._player, [str(file)], str(file.parent))
        else:
            QApplication.beep()

    def _file(self, look: str) -> Path:
        if self._folder is None:
            self._folder = files.temporary("sounds")
        file = self._folder / f"{look}.wav"
        if not file.exists():
            with wave.open(str(file), "wb") as sink:
                sink.setnchannels(1)
                sink.setsampwidth(2)
                sink.setframerate(RATE)
                sink.writeframes(samples(look))
        return file

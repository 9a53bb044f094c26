"""Four short sounds with different rhythms, made here and played without waiting."""

import math
import shutil
import struct
import sys
import tempfile
import wave
from pathlib import Path

from PySide6.QtCore import QProcess
from PySide6.QtWidgets import QApplication

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
            edge = min(1.0, n / 200, (count - n) / 400)
            out += struct.pack("<h", int(12_000 * edge * math.sin(phase)) if low else 0)
    return bytes(out)


class Sounds:
    """Plays a look's sound; a machine that cannot is silent, and `silent` says so."""

    def __init__(self, enabled: bool) -> None:
        self.enabled = enabled
        self._folder: Path | None = None
        self._player = next((p for p in ("paplay", "aplay", "afplay") if shutil.which(p)), None)

    @property
    def silent(self) -> bool:
        return sys.platform != "win32" and self._player is None

    def play(self, look: str) -> None:
        if not self.enabled or look not in TONES:
            return
        if sys.platform == "win32":
            import winsound

            winsound.PlaySound(str(self._file(look)), winsound.SND_FILENAME | winsound.SND_ASYNC | winsound.SND_NODEFAULT)
        elif self._player:
            QProcess.startDetached(self._player, [str(self._file(look))])
        else:
            QApplication.beep()

    def _file(self, look: str) -> Path:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="storecrm-sounds-"))
        file = self._folder / f"{look}.wav"
        if not file.exists():
            with wave.open(str(file), "wb") as sink:
                sink.setnchannels(1)
                sink.setsampwidth(2)
                sink.setframerate(RATE)
                sink.writeframes(samples(look))
        return file

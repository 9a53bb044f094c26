"""What only Windows has: bounds of a child process, drives of other machines, secrets that only
this user of it reads, and links.

A child puts itself into a job, and its parent looks after it; a secret is sealed by DPAPI; a link
is written by the shell itself.
"""

import ctypes
import threading
import uuid
from collections.abc import Callable
from ctypes import byref, c_int64, c_size_t, c_uint64, c_void_p, sizeof
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import Any, Protocol

_PROCESS_TIME, _PROCESS_MEMORY, _LIMITS = 0x2, 0x100, 9
_LOOKS = 0.05


class Child(Protocol):
    """A running process (subprocess.Popen)."""

    def poll(self) -> int | None: ...

    def kill(self) -> None: ...


class _Basic(ctypes.Structure):
    _fields_ = (
        ("process_time", c_int64),
        ("job_time", c_int64),
        ("flags", ctypes.c_uint32),
        ("least_set", c_size_t),
        ("most_set", c_size_t),
        ("processes", ctypes.c_uint32),
        ("affinity", c_size_t),
        ("priority", ctypes.c_uint32),
        ("scheduling", ctypes.c_uint32),
    )


class _Extended(ctypes.Structure):
    _fields_ = (
        ("basic", _Basic),
        ("io", c_uint64 * 6),
        ("process_memory", c_size_t),
        ("job_memory", c_size_t),
        ("peak_process", c_size_t),
        ("peak_job", c_size_t),
    )


class _Counters(ctypes.Structure):
    _fields_ = (
        ("size", ctypes.c_uint32),
        ("faults", ctypes.c_uint32),
        ("peak_set", c_size_t),
        ("set", c_size_t),
        ("peak_paged", c_size_t),
        ("paged", c_size_t),
        ("peak_other", c_size_t),
        ("other", c_size_t),
        ("committed", c_size_t),
        ("peak_committed", c_size_t),
    )


def _kernel() -> Any:
    kernel: Any = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined]
    kernel.CreateJobObjectW.restype = kernel.GetCurrentProcess.restype = c_void_p
    kernel.CreateJobObjectW.argtypes = (c_void_p, c_void_p)
    kernel.SetInformationJobObject.argtypes = (c_void_p, ctypes.c_int, c_void_p, ctypes.c_uint32)
    kernel.AssignProcessToJobObject.argtypes = (c_void_p, c_void_p)
    kernel.K32GetProcessMemoryInfo.argtypes = (c_void_p, c_void_p, ctypes.c_uint32)
    return kernel


def limit(memory: int, seconds: int) -> None:
    """This process gets no more than so many bytes and so much computing time: an allocation above
    fails, time above ends it."""
    kernel, wanted = _kernel(), _Extended()
    wanted.basic.flags = _PROCESS_MEMORY | _PROCESS_TIME
    # in steps of 100 ns
    wanted.basic.process_time, wanted.process_memory = seconds * 10_000_000, memory
    job = kernel.CreateJobObjectW(None, None)
    if kernel.SetInformationJobObject(job, _LIMITS, byref(wanted), sizeof(wanted)):
        kernel.AssignProcessToJobObject(job, kernel.GetCurrentProcess())


def watch(child: Child, memory: int) -> None:
    """End a child that holds more than so many bytes all the same: before it is in its job, or
    where a job's limits do not hold."""
    threading.Thread(target=_look_after, args=(child, memory), daemon=True).start()


def _look_after(child: Child, memory: int) -> None:
    kernel, found = _kernel(), _Counters()
    found.size = sizeof(found)
    while child.poll() is None:
        held = kernel.K32GetProcessMemoryInfo(int(child._handle), byref(found), sizeof(found))  # type: ignore[attr-defined]
        if held and max(found.committed, found.set) > memory:
            child.kill()
            return
        threading.Event().wait(_LOOKS)


_REMOTE = 4


def on_network(folder: str, drive_type: Callable[[str], int] | None = None) -> bool:
    """True of a folder on another machine: a path that names the machine, or a letter that stands
    for one."""
    drive = PureWindowsPath(folder).drive
    plain = drive.removeprefix("\\\\?\\").removeprefix("\\\\.\\")
    if plain.upper().startswith("UNC\\") or plain.startswith("\\\\"):
        return True
    ask = drive_type or _kernel().GetDriveTypeW
    return bool(plain) and ask(f"{plain}\\") == _REMOTE


class _Blob(ctypes.Structure):
    _fields_ = (("size", ctypes.c_uint32), ("data", c_void_p))


_QUIET = 0x1


def protect(secret: bytes) -> bytes:
    """A secret as only this user of this machine reads it.

    Raises:
        OSError: Windows does not seal it.
    """
    return _crypt("CryptProtectData", secret)


def unprotect(sealed: bytes) -> bytes:
    """The secret again.

    Raises:
        OSError: another user or another machine sealed it.
    """
    return _crypt("CryptUnprotectData", sealed)


def _crypt(verb: str, data: bytes) -> bytes:
    crypt: Any = ctypes.WinDLL("crypt32", use_last_error=True)  # type: ignore[attr-defined]
    function = getattr(crypt, verb)
    function.argtypes = (c_void_p,) * 5 + (ctypes.c_uint32, c_void_p)
    held = ctypes.create_string_buffer(data, len(data))
    given, made = _Blob(len(data), ctypes.cast(held, c_void_p)), _Blob()
    if not function(byref(given), None, None, None, None, _QUIET, byref(made)):
        raise OSError(f"{verb} failed")
    try:
        return ctypes.string_at(made.data, made.size)
    finally:
        kernel = _kernel()
        kernel.LocalFree.argtypes = (c_void_p,)
        kernel.LocalFree(made.data)


@dataclass(frozen=True)
class Link:
    """What a link on the desktop opens, and how it looks; `identity` is the name under which the
    task bar groups its windows."""

    target: Path
    arguments: str
    icon: Path
    words: str
    identity: str


class _Named(ctypes.Structure):
    """A property that holds a text (PROPVARIANT of VT_LPWSTR)."""

    _fields_ = (
        ("kind", ctypes.c_uint16),
        ("reserved", ctypes.c_uint16 * 3),
        ("text", ctypes.c_wchar_p),
        ("more", c_void_p),
    )


def _guid(name: str, *more: int) -> Any:
    laid = uuid.UUID(name).bytes_le + b"".join(one.to_bytes(4, "little") for one in more)
    return (ctypes.c_ubyte * len(laid)).from_buffer_copy(laid)


_TEXT, _IN_PROCESS, _ONE_THREAD = 31, 0x1, 0x2
_SHELL_LINK = _guid("00021401-0000-0000-c000-000000000046")
_LINK = _guid("000214f9-0000-0000-c000-000000000046")
_FILE = _guid("0000010b-0000-0000-c000-000000000046")
_PROPERTIES = _guid("886d8eeb-8cf2-4446-8d02-cdba1dbdcf99")
_IDENTITY = _guid("9f4c2855-9f79-4b39-a8d0-e1d42de1d5f3", 5)
# where the verbs stand in the tables of IUnknown, IShellLinkW, IPersistFile and IPropertyStore
_ASK, _RELEASE = 0, 2
_SET_WORDS, _SET_ARGUMENTS, _SET_ICON, _SET_TARGET = 7, 11, 17, 20
_SAVE = 6
_SET_VALUE, _COMMIT = 6, 7


def _call(thing: c_void_p, slot: int, *given: Any) -> None:
    """One verb of a COM object.

    Raises:
        OSError: it answers with a failure.
    """
    com: Any = ctypes
    table = ctypes.cast(thing, ctypes.POINTER(ctypes.POINTER(c_void_p))).contents
    verb = com.WINFUNCTYPE(com.HRESULT, c_void_p, *(type(one) for one in given))(table[slot])
    verb(thing, *given)


def _as(thing: c_void_p, face: Any) -> c_void_p:
    """Another face of the same object."""
    found = c_void_p()
    _call(thing, _ASK, ctypes.cast(face, c_void_p), ctypes.cast(byref(found), c_void_p))
    return found


def write_link(file: Path, link: Link) -> None:
    """Make or replace the link `file` (.lnk).

    Raises:
        OSError: it cannot be written.
    """
    ole: Any = ctypes.OleDLL("ole32")  # type: ignore[attr-defined]
    ole.CoInitializeEx(None, _ONE_THREAD)
    text, made = ctypes.c_wchar_p, c_void_p()
    ole.CoCreateInstance(byref(_SHELL_LINK), None, _IN_PROCESS, byref(_LINK), byref(made))
    held = [made]
    try:
        _call(made, _SET_TARGET, text(str(link.target)))
        _call(made, _SET_ARGUMENTS, text(link.arguments))
        _call(made, _SET_ICON, text(str(link.icon)), ctypes.c_int(0))
        _call(made, _SET_WORDS, text(link.words))
        held.append(properties := _as(made, _PROPERTIES))
        named = _Named(kind=_TEXT, text=link.identity)
        _call(
            properties,
            _SET_VALUE,
            ctypes.cast(_IDENTITY, c_void_p),
            ctypes.cast(byref(named), c_void_p),
        )
        _call(properties, _COMMIT)
        held.append(saved := _as(made, _FILE))
        _call(saved, _SAVE, text(str(file)), ctypes.c_int(1))
    finally:
        for one in reversed(held):
            _call(one, _RELEASE)
        ole.CoUninitialize()

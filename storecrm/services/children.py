"""Child processes: each runs this program's own code and nothing that lies about in the current
folder or the environment.

with children.running("storecrm.services.imports.reader", [str(path)]) as child:
    child.stdout.read()
"""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    from storecrm import windows

_OWN = Path(__file__).resolve().parent.parent
"""The package's folder, wherever this program was started from."""
_KEPT = ("SYSTEMROOT", "WINDIR", "TEMP", "TMP", "TMPDIR")
"""What a child needs of the environment: Windows loads no library without the first two."""
_START = """
import importlib, importlib.util, sys
own, beside, module, *arguments = sys.argv[1:]
start, inside = own + "/__init__.py", [own]
spec = importlib.util.spec_from_file_location("storecrm", start, submodule_search_locations=inside)
sys.modules["storecrm"] = package = importlib.util.module_from_spec(spec)
spec.loader.exec_module(package)
sys.path += beside.split("\\n") if beside else []
importlib.import_module(module).main(*arguments)
"""
"""-I leaves out the current folder, PYTHONPATH and the user's own packages; our package is named by
its file, libraries come last."""


@contextmanager
def running(
    module: str, arguments: Sequence[str], *, libraries: Sequence[str] = (), memory: int = 0
) -> Iterator["subprocess.Popen[bytes]"]:
    """A child that runs `main(*arguments)` of a module of ours; it ends with this block. Its answer
    comes on standard output. `libraries` are packages of others that it needs; `memory` is how many
    bytes it may take (0: as many as there are)."""
    command = [*_command(module, libraries), *arguments]
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    # no black window flashes up over the till
    flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    child = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd=_OWN,
        creationflags=flags,
    )
    if memory and sys.platform == "win32":
        windows.watch(child, memory)
    try:
        yield child
    finally:
        child.kill()
        assert child.stdout is not None
        child.stdout.close()
        child.wait()


def limit(memory: int, seconds: int) -> None:
    """Called by a child before it looks at anything: it gets no more than so many bytes and so much
    computing time."""
    if sys.platform == "win32":
        windows.limit(memory, seconds)
        return
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def limit_further(memory: int) -> None:
    """Called by a child before a library that believes what a file says of itself: so many bytes
    beside what is in use, where that can be told (Linux); elsewhere `limit` stands."""
    if sys.platform != "linux":
        return
    import resource

    pages, *_ = Path("/proc/self/statm").read_text().split()
    wanted = int(pages) * resource.getpagesize() + memory
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    # a bound of less than nothing is none
    bound = wanted if most < 0 else min(wanted, most)
    resource.setrlimit(resource.RLIMIT_AS, (bound, most))


def _command(module: str, libraries: Sequence[str]) -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, "__child", module]
    interpreter = [sys.executable, "-I", "-X", "utf8", "-c", _START]
    beside = "\n".join(map(_folder_of, libraries))
    return [*interpreter, str(_OWN), beside, module]


def _folder_of(library: str) -> str:
    """Where the running program found a library."""
    found = importlib.util.find_spec(library)
    if found is None or not found.origin:
        return ""
    package = Path(found.origin).parent
    return str(package.parent)

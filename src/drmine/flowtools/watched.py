"""Run a module as ``python -m`` does, and end it when whoever started it is gone.

    python -m drmine.flowtools.watched MODULE ARGUMENTS...

A process that is killed stops nothing that it has started. The system closes its end of a pipe,
however it dies; the other end is standard input here.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading
import time

_GRACE_SECONDS = 20


def _end_with(pipe: int) -> None:
    while os.read(pipe, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_end_with, args=(sys.stdin.fileno(),), daemon=True).start()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)

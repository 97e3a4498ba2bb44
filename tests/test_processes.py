"""Processes that work for another one end with it, and say what they were told before their first task."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from corpus.processes import cores, working_processes
from tests.conftest import ROOT

WORKING = """
import os, time
from corpus.processes import working_processes

if __name__ == "__main__":
    with working_processes(1) as pool:
        print(pool.submit(os.getpid).result(), flush=True)
        time.sleep(60)
"""


def test_each_process_is_prepared_before_its_first_task() -> None:
    with working_processes(1, os.putenv, "CEWEN_TOLD", "yes") as pool:
        # What putenv sets is seen by what a process starts, not in its own os.environ.
        told = pool.submit(subprocess.check_output, "printf $CEWEN_TOLD", shell=True).result()
        assert pool.submit(os.getpid).result() != os.getpid()
    assert told == b"yes"


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM])
def test_they_end_with_a_parent_that_is_killed(tmp_path: Path, sign: int) -> None:
    script = tmp_path / "working.py"
    script.write_text(WORKING, encoding="utf-8")
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    with subprocess.Popen([sys.executable, str(script)], env=environment, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        assert _lives(worker)
        parent.send_signal(sign)
    deadline = time.monotonic() + 20
    while _lives(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _lives(worker)


def test_at_least_one_core_may_be_used() -> None:
    assert cores() >= 1


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    # One that has ended and that nobody asks after is still listed, as Z.
    state = Path(f"/proc/{process}/stat")
    return not state.exists() or ") Z " not in state.read_text()

"""Run a command and say what it used: ``python measure.py command…``. Standard library only.

A process begins with the peak memory of the one that started it. So this one stands between, and is small.
"""

import json
import os
import subprocess
import sys

if __name__ == "__main__":
    process = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    told = process.stdout.read()
    # Not process.wait, which does not say what this one child has used.
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(1)
    megabytes = usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
    used = {"cpu_seconds": usage.ru_utime + usage.ru_stime, "megabytes": megabytes}
    json.dump({**json.loads(told), **used}, sys.stdout)

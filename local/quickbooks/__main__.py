"""Run the simulator: ``python -m local.quickbooks``."""

import argparse
import signal
import sys
from pathlib import Path

from local.quickbooks.simulator import Simulator


def main() -> int:
    """Serve until SIGTERM or Ctrl-C."""
    parser = argparse.ArgumentParser(
        prog="python -m local.quickbooks", description="A QuickBooks Online simulator for tests and demos."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8765, help="port, 0 for any free one (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="which companies to start with (default: %(default)s)")
    parser.add_argument("--latency-ms", type=int, default=0, help="wait before every answer (default: %(default)s)")
    parser.add_argument("--state", type=Path, metavar="FILE", help="keep everything in FILE across restarts")
    arguments = parser.parse_args()

    # Blocked before any thread starts, so that the signal waits for this thread and no other swallows it.
    ending = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ending)
    try:
        simulator = Simulator(
            host=arguments.host,
            port=arguments.port,
            seed=arguments.seed,
            latency_ms=arguments.latency_ms,
            state=arguments.state,
        )
    except (OSError, ValueError) as error:
        print(f"quickbooks: {error}", file=sys.stderr)
        return 1
    print(f"QuickBooks simulator on {simulator.url}", flush=True)
    for company in simulator.world.companies.all():
        print(f"  {company.realm_id}  {company.name} ({company.plan})", flush=True)
    signal.sigwait(ending)
    simulator.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())

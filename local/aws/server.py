"""Serve ministack on 127.0.0.1 until somebody says stop."""

import asyncio
import contextlib
import logging
import os
import resource
import socket
import sys

from hypercorn.asyncio import serve as hypercorn_serve
from hypercorn.config import Config
from ministack import app as ministack_app
from ministack.core import lambda_runtime as ministack_lambda_runtime

from local.aws import readiness
from local.aws.gaps import close_gaps
from local.aws.settings import Settings

_SHUTDOWN_SECONDS = 1.0


def serve(settings: Settings) -> int:
    """Run the engine; return the exit code.

    hypercorn stops on SIGTERM and SIGINT and then lets ministack save its state.
    """
    if _port_is_taken(settings.port):
        print(f"Port {settings.port} on 127.0.0.1 is taken: choose another one with --port", file=sys.stderr)
        return 1

    _allow_many_connections()
    # ministack logs each service that it saves: seventy lines every few seconds.
    logging.getLogger("persistence").setLevel(logging.ERROR)
    close_gaps(settings, without=settings.without)
    readiness.when_ready(settings.port, lambda: _announce(settings))

    config = Config()
    config.bind = [f"127.0.0.1:{settings.port}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = _SHUTDOWN_SECONDS
    config.loglevel = "WARNING"
    try:
        asyncio.run(hypercorn_serve(ministack_app.app, config))
    finally:
        ministack_lambda_runtime.reset()
    print("The local AWS engine has stopped", flush=True)
    # Executions may be asleep in daemon threads: there is nothing to wait for.
    os._exit(0)


def _announce(settings: Settings) -> None:
    without = f", without {', '.join(sorted(settings.without))}" if settings.without else ""
    iam = "IAM enforced" if settings.enforce_iam else "IAM not enforced"
    print(f"The local AWS engine is ready on {settings.url} ({iam}{without}), pid {os.getpid()}", flush=True)


def _port_is_taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _allow_many_connections() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

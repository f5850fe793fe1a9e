"""Serve the workbench: web and worker in the foreground, over a database that is watched too."""

import contextlib
import errno
import gc
import http.client
import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from workbench import env, postgres, start
from workbench.children import Child, end_with
from workbench.env import ConfigError

_TICK = 0.2
_PATIENCE = 120
_LAST_ORDERS = 10  # seconds for requests and jobs under way


def serve(announce: Callable[[str], None] | None = None) -> None:
    """
    Serve until SIGINT or SIGTERM, then end everything, the embedded database included.

    Raises ConfigError where the port is taken or the web server cannot start.
    """
    address, port = env.text("WORKBENCH_BIND", "127.0.0.1"), choose_port()
    threads = env.number("WORKBENCH_THREADS", 4, low=1, high=64)
    workers = env.number("WORKBENCH_WORKERS", 2, low=1, high=64)
    start.collect_static()
    _preload()
    children = [Child("web", partial(_web, address, port, workers, threads)), Child("worker", _worker)]
    with _told_to_end() as told:
        try:
            _watch(children, told, until=partial(_answers, address, port))
            if not told:
                (announce or _announce)(env.text("WORKBENCH_URL") or f"http://{_host(address)}:{port}/")
                _watch(children, told)
        finally:
            for child in children:
                child.tell_to_end()
            deadline = time.monotonic() + _LAST_ORDERS
            for child in children:
                child.end(deadline)
            postgres.release()


def choose_port() -> int:
    """Return the port to listen on; a taken one is refused, or the next is taken where WORKBENCH_NEXT_PORT is on."""
    address, wanted = env.text("WORKBENCH_BIND", "127.0.0.1"), env.port()
    last = min(wanted + 50, 65535) if env.flag("WORKBENCH_NEXT_PORT") else wanted
    for port in range(wanted, last + 1):
        if _is_free(address, port):
            if port != wanted:
                sys.stderr.write(f"Port {wanted} is taken; this is port {port}.\n")
            return port
    raise ConfigError(f"Port {wanted} is taken. Set WORKBENCH_PORT to another one, or end what listens there.")


def _is_free(address: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((address, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise ConfigError(f"Nothing can listen on {address}, port {port}: {error.strerror or error}.") from error
    return True


def _preload() -> None:
    """Load what every process needs before they part, so that they share its memory."""
    from django.db import connections
    from django.urls import get_resolver

    import workbench.wsgi  # noqa: F401

    _ = get_resolver().url_patterns
    connections.close_all()
    gc.collect()
    gc.freeze()


def _web(address: str, port: int, workers: int, threads: int) -> None:
    from django.db import connection
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    if sys.platform == "linux":
        multiprocessing.set_start_method("fork", force=True)
    # A database that restarts would fill the log with a line for every connection; /healthz and the requests say it.
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
    # Every thread finds a connection waiting.
    connection.settings_dict["OPTIONS"]["pool"] = {"min_size": threads, "max_size": threads, "timeout": 10}
    server: Any = Server(
        "workbench.wsgi:application",
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=workers,
        blocking_threads=threads,
        respawn_failed_workers=True,
        workers_kill_timeout=_LAST_ORDERS,
        log_level=LogLevels.error,
        log_access=False,  # paths and query strings stay out of the logs
    )
    server.serve(target_loader=_application, wrap_loader=False)


def _application() -> object:
    end_with(os.getppid())
    threading.Thread(target=_mend_pool, name="mend-pool", daemon=True).start()
    from workbench.wsgi import application

    return application


def _mend_pool() -> None:
    """Replace connections that a restarted server has dropped; a request would try them one by one, for seconds."""
    from django.db import connection

    pool: Any = connection.pool  # type: ignore[attr-defined]
    pool.open()
    while True:
        time.sleep(1)
        pool.check()


def _worker() -> None:
    import asyncio

    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.utils import connector_params
    from procrastinate.psycopg_connector import PsycopgConnector

    async def work() -> None:
        connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=2)
        with app.replace_connector(connector) as running:
            async with running.open_async():
                await running.run_worker_async(shutdown_graceful_timeout=_LAST_ORDERS - 2)

    asyncio.run(work())


def _watch(children: list[Child], told: list[int], until: Callable[[], bool] | None = None) -> None:
    """Keep children and database alive, until told to end or until something holds."""
    begun = looked = time.monotonic()
    while not told:
        for child in children:
            child.tend()
        if until:
            if until():
                return
            if children[0].deaths > 2 or time.monotonic() - begun > _PATIENCE:
                raise ConfigError("The web server does not start; what it said stands above.")
        if time.monotonic() - looked > 1:
            looked = time.monotonic()
            try:
                postgres.watch()
            except ConfigError as error:
                sys.stderr.write(f"{error}\n")
                looked += 10
        time.sleep(_TICK if until is None else 0.05)


@contextlib.contextmanager
def _told_to_end() -> Iterator[list[int]]:
    """Collect the signals that ask for the end, instead of dying of them."""
    told: list[int] = []
    signs = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(sign, lambda number, _: told.append(number)) for sign in signs]
    try:
        yield told
    finally:
        for sign, handler in zip(signs, before, strict=True):
            signal.signal(sign, handler)


def _answers(address: str, port: int) -> bool:
    caller = http.client.HTTPConnection(_host(address).strip("[]"), port, timeout=5)
    try:
        caller.request("GET", "/healthz", headers={"Host": "localhost"})
        return caller.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        caller.close()


def _host(address: str) -> str:
    """Return how this machine itself reaches the address that the server listens on."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)  # noqa: S104 - looked up, not bound
    return f"[{reached}]" if ":" in reached else reached


def _announce(url: str) -> None:
    sys.stdout.write(f"The workbench is ready: {url} (Ctrl-C ends it)\n")
    sys.stdout.flush()

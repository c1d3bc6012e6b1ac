"""The gallery in a browser, drawn and loaded again after every change."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from typing import TYPE_CHECKING

from diagramgen.cli.answers import Builds, application
from diagramgen.cli.options import RunOptions, load_suite
from diagramgen.cli.terminal import tell
from diagramgen.errors import UsageError, install
from diagramgen.output.request import Request

if TYPE_CHECKING:
    from types import FrameType

    import uvicorn
    from starlette.applications import Starlette

MOST_CONNECTIONS = 100
PATIENCE = 10
"""Seconds for a request to come whole, and for the next one on the same connection."""


def _server(app: Starlette, builds: Builds) -> uvicorn.Server:
    """What answers: a bounded number of connections, none of which it waits for in vain."""
    import uvicorn
    from uvicorn.protocols.http.h11_impl import H11Protocol

    class Impatient(H11Protocol):
        """A connection that ends when the next request is not there whole in time.

        A client that sends it byte by byte would otherwise keep its connection for good.
        """

        waiting: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self.waiting = self.loop.call_later(PATIENCE, transport.close)

        def connection_lost(self, exc: Exception | None) -> None:
            self.stop_waiting()
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            if not self.is_idle():
                self.stop_waiting()

        def on_response_complete(self) -> None:
            super().on_response_complete()
            self.stop_waiting()
            if self.is_idle():
                self.waiting = self.loop.call_later(PATIENCE, self.transport.close)

        def is_idle(self) -> bool:
            return getattr(self.cycle, "response_complete", True)  # there is none at first

        def stop_waiting(self) -> None:
            if self.waiting is not None:
                self.waiting.cancel()

    class Server(uvicorn.Server):
        """One that lets open pages go as soon as it is to stop, rather than wait for them."""

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            builds.is_over = True
            super().handle_exit(sig, frame)

    return Server(
        uvicorn.Config(
            app,
            http=Impatient,
            ws="none",
            lifespan="off",
            log_level="error",
            server_header=False,
            limit_concurrency=MOST_CONNECTIONS,
            timeout_graceful_shutdown=1,
        )
    )


def serve(request: Request, options: RunOptions, *, host: str, port: int) -> int:
    """Serve the gallery, drawn again after every change, until Ctrl-C; returns the exit code.

    Raises `UsageError` where the packages for it are missing or the port is taken, `SuiteError`
    when the suite is invalid at the beginning.
    """
    try:
        import starlette  # noqa: F401 as early as here its absence is told
        import uvicorn  # noqa: F401
    except ImportError as err:
        message = f"serve: needs packages that are not there: {install('serve')}"
        raise UsageError(message) from err
    from diagramgen.cli.watch import watch

    suite = load_suite(request)
    folder = (suite.folder / suite.output.dir).absolute()
    try:
        listening = socket.create_server((host, port))
    except OSError as err:
        message = (
            f"cannot listen on {host}, port {port}: {os.strerror(err.errno or 0)}; "
            "choose another with --port"
        )
        raise UsageError(message) from err
    builds, stop = Builds(), threading.Event()
    following = {"stop": stop, "built": builds.one_more}
    watcher = threading.Thread(target=watch, args=(request, options), kwargs=following)
    watcher.start()
    tell(f"the gallery is at http://{host}:{listening.getsockname()[1]}/ until Ctrl-C")
    server = _server(application(folder, host, builds), builds)
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        pass
    finally:
        stop.set()
        watcher.join()
    tell("stopped serving")
    return 0

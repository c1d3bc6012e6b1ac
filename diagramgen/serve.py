"""The gallery in a browser, drawn and loaded again after every change."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diagramgen.errors import UsageError
from diagramgen.terminal import tell

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

LOOPBACK = ("127.0.0.1", "localhost")
EVERYWHERE = ("0.0.0.0", "::")
RELOAD = b"""\
let built = null;
new EventSource("/-/builds").onmessage = ({data}) => {
  if (built !== null && built !== data) location.reload();
  built = data;
};
"""
SCRIPT = b'<script src="/-/reload.js"></script>'
WAITING = (
    b"<!doctype html><html lang=en><title>diagramgen</title><p>The charts are being drawn.</p>"
)
POLL = 0.2


class Builds:
    """How many runs are done; browsers load the page again when that changes."""

    def __init__(self) -> None:
        self.count = 0

    def one_more(self) -> None:
        """Count one."""
        self.count += 1

    async def follow(self) -> AsyncIterator[bytes]:
        """The count, and again whenever it has changed, as server-sent events."""
        seen = -1
        while True:
            if seen != self.count:
                seen = self.count
                yield f"data: {seen}\n\n".encode()
            await asyncio.sleep(POLL)


def application(folder: Path, host: str, builds: Builds) -> Starlette:
    """The server of an output folder: its files and nothing else, for nobody but this host's names.

    A page of another site whose name leads here (DNS rebinding) is refused by its `Host`.
    """
    from starlette.applications import Starlette
    from starlette.exceptions import HTTPException
    from starlette.middleware import Middleware
    from starlette.middleware.trustedhost import TrustedHostMiddleware
    from starlette.responses import Response, StreamingResponse
    from starlette.routing import Mount, Route
    from starlette.staticfiles import StaticFiles

    class Files(StaticFiles):
        """Files of the output folder but hidden ones; the gallery loads itself again."""

        async def get_response(self, path: str, scope: Any) -> Response:
            path = "index.html" if path == "." else path
            if any(part.startswith(".") for part in Path(path).parts):
                raise HTTPException(404)
            if path == "index.html":
                return page(folder / path)
            response = await super().get_response(path, scope)
            response.headers["Cache-Control"] = "no-cache"
            return response

    def page(file: Path) -> Response:
        text = file.read_bytes() if file.is_file() else WAITING
        text = text.replace(b"connect-src 'none'", b"connect-src 'self'") + SCRIPT
        return Response(text, media_type="text/html", headers={"Cache-Control": "no-cache"})

    def reload(_: Request) -> Response:
        return Response(RELOAD, media_type="text/javascript")

    def follow(_: Request) -> Response:
        return StreamingResponse(builds.follow(), media_type="text/event-stream")

    names = ["*"] if host in EVERYWHERE else [*LOOPBACK, host]
    return Starlette(
        routes=[
            Route("/-/reload.js", reload),
            Route("/-/builds", follow),
            Mount("/", Files(directory=folder, check_dir=False)),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=names, www_redirect=False)],
    )


def serve(charts: tuple[str, ...], *, host: str, port: int, **options: Any) -> int:
    """Serve the gallery, drawn again after every change, until Ctrl-C; returns the exit code.

    Raises `UsageError` where the packages for it are missing or the port is taken, `SuiteError`
    when the suite is invalid at the beginning.
    """
    try:
        import starlette  # noqa: F401 as early as here its absence is told
        import uvicorn
    except ImportError as err:
        extra = "pip install 'diagramgen[serve]'"
        raise UsageError(f"serve: needs packages that are not there: {extra}") from err
    from diagramgen.options import load_suite
    from diagramgen.watch import watch

    suite = load_suite(**options | {"formats": ()})
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
    watcher = threading.Thread(
        target=watch, args=(charts,), kwargs={"stop": stop, "built": builds.one_more, **options}
    )
    watcher.start()
    tell(f"the gallery is at http://{host}:{listening.getsockname()[1]}/ until Ctrl-C")
    server = uvicorn.Server(
        uvicorn.Config(
            application(folder, host, builds), log_level="error", timeout_graceful_shutdown=1
        )
    )
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        pass
    finally:
        stop.set()
        watcher.join()
    tell("stopped serving")
    return 0

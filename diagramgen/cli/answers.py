"""What is answered over HTTP, and to whom: the gallery's files, to its own pages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from diagramgen.errors import OutputError
from diagramgen.output.files import HIDDEN, MANIFEST, open_output
from diagramgen.output.gallery import PAGE, page_files
from diagramgen.output.manifest import decode_manifest

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

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
TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".pdf": "application/pdf",
    ".csv": "text/csv",
}
"""What a file is told to be; a browser does not look for itself."""
UNFRAMED = "frame-ancestors 'none'"
ALONE = f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; {UNFRAMED}"
"""What an SVG may do: be looked at."""
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": UNFRAMED,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
"""What every answer says: it is for the gallery's own pages."""


class Builds:
    """How many runs are done; browsers load the page again when that changes."""

    def __init__(self) -> None:
        self.count = 0
        self.is_over = False

    def one_more(self) -> None:
        """Count one."""
        self.count += 1

    async def follow(self) -> AsyncIterator[bytes]:
        """The count, and again whenever it has changed, as server-sent events, until the end."""
        seen = -1
        while not self.is_over:
            if seen != self.count:
                seen = self.count
                yield f"data: {seen}\n\n".encode()
            await asyncio.sleep(POLL)


class OwnPages:
    """Answers no page but the gallery's own, and only what reads.

    Another page in the same browser could load a chart's script, though not a file that it asks
    for: browsers say whose page asks. Who opens the gallery by a link from elsewhere is let in.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or let it through with `HEADERS` for its answer."""
        from starlette.datastructures import Headers, MutableHeaders
        from starlette.responses import PlainTextResponse

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        app = self.app
        if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD"):
            allowed = {"Allow": "GET, HEAD"}
            app = PlainTextResponse("Method Not Allowed", 405, allowed)
        elif scope["type"] == "http" and not _is_own(Headers(scope=scope)):
            app = PlainTextResponse("Forbidden", 403)
        await app(scope, receive, send_with_headers)


def _is_own(headers: Mapping[str, str]) -> bool:
    """Whether a request comes from the gallery, from a person, or from no browser at all."""
    opened = (headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest"))
    asks = headers.get("sec-fetch-site", "none")
    return asks in ("same-origin", "none") or opened == ("navigate", "document")


def read_inside(folder: Path, name: str) -> bytes:
    """The bytes of a file of an output folder, reached by no link.

    Raises `OSError` or `OutputError` where there is none.
    """
    with open_output(folder, str(folder)) as opened:
        return opened.read(name)


def served(folder: Path) -> set[str]:
    """The files of an output folder that its manifest names; none where it is no manifest."""
    try:
        manifest = decode_manifest(read_inside(folder, MANIFEST))
    except (OSError, OutputError):
        manifest = None
    names = page_files(manifest) if manifest else ()
    return {name for name in names if not name.startswith(f"{HIDDEN}/")}


def application(folder: Path, host: str, builds: Builds) -> Starlette:
    """The server of an output folder: the files that its manifest names and nothing else.

    It is for nobody but this host's names: a page of another site whose name leads here (DNS
    rebinding) is refused by its `Host`.
    """
    from starlette.applications import Starlette
    from starlette.exceptions import HTTPException
    from starlette.middleware import Middleware
    from starlette.middleware.trustedhost import TrustedHostMiddleware
    from starlette.responses import Response, StreamingResponse
    from starlette.routing import Route

    def page(_: Request) -> Response:
        try:
            text = read_inside(folder, PAGE)
        except (OSError, OutputError):
            text = WAITING
        text = text.replace(b"connect-src 'none'", b"connect-src 'self'", 1) + SCRIPT
        return Response(text, media_type="text/html")

    def file(request: Request) -> Response:
        name = request.path_params["name"]
        try:
            if name not in served(folder):
                raise FileNotFoundError(name)
            data = read_inside(folder, name)
        except (OSError, OutputError, ValueError) as err:  # the last of no possible name
            raise HTTPException(404) from err
        type_ = TYPES.get(PurePosixPath(name).suffix, "application/octet-stream")
        policy = {"Content-Security-Policy": ALONE} if type_ == TYPES[".svg"] else {}
        return Response(data, media_type=type_, headers=policy)

    def reload(_: Request) -> Response:
        return Response(RELOAD, media_type="text/javascript")

    def follow(request: Request) -> Response:
        if request.method == "HEAD":
            return Response(media_type="text/event-stream")
        return StreamingResponse(builds.follow(), media_type="text/event-stream")

    names = ["*"] if host in EVERYWHERE else [*LOOPBACK, host]
    return Starlette(
        routes=[
            Route("/", page),
            Route(f"/{PAGE}", page),
            Route("/-/reload.js", reload),
            Route("/-/builds", follow),
            Route("/{name:path}", file),
        ],
        middleware=[
            Middleware(OwnPages),
            Middleware(TrustedHostMiddleware, allowed_hosts=names, www_redirect=False),
        ],
    )

"""Style sheet and pictures under names that carry their hash, so that browsers may keep them for ever."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from chm_node.shell.problems_http import HttpProblem

STATIC = Path(__file__).parent / "static"
_FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file served as it is."""

    address: str
    media_type: str
    body: bytes


class Assets:
    """The files of some directories by plain name (``site.css``) and by address (``/static/site.0a1b2c3d4e.css``)."""

    def __init__(self, *directories: Path) -> None:
        """Read the shell's own files and those of further directories into memory."""
        self._by_name: Mapping[str, Asset] = {
            path.name: _load_asset(path) for directory in (STATIC, *directories) for path in sorted(directory.iterdir())
        }
        self._by_address = {asset.address: asset for asset in self._by_name.values()}

    def address(self, name: str) -> str:
        """Give the address of a file; KeyError for a name that is none of them."""
        return self._by_name[name].address

    def find(self, address: str) -> Asset | None:
        """Give the file at an address."""
        return self._by_address.get(address)


def _load_asset(path: Path) -> Asset:
    body = path.read_bytes()
    digest = hashlib.sha256(body).hexdigest()[:10]
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Asset(f"/static/{path.stem}.{digest}{path.suffix}", media_type, body)


def asset_router(assets: Assets) -> APIRouter:
    """Give the route that serves the files."""
    router = APIRouter(include_in_schema=False)

    @router.get("/static/{name}")
    def static(request: Request, name: str) -> Response:
        asset = assets.find(f"/static/{name}")
        if asset is None:
            raise HttpProblem("NOT_FOUND", path=request.url.path)
        return Response(asset.body, media_type=asset.media_type, headers={"Cache-Control": _FOR_EVER})

    return router

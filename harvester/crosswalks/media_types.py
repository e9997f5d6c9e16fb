"""File formats as catalogues name them → media types. Source: the IANA register of media types. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]*")
_BY_NAME: Mapping[str, str] = {
    "csv": "text/csv", "tsv": "text/tab-separated-values", "json": "application/json", "xml": "application/xml",
    "geojson": "application/geo+json", "jsonld": "application/ld+json", "rdfxml": "application/rdf+xml",
    "rdfturtle": "text/turtle", "ttl": "text/turtle", "pdf": "application/pdf", "zip": "application/zip",
    "html": "text/html", "txt": "text/plain", "kml": "application/vnd.google-earth.kml+xml",
    "kmz": "application/vnd.google-earth.kmz", "xls": "application/vnd.ms-excel", "gml": "application/gml+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "tiff": "image/tiff",
    "ods": "application/vnd.oasis.opendocument.spreadsheet", "geotiff": "image/tiff", "jpeg": "image/jpeg",
    "jpg": "image/jpeg", "png": "image/png", "netcdf": "application/x-netcdf", "gpkg": "application/geopackage+sqlite3",
}  # fmt: skip


@lru_cache(maxsize=4096)
def find_media_type(text: str) -> str | None:
    """Give the media type that a media type, its IANA address, a file format's short name or its EU address names."""
    plain = text.strip().lower().partition(";")[0].rstrip("/")
    found = _MEDIA_TYPE.fullmatch(plain.partition("/media-types/")[2] or plain)
    if found:
        return found[0]
    short = plain.rpartition("/")[2].removeprefix(".")
    return _BY_NAME.get(re.sub(r"[\s_.-]", "", short))

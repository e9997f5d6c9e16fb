"""What an online resource of a catalogue is, a page, a file, data or a service, from its protocol and address. Pure."""

from __future__ import annotations

import re

from vocabularies.record import LinkRelation

_SERVICE = re.compile(r"ogc:|esri|opendap|\brest\b|wms|wfs|wcs|wmts|csw|servicetype", re.IGNORECASE)
_DOWNLOAD = re.compile(r"download|\bftp\b|fileaccess", re.IGNORECASE)
_SERVICE_ADDRESS = re.compile(
    r"[?&]service=w|/(?:wms|wfs|wcs|wmts|csw|ows|sos)/?(?:\?|\Z)|/rest/services/|/(?:WMS|WFS)Server\b", re.IGNORECASE
)
_DATA_FILE = re.compile(r"\.(?:zip|csv|tsv|gml|kmz?|tiff?|gpkg|nc|shp|gdb|geojson|xlsx?|7z|t?gz)\Z", re.IGNORECASE)
_TEXT_FILE = re.compile(r"\.(?:pdf|docx?|odt|rtf|txt|pptx?|jpe?g|png)\Z", re.IGNORECASE)


def link_relation(url: str, kind: str, *, has_landing: bool) -> LinkRelation:
    """Give what a link is; ``kind`` is what the catalogue says of it, its protocol, scheme or function.

    The first that is neither service, data nor document is the page about the thing.
    """
    path = url.partition("?")[0].partition("#")[0]
    if _SERVICE.search(kind) or _SERVICE_ADDRESS.search(url):
        return "api"
    if _DOWNLOAD.search(kind) or _DATA_FILE.search(path):
        return "data"
    return "document" if has_landing or _TEXT_FILE.search(path) else "landing"

"""A dcat:Distribution → the links to its file, its page and its service. Pure."""

from __future__ import annotations

import re

from harvester.crosswalks.dc_elements import Value, to_title
from harvester.crosswalks.dcat_reading import DCAT, DCT, Thing
from harvester.crosswalks.language_codes import find_language
from harvester.crosswalks.media_types import find_media_type
from vocabularies import namespaces as ns
from vocabularies.identifiers import normalise_url
from vocabularies.record import Link, LinkRelation
from vocabularies.text import UNDETERMINED, LangText

_MOST_BYTES = 2**53
_ALGORITHM = re.compile(r"md5|sha[-_/]?(?:1|224|256|384|512)\b")


def to_links(file: Thing) -> list[Link]:
    """Give the file where it can be loaded, the page where it is found if another, and its service's address."""
    found: dict[str, Link] = {}
    wanted: tuple[tuple[LinkRelation, list[Value]], ...] = (
        ("data", file.texts(f"{DCAT}downloadURL")),
        ("data" if _is_file(file) else "document", file.texts(f"{DCAT}accessURL")),
        ("api", [value for service in file.things(f"{DCAT}accessService")
                 for value in service.texts(f"{DCAT}endpointURL")]),
    )  # fmt: skip
    name, media_type = _name(file), _media_type(file)
    for rel, addresses in wanted:
        for address, _ in addresses:
            if normalise_url(address) and address not in found:
                is_file = rel == "data"
                found[address] = Link(
                    url=address,
                    name=name,
                    rel=rel,
                    media_type=media_type if rel != "api" else None,
                    bytes=_bytes(file) if is_file else None,
                    checksum=_checksum(file) if is_file else None,
                    language=_language(file),
                )
    return list(found.values())


def _is_file(file: Thing) -> bool:
    """Say whether the access address is all there is, so that it stands for the data."""
    return not file.texts(f"{DCAT}downloadURL")


def _name(file: Thing) -> LangText:
    titles = file.literals(f"{DCT}title", f"{ns.RDFS}label")
    if titles:
        return to_title(titles, UNDETERMINED)[0]
    named = [text for text, _ in file.texts(f"{DCT}format") if not text.startswith("http")]
    return LangText({UNDETERMINED: named[0]}) if named else LangText()


def _media_type(file: Thing) -> str | None:
    stated = [text for text, _ in file.texts(f"{DCAT}mediaType", f"{DCT}format")]
    for thing in file.things(f"{DCAT}mediaType", f"{DCT}format"):
        stated += [text for text, _ in thing.labels()]
    return next(filter(None, map(find_media_type, stated)), None)


def _bytes(file: Thing) -> int | None:
    for text, _ in file.texts(f"{DCAT}byteSize"):
        try:
            size = float(text)
        except ValueError:
            continue
        if 0 <= size <= _MOST_BYTES:
            return int(size)
    return None


def _checksum(file: Thing) -> str | None:
    for checksum in file.things(f"{ns.SPDX}checksum"):
        value = next((text for text, _ in checksum.texts(f"{ns.SPDX}checksumValue")), "")
        algorithm = next((text for text, _ in checksum.texts(f"{ns.SPDX}algorithm")), "")
        if value:
            known = _ALGORITHM.search(algorithm.lower())
            return f"{re.sub('[^a-z0-9]', '', known[0])}:{value}" if known else value
    return None


def _language(file: Thing) -> str | None:
    found = [find_language(text.rstrip("/").rpartition("/")[2]) for text, _ in file.texts(f"{DCT}language")]
    return found[0] if len(found) == 1 else None

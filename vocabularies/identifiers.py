"""Identifiers: mint, parse, normalise, and tell which are certain enough to merge records by; no look-ups."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from urllib.parse import quote, unquote, urlsplit
from uuid import uuid4

from vocabularies.record import DatasetRecord, PlaceRecord, Record, ResourceRecord, SourceId

NODE_PATTERN = r"[a-z0-9][a-z0-9-]{0,62}"
LOCAL_PATTERN = r"[A-Za-z0-9][A-Za-z0-9._~-]{0,127}"
_RECORD_URI = re.compile(rf"urn:chm:({NODE_PATTERN}):({LOCAL_PATTERN})")
_OAI = re.compile(r"oai:([A-Za-z][A-Za-z0-9-]*(?:\.[A-Za-z0-9-]+)*):([A-Za-z0-9\-_.!~*'();/?:@&=+$,%]+)")


def mint_local_id() -> str:
    """Make a new local identifier: a random UUID (RFC 9562 §5.4)."""
    return str(uuid4())


def record_uri(node: str, local: str) -> str:
    """Give ``urn:chm:{node}:{local}``; ValueError where either part does not fit."""
    uri = f"urn:chm:{node}:{local}"
    if parse_record_uri(uri) is None:
        raise ValueError(f"no record identifier can be made of node {node!r} and local part {local!r}")
    return uri


def parse_record_uri(uri: str) -> tuple[str, str] | None:
    """Give (node, local) of a record URI, or None where it is not one."""
    match = _RECORD_URI.fullmatch(uri)
    return (match[1], match[2]) if match else None


def oai_identifier(host: str, local: str) -> str:
    """Give ``oai:{host}:{local}`` (OAI identifier format 2.0, §2); minted local parts need no escaping."""
    return f"oai:{host.lower()}:{local}"


def parse_oai_identifier(identifier: str) -> tuple[str, str] | None:
    """Give (host, local) of an OAI identifier of the oai scheme, or None where it is not one."""
    match = _OAI.fullmatch(identifier)
    return (match[1], match[2]) if match else None


_DOI_PREFIX = re.compile(r"(?:https?://(?:dx\.|www\.)?doi\.org/|(?:dx\.)?doi\.org/|doi\s*:?\s*)+", re.IGNORECASE)
_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/\S+")


def normalise_doi(text: str) -> str | None:
    """Give the bare DOI in lower case from any usual way of writing one, or None (DOI Handbook §2)."""
    plain = text.strip().strip("<\"'")
    if match := _DOI_PREFIX.match(plain):
        plain = plain[match.end() :]
    plain = unquote(plain).strip().lower() if "%" in plain else plain.lower()
    while plain and (plain[-1] in ".,;:>\"'" or _unbalanced_end(plain)):
        plain = plain[:-1]
    return plain if _DOI.fullmatch(plain) else None


def _unbalanced_end(text: str) -> bool:
    opening = {")": "(", "]": "[", "}": "{"}.get(text[-1])
    return opening is not None and text.count(text[-1]) > text.count(opening)


_DASHES = re.compile(r"[\s\u2010-\u2015\u2212-]+")


def normalise_isbn(text: str) -> str | None:
    """Give the bare ISBN-13 of an ISBN-10 or ISBN-13 whose check digit agrees, or None (ISO 2108 §4)."""
    plain = _DASHES.sub(
        "", re.sub(r"^\s*(?:urn:)?isbn(?:-?1[03](?=[\s:]))?\s*:?", "", text, flags=re.IGNORECASE)
    ).upper()
    if re.fullmatch(r"[0-9]{9}[0-9X]", plain):
        total = sum((10 - place) * (10 if digit == "X" else int(digit)) for place, digit in enumerate(plain))
        return _isbn13(f"978{plain[:9]}") if total % 11 == 0 else None
    if re.fullmatch(r"97[89][0-9]{10}", plain) and _isbn13(plain[:12]) == plain:
        return plain
    return None


def _isbn13(first_twelve: str) -> str:
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(first_twelve))
    return f"{first_twelve}{-total % 10}"


def normalise_issn(text: str) -> str | None:
    """Give the ISSN as ``1234-567X`` where its check digit agrees, or None (ISO 3297 §4)."""
    plain = _DASHES.sub("", re.sub(r"^\s*(?:urn:)?e?issn\s*:?", "", text, flags=re.IGNORECASE)).upper()
    if not re.fullmatch(r"[0-9]{7}[0-9X]", plain):
        return None
    total = sum((8 - place) * (10 if digit == "X" else int(digit)) for place, digit in enumerate(plain))
    return f"{plain[:4]}-{plain[4:]}" if total % 11 == 0 else None


_SYMBOL = re.compile(r"[A-Z]{1,10}(?:\([A-Z]{2,10}\))?(?:/[A-Z0-9][\w.()&-]*){2,9}", re.IGNORECASE)
_SYMBOL_BODY = re.compile(
    r"(?:CBD|UNEP(?:\([A-Z]+\))?|FCCC|ICCD|UNFCCC|UNCCD|IPBES|CITES|CMS|UNESCO|FAO|ST|TD|DP|HSP|ECE|ESCAP|ECA|ECLAC|LC|WHC"
    r"|A/(?:RES|HRC|CONF|AC|C\.|CN|INF|ES|S-|BUR|\d)|E/(?:RES|CN|C\.|ECE|INF|CONF|\d)|S/(?:RES|PRST|INF|AC|\d))(?=[./\d-]|$|(?<=[.\d-]))",
    re.IGNORECASE,
)
_SYMBOL_CASE = {part.lower(): part for part in ("Hg", "Add", "Rev", "Corr", "Amend", "Summary", "Annex")}
_SYMBOL_CASE |= {
    part.lower(): part for part in ("COP", "MOP", "DEC", "REC", "RES", "SBI", "SBSTTA", "WG8J", "INC", "INF", "CONF")
}


def normalise_un_symbol(text: str) -> str | None:
    """Give a United Nations document symbol in its usual case without spaces, such as ``CBD/COP/DEC/15/8``, or None.

    Parts in one case are put in capitals; ``Add``, ``Rev``, ``Corr`` and ``Hg`` keep their own, as does mixed case.
    """
    plain = re.sub(r"\s*([/.()])\s*", r"\1", text.strip().strip(".,;"))
    if not _SYMBOL.fullmatch(plain) or not _SYMBOL_BODY.match(plain) or not any(char.isdigit() for char in plain):
        return None
    return "/".join(".".join(_symbol_part(part) for part in segment.split(".")) for segment in plain.split("/"))


def _symbol_part(part: str) -> str:
    known = _SYMBOL_CASE.get(part.lower())
    if known is not None:
        return known
    return part.upper() if part.islower() or part.isupper() else part


_UNSAFE_IN_URL = re.compile(r"[\s<>\"{}|\\^`\x00-\x20]")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PLAIN_URL = re.compile(r"(https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?:/[A-Za-z0-9._~!$&'()*+,;=@-]+)*)/?")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_ROOTS = frozenset({"", "/"} | {f"/{name}" for name in ("index.html", "index.htm", "index.php", "index.shtml", "home")})


def _escape(match: re.Match[str]) -> str:
    char = chr(int(match[1], 16))
    return char if char in _UNRESERVED else f"%{match[1].upper()}"


def _plain_escapes(text: str) -> str:
    return _ESCAPE.sub(_escape, quote(text, safe="%/:?#[]@!$&'()*+,;=-._~"))


def _host(name: str) -> str | None:
    plain = name.rstrip(".").lower()
    if plain.isascii():
        return plain if re.fullmatch(r"[a-z0-9_.-]+|[0-9a-f:.]+", plain) else None
    try:
        return plain.encode("idna").decode("ascii")
    except UnicodeError:
        return None


def normalise_url(text: str) -> str | None:
    """Give a web address in canonical form, or None where it is not an http(s) address with a host (RFC 3986 §6.2).

    Host in lower case and IDNA, no default port, no fragment, no ``utm_*``, no trailing slash. The scheme is kept.
    """
    plain = text.strip()
    if already := _PLAIN_URL.fullmatch(plain):  # nothing to change: most addresses
        return already[1]
    if _UNSAFE_IN_URL.search(plain):
        return None
    try:
        parts = urlsplit(plain)
        scheme, port, host = parts.scheme.lower(), parts.port, _host(parts.hostname or "")
    except ValueError:
        return None
    if scheme not in _DEFAULT_PORTS or not host:
        return None
    address = f"[{host}]" if ":" in host else host
    if port is not None and port != _DEFAULT_PORTS[scheme]:
        address = f"{address}:{port}"
    query = "&".join(pair for pair in parts.query.split("&") if pair and not pair.lower().startswith("utm_"))
    path = _plain_escapes(parts.path).rstrip("/")
    return f"{scheme}://{address}{path}{'?' + _plain_escapes(query) if query else ''}"


def url_key(text: str) -> str | None:
    """Give what two addresses of one page have in common (no scheme, no ``www.``), or None for a bare site root.

    Of a DOI and of a data set at GBIF it is the same however they are addressed.
    """
    canonical = normalise_url(text)
    if canonical is None:
        return None
    rest = canonical.split("://", 1)[1].removeprefix("www.")
    path = rest[rest.index("/") :] if "/" in rest else ""
    if path.lower() in _ROOTS and "?" not in rest:
        return None
    persistent = _persistent_key(rest)
    return rest if persistent is None else _PAGES_OF[persistent.partition(":")[0]] + persistent.partition(":")[2]


_PAGES_OF = {"doi": "doi.org/", "gbif": "gbif.org/dataset/"}
_GBIF_PAGE = re.compile(
    r"(?:api\.)?gbif\.org/(?:v1/)?(?:[a-z]{2}/)?dataset/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.IGNORECASE
)


def _persistent_key(address: str) -> str | None:
    """Give the DOI or GBIF key an address without scheme and ``www.`` leads to."""
    if address.startswith(("doi.org/", "dx.doi.org/")):
        return f"doi:{doi}" if (doi := normalise_doi(address)) else None
    page = _GBIF_PAGE.fullmatch(address)
    return f"gbif:{page[1].lower()}" if page else None


def page_keys(record_type: str, text: str) -> Iterator[str]:
    """Yield the keys of a record by the address of its page; none for one that identifies nothing.

    A page identifies one record of each type; one at doi.org is a DOI besides, one of a data set at GBIF its key.
    """
    key = url_key(text)
    if key is None:
        return
    if persistent := _persistent_key(key):
        yield persistent
    yield f"url:{record_type}:{key}"


_CITED = frozenset({"resource", "dataset"})
"""The types of record that DOIs and GBIF keys are given to; others only link to such."""


def linked_key(record_type: str, pages: Iterable[str], known: Iterable[str]) -> str | None:
    """Give the one DOI or GBIF key that links told without what they are lead to; None where they lead to several.

    None as well where one is ``known`` among the record's keys: what is linked besides is something else.
    """
    if record_type not in _CITED or any(key.startswith(("doi:", "gbif:")) for key in known):
        return None
    found = {key for page in pages if (told := url_key(page)) and (key := _persistent_key(told))}
    return found.pop() if len(found) == 1 else None


_GUID = re.compile(r"\{?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\}?", re.IGNORECASE)
_CBD_ID = re.compile(r"[0-9a-f]{12,40}", re.IGNORECASE)
_CBD_OTHER = re.compile(r"(?=.*\d)[A-Za-z0-9_-]{11,128}")
_UNIQUE_STEM = re.compile(r"(.*-\d+)-\d+")


def normalise_cbd_id(text: str) -> str | None:
    """Give a CBD document identifier without ``@revision`` and braces, or None.

    In lower case where it is hexadecimal; others tell upper and lower case apart (clearing-house documentation, uid).
    """
    plain = text.strip().split("@", 1)[0]
    if match := _GUID.fullmatch(plain):
        return match[1].lower()
    if _CBD_ID.fullmatch(plain):
        return plain.lower()
    return plain if _CBD_OTHER.fullmatch(plain) else None


def _cbd_unique(text: str) -> str | None:
    plain = text.strip().lower()
    match = _UNIQUE_STEM.fullmatch(plain)
    return (match[1] if match else plain) or None


def _gbif(text: str) -> str | None:
    match = _GUID.fullmatch(text.strip())
    return match[1].lower() if match else None


def _digits(text: str) -> str | None:
    plain = text.strip().removesuffix(".0")
    return plain if plain.isascii() and plain.isdigit() else None


def _oai(text: str) -> str | None:
    parsed = parse_oai_identifier(text.strip())
    return f"{parsed[0].lower()}:{parsed[1]}" if parsed else None


_CERTAIN: Mapping[str, tuple[str, Callable[[str], str | None]]] = {
    "cbd": ("cbd", normalise_cbd_id),
    "cbd-unique": ("cbd-unique", _cbd_unique),
    "doi": ("doi", normalise_doi),
    "isbn": ("isbn", normalise_isbn),
    "un-symbol": ("un", normalise_un_symbol),
    "gbif": ("gbif", _gbif),
    "wdpa": ("wdpa", _digits),
    "informea": ("informea", lambda text: text.strip() or None),
    "oai": ("oai", _oai),
}


def certain_key(scheme: str, value: str) -> str | None:
    """Give the key of one identifier that is certain enough to merge records by, such as ``doi:10.1000/1``, or None."""
    certain = _CERTAIN.get(scheme)
    if certain is None or not (normal := certain[1](value)):
        return None
    return f"{certain[0]}:{normal}"


def identity_keys(record: Record) -> tuple[str, ...]:
    """Give the keys by which this record is certainly the same as another one bearing any of them; without repeats.

    A landing page counts, a document link, an ISSN (it names the series), a ``local`` id and a bare site root do not.
    Only the single link of a record without other DOI or GBIF key counts where it leads to one (``linked_key``).
    """
    keys = dict.fromkeys(_keys(record))
    pages = [link.url for link in record.links if link.rel in ("document", "landing")]
    linked = linked_key(record.type, pages, keys) if len(pages) == 1 else None
    return (*keys, linked) if linked else tuple(keys)


def _keys(record: Record) -> Iterator[str]:
    if parse_record_uri(record.id):
        yield record.id
    yield from (source_id.value for source_id in record.source_ids if _is_record_uri(source_id))
    for source_id in (*record.source_ids, *detail_ids(record)):
        if key := certain_key(source_id.scheme, source_id.value):
            yield key
    pages = [link.url for link in record.links if link.rel == "landing"]
    pages += [source_id.value for source_id in record.source_ids if source_id.scheme == "url"]
    for page in pages:
        yield from page_keys(record.type, page)


def _is_record_uri(source_id: SourceId) -> bool:
    return source_id.scheme == "chm" and parse_record_uri(source_id.value) is not None


def detail_ids(record: Record) -> Iterator[SourceId]:
    """Give the identifiers in a record's details: the ISBN of a resource, a dataset's DOI, a place's WDPA number."""
    if isinstance(record, ResourceRecord) and record.details.isbn:
        yield SourceId(scheme="isbn", value=record.details.isbn)
    if isinstance(record, DatasetRecord) and record.details.doi:
        yield SourceId(scheme="doi", value=record.details.doi)
    if isinstance(record, PlaceRecord) and record.details.wdpa_id:
        yield SourceId(scheme="wdpa", value=record.details.wdpa_id)

"""Record → Atom entry, RSS 2.0 item and RSS 1.0 item, and pages of them; reads no clock."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Literal

from vocabularies import namespaces as ns
from vocabularies.formats.address import Address
from vocabularies.formats.disclosure import to_public
from vocabularies.formats.labels import find_concept, label_of, places, topics
from vocabularies.formats.markup import find_iri, language_attribute, plain_text, xml_attribute, xml_text
from vocabularies.record import Record
from vocabularies.text import UNDETERMINED, LangText

FeedKind = Literal["atom", "rss", "rss1"]

_ENTRY = f'<entry xmlns="{ns.ATOM}" xmlns:dc="{ns.DC}" xmlns:dcterms="{ns.DCTERMS}">'
_ITEM = f'<item xmlns:atom="{ns.ATOM}" xmlns:dc="{ns.DC}" xmlns:dcterms="{ns.DCTERMS}">'
_RDF_ITEM = f'<item xmlns="{ns.RSS1}" xmlns:rdf="{ns.RDF}" xmlns:dc="{ns.DC}" xmlns:dcterms="{ns.DCTERMS}" rdf:about="'
_ABOUT = re.compile(rb'<item [^>]*?rdf:about="([^"]*)"')
_EARLIEST = "1970-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class FeedHead:
    """What a feed says of itself. ``id`` stays for ever; ``updated_at`` is the newest entry's instant (aware UTC)."""

    id: str
    title: str
    url: str
    site_url: str
    updated_at: datetime
    description: str = ""
    language: str = "en"
    author: str = ""
    previous_url: str | None = None
    next_url: str | None = None
    archive: Archive | None = None


@dataclass(frozen=True, slots=True)
class Archive:
    """How an Atom feed hangs together with its archives (RFC 5005 §4); ``current_url`` only in an archive itself."""

    previous_url: str | None = None
    next_url: str | None = None
    current_url: str | None = None


def render_atom(record: Record, address: Address) -> bytes:
    """Write the record as an ``atom:entry`` (RFC 4287 §4.1.2), texts plain and in its first language."""
    record = to_public(record)
    title_tag, title = _best(record, record.title)
    summary_tag, summary = _best(record, record.summary)
    out = [_ENTRY, f"<id>{xml_text(record.id)}</id>"]
    out.append(f'<title type="text"{language_attribute(title_tag)}>{xml_text(title)}</title>')
    out += _beside(record)
    out.append(f"<updated>{_instant(_modified(record))}</updated>")
    if published := record.dates.published or record.dates.issued:
        out.append(f"<published>{_instant(published)}</published>")
    out.append(f"<author><name>{xml_text(_publisher(record))}</name></author>")
    out.append(f'<link rel="alternate" type="text/html" href="{xml_attribute(address.record_url)}"/>')
    out += _links(record, "link")
    out += [_category(*term) for term in _terms(record)]
    out += _reach(record)
    if record.rights:
        tag, rights = _best(record, record.rights)
        out.append(f'<rights type="text"{language_attribute(tag)}>{xml_text(rights)}</rights>')
    if summary:
        out.append(f'<summary type="text"{language_attribute(summary_tag)}>{xml_text(plain_text(summary))}</summary>')
    out.append("</entry>")
    return "".join(out).encode()


def dump_deleted(record_id: str, at: datetime, reason: LangText) -> bytes:
    """Give the tombstone of a record in an Atom feed (RFC 6721 §3): since when it is gone, and why."""
    tag, text = reason.best() or (UNDETERMINED, "")
    comment = f"<at:comment{language_attribute(tag)}>{xml_text(text)}</at:comment>" if text else ""
    head = f'<at:deleted-entry xmlns:at="{ns.ATOM_TOMBSTONES}" ref="{xml_attribute(record_id)}" when="{_utc(at)}">'
    return f"{head}{comment}</at:deleted-entry>".encode()


def render_rss(record: Record, address: Address) -> bytes:
    """Write the record as an RSS 2.0 ``item``; the description is HTML there, so its text is escaped twice."""
    record = to_public(record)
    out = [_ITEM, _labelled("title", _best(record, record.title))]
    out.append(f"<link>{xml_text(address.record_url)}</link>")
    out.append(f'<guid isPermaLink="false">{xml_text(record.id)}</guid>')
    summary_tag, summary = _best(record, record.summary)
    if summary := plain_text(summary):
        out.append(_labelled("description", (summary_tag, html.escape(summary, quote=False))))
    out += _beside(record)
    out.append(f"<pubDate>{_rfc822(record.dates.published or _modified(record))}</pubDate>")
    for scheme, _, label in _terms(record):
        domain = f' domain="{xml_attribute(scheme)}"' if scheme else ""
        out.append(f"<category{domain}>{xml_text(label)}</category>")
    for link in record.links:  # RSS 2.0 wants all three attributes of the one enclosure a reader looks at
        iri = find_iri(link.url)
        if iri and link.media_type and link.bytes is not None and link.rel in ("document", "data"):
            out.append(
                f'<enclosure url="{xml_attribute(iri)}" length="{link.bytes}" type="{xml_attribute(link.media_type)}"/>'
            )
            break
    out += _links(record, "atom:link")
    out += _dublin_core(record)
    out.append("</item>")
    return "".join(out).encode()


def render_rss1(record: Record, address: Address) -> bytes:
    """Write the record as an RSS 1.0 ``item`` with Dublin Core, as the clearing-house portals of the 2000s read it."""
    record = to_public(record)
    out = [_RDF_ITEM, xml_attribute(address.record_url), '">']
    out.append(_labelled("title", _best(record, record.title)))
    out.append(f"<link>{xml_text(address.record_url)}</link>")
    summary_tag, summary = _best(record, record.summary)
    if summary := plain_text(summary):
        out.append(_labelled("description", (summary_tag, html.escape(summary, quote=False))))
    out.append(f"<dc:identifier>{xml_text(record.id)}</dc:identifier>")  # an item's own address is that of its page
    out += _beside(record)
    out += _dublin_core(record)
    for iri in filter(None, (find_iri(link.url) for link in record.links)):
        out.append(f'<dcterms:relation rdf:resource="{xml_attribute(iri)}"/>')
    if kind := find_concept("subtype", record.subtype or record.type):
        out.append(f"<dc:type>{xml_text(kind.uri)}</dc:type>")
    out += [f"<dc:subject>{xml_text(label)}</dc:subject>" for _, _, label in _terms(record)]
    out.append("</item>")
    return "".join(out).encode()


def _beside(record: Record) -> list[str]:
    """Give in DCMI terms what a feed says once: texts in further languages, when the thing was issued and made.

    They stand before the dates of the feed, as some readers take the last date they see.
    """
    out: list[str] = []
    for element, texts in (("dcterms:title", record.title), ("dcterms:abstract", record.summary)):
        shown, _ = _best(record, texts)
        out += [_labelled(element, (tag, plain_text(text))) for tag, text in texts.items() if tag != shown]
    for name, date in (("issued", record.dates.issued), ("created", record.dates.created)):
        out += [f"<dcterms:{name}>{date}</dcterms:{name}>"] if date else []
    return out


def _links(record: Record, element: str) -> list[str]:
    """Give the addresses a record names, files as enclosures (RFC 4287 §4.2.7)."""
    out = []
    for link in record.links:
        if iri := find_iri(link.url):
            rel = "enclosure" if link.rel in ("document", "data") else "related"
            media = f' type="{xml_attribute(link.media_type)}"' if link.media_type else ""
            size = f' length="{link.bytes}"' if link.bytes is not None else ""
            out.append(f'<{element} rel="{rel}"{media}{size} href="{xml_attribute(iri)}"/>')
    return out


def _dublin_core(record: Record) -> list[str]:
    out = [
        f"<dc:publisher>{xml_text(_publisher(record))}</dc:publisher>",
        f"<dc:date>{_instant(_modified(record))}</dc:date>",
    ]
    return out + _reach(record)


def _reach(record: Record) -> list[str]:
    """Give what no feed has elements of its own for: languages, places, and identifiers borne elsewhere."""
    out = [f"<dc:identifier>{xml_text(f'{each.scheme}:{each.value}')}</dc:identifier>" for each in record.source_ids]
    out += [f"<dc:language>{tag}</dc:language>" for tag in record.languages if tag != UNDETERMINED]
    return out + [f"<dc:coverage>{xml_text(label_of(field, value))}</dc:coverage>" for field, value in places(record)]


def _labelled(element: str, text: tuple[str, str]) -> str:
    return f"<{element}{language_attribute(text[0])}>{xml_text(text[1])}</{element}>"


def _best(record: Record, texts: LangText) -> tuple[str, str]:
    return texts.best(*record.languages) or (UNDETERMINED, "")


def _publisher(record: Record) -> str:
    return _best(record, record.publisher.name)[1] or record.publisher.node


def _modified(record: Record) -> str:
    dates = record.dates
    return dates.modified or dates.published or dates.issued or dates.created or _EARLIEST


def _instant(partial: str) -> str:
    """Give the first instant of a partial date."""
    return partial if len(partial) > 10 else f"{partial}{'-01-01'[(len(partial) - 4) :]}T00:00:00Z"


def _rfc822(partial: str) -> str:
    return format_datetime(datetime.fromisoformat(_instant(partial)).astimezone(UTC), usegmt=True)


def _terms(record: Record) -> list[tuple[str, str, str]]:
    """Give (scheme URI, id, label) of the type and of each topic; keywords are of no scheme."""
    language = record.languages[0] if record.languages else "en"
    found = []
    named = (("type", record.type), *((("subtype", record.subtype),) if record.subtype else ()), *topics(record))
    for field, value in named:
        concept = find_concept(field, value)
        scheme = concept.uri.rpartition(":")[0] if concept else ""
        found.append((scheme, value, label_of(field, value, language)))
    words = dict.fromkeys(word.strip() for keyword in record.keywords for word in keyword.label.values())
    return [*found, *(("", word, word) for word in words if word)]


def _category(scheme: str, term: str, label: str) -> str:
    where = f' scheme="{xml_attribute(scheme)}"' if scheme else ""
    return f'<category term="{xml_attribute(term)}"{where} label="{xml_attribute(label)}"/>'


def dump_feed(entries: Iterable[bytes], head: FeedHead, kind: FeedKind) -> bytes:
    """Give a whole feed document of entries rendered in the same kind, with paging links (RFC 5005 §3)."""
    entries = list(entries)
    start, end = _FRAMES[kind](entries, head)
    return b"".join((b'<?xml version="1.0" encoding="UTF-8"?>\n', start.encode(), *entries, end.encode()))


def _paging(head: FeedHead, prefix: str, media_type: str) -> str:
    found = (("self", head.url), ("previous", head.previous_url), ("next", head.next_url))
    return "".join(
        f'<{prefix}link rel="{rel}" type="{media_type}" href="{xml_attribute(url)}"/>' for rel, url in found if url
    )


def _atom_frame(entries: list[bytes], head: FeedHead) -> tuple[str, str]:
    subtitle = f"<subtitle>{xml_text(head.description)}</subtitle>" if head.description else ""
    start = (
        f'<feed xmlns="{ns.ATOM}"{language_attribute(head.language)}><id>{xml_text(head.id)}</id>'
        f"<title>{xml_text(head.title)}</title>{subtitle}<updated>{_utc(head.updated_at)}</updated>"
        f"<author><name>{xml_text(head.author or head.title)}</name></author>"
        f'<link rel="alternate" type="text/html" href="{xml_attribute(head.site_url)}"/>'
        f"{_paging(head, '', 'application/atom+xml')}{_archived(head.archive)}"
    )
    return start, "</feed>\n"


def _archived(archive: Archive | None) -> str:
    if archive is None:
        return ""
    found = (
        ("prev-archive", archive.previous_url),
        ("next-archive", archive.next_url),
        ("current", archive.current_url),
    )
    mark = f'<fh:archive xmlns:fh="{ns.FEED_HISTORY}"/>' if archive.current_url else ""
    return mark + "".join(
        f'<link rel="{rel}" type="application/atom+xml" href="{xml_attribute(url)}"/>' for rel, url in found if url
    )


def _rss_frame(entries: list[bytes], head: FeedHead) -> tuple[str, str]:
    start = (
        f'<rss version="2.0" xmlns:atom="{ns.ATOM}"><channel><title>{xml_text(head.title)}</title>'
        f"<link>{xml_text(head.site_url)}</link><description>{xml_text(head.description or head.title)}</description>"
        f"<language>{xml_text(head.language)}</language>"
        f"<lastBuildDate>{format_datetime(head.updated_at.astimezone(UTC), usegmt=True)}</lastBuildDate>"
        f"{_paging(head, 'atom:', 'application/rss+xml')}"
    )
    return start, "</channel></rss>\n"


def _rdf_frame(entries: list[bytes], head: FeedHead) -> tuple[str, str]:
    items = "".join(
        f'<rdf:li rdf:resource="{about[1].decode()}"/>' for entry in entries if (about := _ABOUT.match(entry))
    )
    start = (
        f'<rdf:RDF xmlns="{ns.RSS1}" xmlns:rdf="{ns.RDF}" xmlns:dc="{ns.DC}">'
        f'<channel rdf:about="{xml_attribute(head.url)}"><title>{xml_text(head.title)}</title>'
        f"<link>{xml_text(head.site_url)}</link><description>{xml_text(head.description or head.title)}</description>"
        f"<dc:language>{xml_text(head.language)}</dc:language><dc:date>{_utc(head.updated_at)}</dc:date>"
        f"<items><rdf:Seq>{items}</rdf:Seq></items></channel>"
    )
    return start, "</rdf:RDF>\n"


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


_FRAMES = {"atom": _atom_frame, "rss": _rss_frame, "rss1": _rdf_frame}

"""Where the files of a source lie: one address, the listings of a web server, a folder. Gives bytes only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import unquote, urlsplit

from harvester.configs import FilesConfig
from harvester.errors import BlockedByRobots, SourceBusy, SourceError, WrongAnswer
from harvester.fetch import Fetcher, Response
from harvester.network.machine import machine_of
from harvester.network.response_body import MIB, Limits
from harvester.protocols.archives import Member, read_archive
from harvester.protocols.file_forms import find_form
from harvester.protocols.file_records import PAGE_FOR_PEOPLE, SPEAKER, Document
from harvester.protocols.inbox_folder import Found, find_folder, list_folder, load_file
from harvester.protocols.listing import SUFFIXES, Linked, folder_of, is_listing, parse_listing
from harvester.protocols.site import Site
from vocabularies.problems import Problem

FILE_LIMITS = Limits(wire_bytes=64 * MIB, body_bytes=64 * MIB, deadline_s=600.0)
ACCEPT = "text/csv, application/json, application/xml, application/zip, */*;q=0.5"
_READ = (*SUFFIXES, ".tab", ".txt")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a source by its name, its date where one is shown, and how to get what is in it."""

    name: str
    changed: str | None
    load: Callable[[], Document]


@dataclass(slots=True)
class Notes:
    """What was seen on the way to the files, said once at the end of the list."""

    entries: int = 0
    left_out: int = 0
    withheld: int = 0
    is_endless: bool = False
    is_single: bool = False
    loops: list[str] = field(default_factory=list)
    away: dict[str, None] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)

    def remarks(self) -> tuple[Problem, ...]:
        """Give the remarks; a part that could not be read makes the list no proof of what is gone."""
        found: list[Problem] = []
        if not self.entries:
            found.append(Problem("LIST_EMPTY", "warning", value="there is no file that could hold records"))
        if self.unread:
            found.append(Problem("LIST_INCOMPLETE", "warning", value="; ".join(self.unread)[:1000]))
        if self.withheld:
            value = f"robots.txt keeps {self.withheld} listed files and folders from harvesters"
            found.append(Problem("PAGES_WITHHELD", "warning", value=value))
        if self.away:
            value = f"links that lead elsewhere were not followed: {', '.join(list(self.away)[:5])[:500]}"
            found.append(Problem("LINKS_NOT_FOLLOWED", "note", value=value))
        if self.loops:
            value = f"folders that look just like one above them were left: {', '.join(self.loops[:3])[:500]}"
            found.append(Problem("LIST_LOOPS", "warning", value=value))
        if self.left_out:
            found.append(Problem("FILES_LEFT_OUT", "note", value=f"{self.left_out} files are of a kind not read"))
        return tuple(found)


def folder_entries(fetcher: Fetcher, config: FilesConfig, notes: Notes) -> Iterator[Entry]:
    """Give the files of the folder a source names; SettingError where it may not be read or is not there."""
    folder = find_folder(machine_of(fetcher), config.folder)
    for found in list_folder(folder, _READ):
        notes.entries += 1
        if notes.entries > config.max_pages:
            notes.is_endless = True
            return
        yield Entry(found.name, found.changed, partial(_load_found, found))


def _load_found(found: Found) -> Document:
    return Document(found.name, load_file(found), found.name, found.changed)


def web_entries(fetcher: Fetcher, url: str, config: FilesConfig, notes: Notes) -> Iterator[Entry]:
    """Give the file at an address, or those a listing there shows below itself; WrongAnswer for any other web page."""
    response = fetcher.get(url, accept=ACCEPT, limits=FILE_LIMITS).require_ok()
    document = to_document(response, response.headers.get("last-modified"))
    if find_form(document.body, document.name, document.content_type) != "html":
        notes.entries, notes.is_single = 1, True
        yield Entry(document.name, None, lambda: document)
        return
    if not is_listing(document.body, document.content_type):
        raise WrongAnswer(url=response.url, protocol=SPEAKER, saw=PAGE_FOR_PEOPLE)
    walk = _Walk(Site(fetcher), folder_of(response.url), config, notes)
    yield from walk.entries(response, 0, ())


def to_document(response: Response, changed: str | None = None) -> Document:
    """Give an answer as a file, by the last part of its address."""
    name = unquote(urlsplit(response.url).path.rpartition("/")[2]) or "file"
    return Document(name, response.body, response.url, changed, response.headers.get("content-type", ""))


def unpacked(document: Document, notes: Notes) -> Iterator[Document]:
    """Give the file itself, or the files in it where it is an archive; what is refused is told.

    Of a Darwin Core archive only its XML describes something; the tables beside it are observations.
    """
    if find_form(document.body, document.name, document.content_type) != "zip":
        yield document
        return
    members = list(read_archive(document.body, url=document.url))
    names = {member.name for member in members}
    is_darwin_core = {"meta.xml", "eml.xml"} <= names or any(_describes_tables(member) for member in members)
    for member in members:
        if member.refused:
            notes.unread.append(f"{member.name} in {document.name} was not read: {member.refused}")
        elif find_form(member.body, member.name) == "zip":
            notes.unread.append(f"{member.name} in {document.name} was not read: it is an archive as well")
        elif not member.name.lower().endswith(_READ) or (is_darwin_core and not _is_description(member)):
            notes.left_out += 1
        else:
            name = f"{document.name}/{member.name}"
            yield Document(name, member.body, f"{document.url}#{member.name}", member.changed)


def _describes_tables(member: Member) -> bool:
    """Tell the list of tables of a Darwin Core archive (Darwin Core text guide §2)."""
    return member.name.rpartition("/")[2] == "meta.xml" and b"rs.tdwg.org/dwc/text" in member.body[:4000]


def _is_description(member: Member) -> bool:
    name = member.name.rpartition("/")[2].lower()
    return name.endswith(".xml") and name != "meta.xml"


@dataclass(slots=True)
class _Walk:
    site: Site
    root: str
    config: FilesConfig
    notes: Notes
    visited: set[str] = field(default_factory=set)

    def entries(self, response: Response, depth: int, above: tuple[frozenset[str], ...]) -> Iterator[Entry]:
        here = folder_of(response.url)
        body, kind = response.body, response.headers.get("content-type", "")
        listing = parse_listing(body, url=here, content_type=kind)
        self.notes.left_out += listing.left_out
        self.notes.away.update(dict.fromkeys(listing.away))
        own = frozenset(f"{each.url.removeprefix(here)} {each.changed}" for each in listing.linked)
        if own and own in above:
            self.notes.loops.append(here)
            return
        for linked in listing.linked:
            if linked.url in self.visited or self._is_over():
                continue
            self.visited.add(linked.url)
            if not self.site.allows(linked.url):
                self.notes.withheld += 1
            elif linked.is_folder:
                yield from self._folder(linked, depth + 1, (*above, own))
            else:
                self.notes.entries += 1
                yield Entry(linked.url.removeprefix(self.root), linked.changed, partial(self._load, linked))

    def _folder(self, linked: Linked, depth: int, above: tuple[frozenset[str], ...]) -> Iterator[Entry]:
        if depth > self.config.depth:
            self.notes.unread.append(f"{linked.url} lies deeper than {self.config.depth} folders; raise depth")
            return
        try:
            response = self.site.get(linked.url, accept="text/html").require_ok()
            if not folder_of(response.url).startswith(self.root):
                self.notes.away[response.url] = None
                return
            kind = response.headers.get("content-type", "")
            if not is_listing(response.body, kind):
                raise WrongAnswer(url=response.url, protocol="a directory listing", saw="another page")
        except (SourceBusy, BlockedByRobots):
            raise
        except SourceError as error:
            self.notes.unread.append(error.message)
            return
        yield from self.entries(response, depth, above)

    def _load(self, linked: Linked) -> Document:
        response = self.site.get(linked.url, accept=ACCEPT, limits=FILE_LIMITS).require_ok()
        return to_document(response, linked.changed)

    def _is_over(self) -> bool:
        self.notes.is_endless = self.notes.is_endless or len(self.visited) >= self.config.max_pages
        return self.notes.is_endless

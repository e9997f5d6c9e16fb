"""One Bioland site in all its languages: its lists, its windows, a node's other languages. Understands no content."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from harvester.configs import BiolandConfig
from harvester.errors import ProtocolFault, SourceError, SourceRefused
from harvester.fetch import Fetcher
from harvester.protocols.drupal_nodes import Node, Nodes, ask, language_of, node_id
from harvester.protocols.json_answers import canonical, find_text
from harvester.protocols.oai_windows import parse_instant
from harvester.raw import RawRecord, deleted_raw, new_raw

FORMAT = "bioland"
LOCALES = ("en", "fr", "es", "ar", "ru", "zh")
INCLUDES = ("field_type_placement,field_attachments.field_media_image", "field_type_placement", "")
SORT = {"sort[s][path]": "drupal_internal__nid", "sort[s][direction]": "ASC"}
_NEWEST = {"sort[s][path]": "changed", "sort[s][direction]": "DESC"}


@dataclass(slots=True)
class BiolandSite:
    """A site at its root address, read in these locales, the default first; an empty one has no prefix.

    ``strays`` are the locales whose lists hold more than the default's.
    """

    fetcher: Fetcher
    root: str
    config: BiolandConfig
    locales: tuple[str, ...]
    include: str | None = None
    strays: set[str] = field(default_factory=set)

    def list_url(self, locale: str) -> str:
        """Give the address of the list of content in a language."""
        prefix = f"/{locale}" if locale else ""
        return f"{self.root}{prefix}/jsonapi/{self.config.resource.strip('/')}"

    def at_query(self, locale: str, address: str) -> str:
        """Give the page of a language's list that another page's address names by its arguments."""
        return f"{self.list_url(locale)}?{urlsplit(address).query}"

    def head(self, locale: str, since: datetime | None) -> tuple[str, Nodes]:
        """Give the first page of a language's list and its address, asked with as much inside as the site takes.

        ``since`` asks for what changed since then; ProtocolFault or SourceRefused where the site does not take that.
        """
        window = _window(since) if since else {}
        tried = INCLUDES if self.include is None else (self.include,)
        for place, include in enumerate(tried):
            params = {"page[limit]": str(self.config.page_size), **SORT, **window, **_inside(include)}
            address = f"{self.list_url(locale)}?{urlencode(params)}"
            try:
                found = ask(self.fetcher, address)
            except (ProtocolFault, SourceRefused) as error:
                if place + 1 == len(tried) or not is_bad_request(error):
                    raise
                continue
            self.include = include
            return address, found
        raise AssertionError("the last attempt returns or raises")

    def newest(self) -> datetime | None:
        """Give when the site's content last changed, without any window; None where that cannot be told."""
        try:
            answer = ask(self.fetcher, self.list_url(self.locales[0]), {"page[limit]": "1", **_NEWEST})
        except SourceError:
            return None
        return next((stamp for each in answer.nodes if (stamp := changed_at(each))), None)

    def join(self, nodes: Sequence[Node], address: str, locale: str, *, ends: bool) -> list[RawRecord]:
        """Give a record for each node of a page of one language's list, with its other languages inside."""
        held: dict[str, dict[str, Node]] = {str(node_id(node)): {locale: node} for node in nodes}
        for other in self.locales:
            if other != locale and held:
                for name, node in self._in_locale(tuple(held), address, other, ends=ends).items():
                    held[name][other] = node
        return [self._record(name, variants) for name, variants in held.items()]

    def one(self, identifier: str) -> RawRecord | None:
        """Give one node anew in all its languages; None where no language has it."""
        found = {locale: node for locale in self.locales if (node := self._single(locale, identifier))}
        return self._record(identifier, found) if found else None

    def _in_locale(self, names: tuple[str, ...], address: str, other: str, *, ends: bool) -> dict[str, Node]:
        """Give the same nodes in another language: from the same page of its list, and those not there by name."""
        page = ask(self.fetcher, self.at_query(other, address))
        found = _by_name(page.nodes)
        if found.keys() - set(names) or (ends and page.next):
            self.strays.add(other)
        missing = [name for name in names if name not in found]
        if missing:
            found |= self._by_filter(other, missing)
        return {name: node for name, node in found.items() if name in names}

    def _by_filter(self, locale: str, names: list[str]) -> dict[str, Node]:
        """Give nodes by name: all at once where the site takes such a filter, else one by one."""
        condition = {"filter[i][condition][path]": "id", "filter[i][condition][operator]": "IN"}
        wanted = {f"filter[i][condition][value][{place}]": name for place, name in enumerate(names)}
        limit = {"page[limit]": str(self.config.page_size)}
        try:
            answer = ask(self.fetcher, self.list_url(locale), condition | wanted | limit | _inside(self.include or ""))
            found = _by_name(answer.nodes)
            if found.keys() <= set(names):
                return found
        except (ProtocolFault, SourceRefused):
            pass
        return {name: node for name in names if (node := self._single(locale, name))}

    def _single(self, locale: str, name: str) -> Node | None:
        try:
            answer = ask(self.fetcher, f"{self.list_url(locale)}/{name}", _inside(self.include or ""))
        except SourceRefused as error:
            if error.status in {403, 404, 410}:
                return None
            raise
        except ProtocolFault:
            return None
        return next((each for each in answer.nodes if isinstance(each, dict)), None)

    def _record(self, name: str, variants: Mapping[str, Node]) -> RawRecord:
        """Give the record of a node; a language asked for and not had comes as another, and is there once."""
        by_language: dict[str, Node] = {}
        for locale in self.locales:
            if (node := variants.get(locale)) is not None:
                by_language.setdefault(language_of(node) or locale or "und", node)
        stamp = max(filter(None, (_stamp(node) for node in by_language.values())), default=None)
        if all(node.get("status") in (False, 0, "0") for node in by_language.values()):
            return deleted_raw(name, format=FORMAT, datestamp=stamp)
        payload = canonical({"id": name, "languages": list(by_language), "nodes": by_language})
        return new_raw(name, payload, format=FORMAT, datestamp=stamp)


def serves(fetcher: Fetcher, site: BiolandSite, locale: str) -> bool:
    """Tell whether a site has content in a language; an unserved one is answered with 404."""
    try:
        ask(fetcher, site.list_url(locale), {"page[limit]": "1"})
    except SourceRefused:
        return False
    return True


def changed_at(node: object) -> datetime | None:
    """Give when a node changed."""
    return parse_instant(_stamp(node)) if isinstance(node, dict) else None


def is_bad_request(error: ProtocolFault | SourceRefused) -> bool:
    """Tell whether a site refuses what it was asked for, not the list itself."""
    status = error.status if isinstance(error, SourceRefused) else error.fault
    return str(status).endswith(("400", "422", "501"))


def _stamp(node: Mapping[str, Any]) -> str | None:
    value = node.get("changed")
    if isinstance(value, int) and not isinstance(value, bool):
        try:
            return datetime.fromtimestamp(value, UTC).isoformat()
        except (OverflowError, OSError, ValueError):
            return None
    return find_text(value, 64)


def _by_name(nodes: Iterable[object]) -> dict[str, Node]:
    return {name: node for node in nodes if isinstance(node, dict) and (name := node_id(node))}


def _inside(include: str) -> dict[str, str]:
    return {"jsonapi_include": "1", "include": include} if include else {"jsonapi_include": "1"}


def _window(since: datetime) -> dict[str, str]:
    condition = "filter[c][condition]"
    return {
        f"{condition}[path]": "changed",
        f"{condition}[operator]": ">=",
        f"{condition}[value]": str(int(since.timestamp())),
    }

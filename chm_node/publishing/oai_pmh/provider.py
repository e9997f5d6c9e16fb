"""Answers OAI-PMH requests from a catalogue; it reads, and never renders or writes a record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chm_node.publishing.catalogue import Catalogue, Item
from chm_node.publishing.oai_pmh.documents import (
    dump_errors,
    dump_header,
    dump_record,
    dump_response,
    dump_resumption,
    element,
)
from chm_node.publishing.oai_pmh.requests import OaiError, OaiRequest
from chm_node.publishing.oai_pmh.tokens import ListState, dump_token, expiry, parse_token
from chm_node.publishing.renditions import NATIVE
from vocabularies.formats.eml import EML_XSD
from vocabularies.identifiers import oai_identifier, parse_oai_identifier
from vocabularies.namespaces import CHM, EML, OAI_DC, OAI_DC_XSD, RDF
from vocabularies.oai_pmh import GRANULARITY, Bound, dump_datestamp, parse_bound

RESPONSE_LAG = timedelta(seconds=2)
"""A batch stamped just before its commit is seen a moment later. Clients begin their next harvest at our responseDate,
so it is set this much back: they read the moment twice and miss nothing."""


@dataclass(frozen=True, slots=True)
class MetadataFormat:
    """A metadataPrefix on offer and the format behind it; ``schema`` may be a path on this node.

    ``only`` names the record type the format is for; records of other types do not have it.
    """

    prefix: str
    format: str
    schema: str
    namespace: str
    only: str | None = None

    def holds(self, item: Item) -> bool:
        """Tell whether an item is to be had in this format; of a deleted one its tombstone is."""
        return self.only is None or self.only == item.type

    def sets(self, set_spec: str | None) -> tuple[str, ...]:
        """Give the sets whose common members a list in this format is made of."""
        own = f"type:{self.only}" if self.only else None
        return tuple(spec for spec in dict.fromkeys((own, set_spec)) if spec)


METADATA_FORMATS: dict[str, MetadataFormat] = {
    entry.prefix: entry
    for entry in (
        MetadataFormat(
            "oai_dc",
            "oai_dc",
            OAI_DC_XSD,
            OAI_DC,
        ),
        MetadataFormat("chm", "chm", "/schemas/chm.xsd", CHM),
        MetadataFormat("dcat_ap", "dcat_rdf", "/schemas/dcat_ap.xsd", RDF),
        MetadataFormat("eml", "eml", EML_XSD, EML, only="dataset"),
    )
}


class _Failed(Exception):
    """The request cannot be answered; it carries the protocol's error."""

    def __init__(self, code: str, message: str) -> None:
        self.error = OaiError(code, message)


class Provider:
    """The six verbs over one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Serve the catalogue, as many records or headers a page as its site says."""
        self._catalogue = catalogue
        self._site = catalogue.site
        self._page_size = self._site.page_size
        self._base_url = f"{self._site.base_url}/oai"
        self._verbs: dict[str, Callable[[OaiRequest, datetime], Sequence[bytes]]] = {
            "Identify": self._identify,
            "ListMetadataFormats": self._list_metadata_formats,
            "ListSets": self._list_sets,
            "GetRecord": self._get_record,
            "ListIdentifiers": self._list,
            "ListRecords": self._list,
        }

    def answer(self, request: OaiRequest, now: datetime) -> bytes:
        """Give the response document; every outcome of the protocol is one, errors too."""
        at = now - RESPONSE_LAG
        arguments = {"verb": request.verb, **request.arguments} if request.echoes_arguments else {}
        if request.errors:
            return dump_response(self._base_url, at, arguments, [dump_errors(request.errors)])
        try:
            content = self._verbs[request.verb](request, now)
        except _Failed as failure:
            if failure.error.code == "badArgument":
                arguments = {}
            content = [dump_errors([failure.error])]
        return dump_response(self._base_url, at, arguments, content)

    def _identify(self, request: OaiRequest, now: datetime) -> Sequence[bytes]:
        site = self._site
        name = site.name.best("en")
        sample = next(iter(self._catalogue.list_items(limit=1)), None)
        parts = [
            element("repositoryName", name[1] if name else site.node_id),
            element("baseURL", self._base_url),
            element("protocolVersion", "2.0"),
            element("adminEmail", site.admin_email),
            element("earliestDatestamp", dump_datestamp(self._catalogue.earliest())),
            element("deletedRecord", "persistent"),
            element("granularity", GRANULARITY),
            element("compression", "gzip"),
        ]
        if "." in site.oai_host:
            parts.append(self._identifier_description(sample))
        return [b"<Identify>", "".join(parts).encode(), b"</Identify>"]

    def _identifier_description(self, sample: Item | None) -> str:
        local = sample.local_id if sample else "example"
        return (
            '<description><oai-identifier xmlns="http://www.openarchives.org/OAI/2.0/oai-identifier" '
            'xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/oai-identifier '
            'http://www.openarchives.org/OAI/2.0/oai-identifier.xsd">'
            + element("scheme", "oai")
            + element("repositoryIdentifier", self._site.oai_host)
            + element("delimiter", ":")
            + element("sampleIdentifier", oai_identifier(self._site.oai_host, local))
            + "</oai-identifier></description>"
        )

    def _find(self, identifier: str) -> Item:
        parsed = parse_oai_identifier(identifier)
        item = self._catalogue.get_item(parsed[1]) if parsed and parsed[0] == self._site.oai_host else None
        if item is None:
            raise _Failed("idDoesNotExist", "This repository has no record with that identifier.")
        return item

    def _list_metadata_formats(self, request: OaiRequest, now: datetime) -> Sequence[bytes]:
        identifier = request.arguments.get("identifier")
        item = self._find(identifier) if identifier is not None else None
        parts = []
        for entry in METADATA_FORMATS.values():
            if item is not None and not entry.holds(item):
                continue
            schema = entry.schema if "://" in entry.schema else self._site.base_url + entry.schema
            inner = element("metadataPrefix", entry.prefix) + element("schema", schema)
            parts.append(f"<metadataFormat>{inner}{element('metadataNamespace', entry.namespace)}</metadataFormat>")
        return [b"<ListMetadataFormats>", "".join(parts).encode(), b"</ListMetadataFormats>"]

    def _list_sets(self, request: OaiRequest, now: datetime) -> Sequence[bytes]:
        if "resumptionToken" in request.arguments:
            raise _Failed("badResumptionToken", "The list of sets comes whole: ask for it without a token.")
        sets = self._catalogue.sets()
        if not sets:
            raise _Failed("noSetHierarchy", "This repository has no sets.")
        listed = "".join(f"<set>{element('setSpec', s.spec)}{element('setName', s.name)}</set>" for s in sets)
        return [b"<ListSets>", listed.encode(), b"</ListSets>"]

    def _get_record(self, request: OaiRequest, now: datetime) -> Sequence[bytes]:
        item = self._find(request.arguments["identifier"])
        entry = METADATA_FORMATS.get(request.arguments["metadataPrefix"])
        held = entry is not None and entry.holds(item)
        metadata = self._catalogue.rendition(item.local_id, entry.format) if entry and held else None
        if not held or (metadata is None and not item.deleted):
            offered = ", ".join(prefix for prefix, each in METADATA_FORMATS.items() if each.holds(item))
            raise _Failed("cannotDisseminateFormat", f"Offered of this record are: {offered}.")
        return [b"<GetRecord>", dump_record(self._header(item), metadata), b"</GetRecord>"]

    def _header(self, item: Item) -> bytes:
        identifier = oai_identifier(self._site.oai_host, item.local_id)
        return dump_header(identifier, item.datestamp, item.sets, deleted=item.deleted)

    def _list(self, request: OaiRequest, now: datetime) -> Sequence[bytes]:
        state = self._state(request, now)
        entry = METADATA_FORMATS[state.prefix]
        with_metadata = state.verb == "ListRecords"
        found = self._catalogue.window(
            entry.format if with_metadata else NATIVE,
            set_spec=entry.sets(state.set_spec),
            from_=_first(state.from_),
            until=_last(state.until),
            after=state.after,
            limit=self._page_size + 1,
        )
        if not found:
            raise _Failed("noRecordsMatch", "No record matches. This is an answer, not a fault: nothing is new.")
        page, more = found[: self._page_size], len(found) > self._page_size
        parts: list[bytes] = [f"<{state.verb}>".encode()]
        if with_metadata:
            parts += [dump_record(self._header(item), None if item.deleted else metadata) for item, metadata in page]
        else:
            parts += [self._header(item) for item, _ in page]
        if more or state.cursor:
            parts.append(self._resumption(state, now, page[-1][0].sequence if more else None, len(page)))
        parts.append(f"</{state.verb}>".encode())
        return parts

    def _resumption(self, state: ListState, now: datetime, last_sequence: int | None, served: int) -> bytes:
        size = max(state.size, state.cursor + served)
        if last_sequence is None:
            return dump_resumption("", size=state.cursor + served, cursor=state.cursor, expires_at=None)
        expires_at = expiry(now)
        following = replace(
            state, after=last_sequence, cursor=state.cursor + served, size=size, expires=int(expires_at.timestamp())
        )
        token = dump_token(following, self._site.token_secret)
        return dump_resumption(token, size=size, cursor=state.cursor, expires_at=expires_at)

    def _state(self, request: OaiRequest, now: datetime) -> ListState:
        arguments = request.arguments
        if "resumptionToken" in arguments:
            state = parse_token(arguments["resumptionToken"], self._site.token_secret, now)
            if state is None or state.verb != request.verb or state.prefix not in METADATA_FORMATS:
                raise _Failed("badResumptionToken", "The token is not valid here or has expired. Begin the list again.")
            return state
        prefix, set_spec = arguments["metadataPrefix"], arguments.get("set")
        if prefix not in METADATA_FORMATS:
            raise _Failed("cannotDisseminateFormat", f"Offered are: {', '.join(METADATA_FORMATS)}.")
        if set_spec is not None and not self._catalogue.sets():
            raise _Failed("noSetHierarchy", "This repository has no sets.")
        from_, until = arguments.get("from"), arguments.get("until")
        sets = METADATA_FORMATS[prefix].sets(set_spec)
        size = self._catalogue.count(set_spec=sets, from_=_first(from_), until=_last(until))
        return ListState(request.verb, prefix, set_spec, from_, until, 0, 0, size, 0)


def _bound(text: str | None) -> Bound | None:
    return parse_bound(text) if text else None


def _first(text: str | None) -> datetime | None:
    bound = _bound(text)
    return bound.at if bound else None


def _last(text: str | None) -> datetime | None:
    bound = _bound(text)
    return bound.last_at if bound else None

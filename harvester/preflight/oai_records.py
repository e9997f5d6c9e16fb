"""Checks of single OAI-PMH records: GetRecord, deleted records, sets in headers, Dublin Core."""

from __future__ import annotations

from lxml import etree

from harvester.preflight.oai_reading import Item, Reply, children, text_of, to_item
from harvester.preflight.oai_repository import PREFIX, Repository
from harvester.preflight.verdicts import Check, Verdict, good, idle, must, should, shown
from harvester.xml import local_name
from vocabularies.namespaces import DC, OAI_DC

_ELEMENTS = frozenset({
    "title", "creator", "subject", "description", "publisher", "contributor", "date", "type", "format", "identifier",
    "source", "language", "relation", "coverage", "rights",
})  # fmt: skip
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_NO_RECORD = "No record was seen to ask for."
_NONE_DELETED = "No deleted record was seen."


def _get_good(repository: Repository) -> Verdict:
    item = repository.find_item()
    if item is None:
        return idle(_NO_RECORD)
    reply = _get_record(repository, item)
    found = next((to_item(each) for each in children(reply.get("GetRecord"), "record")), None)
    if found is None or (found.identifier, found.datestamp) != (item.identifier, item.datestamp):
        return must(
            f"GetRecord gives {shown(found.identifier if found else 'nothing')} of "
            f"{shown(found.datestamp if found else '')}, the list {shown(item.identifier)} of {shown(item.datestamp)}.",
            "Give the record that is asked for, with the header it has in lists.",
            reply.url,
        )
    if found.metadata is None:
        return must("GetRecord gives a record without metadata.", "Give its metadata, or mark it deleted.", reply.url)
    return good("GetRecord gives the record of the list.", reply.url)


def _get_record(repository: Repository, item: Item) -> Reply:
    return repository.ask(("verb", "GetRecord"), ("identifier", item.identifier), ("metadataPrefix", PREFIX))


def _formats_of_one(repository: Repository) -> Verdict:
    item = repository.find_item()
    return _lists_formats(repository, item) if item else idle(_NO_RECORD)


def _formats_of_deleted(repository: Repository) -> Verdict:
    item = repository.find_item(deleted=True)
    return _lists_formats(repository, item) if item else idle(_NONE_DELETED)


def _lists_formats(repository: Repository, item: Item) -> Verdict:
    reply = repository.ask(("verb", "ListMetadataFormats"), ("identifier", item.identifier))
    offered = reply.find("ListMetadataFormats")
    prefixes = [
        text_of(each) for entry in children(offered, "metadataFormat") for each in children(entry, "metadataPrefix")
    ]
    if PREFIX in prefixes or (item.deleted and "noMetadataFormats" in reply.codes):
        return good("The formats of a record can be asked for.", reply.url)
    told = f"{', '.join(prefixes)}" if prefixes else reply.told
    return should(
        f"The formats of {shown(item.identifier)} are answered with {told}.",
        "Name every format the record is listed in, oai_dc too.",
        reply.url,
    )


def _get_deleted(repository: Repository) -> Verdict:
    item = repository.find_item(deleted=True)
    if item is None:
        return idle(_NONE_DELETED)
    reply = _get_record(repository, item)
    found = next((to_item(each) for each in children(reply.find("GetRecord"), "record")), None)
    if found is None or not found.deleted:
        told = reply.told if found is None else "a record that is alive"
        return should(
            f"GetRecord of {shown(item.identifier)}, which is deleted, is answered with {told}.",
            'Answer with its header alone: <header status="deleted">…</header>.',
            reply.url,
        )
    return good("A deleted record is given as its header.", reply.url)


def _bare_deletions(repository: Repository) -> Verdict:
    deleted = [item for item in repository.items if item.deleted]
    if not deleted:
        return idle(_NONE_DELETED)
    wrong = [item for item in deleted if item.parts]
    url = repository.first.reply.url
    if wrong:
        return must(
            f"{shown(wrong[0].identifier)} is deleted and still has {' and '.join(wrong[0].parts)}.",
            "Leave metadata and about out of deleted records; a reader cannot tell whether it is deleted or not.",
            url,
        )
    return good("Deleted records are headers alone.", url)


def _have_metadata(repository: Repository) -> Verdict:
    live = [item for item in repository.items if not item.deleted]
    bare = [item for item in live if item.metadata is None]
    url = repository.first.reply.url
    if bare:
        return must(
            f"{len(bare)} of {len(live)} records have no metadata, such as {shown(bare[0].identifier)}.",
            "Give the metadata, or mark the record deleted.",
            url,
        )
    return good("Every record has metadata.", url) if live else idle(_NO_RECORD)


def _dublin_core(repository: Repository) -> Verdict:
    found = [(item.identifier, item.metadata) for item in repository.items if item.metadata is not None]
    url = repository.first.reply.url
    if not found:
        return idle(_NO_RECORD)
    for identifier, metadata in found:
        if metadata.tag != f"{{{OAI_DC}}}dc":
            return must(
                f"The metadata of {shown(identifier)} is {shown(str(metadata.tag))}, not oai_dc:dc.",
                f'Write <oai_dc:dc xmlns:oai_dc="{OAI_DC}"> around it.',
                url,
            )
    odd = [(identifier, each) for identifier, metadata in found for each in metadata if not _is_simple(each)]
    if odd:
        foreign = [pair for pair in odd if local_name(pair[1]) in _ELEMENTS]
        identifier, element = (foreign or odd)[0]
        return (must if foreign else should)(
            f"{shown(identifier)} has the element {shown(str(element.tag))} in oai_dc.",
            f"Use the fifteen elements of {DC} only, each with text alone; offer more in a format of its own.",
            url,
        )
    return good("Dublin Core has the fifteen elements only.", url)


def _is_simple(element: etree._Element) -> bool:
    return str(element.tag) in {f"{{{DC}}}{name}" for name in _ELEMENTS} and len(element) == 0


def _languages(repository: Repository) -> Verdict:
    found = [item.metadata for item in repository.items if item.metadata is not None]
    url = repository.first.reply.url
    if not found:
        return idle(_NO_RECORD)
    silent = [each for each in found if not any(_LANGUAGE in part.attrib or _names_language(part) for part in each)]
    if len(silent) * 2 > len(found):
        return should(
            f"{len(silent)} of {len(found)} records do not say their language.",
            'Write dc:language, and xml:lang at texts: <dc:title xml:lang="fr">Zones humides</dc:title>.',
            url,
        )
    return good("Records say their language.", url)


def _names_language(element: etree._Element) -> bool:
    return local_name(element) == "language" and bool(text_of(element))


def _sets_of_headers(repository: Repository) -> Verdict:
    used = sorted({spec for item in repository.items for spec in item.sets})
    if not used:
        return idle("No record is in a set.")
    known = repository.set_specs
    reply = repository.ask(("verb", "ListSets"))
    more = next(children(reply.find("ListSets"), "resumptionToken"), None)
    missing = [spec for spec in used if spec not in known]
    if missing and (more is None or not text_of(more)):
        return should(
            f"Headers name the set {shown(missing[0])}, which ListSets does not.", "List every set.", reply.url
        )
    return good("Every set of a header is listed.", reply.url)


def _set_holds(repository: Repository) -> Verdict:
    item = next((item for item in repository.items if item.sets and item.identifier), None)
    if item is None:
        return idle("No record is in a set.")
    page = repository.list(("set", item.sets[0]))
    inside = item.sets[0]
    strangers = [each for each in page.items if not any(s == inside or s.startswith(f"{inside}:") for s in each.sets)]
    if strangers:
        return must(
            f"The list of the set {inside} holds {shown(strangers[0].identifier)}, whose header does not name it.",
            "Give only the records of the set, and name every set of a record in its header.",
            page.reply.url,
        )
    if item.identifier not in page.identifiers and not (page.token and page.token.text):
        return must(
            f"The list of the set {inside} lacks {shown(item.identifier)}, whose header names it.",
            "Give all records of the set, those of the sets below it too.",
            page.reply.url,
        )
    return good("A set holds its records and no others.", page.reply.url)


RECORDS: tuple[Check[Repository], ...] = (
    Check("O05", "Every record that is not deleted has metadata", _have_metadata),
    Check("P33", "GetRecord gives the record of the list", _get_good),
    Check("P27", "The formats of a record can be asked for", _formats_of_one),
    Check("P29", "The formats of a deleted record can be asked for", _formats_of_deleted),
    Check("P38", "A deleted record is given as its header", _get_deleted),
    Check("P38b", "Deleted records in lists are headers alone", _bare_deletions),
    Check("P72", "Dublin Core has the fifteen elements only", _dublin_core),
    Check("O06", "Records say their language", _languages),
    Check("O07", "Every set of a header is listed", _sets_of_headers),
    Check("P55", "A set holds its records and no others", _set_holds),
)

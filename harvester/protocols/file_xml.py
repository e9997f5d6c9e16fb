"""XML files → metadata records in forms we know, by their root element, else the elements of a list as objects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice

from lxml import etree

from harvester.errors import ResponseTooLarge, WrongAnswer
from harvester.protocols.csw_answers import record_identifier
from harvester.protocols.dcat_payload import cannot_be_kept
from harvester.protocols.file_objects import Cut
from harvester.protocols.json_answers import find_text
from harvester.raw import RawRecord, deleted_raw, new_raw
from harvester.xml import REPLACEMENT, XmlAnswer, local_name, parse_xml, without_bare_doctype
from vocabularies import namespaces as ns
from vocabularies.problems import Problem

_FORMATS: Mapping[tuple[str, str], str] = {
    ("MD_Metadata", "isotc211.org"): "iso19139",
    ("MI_Metadata", "isotc211.org"): "iso19139",
    ("MD_Metadata", "19115/-3"): "iso19115_3",
    ("MI_Metadata", "19115/-3"): "iso19115_3",
    ("Record", "/cat/csw/"): "csw_record",
    ("dc", ns.OAI_DC): "oai_dc",
    ("eml", "eml"): "eml",
    ("record", ns.CHM): "chm",
    ("mods", "loc.gov/mods"): "mods",
    ("record", "loc.gov/MARC21"): "marcxml",
    ("resource", "datacite.org"): "datacite",
    ("dim", "dspace.org"): "dim",
    ("metadata", "lyncode.com/xoai"): "dim",
}
"""The format of an element by its local name and a part of its namespace."""
_OTHERS: Mapping[str, str] = {
    "RDF": "RDF of several datasets, or of none; add its address with --protocol dcat",
    "urlset": "a sitemap; add its address with --protocol sitemap",
    "sitemapindex": "a sitemap; add its address with --protocol sitemap",
    "rss": "a feed; add its address with --protocol feed",
    "feed": "a feed; add its address with --protocol feed",
    "OAI-PMH": "an answer of a repository; add its address with --protocol oai_pmh",
    "Error": "an error message",
    "ExceptionReport": "an error message",
}
_CHILD_TELLS: Mapping[tuple[str, str], str] = {
    ("metadata", "idinfo"): "fgdc",
    ("dublin_core", "dcvalue"): "dim",
    ("record", "leader"): "marcxml",
}
"""The format of an element without a namespace by its name and that of a child."""
_DC_TITLES = frozenset({f"{{{ns.DC}}}title", f"{{{ns.DCTERMS}}}title"})
_LANGUAGE = f"{{{ns.XML}}}lang"
_LOST = REPLACEMENT.encode()
MIB = 1024 * 1024
MAX_BYTES = 32 * MIB
"""Of a document; parsed it takes ten times as much memory."""
MAX_DEPTH = 30
WRAPPED = 7
"""How deep below the root of a list its records may lie; METS in a record of OAI-PMH is the deepest."""
_WRAPPERS = frozenset({"mets"})
"""What describes one thing in several formats: the first we read counts."""


def cut_xml(body: bytes, *, url: str, element: str = "") -> Iterator[Cut]:
    """Give each record of a file: ISO 19139, 19115-3, EML and such as they are, other lists as objects.

    A document type that only names a DTD, as FGDC's usually does, is passed over; the DTD is never fetched.

    ``element`` is the local name of what is one record. Without it a list is what most children of the root are called.
    WrongAnswer where the document is of another road, AnswerUnreadable where it is no XML,
    ResponseTooLarge over 32 MiB.
    """
    if len(body) > MAX_BYTES:
        raise ResponseTooLarge(url=url, reason=f"XML of more than {MAX_BYTES // MIB} MiB; part it into several files")
    answer = parse_xml(without_bare_doctype(body), url=url)
    name = local_name(answer.root)
    if name == "RDF" and not element and (described := _described(answer.root)):
        yield _to_raw(answer.root, answer, described)
        return
    known = [answer.root] if format_of(answer.root) else list(_known_below(answer.root, WRAPPED))
    if name in _OTHERS and not element and (not known or _goes_on(answer.root)):
        raise WrongAnswer(url=url, protocol="a file of records", saw=_OTHERS[name])
    gone = [] if element else list(_deleted(answer.root))
    if (known or gone) and not element:
        for place, each in enumerate(known, 1):
            yield _to_raw(each, answer, url if len(known) == 1 else f"{url}#{place}")
        yield from gone
        return
    for each in _listed(answer.root, element):
        yield _to_object(each, answer)


def format_of(element: etree._Element) -> str | None:
    """Give the name of the format a metadata element is in, or None.

    Dublin Core is known by its title, whatever holds it; what has no namespace by one of its children.
    """
    name, namespace = local_name(element), etree.QName(element).namespace or ""
    form = next((form for (known, part), form in _FORMATS.items() if known == name and part in namespace), None)
    if form is None and any(child.tag in _DC_TITLES for child in element):
        return "qdc"
    if form is None and not namespace:
        children = {local_name(child) for child in element}
        form = next((form for (own, child), form in _CHILD_TELLS.items() if own == name and child in children), None)
    return form


def _deleted(root: etree._Element) -> Iterator[RawRecord]:
    """Give the records a list says are deleted, by their headers (OAI-PMH 2.0 §2.5.1)."""
    for header in root.iter("{*}header"):
        identifier = find_text(_child_text(header, "identifier")) if header.get("status") == "deleted" else None
        if identifier:
            yield deleted_raw(identifier, format="oai_dc", datestamp=find_text(_child_text(header, "datestamp"), 64))


def _goes_on(root: etree._Element) -> bool:
    """Say whether a repository's answer is a part of a list only: then it is no list of all there is."""
    return any((each.text or "").strip() for each in root.iter("{*}resumptionToken"))


def _described(root: etree._Element) -> str | None:
    """Give the address of the one dataset or service an RDF/XML document describes, None where there are several."""
    names = (f"{{{ns.DCAT}}}Dataset", f"{{{ns.DCAT}}}DataService", f"{{{ns.DCAT}}}DatasetSeries")
    found = [each.get(f"{{{ns.RDF}}}about") for each in root.iter(*names)]
    return found[0] if len(found) == 1 else None


def _known_below(element: etree._Element, depth: int) -> Iterator[etree._Element]:
    """Give the metadata elements below one: lists wrap them, in a record with its header for example."""
    for child in element:
        if isinstance(child.tag, str):
            if format_of(child):
                yield child
            elif depth > 1:
                found = _known_below(child, depth - 1)
                yield from islice(found, 1) if local_name(child) in _WRAPPERS else found


def _listed(root: etree._Element, element: str) -> list[etree._Element]:
    if element:
        found = list(root.iter("{*}" + element))
        return [each for each in found if not any(local_name(above) == element for above in each.iterancestors())]
    names = Counter(local_name(child) for child in root if isinstance(child.tag, str))
    if not names:
        return []
    name, count = names.most_common(1)[0]
    if count == 1 and len(names) > 1:
        return [root]
    return [child for child in root if local_name(child) == name]


def _to_raw(element: etree._Element, answer: XmlAnswer, place: str) -> RawRecord | Problem:
    header = _header(element)
    identifier = find_text(_child_text(header, "identifier")) or _identifier(element) or place
    try:
        payload = etree.tostring(element, method="c14n", exclusive=True)
    except (etree.LxmlError, ValueError) as error:
        return Problem("XML_SYNTAX", "error", value=str(error)[:500], record_id=identifier)
    if answer.lost_letters and _LOST in payload:
        return Problem("ENCODING", "error", value="letters that are not UTF-8", record_id=identifier)
    form = format_of(element) or "dcat_rdf"
    return cannot_be_kept(identifier, payload) or new_raw(
        identifier, payload, format=form, datestamp=_stamp(element, header)
    )


def _identifier(element: etree._Element) -> str | None:
    """Give the name a record has in its own form: fileIdentifier, identifier, EML's packageId, our own id."""
    own = next((child.text or "" for child in element if local_name(child) == "id"), "")
    return record_identifier(element) or find_text((element.get("packageId") or own).strip())


def _header(element: etree._Element) -> etree._Element | None:
    """Give the header of the OAI-PMH record an element is the metadata of, None where it stands alone."""
    holder = next((above for above in element.iterancestors() if local_name(above) == "metadata"), None)
    record = None if holder is None else holder.getparent()
    return None if record is None else next((child for child in record if local_name(child) == "header"), None)


def _child_text(element: etree._Element | None, name: str) -> str:
    found = None if element is None else next((child for child in element if local_name(child) == name), None)
    return "" if found is None else "".join(found.itertext()).strip()


def _stamp(element: etree._Element, header: etree._Element | None) -> str | None:
    return find_text(_child_text(header, "datestamp") or _child_text(element, "dateStamp"), 64)


def _to_object(element: etree._Element, answer: XmlAnswer) -> Cut:
    value = _value(element, 0)
    found: dict[str, object] = value if isinstance(value, dict) else {local_name(element): value}
    if answer.lost_letters and any(REPLACEMENT in (text or "") for text in element.itertext()):
        return Problem("ENCODING", "error", value="letters that are not UTF-8")
    return found


def _value(element: etree._Element, depth: int) -> object:
    children = [child for child in element if isinstance(child.tag, str)]
    attributes = {f"@{etree.QName(name).localname}": text for name, text in element.attrib.items() if name != _LANGUAGE}
    text = " ".join("".join(element.itertext()).split())
    if not children or depth >= MAX_DEPTH:
        return {**attributes, "value": text} if attributes and text else attributes or text
    found: dict[str, object] = dict(attributes)
    for child in children:
        _add(found, _name_of(child), _value(child, depth + 1))
    return found


def _name_of(element: etree._Element) -> str:
    language = element.get(_LANGUAGE)
    return f"{local_name(element)}[{language}]" if language else local_name(element)


def _add(found: dict[str, object], name: str, value: object) -> None:
    held = found.get(name)
    if held is None:
        found[name] = value
    elif isinstance(held, list):
        held.append(value)
    else:
        found[name] = [held, value]

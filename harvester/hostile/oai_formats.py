"""OAI-PMH repositories with richer formats than Dublin Core that go wrong in one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from harvester.hostile.repository import Item, Repository, answer, fault, some_items
from harvester.hostile.scenario import OAI_PMH, Call, Play, Reply, Scenario
from harvester.testing import Recorded

_Shape = Callable[[int], str]
_Spoil = Callable[[Call, Reply], Reply]


def mods(number: int, inner: str | None = None) -> str:
    """Give a MODS record."""
    title = f"<titleInfo><title>Mire map {number}</title></titleInfo>" if inner is None else inner
    return f'<mods xmlns="http://www.loc.gov/mods/v3">{title}</mods>'


def datacite(number: int, version: str = "4") -> str:
    """Give a DataCite record of a kernel."""
    return (
        f'<resource xmlns="http://datacite.org/schema/kernel-{version}">'
        f"<titles><title>Mire core {number}</title></titles>"
        '<resourceType resourceTypeGeneral="Dataset"/></resource>'
    )


def eml(number: int) -> str:
    """Give an EML document."""
    return (
        '<e:eml xmlns:e="https://eml.ecoinformatics.org/eml-2.2.0">'
        f"<dataset><title>Mire plants {number}</title></dataset></e:eml>"
    )


def dcat(number: int) -> str:
    """Give a dataset in RDF/XML."""
    return (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:d="http://www.w3.org/ns/dcat#" '
        f'xmlns:t="http://purl.org/dc/terms/"><d:Dataset rdf:about="https://mires.example/{number}">'
        f'<t:title xml:lang="en">Mire counts {number}</t:title></d:Dataset></rdf:RDF>'
    )


def _shelf(shape: _Shape, numbers: Sequence[int]) -> list[Item]:
    return [Item(f"oai:library.example:{number}", shape(number)) for number in numbers]


def _offering(
    prefix: str, namespace: str, items: Sequence[Item], spoil: _Spoil = lambda call, reply: reply
) -> Callable[[], Play]:
    """Give a repository of five records in oai_dc, and those items in another format."""

    def make() -> Play:
        plain, rich = Repository(some_items(5)), Repository(items)

        def play(call: Call) -> Reply:
            if call.query.get("verb") == "ListMetadataFormats":
                offered = "".join(
                    f"<metadataFormat><metadataPrefix>{name}</metadataPrefix>"
                    f"<metadataNamespace>{uri}</metadataNamespace></metadataFormat>"
                    for name, uri in (("oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc/"), (prefix, namespace))
                )
                return answer(f"<ListMetadataFormats>{offered}</ListMetadataFormats>")
            if call.query.get("metadataPrefix") == prefix:
                return spoil(call, rich(call))
            return plain(call)

        return play

    return make


def _only_names(call: Call, reply: Reply) -> Reply:
    return fault("cannotDisseminateFormat", "not today") if call.query.get("verb") == "ListRecords" else reply


def _with_doctype(call: Call, reply: Reply) -> Reply:
    if call.query.get("verb") != "ListRecords" or not isinstance(reply, Recorded):
        return reply
    bomb = b'<!DOCTYPE OAI-PMH [<!ENTITY a "lol"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
    return Recorded(reply.body.replace(b"?>", b"?>" + bomb, 1).replace(b"map 1", b"&b;"), 200)


def _scenario(does: str, must: str, make: Callable[[], Play]) -> Scenario:
    return Scenario(("own",), OAI_PMH, does, must, make)


_MODS, _KERNEL = "http://www.loc.gov/mods/v3", "http://datacite.org/schema/kernel-4"
_FIVE = range(1, 6)

OAI_FORMATS: Mapping[str, Scenario] = {
    "oai-format-partial": _scenario(
        "It offers EML too, and has it of two of its five records.", "Dublin Core is taken: all five arrive.",
        _offering("eml", "https://eml.ecoinformatics.org/eml-2.2.0", _shelf(eml, [1, 2])),
    ),
    "oai-format-odd-prefix": _scenario(
        "It offers MODS under a prefix of its own.", "MODS is taken, by its namespace.",
        _offering("catalogue_full", _MODS, _shelf(mods, _FIVE)),
    ),
    "oai-format-not-listed": _scenario(
        "It names its records in MODS and then refuses the list of them.", "Dublin Core is taken: all five arrive.",
        _offering("mods", _MODS, _shelf(mods, _FIVE), _only_names),
    ),
    "oai-format-doctype": _scenario(
        "Its list in MODS declares an entity that reads a file.", "It is refused; no file is read.",
        _offering("mods", _MODS, _shelf(mods, _FIVE), _with_doctype),
    ),
    "oai-format-empty": _scenario(
        "One MODS record is an element and nothing in it, one has nothing but a note.",
        "Both are refused with the reason; the others arrive.",
        _offering("mods", _MODS, [
            *_shelf(mods, [1, 2, 3]), *_shelf(lambda number: mods(number, ""), [4]),
            *_shelf(lambda number: mods(number, "<note>odd</note>"), [5]),
        ]),
    ),
    "oai-format-other-payload": _scenario(
        "Under the prefix of DataCite it sends MODS, EML and DCAT.", "Each is read as what it is.",
        _offering("oai_datacite", _KERNEL, [
            *_shelf(mods, [1, 2]), *_shelf(eml, [3]), *_shelf(dcat, [4]), *_shelf(datacite, [5]),
        ]),
    ),
    "oai-format-unknown-version": _scenario(
        "Its DataCite records are of a kernel nobody knows.", "They are read by their names, and arrive.",
        _offering("oai_datacite", _KERNEL, _shelf(lambda number: datacite(number, "99"), _FIVE)),
    ),
    "oai-format-web-page": _scenario(
        "Under the prefix of MODS one record's metadata is a web page.", "It is refused; the others arrive.",
        _offering("mods", _MODS, [
            *_shelf(mods, [1, 2, 3, 4]),
            *_shelf(lambda number: '<html xmlns="http://www.w3.org/1999/xhtml"><body>Sign in</body></html>', [5]),
        ]),
    ),
}  # fmt: skip

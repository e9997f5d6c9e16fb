"""One small fake for every road a system of the federation speaks, in its real shape and without fault.

The records are our own. Four things come by two roads each: a decision and a report by their UN symbols, a guide by its
CBD identifier and an inventory by its DOI.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from harvester import demo
from harvester.hostile import bioland_site, ckan_site, dcat_catalogue, feed, informea_service, planet_lists
from harvester.hostile.cbd_site import CbdSite, an_entry, identifier_of
from harvester.hostile.change_list import CHANGES_PATH, ChangeList, a_record, an_upsert
from harvester.hostile.csw_service import CswService, Entry, iso
from harvester.hostile.file_site import FileSite
from harvester.hostile.gbif_lists import Registry
from harvester.hostile.gbif_lists import an_entry as a_gbif_dataset
from harvester.hostile.ipt_lists import a_list, an_eml, an_item
from harvester.hostile.records_service import RecordsService, a_feature
from harvester.hostile.repository import Item, Repository, answer, dublin_core
from harvester.hostile.scenario import Call, Play, Reply, Scenario
from harvester.hostile.web_site import WebSite, a_thing, web_page
from harvester.testing import Recorded

BY = "https://creativecommons.org/licenses/by/4.0/"
DECISION, REPORT = "UNEP/CBD/COP/DEC/VII/23", "A/67/348"
GUIDE, INVENTORY = identifier_of(1), "10.5555/lead.inventory"
_DEMO = Path(demo.__file__).parent / "records"
DEMO_NODES = ("secretariat", "technology")


@dataclass(frozen=True)
class Told:
    """What must have arrived of a record: its type, languages, countries, licence, and terms or keywords."""

    type: str
    languages: tuple[str, ...] = ("en",)
    countries: tuple[str, ...] = ()
    licence: str | None = None
    terms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fake:
    """A source: its player, the address given to ``add``, options, and what comes of it by title.

    ``options`` are none where the address alone says which road it is.
    """

    road: str
    make: Callable[[], Play]
    path: str
    told: Mapping[str, Told]
    options: tuple[str, ...] = ()
    scenario: Scenario = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "scenario", Scenario(("own",), self.road, "-", "-", self.make))


def _clearing_house() -> Play:
    """Give a national node: what it is itself, and a guide that the CBD's index has too."""
    chm = a_record(
        1, type="organization", subtype="network", languages=["en", "fr"], treaties=["cbd"], license=BY,
        title={"en": "Clearing-house of Kenya", "fr": "Centre d’échange du Kenya"}, government="KE",
    )  # fmt: skip
    guide = a_record(
        4, "Mangrove guide 1", type="resource", subtype="guideline", sourceIds=[{"scheme": "cbd", "value": GUIDE}]
    )
    return ChangeList([an_upsert(seq, each) for seq, each in enumerate((chm, guide), 1)])


def demo_records(name: str) -> list[dict[str, Any]]:
    """Give the records of a demonstration node, which tell of every system the federation carries."""
    return [orjson.loads(line) for line in (_DEMO / f"{name}.jsonl").read_bytes().splitlines()]


def _demo_node(name: str) -> Callable[[], Play]:
    def make() -> Play:
        records = demo_records(name)
        node = records[0]["publisher"]["node"]
        changes = ChangeList([an_upsert(seq, each) for seq, each in enumerate(records, 1)], page_size=100)
        described = orjson.dumps({"id": node, "name": {"en": name.title()}, "software": "chm-node"})

        def play(call: Call) -> Reply:
            is_list = call.path == CHANGES_PATH
            return changes(call) if is_list else Recorded(described, 200, {"Content-Type": "application/json"})

        return play

    return make


def _library() -> Play:
    decision = dublin_core(
        "Decision VII/23 of the Conference of the Parties",
        f"<dc:type>Legal instrument or decision</dc:type><dc:identifier>{DECISION}</dc:identifier>"
        "<dc:language>en</dc:language>",
    )
    report = dublin_core(
        "Options for a technology facilitation mechanism",
        f"<dc:type>Legal instrument or decision</dc:type><dc:identifier>{REPORT}</dc:identifier>"
        f"<dc:language>en</dc:language><dc:rights>{BY}</dc:rights>",
    )
    return Repository([Item(f"oai:library.example:{n}", xml) for n, xml in enumerate((decision, report), 1)])


def _repository(prefix: str, namespace: str, metadata: str) -> Callable[[], Play]:
    """Give a repository with one record, in a format richer than Dublin Core."""

    def make() -> Play:
        rich = Repository([Item(f"oai:{prefix}.example:1", metadata)])

        def play(call: Call) -> Reply:
            if call.query.get("verb") != "ListMetadataFormats":
                return rich(call)
            dc = ("oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc/")
            offered = "".join(
                f"<metadataFormat><metadataPrefix>{name}</metadataPrefix>"
                f"<metadataNamespace>{uri}</metadataNamespace></metadataFormat>"
                for name, uri in (dc, (prefix, namespace))
            )
            return answer(f"<ListMetadataFormats>{offered}</ListMetadataFormats>")

        return play

    return make


_SEAS = ("Marine and Coastal Biodiversity", "Kenya")
_WATERS = ("Inland Waters Biodiversity", "Kenya")
_KERNEL = "http://datacite.org/schema/kernel-4"
_DATACITE = (
    f'<resource xmlns="{_KERNEL}"><identifier identifierType="DOI">10.5555/ozone.1</identifier>'
    '<titles><title xml:lang="en">Projects of the Multilateral Fund</title></titles><language>en</language>'
    "<subjects><subject>Technology Transfer</subject></subjects>"
    "<geoLocations><geoLocation><geoLocationPlace>Kenya</geoLocationPlace></geoLocation></geoLocations>"
    '<resourceType resourceTypeGeneral="Dataset"/><rightsList>'
    f'<rights rightsURI="{BY}">CC BY</rights></rightsList></resource>'
)
_MODS_NS = "http://www.loc.gov/mods/v3"
_MODS = (
    f'<mods xmlns="{_MODS_NS}"><titleInfo><title>Bali Strategic Plan for technology support</title></titleInfo>'
    '<language><languageTerm type="code" authority="iso639-2b">eng</languageTerm></language>'
    "<subject><topic>Technology Transfer</topic></subject><subject><geographic>Kenya</geographic></subject></mods>"
)
_EML_NS = "https://eml.ecoinformatics.org/eml-2.2.0"
_ABOUT = (
    "<keywordSet><keyword>Taxonomy</keyword></keywordSet><coverage><geographicCoverage>"
    "<geographicDescription>Kenya</geographicDescription></geographicCoverage></coverage>"
)
_EML = (
    f'<e:eml xmlns:e="{_EML_NS}"><dataset><title xml:lang="en">Mire plants</title><language>en</language>'
    f"{_ABOUT}</dataset></e:eml>"
)


_MARC_NS = "http://www.loc.gov/MARC21/slim"
_MARC = (
    f'<record xmlns="{_MARC_NS}"><leader>00000nam a2200000 a 4500</leader>'
    '<controlfield tag="008">190101s2019    ke            000 0 eng d</controlfield>'
    '<datafield tag="245" ind1="1" ind2="0"><subfield code="a">Clean fuels handbook</subfield></datafield>'
    '<datafield tag="650" ind1=" " ind2="0"><subfield code="a">Taxonomy</subfield></datafield>'
    '<datafield tag="651" ind1=" " ind2="0"><subfield code="a">Kenya</subfield></datafield>'
    f'<datafield tag="540" ind1=" " ind2=" "><subfield code="u">{BY}</subfield></datafield></record>'
)
_QDC_NS = "http://dspace.org/qualifieddc/"
_QDC = (
    f'<q:qualifieddc xmlns:q="{_QDC_NS}" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:dcterms="http://purl.org/dc/terms/"><dc:title>Mercury in products</dc:title><dc:language>en</dc:language>'
    "<dc:subject>Taxonomy</dc:subject><dcterms:spatial>Kenya</dcterms:spatial>"
    f"<dcterms:license>{BY}</dcterms:license></q:qualifieddc>"
)
_DCAT_NS = "http://www.w3.org/ns/dcat#"
_DCAT_AP = (
    f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dcat="{_DCAT_NS}" '
    'xmlns:dct="http://purl.org/dc/terms/"><dcat:Dataset rdf:about="https://data.example/ap/1">'
    '<dct:title xml:lang="en">Ozone units by country</dct:title><dcat:keyword xml:lang="en">Taxonomy</dcat:keyword>'
    '<dct:spatial rdf:resource="http://publications.europa.eu/resource/authority/country/KEN"/>'
    f'<dct:license rdf:resource="{BY}"/></dcat:Dataset></rdf:RDF>'
)
_GMD_NS = "http://www.isotc211.org/2005/gmd"
_ISO = iso(Entry("map-1", "Map of mires", keywords=("Taxonomy", "Kenya"))).replace(
    "<gmd:MD_Metadata>", f'<gmd:MD_Metadata xmlns:gmd="{_GMD_NS}" xmlns:gco="http://www.isotc211.org/2005/gco">'
)


def _catalogue() -> Play:
    doi = f'dct:identifier "https://doi.org/{INVENTORY}" ; '
    place = "dct:spatial <http://publications.europa.eu/resource/authority/country/KEN> ; dct:language "
    tongue = "<http://publications.europa.eu/resource/authority/language/ENG> ;"
    return dcat_catalogue.Catalogue(
        [dcat_catalogue.a_dataset(1, "Phase-out of leaded petrol", more=doi + place + tongue)]
    )


def _data_json() -> Play:
    sulphur = dcat_catalogue.a_json_dataset(1, title="Sulphur in fuels", spatial="Kenya", keyword=["fuels"])
    return lambda call: dcat_catalogue.data_json([sulphur])


def _ckan() -> Play:
    extras = [{"key": "doi", "value": INVENTORY}, {"key": "language", "value": "en"}]
    inventory = ckan_site.a_package(1, "Leaded petrol phase-out (inventory)", extras=extras, license_id="cc-by")
    return ckan_site.CkanSite([inventory])


def _pages() -> Play:
    course = a_thing(1, "Communication, education and public awareness", license=BY)
    course |= {"@type": "Course", "spatialCoverage": {"@type": "Country", "name": "Kenya"}, "keywords": ["Taxonomy"]}
    return WebSite({"/1": web_page(course)})


def _news() -> Play:
    entry = feed.an_entry(1, "Knowledge fair on technology").replace(
        "<summary>", f'<category term="news"/><category term="Kenya"/><rights>{BY}</rights><summary>'
    )
    return feed.Feed(lambda call, harvests: feed.an_atom_feed(entry))


def _index() -> Play:
    need = an_entry(
        2, schema_s="bbiRequest", title_EN_s="Wanted: training in taxonomy", title_FR_s=None, government_s="ke",
        schemaType_s="national", languages_ss=["en"],
    )  # fmt: skip
    guide = an_entry(1, countryRegions_ss=["ke"])
    return CbdSite([guide, need])


def _informea() -> Play:
    decision = informea_service.a_decision(1, "Knowledge management", treaty="cbd", keywords=["Taxonomy"])
    meeting = {
        "id": "meeting-of-the-fens-0001", "treaty": "ramsar", "title": informea_service.texts("Meeting on fens"),
        "country": "KEN", "city": "Nairobi", "start": "/Date(1767225600000)/", "updated": "/Date(1767225600000)/",
    }  # fmt: skip
    return informea_service.InformeaService([decision], meetings=(meeting,))


def _national_site() -> Play:
    return bioland_site.BiolandSite(bioland_site.some_nodes(1))


def _toolkit() -> Play:
    plain = an_eml(1, "Mosses of the highlands").body
    described = Recorded(
        plain.replace(b"</dataset>", f"{_ABOUT}</dataset>".encode()), 200, {"Content-Type": "text/xml"}
    )

    def play(call: Call) -> Reply:
        return a_list(an_item(call.root, 1)) if call.path == "/rss.do" else described

    return play


def _lakes() -> Play:
    lake = a_feature(1)
    return RecordsService([{**lake, "properties": {**lake["properties"], "keywords": list(_WATERS)}}])


def _registry() -> Play:
    described = {"keywordCollections": [{"keywords": ["Taxonomy"]}], "countryCoverage": ["KE"]}
    return Registry([a_gbif_dataset(2, **described)])


def _folder() -> Play:
    rows = (
        "Name,Kind,Where,Terms,About\r\n"
        f"Wetland targets of Kenya,nationalTarget,Kenya,{BY},Inland Waters Biodiversity\r\n"
        f"Reed Lake reserve,place,KE,{BY},CBD-SUBJECT-WTR\r\n"
    )
    return FileSite({"targets.csv": rows.encode()})


_MAP = "map=title[en]=Name;type=Kind;countryRegions=Where;license=Terms;subjects=About"
FAKES: Mapping[str, Fake] = {
    "node": Fake("native", _clearing_house, "", {
        "Clearing-house of Kenya": Told("organization", ("en", "fr"), ("KE",), BY, ("cbd",)),
        "Mangrove guide 1": Told("resource", ("en", "fr"), ("KE",), None, ("CBD-SUBJECT-MAR", "GBF-TARGET-02", "cbd")),
    }),
    **{name: Fake("native", _demo_node(name), "", {}) for name in DEMO_NODES},
    "library": Fake("oai_pmh", _library, "/oai", {}),
    "datacite": Fake("oai_pmh", _repository("datacite", _KERNEL, _DATACITE), "/oai", {
        "Projects of the Multilateral Fund": Told("dataset", ("en",), ("KE",), BY, ("Technology Transfer",)),
    }),
    "mods": Fake("oai_pmh", _repository("mods", _MODS_NS, _MODS), "/oai", {
        "Bali Strategic Plan for technology support":
            Told("resource", ("en",), ("KE",), None, ("Technology Transfer",)),
    }),
    "eml": Fake("oai_pmh", _repository("eml", _EML_NS, _EML), "/oai", {
        "Mire plants": Told("dataset", ("en",), ("KE",), None, ("CBD-SUBJECT-TAXONOMY",)),
    }),
    "marcxml": Fake("oai_pmh", _repository("marcxml", _MARC_NS, _MARC), "/oai", {
        "Clean fuels handbook": Told("resource", ("en",), ("KE",), BY, ("CBD-SUBJECT-TAXONOMY",)),
    }),
    "qdc": Fake("oai_pmh", _repository("qdc", _QDC_NS, _QDC), "/oai", {
        "Mercury in products": Told("resource", ("en",), ("KE",), BY, ("CBD-SUBJECT-TAXONOMY",)),
    }),
    "dcat-ap": Fake("oai_pmh", _repository("dcat_ap", _DCAT_NS, _DCAT_AP), "/oai", {
        "Ozone units by country": Told("dataset", ("en",), ("KE",), BY, ("CBD-SUBJECT-TAXONOMY",)),
    }),
    "iso": Fake("oai_pmh", _repository("iso19139", _GMD_NS, _ISO), "/oai", {
        "Map of mires": Told("dataset", ("en",), ("KE",), None, ("CBD-SUBJECT-TAXONOMY", "Kenya")),
    }),
    "catalogue": Fake("dcat", _catalogue, "/catalog", {
        "Phase-out of leaded petrol": Told("dataset", ("en",), ("KE",), BY, ("peat",)),
    }, ("--rank", "1")),
    "data-json": Fake("dcat", _data_json, "/data.json", {
        "Sulphur in fuels": Told("dataset", ("en",), ("KE",), BY, ("fuels",)),
    }),
    "ckan": Fake("ckan", _ckan, "", {}),
    "reefs": Fake("csw", lambda: CswService([Entry("reef-1", "Reefs of Kenya", keywords=_SEAS)]), "/csw", {
        "Reefs of Kenya": Told("dataset", ("en",), ("KE",), None, ("CBD-SUBJECT-MAR", "Kenya")),
    }),
    "records": Fake("ogc_records", _lakes, "", {
        "Lake depths 1": Told("dataset", ("en",), ("KE",), None, ("CBD-SUBJECT-WTR", "Kenya")),
    }),
    "pages": Fake("sitemap", _pages, "/sitemap.xml", {
        "Communication, education and public awareness":
            Told("capacityInitiative", ("en",), ("KE",), BY, ("CBD-SUBJECT-TAXONOMY",)),
    }),
    "news": Fake("feed", _news, "/feed", {
        "Knowledge fair on technology": Told("news", ("en",), ("KE",), BY, ("Kenya", "news")),
    }),
    "cbd": Fake("cbd", _index, "/api/v2013", {
        "Wanted: training in taxonomy":
            Told("need", ("en",), ("KE",), None, ("CBD-SUBJECT-MAR", "GBF-TARGET-02", "cbd")),
    }),
    "informea": Fake("informea", _informea, "/informea.svc", {
        "Knowledge management": Told("legalInstrument", ("en", "fr"), (), None, ("CBD-SUBJECT-TAXONOMY", "cbd")),
        "Meeting on fens": Told("event", ("en",), ("KE",), None, ("ramsar",)),
    }),
    "national-site": Fake("bioland", _national_site, "", {
        "Reef watch 1": Told("event", ("en", "fr"), ("KE",), None, ("GBF-TARGET-03",)),
    }, ("--country", "KE")),
    "gbif": Fake("gbif", _registry, "/v1/dataset", {
        "Moss survey 2": Told("dataset", ("en",), ("KE",), BY, ("CBD-SUBJECT-TAXONOMY",)),
    }),
    "toolkit": Fake("ipt", _toolkit, "/rss.do", {
        "Mosses of the highlands": Told("dataset", ("en",), ("KE",), None, ("CBD-SUBJECT-TAXONOMY",)),
    }),
    "folder": Fake("files", _folder, "/files/", {
        "Wetland targets of Kenya": Told("nationalTarget", ("en",), ("KE",), BY, ("CBD-SUBJECT-WTR",)),
        "Reed Lake reserve": Told("place", ("en",), ("KE",), BY, ("CBD-SUBJECT-WTR",)),
    }, ("--protocol", "files", "--set", _MAP)),
    "areas": Fake("protected_planet", lambda: planet_lists.planet([planet_lists.an_area(1)]), "", {
        "Reserve 1": Told("place", (), ("KE",), None, ("National Park",)),
    }, ("--protocol", "protected_planet", "--country", "KE", "--set", "token=@KEY")),
    "solutions": Fake("panorama", lambda: planet_lists.panorama({"en": [planet_lists.a_solution(1)]}), "", {
        "Solution 1": Told("resource", ("en",), ("KE",), None, ("Protected area governance",)),
    }, ("--protocol", "panorama", "--country", "KE", "--set", "token=@KEY", "--set", "languages=en")),
}  # fmt: skip
"""Sources by id. Where ``told`` misses a record it is one that another source brings too: see TWICE."""

TWICE: Mapping[str, set[str]] = {
    DECISION: {"secretariat", "library"},
    REPORT: {"technology", "library"},
    GUIDE: {"node", "cbd"},
    INVENTORY: {"catalogue", "ckan"},
}
"""What comes by several roads: the identifier it bears everywhere, and its sources."""

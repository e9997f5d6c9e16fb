"""Serves recorded metadata over loopback: a function a kind of road, from a folder to a site. Asserts nothing."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import yaml
from lxml import etree

from harvester.testing import Answer, Recorded
from tests.contract.test_real_input import IDENTIFY, LIST_HEAD

ENOUGH = 80
"""Files read of one source; of more, these are taken evenly from the sorted list."""
_OAI = "{http://www.openarchives.org/OAI/2.0/}"
_NO_ROAD = frozenset({".md", ".rda", ".rmd", ".parquet", ".gitignore", ".yml", ".yaml", ".ts", ".js", ".xsd", ".bz2"})
_DISCLAIMED = frozenset({"LICENSE", "HEAD", "SOURCES.md", "WORKS.dev.tsv", "PAIRS.dev.tsv"})


@dataclass(frozen=True)
class Way:
    """One source to be harvested: its protocol, its path at the server, the settings it is added with."""

    protocol: str
    path: str
    settings: Mapping[str, str]


@dataclass(frozen=True)
class Site:
    """What a server answers and the sources at it."""

    answers: dict[str, Answer]
    ways: tuple[Way, ...]


def evenly(paths: Iterable[Path], most: int = ENOUGH) -> list[Path]:
    """Give at most so many of the paths, at even distances of their order."""
    found = sorted(paths)
    return found if len(found) <= most else [found[place * len(found) // most] for place in range(most)]


def files_of(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.name not in _DISCLAIMED]


def each(paths: Iterable[tuple[str, bytes]], protocol: str, settings: Mapping[str, str] | None = None) -> Site:
    """Serve every file at an address of its own, one source each."""
    answers: dict[str, Answer] = {}
    ways = []
    for number, (name, body) in enumerate(paths):
        path = f"/{number}/{name.replace('#', '_').replace('?', '_').replace('%', '_')}"
        answers[path] = Recorded(body, headers={"Content-Type": _kind(name)})
        ways.append(Way(protocol, path, settings or {}))
    return Site(answers, tuple(ways))


def _kind(name: str) -> str:
    ending = name.rpartition(".")[2].lower()
    kinds = {"ttl": "text/turtle", "jsonld": "application/ld+json", "json-ld": "application/ld+json"}
    kinds |= {"rdf": "application/rdf+xml", "json": "application/json", "xml": "application/xml", "csv": "text/csv"}
    return kinds.get(ending, "application/octet-stream")


def bodies(paths: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    for path in paths:
        yield path.name, path.read_bytes()


def as_files(folder: Path, **settings: str) -> Site:
    """Serve the files of a folder, each as a file of records."""
    wanted = [path for path in files_of(folder) if path.suffix.lower() not in _NO_ROAD]
    return each(bodies(evenly(wanted)), "files", settings)


def as_feeds(folder: Path) -> Site:
    return each(bodies(evenly((path for path in files_of(folder) if path.suffix != ".opml"), 2 * ENOUGH)), "feed")


def as_dcat(folder: Path, **tables: str) -> Site:
    """Serve catalogues and datasets: RDF a few (a process each), data.json all; workbooks and other XML as files."""
    found = files_of(folder)
    rdf = [path for path in found if path.suffix in {".ttl", ".rdf", ".jsonld"}]
    catalogues = each(bodies([*evenly(rdf, 12), *evenly(path for path in found if path.suffix == ".json")]), "dcat")
    others = each(bodies(evenly(path for path in found if path.suffix in {".xml", ".xlsx", ".csv"})), "files", tables)
    return joined(catalogues, others)


def joined(first: Site, second: Site) -> Site:
    answers = {f"/second{path}": answer for path, answer in second.answers.items()}
    ways = tuple(Way(way.protocol, f"/second{way.path}", way.settings) for way in second.ways)
    return Site(first.answers | answers, first.ways + ways)


def as_pages(folder: Path) -> Site:
    """Serve a web site: a sitemap, and a page for every JSON-LD file with the file's bytes in it."""
    return site_of(bodies(evenly(p for p in files_of(folder) if p.suffix in {".json", ".jsonld", ".json-ld"})))


def site_of(found: Iterable[tuple[str, bytes]]) -> Site:
    answers: dict[str, Answer] = {}
    html = {"Content-Type": "text/html; charset=utf-8"}
    for number, (_, body) in enumerate(found):
        page = b'<!doctype html><title>p</title><script type="application/ld+json">' + body + b"</script>"
        answers[f"/page/{number}"] = Recorded(page, headers=html)
    paths = list(answers)

    def sitemap(handler: BaseHTTPRequestHandler) -> None:
        host = f"http://{handler.headers['Host']}"
        urls = "".join(f"<url><loc>{host}{path}</loc></url>" for path in paths)
        text = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode()
        handler.send_response(200)
        handler.send_header("Content-Type", "application/xml")
        handler.send_header("Content-Length", str(len(text)))
        handler.end_headers()
        handler.wfile.write(text)

    return Site(answers | {"/sitemap.xml": sitemap}, (Way("sitemap", "/sitemap.xml", {}),))


def as_oai(answers: dict[str, bytes], prefix: str = "oai_dc") -> Site:
    return Site(dict(answers), (Way("oai_pmh", "/oai", {"metadata_prefix": prefix}),))


def as_oai_records(folder: Path, prefix: str) -> Site:
    """Serve the records of whole answers as one list."""
    found: list[bytes] = []
    for path in sorted(folder.rglob("*.xml")):
        root = etree.parse(path, etree.XMLParser(recover=True, huge_tree=False)).getroot()
        found += [etree.tostring(record, with_tail=False) for record in root.iter(f"{_OAI}record")]
    listed = LIST_HEAD + b"".join(found) + b"</ListRecords></OAI-PMH>"
    return as_oai({f"/oai?verb=ListRecords&metadataPrefix={prefix}": listed, "/oai?verb=Identify": IDENTIFY}, prefix)


def _interactions(path: Path) -> Iterator[tuple[Any, Any]]:
    """Give what was asked and answered in a recording, read as JSON; nothing where it is none."""
    told = yaml.load(path.read_bytes(), yaml.CSafeLoader)
    for entry in told.get("interactions") or told.get("http_interactions") or ():
        yield _json(entry["request"].get("body")), _json(entry["response"].get("body"))


def _json(body: Any) -> Any:
    text = (body.get("string") or body.get("content")) if isinstance(body, dict) else body
    try:
        return json.loads(text or "")
    except (TypeError, ValueError):
        return None


def as_ckan(folder: Path) -> Site:
    """Serve the packages a portal was sent, as its search gives them."""
    packages: dict[str, Any] = {}
    for path in files_of(folder):
        for asked, answered in _interactions(path):
            for given in (asked, answered.get("result") if isinstance(answered, dict) else None):
                if isinstance(given, dict) and "title" in given and "resources" in given:
                    name = str(given.get("id") or given.get("name"))
                    packages[name] = {"id": name, "name": name, **packages.get(name, {}), **given}
    result = {"success": True, "result": {"count": len(packages), "results": list(packages.values())}}
    return Site({"/api/3/action/package_search": _answer(result)}, (Way("ckan", "/", {}),))


_REGISTERED: Mapping[str, frozenset[str]] = {
    "installation": frozenset({"organizationKey"}),
    "organization": frozenset({"endorsingNodeKey", "endorsementStatus"}),
    "dataset": frozenset({"installationKey", "publishingOrganizationKey", "datasetKey", "rights"}),
}
"""What tells the things of the registry apart."""


def as_gbif(folder: Path) -> Site:
    """Serve what the registry answered: its lists of datasets, organisations and installations."""
    lists: dict[str, list[Any]] = {"dataset": [], "organization": [], "installation": []}
    for given in _registry(folder):
        kind = next((kind for kind, names in _REGISTERED.items() if names & given.keys()), None)
        if kind and given.get("title"):
            lists[kind].append({"key": f"{kind}-{len(lists[kind])}", **given})
    answers = {
        f"/v1/{kind}": _answer({"offset": 0, "limit": 200, "endOfRecords": True, "count": len(rows), "results": rows})
        for kind, rows in lists.items()
    }
    ways = tuple(
        Way("gbif", path, {"publishers": "no"}) for path, rows in zip(answers, lists.values(), strict=True) if rows
    )
    return Site(dict(answers), ways)


def _registry(folder: Path) -> Iterator[dict[str, Any]]:
    for path in files_of(folder):
        answers = [_json(path.read_text())] if path.suffix == ".json" else []
        answers += [answered for _, answered in _interactions(path)] if path.suffix == ".yml" else []
        for answer in answers:
            results = answer.get("results", [answer]) if isinstance(answer, dict) else answer or []
            yield from (given for given in results if isinstance(given, dict))


def _answer(value: object) -> Recorded:
    return Recorded(json.dumps(value).encode(), headers={"Content-Type": "application/json"})


def as_lines(name: str, rows: Sequence[Any], **settings: str) -> Site:
    """Serve objects as a file of JSON lines with a mapping, as a source of its own would be added."""
    text = "\n".join(json.dumps(row, default=str) for row in rows).encode()
    return each([(f"{name}.jsonl", text)], "files", settings)


def as_yaml(folder: Path, **settings: str) -> Site:
    """Serve the YAML files of a folder, each as a file of records."""
    found = [path for path in files_of(folder) if path.suffix in {".yaml", ".yml"}]
    return each(bodies(evenly(found)), "files", settings)


def as_crossref(folder: Path) -> Site:
    rows: dict[str, Any] = {}
    for path in files_of(folder):
        for _, answer in _interactions(path):
            told = answer.get("message") if isinstance(answer, dict) else None
            for item in (told.get("items") or [told]) if isinstance(told, dict) else []:
                if isinstance(item, dict) and item.get("DOI"):
                    rows.setdefault(item["DOI"], item)
    return as_lines("works", list(rows.values()))


def packed(name: str, protocol: str = "files", **settings: str) -> Callable[[Path], Site]:
    """Give the road of an archive: some of its members, each a file of its own."""

    def road(folder: Path) -> Site:
        found: list[tuple[str, bytes]] = []
        with tarfile.open(next(folder.rglob(name))) as archive:
            members = sorted((each for each in archive.getmembers() if each.isfile()), key=lambda each: each.name)
            for member in members[:: max(1, len(members) // ENOUGH)][:ENOUGH]:
                body = archive.extractfile(member) or io.BytesIO()
                found.append((member.name.rpartition("/")[2], body.read()))
        return each(found, protocol, settings)

    return road


def as_cbd(folder: Path) -> Site:
    """Serve the entries of the index the samples hold."""
    docs = [
        found
        for path in sorted(folder.glob("*.json"))
        if "envelope" not in path.name and (found := _json(path.read_text()))
    ]
    entries = [entry for found in docs for entry in (found if isinstance(found, list) else [found])]
    entries = [{"id": f"entry-{place}", "_state_s": "public", **entry} for place, entry in enumerate(entries)]
    body = {"response": {"numFound": len(entries), "start": 0, "docs": entries}}
    return Site({"/api/v2013/index/select": _answer(body)}, (Way("cbd", "/api/v2013", {}),))


def as_informea(folder: Path) -> Site:
    answers: dict[str, Answer] = {}
    for path in sorted(folder.glob("v?-*.json")):
        answers[f"/{path.name[:2]}/{path.stem.rpartition('-')[2]}"] = _answer(_json(path.read_text()))
    return Site(answers, (Way("informea", "/v1", {}), Way("informea", "/v3", {})))

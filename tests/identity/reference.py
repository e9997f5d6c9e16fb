"""Reads others' labelled sets from the shared reference data as data sets; copies nothing and judges nothing.

Each reader takes away what names the pair by construction, so that what is left must be recognised.
"""

from __future__ import annotations

import csv
import os
import tarfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import yaml

from harvester.resolution.forms.form import Facts
from harvester.resolution.labelled.datasets import DataSet, Labelled, load_dataset, ordered
from vocabularies.identifiers import certain_key

SHARED = Path(os.environ.get("CHM_SHARED", Path(__file__).resolve().parents[3] / "shared"))
DATA = SHARED / "data"
TABLES = ("dblp-acm", "cora", "ldd-respiratory", "ldd-digital_work", "chm-synth")
BIBLIOGRAPHY = DATA / "corpora" / "doi-bib" / "ipbes-ias"
PORTALS = DATA / "corpora" / "catalogues" / "dataportals-registry"
_NOT_WORKS = frozenset({"attachment", "note", "annotation"})
_NO_TEXT = frozenset({"", "not found", "none", "unknown", "n/a"})
Pair = tuple[str, str]


def is_there() -> bool:
    """Tell whether the reference data stands beside the checkout (../shared, CHM_SHARED)."""
    return (DATA / "dedup").is_dir()


def load_table(name: str) -> DataSet:
    """Read a folder of the labelled tables."""
    return load_dataset(DATA / "dedup" / name)


def members(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield (name, bytes) of the files in an archive, in its order."""
    with tarfile.open(path) as archive:
        for member in archive:
            file = archive.extractfile(member)
            if file is not None:
                yield member.name, file.read()


def read_rows(path: Path) -> list[dict[str, str]]:
    """Read a table of tab-separated values."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def load_bibliography(*, dois: bool) -> DataSet:
    """Read a bibliography kept in Zotero, and the deposits made of its items in Zenodo.

    A deposit names its item in an ``urn:lsid`` and in related addresses, none of which is read; the deposit's own DOI
    is. ``dois`` says whether the DOI of the work itself, which both often tell, is evidence too.
    """
    items: dict[str, Labelled] = {}
    deposits: dict[str, Labelled] = {}
    for name, body in members(next(BIBLIOGRAPHY.glob("*.tar.gz"))):
        told = orjson.loads(body)
        if name.startswith("zotero/"):
            for item in told:
                if item["data"]["itemType"] not in _NOT_WORKS:
                    items[item["key"]] = Labelled(f"zotero:{item['key']}", "zotero", of_item(item["data"], dois=dois))
            continue
        for each in told["hits"]["hits"] if "hits" in told else [told]:
            name = str(each["id"])
            deposits[name] = Labelled(f"zenodo:{name}", "zenodo", of_deposit(each, dois=dois))
    pairs = [
        ordered(items[row["zotero_key"]].name, deposits[row["zenodo_id"]].name)
        for row in read_rows(BIBLIOGRAPHY / "PAIRS.dev.tsv")
    ]
    name = "ipbes-ias" if dois else "ipbes-ias, no DOI"
    return DataSet(name, (*items.values(), *deposits.values()), frozenset(pairs), frozenset())


def of_item(told: Mapping[str, Any], *, dois: bool) -> Facts:
    """Give what an item of a Zotero library says (its API's ``data``)."""
    creators = [each for each in told.get("creators", ()) if each.get("creatorType") in ("author", "presenter")]
    return Facts(
        type="resource",
        titles={"und": told.get("title", "")},
        date=told.get("date", ""),
        people=[_name(each) for each in creators if each.get("lastName")],
        bodies=_said(told.get("publisher"), told.get("institution"), *(each.get("name") for each in creators)),
        venue=told.get("publicationTitle") or told.get("bookTitle") or told.get("proceedingsTitle") or "",
        volume=told.get("volume", ""),
        issue=told.get("issue", ""),
        pages=told.get("pages", ""),
        ids=_keys(("doi", told.get("DOI") if dois else None), ("isbn", told.get("ISBN"))),
        addresses=_said(told.get("url") if dois or "doi.org/10." not in told.get("url", "") else ""),
        summary=told.get("abstractNote", ""),
    )


def _name(creator: Mapping[str, str]) -> str:
    return ", ".join(filter(None, (creator["lastName"], creator.get("firstName"))))


def of_deposit(told: Mapping[str, Any], *, dois: bool) -> Facts:
    """Give what a deposit of Zenodo says, without the identifiers that name the item it was made of."""
    meta = told["metadata"]
    journal, part = meta.get("journal", {}), meta.get("part_of", {}) or meta.get("imprint", {})
    others = [each["identifier"] for each in meta.get("alternate_identifiers", ())] if dois else []
    names = [each["name"] for each in meta.get("creators", ())]
    return Facts(
        type="resource",
        titles={"und": meta["title"]},
        date=meta.get("publication_date", ""),
        people=names,
        bodies=_said((meta.get("imprint") or {}).get("publisher")),
        venue=journal.get("title") or part.get("title") or "",
        volume=journal.get("volume", ""),
        issue=journal.get("issue", ""),
        pages=journal.get("pages") or part.get("pages") or "",
        ids=_keys(*(("doi", each) for each in (told["doi"], told.get("conceptdoi"), *others) if _is_of_work(each))),
        addresses=_said(told.get("doi_url")),
        summary=meta.get("description", ""),
    )


def _is_of_work(identifier: str | None) -> bool:
    return bool(identifier and not identifier.startswith(("urn:", "hash:", "zotero:")))


def _said(*values: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value and value.strip().casefold() not in _NO_TEXT))


def _keys(*told: tuple[str, str | None]) -> tuple[str, ...]:
    keys = (certain_key(scheme, part) for scheme, value in told for part in (value or "").split(" ") if part)
    return tuple(dict.fromkeys(key for key in keys if key))


def load_portals(*, addresses: bool, most: int | None = None) -> DataSet:
    """Read a register of data portals, and what a later enquiry found out about each of them.

    Both call a portal by the same ``uid`` and ``id``, and many a description was copied: none of these is read.
    ``addresses`` says whether web addresses are evidence. Of ``most`` pairs only these are read, and no others.
    """
    rows = read_rows(PORTALS / "PAIRS.dev.tsv")[:most]
    wanted = {name for row in rows for name in row.values()} if most else None
    enriched = {
        name: Labelled(f"enriched:{name}", "enriched", _of_enriched(orjson.loads(body), addresses=addresses))
        for name, body in _wanted(PORTALS / "dev-enriched-json.tar.gz", wanted)
    }
    entities = {
        name: Labelled(f"entity:{name}", "entities", _of_entity(_load(body), addresses=addresses))
        for name, body in _wanted(PORTALS / "dev-entities-yaml.tar.gz", wanted)
    }
    pairs = [ordered(enriched[row["json"]].name, entities[row["yaml"]].name) for row in rows]
    name = "dataportals" if addresses else "dataportals, no addresses"
    return DataSet(name, (*enriched.values(), *entities.values()), frozenset(pairs), frozenset())


def _load(body: bytes) -> Any:
    return yaml.load(body, yaml.CSafeLoader)


def _wanted(path: Path, names: Collection[str] | None) -> Iterator[tuple[str, bytes]]:
    return ((name, body) for name, body in members(path) if names is None or name in names)


def _of_enriched(told: Mapping[str, Any], *, addresses: bool) -> Facts:
    return Facts(
        type="dataset",
        titles={"und": told.get("name") or ""},
        countries=_said(told.get("owner_country_iso2")),
        bodies=_said(told.get("owner_name")),
        addresses=_said(told.get("owner_website")) if addresses else (),
    )


def _of_entity(told: Mapping[str, Any], *, addresses: bool) -> Facts:
    owner = told.get("owner") or {}
    country = ((owner.get("location") or {}).get("country") or {}).get("id")
    return Facts(
        type="dataset",
        titles={"und": told.get("name") or ""},
        countries=_said(country),
        bodies=_said(owner.get("name")),
        addresses=_said(told.get("link"), owner.get("link")) if addresses else (),
    )


def without_names(dataset: DataSet, name: str) -> DataSet:
    """Give a set whose records tell no identifiers and no addresses."""
    records: Sequence[Labelled] = [
        replace(each, facts=replace(each.facts, ids=(), addresses=())) for each in dataset.records
    ]
    return replace(dataset, name=name, records=tuple(records))

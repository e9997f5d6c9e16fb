"""A small DCAT catalogue in memory that behaves well, for scenarios to spoil; knows no misbehaviour itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from harvester.hostile.scenario import Call
from harvester.testing import Recorded

PATH = "/catalog"
IDS = "https://data.example/dataset/"
_PREFIXES = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix hydra: <http://www.w3.org/ns/hydra/core#> .
"""


def a_dataset(number: int, title: str = "", *, subject: str = "", more: str = "") -> str:
    """Give a dataset in Turtle with nothing wrong with it; ``more`` is further Turtle about it, ending in `` ;``."""
    licence = "<https://creativecommons.org/licenses/by/4.0/>"
    return (
        f"{subject or f'<{IDS}{number}>'} a dcat:Dataset ; {more}\n"
        f'  dct:title "{title or f"Wetland count {number}"}"@en ; dct:description "Birds of wetland {number}."@en ;\n'
        f"  dct:publisher <https://data.example/agency> ; dct:license {licence} ;\n"
        f"  dcat:distribution [ a dcat:Distribution ; dcat:accessURL <https://data.example/files/{number}.csv> ] .\n"
    )


def some_datasets(count: int, first: int = 1) -> list[str]:
    """Give so many different datasets."""
    return [a_dataset(number) for number in range(first, first + count)]


def turtle(
    datasets: Sequence[str], *, names: Sequence[int] = (), paging: str = "", headers: dict[str, str] | None = None
) -> Recorded:
    """Give a page of a catalogue; ``names`` are the datasets it lists, ``paging`` is Turtle about the page."""
    members = "".join(f" ; dcat:dataset <{IDS}{number}>" for number in names)
    head = f'<https://data.example/> a dcat:Catalog ; dct:title "Wetland data"@en{members} .\n'
    agency = '<https://data.example/agency> a foaf:Agent ; foaf:name "Wetland Agency"@en .\n'
    body = (_PREFIXES + head + paging + agency + "".join(datasets)).encode()
    return Recorded(body, 200, {"Content-Type": "text/turtle; charset=utf-8", **(headers or {})})


def json_ld(document: object) -> Recorded:
    """Give a JSON-LD document as an HTTP answer."""
    return Recorded(orjson.dumps(document), 200, {"Content-Type": "application/ld+json"})


def data_json(datasets: Sequence[bytes]) -> Recorded:
    """Give a data.json whose datasets are these bytes."""
    head = b'{"conformsTo":"https://project-open-data.cio.gov/v1.1/schema","dataset":['
    return Recorded(head + b",".join(datasets) + b"]}", 200, {"Content-Type": "application/json"})


def a_json_dataset(number: int, **more: object) -> bytes:
    """Give a dataset of a data.json with nothing wrong with it."""
    told = {"identifier": f"wetland-{number}", "title": f"Wetland count {number}", "language": ["en"]}
    return orjson.dumps({**told, "description": "Birds.", "license": "https://creativecommons.org/licenses/by/4.0/",
                         **more})  # fmt: skip


def view(here: str, following: str | None, *, total: int | str | None = None) -> str:
    """Give Turtle that says what the next page is, as portals of today do."""
    onward = f"; hydra:next <{following}> " if following else ""
    return f"<{here}> a hydra:PartialCollectionView {onward}.\n" + announcement(total)


def announcement(total: int | str | None) -> str:
    """Give Turtle that says how many entries there are."""
    return f"<https://data.example/> hydra:totalItems {total} .\n" if total is not None else ""


@dataclass(slots=True)
class Catalogue:
    """Answers for a catalogue of several pages, ``?page=2`` and so on."""

    datasets: Sequence[str]
    page_size: int = 5
    total: int | str | None = None

    def __call__(self, call: Call) -> Recorded:
        """Answer as a portal does."""
        page = int(call.query.get("page", "1"))
        address = call.root + PATH
        shown = self.datasets[(page - 1) * self.page_size : page * self.page_size]
        more = page * self.page_size < len(self.datasets)
        here = f"{address}?page={page}" if page > 1 else address
        return turtle(shown, paging=view(here, f"{address}?page={page + 1}" if more else None, total=self.total))

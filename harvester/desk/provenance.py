"""Where the fields of a record were read from, as JSON: by record, and the table of each format. It changes nothing."""

from __future__ import annotations

from collections.abc import Mapping

import orjson
from fastapi import APIRouter, Request, Response

from chm_node.publishing import sql
from chm_node.publishing.service import Publishing
from chm_node.publishing.withdrawn import withdrawn_problem
from chm_node.shell.conditional import cached
from chm_node.shell.problems_http import HttpProblem
from harvester.centre import Centre
from harvester.crosswalks.field_paths import Paths, load_field_paths
from harvester.index import list_field_sources
from harvester.telling.field_maps import list_field_maps, to_entries
from vocabularies.record import Record

_JSON = "application/json"


def field_maps_of(centre: Centre, local_id: str, record: Record) -> list[Paths]:
    """Give, for each entry of a record's provenance, what fed the fields its source brought."""
    with sql.read(centre.engine) as connection:
        return list_field_maps(connection, local_id, record)


def field_sources_of(centre: Centre, local_id: str, record: Record) -> Mapping[str, str]:
    """Give the source each field of a record made of several is from, by JSON pointer; none where it is of one."""
    if len(record.provenance) < 2:
        return {}
    with sql.read(centre.engine) as connection:
        return {path: place[0] for path, place in list_field_sources(connection, local_id).items()}


def provenance_router(centre: Centre, publishing: Publishing) -> APIRouter:
    """Give the routes of provenance below /api/v1."""
    router = APIRouter(tags=["Records"])

    @router.get(
        "/api/v1/records/{local_id}/provenance",
        response_class=Response,
        summary="Where a record comes from, and which place of each source fed which field",
    )
    def provenance(request: Request, local_id: str) -> Response:
        item = publishing.catalogue.get_item(local_id) or publishing.catalogue.find_by_record_id(local_id)
        if item is None:
            raise HttpProblem("RECORD_NOT_FOUND")
        record = publishing.find_record(item.local_id)
        if record is None:
            raise withdrawn_problem(item)
        entries = to_entries(record, field_maps_of(centre, item.local_id, record))
        with sql.read(centre.engine) as connection:
            taken = list_field_sources(connection, item.local_id)
        sources = {path: {"source": place[0], "identifier": place[1]} for path, place in taken.items()}
        body = {"id": record.id, "provenance": entries, "fieldSources": sources}
        return cached(request, orjson.dumps(body), _JSON)

    @router.get(
        "/api/v1/crosswalks/{form}",
        response_class=Response,
        summary="Which place of a format's records fills which field",
    )
    def crosswalk(request: Request, form: str) -> Response:
        table = load_field_paths().get(form)
        if table is None:
            raise HttpProblem("NOT_FOUND")
        fields = {name: list(paths) for name, paths in table.items()}
        return cached(request, orjson.dumps({"crosswalk": form, "fields": fields}), _JSON)

    return router

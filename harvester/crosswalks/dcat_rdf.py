"""DCAT in RDF/XML as one record's payload (OAI-PMH ``dcat_ap``) → Record, by its triples as in ``dcat``. Pure."""

from __future__ import annotations

from dataclasses import replace

from lxml import etree

from harvester.crosswalks import dcat
from harvester.crosswalks.context import Context
from harvester.raw import RawRecord
from harvester.rdf.graph import dump_triples
from harvester.rdf.xml_triples import to_graph
from harvester.xml import parse_fragment
from vocabularies.formats.native import Parsed
from vocabularies.problems import problem

NAME = "dcat_rdf"


def crosswalk(raw: RawRecord, context: Context) -> Parsed:
    """Give the record that the dataset or service in an ``rdf:RDF`` element describes, or the problem in the way."""
    try:
        graph = to_graph(parse_fragment(raw.payload), base=context.base_url)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        return Parsed(None, (problem("XML_SYNTAX", "", str(error.msg), line=str(line), column=str(column)),))
    except ValueError as error:
        return Parsed(None, (problem("CROSSWALK_FAILED", "", f"no RDF/XML we can read: {error}"),))
    return dcat.crosswalk(replace(raw, payload=dump_triples(graph)), context)

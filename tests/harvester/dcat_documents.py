"""One dataset in every syntax of RDF: the same triples, told four ways."""

from __future__ import annotations

TURTLE = b"""@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
<https://data.example/> a dcat:Catalog ; dct:title "Wetland data"@en ; dcat:dataset <https://data.example/dataset/1> .
<https://data.example/dataset/1> a dcat:Dataset ;
  dct:title "Wetland count"@en, "Comptage"@fr ; dct:modified "2026-02-01" ;
  dct:publisher <https://data.example/agency> ;
  dcat:distribution [ a dcat:Distribution ; dcat:accessURL <https://data.example/1.csv> ] .
<https://data.example/agency> a foaf:Agent ; foaf:name "Wetland Agency"@en .
"""
RDF_XML = b"""<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dcat="http://www.w3.org/ns/dcat#"
 xmlns:dct="http://purl.org/dc/terms/" xmlns:foaf="http://xmlns.com/foaf/0.1/">
<dcat:Dataset rdf:about="https://data.example/dataset/1">
<dct:title xml:lang="en">Wetland count</dct:title><dct:title xml:lang="fr">Comptage</dct:title>
<dct:modified>2026-02-01</dct:modified>
<dct:publisher><foaf:Agent rdf:about="https://data.example/agency"><foaf:name xml:lang="en">Wetland Agency</foaf:name>
</foaf:Agent></dct:publisher>
<dcat:distribution><dcat:Distribution><dcat:accessURL rdf:resource="https://data.example/1.csv"/></dcat:Distribution>
</dcat:distribution></dcat:Dataset></rdf:RDF>"""
JSON_LD = b"""{"@context": {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/",
 "foaf": "http://xmlns.com/foaf/0.1/"}, "@id": "https://data.example/", "@type": "dcat:Catalog", "dcat:dataset": {
 "@id": "https://data.example/dataset/1", "@type": "dcat:Dataset", "dct:modified": "2026-02-01",
 "dct:title": [{"@value": "Wetland count", "@language": "en"}, {"@value": "Comptage", "@language": "fr"}],
 "dct:publisher": {"@id": "https://data.example/agency", "@type": "foaf:Agent",
  "foaf:name": {"@value": "Wetland Agency", "@language": "en"}},
 "dcat:distribution": {"@type": "dcat:Distribution", "dcat:accessURL": {"@id": "https://data.example/1.csv"}}}}"""
N_TRIPLES = b"""<https://data.example/dataset/1> <http://purl.org/dc/terms/title> "Wetland count"@en .
<https://data.example/dataset/1> <http://purl.org/dc/terms/title> "Comptage"@fr .
<https://data.example/dataset/1> <http://purl.org/dc/terms/modified> "2026-02-01" .
<https://data.example/dataset/1> <http://purl.org/dc/terms/publisher> <https://data.example/agency> .
<https://data.example/dataset/1> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/dcat#Dataset> .
<https://data.example/dataset/1> <http://www.w3.org/ns/dcat#distribution> _:file .
_:file <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/dcat#Distribution> .
_:file <http://www.w3.org/ns/dcat#accessURL> <https://data.example/1.csv> .
<https://data.example/agency> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://xmlns.com/foaf/0.1/Agent> .
<https://data.example/agency> <http://xmlns.com/foaf/0.1/name> "Wetland Agency"@en .
"""

"""The XML Schema of the RDF documents we hand out over OAI-PMH, where every metadata format must have one."""

from __future__ import annotations

from vocabularies import namespaces as ns

RDF_XSD = f"""<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="{ns.RDF}" targetNamespace="{ns.RDF}"\
 elementFormDefault="qualified" version="1">
<xs:annotation><xs:documentation xml:lang="en">One record as DCAT-AP 3 in RDF/XML. What stands inside rdf:RDF is for\
 the shapes of the application profile to judge, not for an XML Schema.</xs:documentation></xs:annotation>
<xs:element name="RDF"><xs:complexType><xs:sequence>\
<xs:any namespace="##any" processContents="skip" minOccurs="0" maxOccurs="unbounded"/>\
</xs:sequence></xs:complexType></xs:element>
</xs:schema>
""".encode()
"""The schema document of the RDF namespace: an ``rdf:RDF`` with anything in it (XML Schema 1.0)."""

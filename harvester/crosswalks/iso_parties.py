"""Responsible parties of ISO metadata → contacts and organisations with their roles; addresses are left behind."""

from __future__ import annotations

from lxml import etree

from harvester.crosswalks.iso_elements import Locales, code_at, descendants, find_one, text_at, to_lang_text
from vocabularies.record import Agent, Contact
from vocabularies.text import LangText

_PARTIES = ("CI_ResponsibleParty", "CI_Responsibility")
_AGENT_ROLES = {"owner": "publisher", "publisher": "publisher", "distributor": "publisher", "custodian": "contributor",
                "author": "creator", "originator": "creator", "principalinvestigator": "creator",
                "resourceprovider": "contributor", "processor": "contributor", "funder": "funder",
                "sponsor": "funder", "contributor": "contributor"}  # fmt: skip


def to_parties(
    root: etree._Element, about: etree._Element, *, own: str, locales: Locales
) -> tuple[tuple[Contact, ...], tuple[Agent, ...]]:
    """Give whom to ask, by name, organisation and role, and the organisations behind the thing."""
    contacts: dict[tuple[str, str, LangText], Contact] = {}
    agents: dict[tuple[str, LangText], Agent] = {}
    for party in _parties(root, about):
        role = code_at(party, "role/CI_RoleCode")
        name, organization = _person(party), _organization(party, own, locales)
        if (name or organization) and role.lower() not in {"author", "publisher", "originator"}:
            contacts[role, name, organization] = Contact(
                role=role or None, name=name or None, organization=organization
            )
        if agent_role := _AGENT_ROLES.get(role.lower()):
            who = organization or LangText({own: name} if name and agent_role == "creator" else {})
            if who:
                agents.setdefault((agent_role, who), Agent(role=agent_role, name=who))
    return tuple(contacts.values()), tuple(agents.values())


def _parties(root: etree._Element, about: etree._Element) -> list[etree._Element]:
    within = [about, *(child for child in root if etree.QName(child).localname in {"contact", "distributionInfo"})]
    return [party for each in within for name in _PARTIES for party in descendants(each, name)]


def _person(party: etree._Element) -> str:
    name = text_at(party, "individualName") or _name_in(party, "CI_Individual")
    return "" if "@" in name else name


def _name_in(party: etree._Element, kind: str) -> str:
    found = next(iter(descendants(party, kind)), None)
    return "" if found is None else text_at(found, "name")


def _organization(party: etree._Element, own: str, locales: Locales) -> LangText:
    element = find_one(party, "organisationName")
    if element is None:
        body = next(iter(descendants(party, "CI_Organisation")), None)
        element = None if body is None else find_one(body, "name")
    return to_lang_text(element, own, locales)

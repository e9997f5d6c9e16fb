"""Checks of what an OAI-PMH repository says of itself: Identify, formats, sets, compression, POST."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import urlsplit

from harvester.preflight.oai_reading import Reply, children, text_of
from harvester.preflight.oai_repository import PREFIX, Repository
from harvester.preflight.verdicts import Check, Verdict, good, must, should, shown
from harvester.protocols.oai_windows import parse_instant
from harvester.xml import local_name
from vocabularies.oai_pmh import DAY_GRANULARITY, GRANULARITY, SET_SPEC

MANDATORY = (
    "repositoryName", "baseURL", "protocolVersion", "adminEmail", "earliestDatestamp", "deletedRecord", "granularity",
)  # fmt: skip
_EMAIL = re.compile(r"\w[\w\-.+]+@([\w-]+\.)+[A-Za-z]{2,}\Z")
_SMALL_BYTES = 2_000


def _answers(repository: Repository) -> Verdict:
    reply = repository.identify()
    content = reply.get("Identify")
    name, url = repository.identity("repositoryName"), reply.url
    if content.tag != "{http://www.openarchives.org/OAI/2.0/}Identify":
        return must(
            f"The answer is not in the namespace of OAI-PMH 2.0 but in {shown(str(content.tag)[:120])}.",
            'Write <OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"> at the head of every answer.',
            url,
        )
    return good(f"It answers as {shown(name)}.", url)


def _complete(repository: Repository) -> Verdict:
    reply = repository.identify()
    names = [local_name(child) for child in reply.get("Identify")]
    missing = [name for name in MANDATORY if not repository.identity(name)]
    if missing:
        return must(
            f"Identify does not say {', '.join(missing)}.",
            f"Give all of {', '.join(MANDATORY)}, in this order.",
            reply.url,
        )
    if (version := repository.identity("protocolVersion")) != "2.0":
        return must(f"Its protocol version is {shown(version)}.", "Serve OAI-PMH 2.0.", reply.url)
    first = [name for name in dict.fromkeys(names) if name in MANDATORY]
    if first != list(MANDATORY):
        return should(
            f"Identify is complete, in the order {', '.join(first)}.", f"Write {', '.join(MANDATORY)}.", reply.url
        )
    return good("Identify is complete and in order.", reply.url)


def _base_url(repository: Repository) -> Verdict:
    said, here = repository.identity("baseURL"), repository.url
    url = repository.identify().url
    if said == here:
        return good(f"baseURL is the address we ask, {here}.", url)
    fix = f"Set baseURL to the public address, to the letter: {here}, or tell us the one that is right."
    told = f"baseURL is {shown(said)}, and we ask {here}."
    return (should if _loosely(said) == _loosely(here) else must)(told, fix, url)


def _loosely(url: str) -> tuple[str, str]:
    parts = urlsplit(url.strip().lower()) if "[" not in url else urlsplit("")
    host = parts.netloc.removesuffix(":443").removesuffix(":80").removeprefix("www.")
    return host, parts.path.rstrip("/")


def _email(repository: Repository) -> Verdict:
    given = repository.told("adminEmail")
    url = repository.identify().url
    wrong = [each for each in given if not _EMAIL.match(each)]
    if not given or wrong:
        told = f"adminEmail is {shown(wrong[0])}" if wrong else "No adminEmail is given"
        return should(f"{told}.", "Give an address that people read, for example chm@example.org.", url)
    return good(f"Its keepers are reached at {given[0]}.", url)


def _earliest(repository: Repository) -> Verdict:
    said = repository.identity("earliestDatestamp")
    url, earliest = repository.identify().url, parse_instant(said)
    if earliest is None:
        return must(f"earliestDatestamp is {shown(said)}, which is no date.", f"Write it as {GRANULARITY}.", url)
    stamps = [(parse_instant(item.datestamp), item.identifier) for item in repository.items]
    before = sorted((at, name) for at, name in stamps if at is not None and at < earliest)
    if before:
        return must(
            f"earliestDatestamp is {said}, and {shown(before[0][1])} is of {before[0][0]:%Y-%m-%dT%H:%M:%SZ}.",
            "Give the lowest datestamp of all records, deleted ones too; who asks from there misses the earlier ones.",
            repository.first.reply.url,
        )
    return good(f"earliestDatestamp is {said}; no record seen is earlier.", url)


def _deletions(repository: Repository) -> Verdict:
    said, url = repository.identity("deletedRecord"), repository.identify().url
    if said == "persistent":
        return good("Deletions are kept for ever.", url)
    fix = "Keep deleted records as headers for ever and say deletedRecord persistent."
    if said in ("transient", "no"):
        kept = "kept for a while only" if said == "transient" else "not told"
        return should(f"Deletions are {kept}; we find them late, by comparing whole lists.", fix, url)
    return must(f"deletedRecord is {shown(said)}, which is none of no, transient and persistent.", fix, url)


def _granularity(repository: Repository) -> Verdict:
    said, url = repository.identity("granularity"), repository.identify().url
    if said not in (GRANULARITY, DAY_GRANULARITY):
        return must(
            f"granularity is {shown(said)}.", f"Write {GRANULARITY} (or {DAY_GRANULARITY}), to the letter.", url
        )
    form = r"\d{4}-\d\d-\d\d" + ("" if said == DAY_GRANULARITY else r"T\d\d:\d\d:\d\dZ")
    odd = [item for item in repository.items if not re.fullmatch(form, item.datestamp) or not _is_date(item.datestamp)]
    if odd:
        return must(
            f"{len(odd)} of {len(repository.items)} datestamps are not written as {said}: "
            f"{shown(odd[0].datestamp)} of {shown(odd[0].identifier)}.",
            "Write every datestamp in UTC in the form that Identify names, for example "
            f"{'2024-06-30' if said == DAY_GRANULARITY else '2024-06-30T12:00:00Z'}.",
            repository.first.reply.url,
        )
    if said == DAY_GRANULARITY:
        return should(
            "Datestamps are days; each harvest reads the last day again.", f"Change to {GRANULARITY} if you can.", url
        )
    return good("Datestamps are seconds in UTC, all in the same form.", url)


def _is_date(text: str) -> bool:
    at = parse_instant(text)
    return at is not None and at.year > 1000


def _compression(repository: Repository) -> Verdict:
    url = repository.first.reply.url
    offers = "gzip" in repository.told("compression")
    plain = repository.exchange(url, headers={"Accept-Encoding": "identity"})
    if plain.response.headers.get("content-encoding", "identity") != "identity":
        return must("Who asks for an answer as it is gets a compressed one.", "Honour Accept-Encoding: identity.", url)
    if not offers:
        return good("It offers no compression, and an answer as it is comes as it is.", url)
    packed = repository.exchange(url, headers={"Accept-Encoding": "gzip"})
    if "gzip" in packed.response.headers.get("content-encoding", "") or len(packed.response.body) < _SMALL_BYTES:
        return good("It answers compressed or as it is, as it is asked.", url)
    return should(
        "Identify offers gzip, and who asks for it gets a plain answer.",
        "Switch compression on, or leave the compression element out.",
        url,
    )


def _post(repository: Repository) -> Verdict:
    reply = repository.exchange(repository.url, form="verb=Identify")
    if reply.find("Identify") is not None:
        return good("A POST is answered as a GET is.", repository.url)
    return should(
        f"A POST of verb=Identify as a form is answered with {reply.told}.",
        "Answer POST with a form as GET (OAI-PMH 2.0 §3.1.1).",
        repository.url,
    )


def _formats(repository: Repository) -> Verdict:
    reply = repository.ask(("verb", "ListMetadataFormats"))
    prefixes, vague = [], []
    for entry in reply.get("ListMetadataFormats"):
        told = {local_name(child): text_of(child) for child in entry}
        prefixes.append(told.get("metadataPrefix", ""))
        if not told.get("schema") or not told.get("metadataNamespace"):
            vague.append(prefixes[-1])
    if PREFIX not in prefixes:
        return must(
            f"It offers {', '.join(prefixes) or 'no format'} and not oai_dc.", "Offer oai_dc; every repository must.",
            reply.url,
        )  # fmt: skip
    if vague:
        return should(
            f"Format {vague[0]} does not name its schema or namespace.",
            "Give schema and metadataNamespace with each metadataPrefix.",
            reply.url,
        )
    return good(f"It offers {', '.join(prefixes)}.", reply.url)


def _sets(repository: Repository) -> Verdict:
    specs = repository.set_specs
    url = repository.address(("verb", "ListSets"))
    if not specs:
        return good("It has no sets, and says so.", url)
    illegal = [spec for spec in specs if not SET_SPEC.match(spec)]
    twice = [spec for spec, times in Counter(specs).items() if times > 1]
    if illegal or twice:
        told = f"The set {shown((illegal or twice)[0])} is {'no legal setSpec' if illegal else 'listed twice'}."
        return should(told, "Use letters, digits and -_.!~*'() in parts with colons between, each set once.", url)
    whole = next(children(repository.ask(("verb", "ListSets")).get("ListSets"), "resumptionToken"), None) is None
    orphans = [spec for spec in specs if ":" in spec and spec.rpartition(":")[0] not in specs]
    if whole and orphans:
        told = f"The set {shown(orphans[0])} has no parent {shown(orphans[0].rpartition(':')[0])} in the list."
        return should(told, "List the parents of every set.", url)
    return good(f"It lists {len(specs)} sets, each once.", url)


def _oai_identifier(repository: Repository) -> Verdict:
    name, sample = _described(repository.identify(), "repositoryIdentifier", "sampleIdentifier")
    url = repository.identify().url
    if not name:
        return good("It does not describe its identifiers, and need not.", url)
    if "." not in name:
        return should(f"repositoryIdentifier is {shown(name)}.", "Use a domain name, with a dot.", url)
    if not sample.startswith(f"oai:{name}:"):
        return should(f"The sample {shown(sample)} does not begin with oai:{name}:.", "Give a real identifier.", url)
    return good(f"Identifiers begin with oai:{name}:.", url)


def _described(reply: Reply, *names: str) -> list[str]:
    found = {local_name(each): text_of(each) for each in reply.get("Identify").iter() if isinstance(each.tag, str)}
    return [found.get(name, "") for name in names]


def _moved(repository: Repository) -> Verdict:
    repository.identify()
    moved = repository.door.moved_to
    if moved is None:
        return good("It is where we ask.", repository.url)
    return should(
        f"It has moved for good to {moved}.", f"Tell us the new address: chm-harvester set ID --url {moved}.", moved
    )


ADDRESS: tuple[Check[Repository], ...] = (
    Check("O01", "It answers Identify with an OAI-PMH document", _answers),
    Check("O02", "It answers at the address we were given", _moved),
)
IDENTITY: tuple[Check[Repository], ...] = (
    Check("P06", "Identify is complete and in order", _complete),
    Check("P07", "baseURL is the public address", _base_url),
    Check("P08", "adminEmail is an address", _email),
    Check("P09", "earliestDatestamp is as early as the earliest record", _earliest),
    Check("P10", "Deletions are kept and told", _deletions),
    Check("P11", "Datestamps have the granularity that Identify names", _granularity),
    Check("P12", "Compression is what the client asks for", _compression),
    Check("P19", "POST is answered as GET", _post),
    Check("P26", "oai_dc is offered, and each format names its schema", _formats),
    Check("P30", "Sets are legal, listed once, with their parents", _sets),
    Check("P82", "Identifiers are as Identify describes them", _oai_identifier),
)

"""Checks of a node of the federation: what it says of itself, and its list of changes."""

from __future__ import annotations

from collections import Counter

from harvester.preflight.native_node import MOST_PAGES, NDJSON, Line, Node
from harvester.preflight.verdicts import Check, Verdict, good, idle, must, should, shown
from harvester.protocols.native import DESCRIPTOR_PATH
from harvester.protocols.oai_windows import parse_instant
from vocabularies.text import normalise_language


def _descriptor(node: Node) -> Verdict:
    url = node.url + DESCRIPTOR_PATH
    if not node.id:
        return must("The descriptor names no id.", 'Say who you are: {"id": "ke", "name": {"en": "Kenya CHM"}}.', url)
    missing = [name for name in ("name", "software", "version") if not node.described.get(name)]
    if missing:
        return should(f"The descriptor does not say {', '.join(missing)}.", "Add it.", url)
    return good(f"It describes itself as {node.id}.", url)


def _contact(node: Node) -> Verdict:
    given = node.described.get("contact")
    told = given.get("email") if isinstance(given, dict) else given
    if isinstance(told, str) and "@" in told:
        return good(f"Its keepers are reached at {told}.", node.url + DESCRIPTOR_PATH)
    fix = 'Add an address that people read: "contact": {"email": "chm@example.org"}.'
    return should("The descriptor names nobody to write to.", fix, node.url + DESCRIPTOR_PATH)


def _languages(node: Node) -> Verdict:
    given = node.described.get("languages")
    told = [each for each in given if isinstance(each, str)] if isinstance(given, list) else []
    wrong = [each for each in told if normalise_language(each) is None]
    if not told or wrong:
        said = f"The language {shown(wrong[0])} is none" if wrong else "The descriptor names no language"
        return should(f"{said}.", 'Add them: "languages": ["en", "fr"].', node.url + DESCRIPTOR_PATH)
    return good(f"It publishes in {', '.join(told)}.", node.url + DESCRIPTOR_PATH)


def _address(node: Node) -> Verdict:
    said = node.described.get("baseUrl")
    if not isinstance(said, str) or said.rstrip("/") == node.url:
        return good("It is where we ask.", node.url + DESCRIPTOR_PATH)
    fix = f"Set CHM_BASE_URL to the public address: {node.url}, or tell us the one that is right."
    return must(f"It says its address is {said}, and we ask {node.url}.", fix, node.url + DESCRIPTOR_PATH)


def _licence(node: Node) -> Verdict:
    if node.described.get("licence") or node.described.get("license"):
        return good("The descriptor names a licence.", node.url + DESCRIPTOR_PATH)
    records = [line.change["record"] for line in node.first.lines if line.change and _is_record(line)]
    bare = [record for record in records if not record.get("license")]
    if not records:
        return idle("There is no record whose licence could be looked at.")
    if bare:
        return should(
            f"{len(bare)} of {len(records)} records do not say under which licence they may be used.",
            'Say it in each record: "license": "CC-BY-4.0".',
            node.first.url,
        )
    return good("Every record seen says its licence.", node.first.url)


def _is_record(line: Line) -> bool:
    return line.word("op") == "upsert" and isinstance((line.change or {}).get("record"), dict)


def _typed(node: Node) -> Verdict:
    given = node.first.response.headers.get("content-type", "")
    if given.partition(";")[0].strip() == NDJSON:
        return good("The change list is NDJSON, a line a change.", node.first.url)
    return should(f"The change list comes as {shown(given)}.", f"Send Content-Type: {NDJSON}.", node.first.url)


def _readable(node: Node) -> Verdict:
    for page in node.pages:
        for number, line in enumerate(page.lines, 1):
            if fault := _fault(line):
                text = shown(line.text[:200].decode("utf-8", "replace"))
                fix = "Write one JSON object a line with seq, op (upsert or delete), id and, of an upsert, the record."
                return must(f"Line {number} {fault}: {text}.", fix, page.url)
    return good(f"All {len(node.lines)} lines can be read.", node.first.url)


def _fault(line: Line) -> str:
    change = line.change
    if change is None:
        return "is no JSON object"
    if not line.word("id"):
        return "names no id"
    if line.word("op") not in ("upsert", "delete"):
        return "is neither upsert nor delete"
    if not isinstance(change.get("seq"), int):
        return "has no sequence number"
    return "is an upsert without a record" if line.word("op") == "upsert" and not _is_record(line) else ""


def _grows(node: Node) -> Verdict:
    numbers = [line.change["seq"] for line in node.lines if line.change and isinstance(line.change.get("seq"), int)]
    if any(later <= earlier for earlier, later in zip(numbers, numbers[1:], strict=False)):
        return must(
            "Sequence numbers do not grow from line to line.",
            "Number changes upwards in the order they were committed, and list them in that order.",
            node.pages[-1].url,
        )
    return good("Sequence numbers grow from line to line.", node.pages[-1].url)


def _place(node: Node) -> Verdict:
    if any(not page.reached for page in node.pages):
        fix = "Send the header CHM-Next-Since with every page: the place to go on from."
        return must("A page does not say how far it reaches.", fix, node.pages[-1].url)
    reached = [page.reached for page in node.pages]
    empty = [page for page in node.pages if page.goes_on and not page.lines]
    if len(set(reached)) < len(reached) or (node.pages[-1].goes_on and len(node.pages) < MOST_PAGES):
        fix = "Let each page reach further than the one before, and link to no next page at the end."
        return must("The list leads back to where it was.", fix, node.pages[-1].url)
    if empty:
        return should("A page without changes announces another.", "Leave such pages out.", empty[0].url)
    return good("Each page reaches further, and the last one ends.", node.pages[-1].url)


def _goes_on(node: Node) -> Verdict:
    last = node.pages[-1]
    if last.goes_on or not last.reached:
        return idle("The end of the list was not looked at.")
    again = node.changes(last.reached)
    old = {line.text for page in node.pages for line in page.lines} & {line.text for line in again.lines}
    if old:
        fix = "Give only what comes after the number given in since."
        return must("Who asks from the end of the list gets old changes again.", fix, again.url)
    return good("Who asks from the end of the list gets nothing old.", again.url)


def _repeatable(node: Node) -> Verdict:
    again = node.changes()
    names = [line.word("id") for line in node.first.lines], [line.word("id") for line in again.lines]
    if names[0] == names[1]:
        return good("Asked twice, the list begins with the same changes.", again.url)
    if set(names[0]) & set(names[1]):
        return should(
            "Asked twice, the list begins otherwise.", "List changes in the order of their numbers.", again.url
        )
    return must("Asked twice, not one id is the same.", "Keep the ids of records for ever.", again.url)


def _once(node: Node) -> Verdict:
    numbers = Counter(line.change.get("seq") for line in node.lines if line.change)
    twice = [number for number, times in numbers.items() if times > 1 and isinstance(number, int)]
    if twice:
        return must(f"Change {twice[0]} comes more than once.", "Give each change one number.", node.pages[-1].url)
    return good("Every change comes once.", node.first.url)


def _own_records(node: Node) -> Verdict:
    own = f"urn:chm:{node.id}:"
    foreign = [line.word("id") for line in node.lines if line.word("id") and not line.word("id").startswith(own)]
    if foreign and node.id:
        return must(
            f"{len(foreign)} changes are of records of others, such as {shown(foreign[0])}.",
            f"Publish records under your own ids only, which begin with {own}; others' are harvested from them.",
            node.first.url,
        )
    return good("All records bear its own ids.", node.first.url)


def _deletions(node: Node) -> Verdict:
    gone = [line for line in node.lines if line.word("op") == "delete"]
    if not gone:
        return idle("No deletion was seen.")
    if any((line.change or {}).get("record") for line in gone):
        return should("A deletion still has its record.", "Leave the record out.", node.first.url)
    return good(f"{len(gone)} deletions are told.", node.first.url)


def _dates(node: Node) -> Verdict:
    odd = [line for line in node.lines if line.change and not _is_date(line.word("datestamp"))]
    if odd:
        return should(
            f"{len(odd)} changes have no usable datestamp, such as {shown(odd[0].word('datestamp'))}.",
            "Write when the change was made, in UTC: 2024-06-30T12:00:00Z.",
            node.first.url,
        )
    return good("Every change has its date.", node.first.url)


def _is_date(text: str) -> bool:
    at = parse_instant(text)
    return at is not None and at.year >= 1990


def _conditional(node: Node) -> Verdict:
    etag = node.first.response.headers.get("etag")
    if not etag:
        fix = "Send an ETag, and 304 to who shows it; an unchanged list is then not sent again."
        return should("The change list has no ETag.", fix, node.first.url)
    again = node.door.get(node.first.url, accept=NDJSON, etag=etag)
    if again.status != 304:
        return should(f"The same ETag is answered {again.status}, not 304.", "Compare If-None-Match.", node.first.url)
    return good("What is unchanged is not sent again.", node.first.url)


def _refuses(node: Node) -> Verdict:
    url = node.changes_url("no-such-place")
    response = node.door.get(url, accept=NDJSON)
    if 400 <= response.status < 500:
        return good(f"A place it never gave is refused with {response.status}.", url)
    return should(
        f"A place it never gave is answered with HTTP status {response.status}.",
        "Answer 400 (or 410 for one that is gone); we then read the list from its head.",
        url,
    )


NODE: tuple[Check[Node], ...] = (
    Check("N01", "It describes itself", _descriptor),
    Check("N02", "It says where it is", _address),
    Check("N03", "It says whom to write to", _contact),
    Check("N04", "It says its languages", _languages),
    Check("N05", "The change list is NDJSON", _typed),
    Check("N06", "Every line can be read", _readable),
    Check("N07", "Sequence numbers grow", _grows),
    Check("N08", "Every change comes once", _once),
    Check("N09", "Each page says how far it reaches", _place),
    Check("N10", "After the end there is nothing old", _goes_on),
    Check("N11", "The same list twice is the same list", _repeatable),
    Check("N12", "Records bear its own ids", _own_records),
    Check("N13", "Deletions are told without a record", _deletions),
    Check("N14", "Changes are dated", _dates),
    Check("N15", "What is unchanged is not sent again", _conditional),
    Check("N16", "A place it never gave is refused", _refuses),
    Check("N17", "Records say their licence", _licence),
)

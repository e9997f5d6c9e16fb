"""Checks of OAI-PMH lists: order, windows, tokens, how they end and whether they stay the same."""

from __future__ import annotations

from collections import Counter

from harvester.preflight.oai_reading import ListPage, to_page
from harvester.preflight.oai_repository import PREFIX, Repository
from harvester.preflight.verdicts import Check, Verdict, good, idle, must, should, shown
from harvester.protocols.oai_windows import parse_instant

_ONE_PAGE = "Its list is one page, without a token."


def _not_empty(repository: Repository) -> Verdict:
    for page in repository.pages:
        if not page.items and not page.reply.codes:
            return must(
                "A list has no record and no error.",
                "Answer noRecordsMatch where nothing is found; leave out pages without records.",
                page.reply.url,
            )
    count = len(repository.items)
    if not count:
        return should("There is no record yet.", "Test again once there are some.", repository.first.reply.url)
    return good(f"{count} records came on {len(repository.pages)} pages.", repository.first.reply.url)


def _once(repository: Repository) -> Verdict:
    twice = [name for name, times in Counter(item.identifier for item in repository.items).items() if times > 1]
    url = repository.pages[-1].reply.url
    if twice:
        return must(
            f"{len(twice)} records come more than once, such as {shown(twice[0])}.",
            "Page by a key, such as datestamp and identifier, not by counting rows in no fixed order.",
            url,
        )
    nameless = sum(not item.identifier for item in repository.items)
    if nameless:
        return must(f"{nameless} records have no identifier.", "Give each header an identifier.", url)
    return good("Every record comes once and has an identifier.", url)


def _same_identifiers(repository: Repository) -> Verdict:
    arguments = (("verb", "ListIdentifiers"), ("metadataPrefix", PREFIX))
    listed = to_page(repository.ask(*arguments), "ListIdentifiers")
    whole = listed.token is None or not listed.token.text
    known = {item.identifier for item in repository.items}
    if whole and repository.ended and (differing := known ^ set(listed.identifiers)):
        one = sorted(differing)[0]
        where = "ListRecords" if one in known else "ListIdentifiers"
        return must(
            f"{len(differing)} records are in one of its lists only; {shown(one)} is in {where} alone.",
            "List the same records in ListRecords and ListIdentifiers.",
            listed.reply.url,
        )
    return good("ListIdentifiers names the records of ListRecords.", listed.reply.url)


def _order(repository: Repository) -> Verdict:
    stamps = [at for item in repository.items if (at := parse_instant(item.datestamp)) is not None]
    url = repository.first.reply.url
    if stamps != sorted(stamps):
        return should(
            "Records do not come in the order of their datestamps.",
            "Sort lists by datestamp, then identifier; a harvest that breaks off can then go on from a date.",
            url,
        )
    return good("Records come in the order of their datestamps.", url)


def _stable(repository: Repository) -> Verdict:
    first, again = repository.first, repository.list(anew=True)
    if first.identifiers == again.identifiers:
        return good("Asked twice, the list begins with the same records.", again.reply.url)
    if set(first.identifiers) & set(again.identifiers):
        return should(
            "Asked twice, the list begins with other records or in another order.",
            "Sort lists by datestamp, then identifier.",
            again.reply.url,
        )
    return must(
        "Asked twice, not one identifier is the same.",
        "Give each record one identifier for ever; every harvest would make all records anew.",
        again.reply.url,
    )


def _dated(repository: Repository) -> tuple[str, str] | None:
    """Give the identifier and datestamp of a record whose datestamp can be asked for."""
    for item in reversed(repository.items):
        at = parse_instant(item.datestamp)
        if item.identifier and at is not None and at.year > 1000 and repository.stamp(at) == item.datestamp:
            return item.identifier, item.datestamp
    return None


def _inclusive(repository: Repository) -> Verdict:
    dated = _dated(repository)
    if dated is None:
        return idle("No record has a datestamp that can be asked for.")
    identifier, stamp = dated
    page = repository.list(("from", stamp), ("until", stamp))
    if identifier in page.identifiers or (page.token and page.token.text):
        return good(f"From {stamp} until {stamp} holds the record of that time.", page.reply.url)
    return must(
        f"From {stamp} until {stamp} does not hold {shown(identifier)}, which bears that datestamp.",
        "Take both ends of a window in (from ≤ datestamp ≤ until); changes at its edge are lost otherwise.",
        page.reply.url,
    )


def _exact(repository: Repository) -> Verdict:
    dated = _dated(repository)
    if dated is None:
        return idle("No record has a datestamp that can be asked for.")
    page = repository.list(("from", dated[1]), ("until", dated[1]))
    others = [item for item in page.items if item.datestamp != dated[1]]
    if others:
        return must(
            f"From and until {dated[1]} bring {shown(others[0].identifier)} of {shown(others[0].datestamp)}.",
            "Give only what changed inside the window, by the datestamp in the header.",
            page.reply.url,
        )
    return good("A window holds nothing from outside it.", page.reply.url)


def _whole_day(repository: Repository) -> Verdict:
    dated = _dated(repository)
    if dated is None or repository.by_day:
        return idle("There is no datestamp finer than a day.")
    day = dated[1][:10]
    page = repository.list(("from", day), ("until", day))
    if dated[0] in page.identifiers or (page.token and page.token.text):
        return good("A day may be asked for, and is the whole day.", page.reply.url)
    told = page.reply.told if page.reply.codes else "a list without it"
    return should(
        f"From {day} until {day} is answered with {told}, and {shown(dated[0])} is of {dated[1]}.",
        "Accept days, and take a day for the whole of it: 00:00:00 to 23:59:59 UTC (OAI-PMH 2.0 §2.7.1).",
        page.reply.url,
    )


def _moves_on(repository: Repository) -> Verdict:
    tokens = [page.token.text for page in repository.pages if page.token and page.token.text]
    if not tokens:
        return idle(_ONE_PAGE)
    url = repository.pages[-1].reply.url
    pages = [page.identifiers for page in repository.pages if page.items]
    if len(set(tokens)) < len(tokens) or len(set(pages)) < len(pages):
        return must(
            f"The list leads back to itself: after {len(pages)} pages the same tokens or records come again.",
            "Let each token lead to the records after it, and end the list with an empty resumptionToken.",
            url,
        )
    return good("Each token leads further.", url)


def _counts(repository: Repository) -> Verdict:
    pages = [page for page in repository.pages if page.token is not None]
    if not pages:
        return idle(_ONE_PAGE)
    url = pages[0].reply.url
    sizes = {page.token.size for page in pages if page.token is not None}
    size = next((size for size in sizes if size is not None), None)
    if size is None:
        fix = 'Write <resumptionToken completeListSize="1234" cursor="0">; a list that is cut off is then noticed.'
        return should("It does not say how many records the list has.", fix, url)
    if not size.isdecimal() or len(size) > 9:
        return must(f"completeListSize is {shown(size)}.", "Give the number of records in the whole list.", url)
    if repository.ended and int(size) != len(repository.items):
        return must(
            f"{size} records are announced and {len(repository.items)} come.",
            "Announce as many records as come, deleted ones too, or send all of them.",
            repository.pages[-1].reply.url,
        )
    return _cursor(repository.pages)


def _cursor(pages: tuple[ListPage, ...]) -> Verdict:
    before = 0
    for page in pages:
        cursor = page.token.cursor if page.token is not None else None
        if cursor is not None and cursor != str(before):
            return should(
                f"cursor is {shown(cursor)} where {before} records came before.",
                "Let cursor be the number of records before this page, 0 on the first.",
                page.reply.url,
            )
        before += len(page.items)
    return good("The size of the list is told and true.", pages[0].reply.url)


def _ends(repository: Repository) -> Verdict:
    pages = repository.pages
    if not repository.ended:
        return idle(f"The list has more than {len(pages)} pages; its end was not looked at.")
    url = pages[-1].reply.url
    if len(pages) > 1 and pages[-1].token is None:
        return must(
            "The last page of several has no resumptionToken element, so that its end looks like a page cut off.",
            "End the last page with an empty element: <resumptionToken/> (OAI-PMH 2.0 §3.5).",
            url,
        )
    return good("The list ends as it must.", url)


def _repeatable(repository: Repository) -> Verdict:
    token = repository.first.token
    if token is None or not token.text:
        return idle(_ONE_PAGE)
    second = repository.list(("resumptionToken", token.text))
    again = repository.list(("resumptionToken", token.text), anew=True)
    if second.identifiers == again.identifiers:
        return good("The same token gives the same page.", again.reply.url)
    return must(
        "The same token gives another page the second time.",
        "Let the last token be used again (OAI-PMH 2.0 §3.5.1); answers get lost on the way and are asked for again.",
        again.reply.url,
    )


LISTS: tuple[Check[Repository], ...] = (
    Check("P63", "No list is empty without saying so", _not_empty),
    Check("P42", "Every record comes once and has an identifier", _once),
    Check("P42b", "ListIdentifiers names the same records", _same_identifiers),
    Check("P43", "Records come in the order of their datestamps", _order),
    Check("O03", "The same list twice is the same list", _stable),
    Check("P44", "Both ends of a window are inside it", _inclusive),
    Check("P46", "A window holds nothing from outside it", _exact),
    Check("P47", "A day may be asked for, and is the whole day", _whole_day),
    Check("O04", "Each token leads further", _moves_on),
    Check("P60", "The size of the list is told and true", _counts),
    Check("P61", "The last page of several says so", _ends),
    Check("P64", "The same token gives the same page", _repeatable),
)

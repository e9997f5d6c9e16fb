"""Publishing toolkits (IPT) that go wrong: lists that are none, EML that is missing, elsewhere or something else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from xml.sax.saxutils import escape

from harvester.hostile.scenario import IPT, Call, Play, Reply, Scenario
from harvester.hostile.wire import cut_short, web_page
from harvester.testing import Recorded

_NS = 'xmlns:ipt="http://ipt.gbif.org/"'
_EML = "https://eml.ecoinformatics.org/eml-2.2.0"
_Answer = Callable[[Call, int, int], Reply | None]


def an_item(root: str, number: int, *, version: str = "1.0", eml: str | None = None, day: int = 0) -> str:
    """Give a resource as the list names it; ``eml`` is another address, empty for none."""
    address = f"{root}/eml.do?r=moss{number}&v={version}" if eml is None else eml
    link = f"<ipt:eml>{escape(address)}</ipt:eml>" if address else ""
    return (
        f"<item><title>Moss survey {number} - Version {version}</title>{link}"
        f"<link>{root}/resource?r=moss{number}</link>"
        f"<pubDate>{day or number:02} Mar 2026 08:00:00 +0000</pubDate>"
        f'<guid isPermaLink="false">{key_of(number)}/v{version}</guid></item>'
    )


def key_of(number: int) -> str:
    """Give the key of a resource."""
    return f"00000000-0000-4000-8000-{number:012}"


def a_list(items: str) -> Recorded:
    """Give the list of a toolkit around its items."""
    body = f'<rss version="2.0" {_NS}><channel><title>Moss toolkit</title>{items}</channel></rss>'
    return Recorded(f'<?xml version="1.0" encoding="utf-8"?>{body}'.encode(), 200, {"Content-Type": "text/xml"})


def an_eml(number: int, title: str = "", *, namespace: str = _EML, head: str = "", version: str = "1.0") -> Recorded:
    """Give the EML of a resource."""
    told = (
        f"<dataset><alternateIdentifier>{key_of(number)}</alternateIdentifier>"
        f'<title xml:lang="eng">{title or f"Moss survey {number}"}</title>'
        "<creator><organizationName>Moss Institute</organizationName></creator><language>eng</language>"
        f"<abstract><para>Mosses of survey {number}.</para></abstract></dataset>"
    )
    about = f'packageId="{key_of(number)}/v{version}" system="http://gbif.org"'
    body = f'<?xml version="1.0" encoding="utf-8"?>{head}<eml:eml xmlns:eml="{namespace}" {about}>{told}</eml:eml>'
    return Recorded(body.encode(), 200, {"Content-Type": "text/xml"})


def _toolkit(count: int, answer: _Answer, items: Callable[[str], str] | None = None) -> Callable[[], Play]:
    """Give a toolkit; the answer is told how many harvests have begun and the number of the EML asked (0: the list)."""

    def make() -> Play:
        begun = [0]

        def play(call: Call) -> Reply:
            is_list = call.path == "/rss.do"
            begun[0] += is_list
            number = int(call.query.get("r", "moss0").removeprefix("moss") or 0)
            instead = answer(call, begun[0], 0 if is_list else number)
            if instead is not None:
                return instead
            if is_list:
                return a_list(items(call.root) if items else "".join(an_item(call.root, n) for n in _upto(count)))
            title = f"Moss survey {number}, version {call.query.get('v')}" if items else ""
            return an_eml(number, title) if call.path == "/eml.do" else Recorded(b"", 404)

        return play

    return make


def _upto(count: int) -> range:
    return range(1, count + 1)


def _second(reply: Reply, which: int = 2) -> _Answer:
    """Answer otherwise for one EML."""
    return lambda call, harvests, number: reply if number == which else None


def _later_list(make: Callable[[Call], Reply]) -> _Answer:
    return lambda call, harvests, number: make(call) if harvests > 1 and number == 0 else None


def _good(call: Call, harvests: int, number: int) -> None:
    return None


def _on_another_port(root: str) -> str:
    path = root.partition("://")[2].partition("/")[2]
    return "".join(an_item(root, n, eml=f"http://127.0.0.1:8080/{path}/eml.do?r=moss{n}") for n in _upto(3))


def _scenario(ids: str, does: str, must: str, make: Callable[[], Play], **settings: str) -> Scenario:
    return Scenario(tuple(ids.split()), IPT, does, must, make, settings)


_OTHERS = "The others arrive; that one is told, owed and asked for again."
_FAILS = "The run fails and says so; nothing is removed."
_BOMB = '<!DOCTYPE eml [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'

IPT_LISTS: Mapping[str, Scenario] = {
    "ipt-eml-missing": _scenario(
        "own", "The EML of one resource is not found.", _OTHERS, _toolkit(3, _second(Recorded(b"not found", 404))),
    ),
    "ipt-eml-late": _scenario(
        "own", "The EML of the oldest resource is not found in the first harvest, and there from then on.",
        "It arrives later, though its version is older than the window.",
        _toolkit(3, lambda call, harvests, number: Recorded(b"", 404) if number == 1 and harvests == 1 else None),
    ),
    "ipt-eml-doctype": _scenario(
        "own", "The EML of one resource declares entities that unfold and read a file.", _OTHERS,
        _toolkit(3, _second(an_eml(2, "&b;&c;", head=_BOMB))),
    ),
    "ipt-eml-login-page": _scenario(
        "own", "Instead of one EML there is a login page with status 200.", _OTHERS,
        _toolkit(3, _second(web_page("Please log in"))),
    ),
    "ipt-eml-cut-short": _scenario(
        "own", "One EML breaks off.", _OTHERS, _toolkit(3, _second(cut_short(an_eml(2), by=50))),
    ),
    "ipt-eml-empty": _scenario(
        "own", "One EML holds an element and nothing in it.", "It is refused with the reason; the others arrive.",
        _toolkit(3, _second(Recorded(f'<e:eml xmlns:e="{_EML}"><dataset/></e:eml>'.encode(), 200))),
    ),
    "ipt-eml-unknown-version": _scenario(
        "own", "The EML is of a version nobody knows.", "All records arrive.",
        _toolkit(1, _second(an_eml(1, namespace="https://eml.ecoinformatics.org/eml-9.9.9"), 1)),
    ),
    "ipt-eml-elsewhere": _scenario(
        "own", "The EML of one resource lies in a private network.", "It is not asked for; the others arrive.",
        _toolkit(3, _good, lambda root: an_item(root, 1) + an_item(root, 2, eml="http://10.0.0.1/eml.do?r=moss2")
                 + an_item(root, 3)),
    ),
    "ipt-behind-proxy": _scenario(
        "own", "The list names its EML by the port behind the proxy.", "All records arrive.",
        _toolkit(3, _good, _on_another_port),
    ),
    "ipt-data-package": _scenario(
        "own", "One resource is a data package without EML.", "The others arrive; that one is told.",
        _toolkit(3, _good, lambda root: an_item(root, 1) + an_item(root, 2, eml="") + an_item(root, 3)),
    ),
    "ipt-two-versions": _scenario(
        "own", "A resource is listed in version 1.9 and, further down and dated before, in 1.10.",
        "Version 1.10 arrives, once.",
        _toolkit(1, _good, lambda root: an_item(root, 1, version="1.9", day=9)
                 + an_item(root, 1, version="1.10", day=8)),
    ),
    "ipt-list-empty": _scenario(
        "own", "From the second harvest on the list names no resource.", "Nothing is removed, and it is told.",
        _toolkit(3, _later_list(lambda call: a_list(""))),
    ),
    "ipt-list-shorter": _scenario(
        "own", "From the second harvest on the list names only the latest resource.", "Nothing is removed.",
        _toolkit(3, _later_list(lambda call: a_list(an_item(call.root, 3)))),
    ),
    "ipt-list-login-page": _scenario(
        "own", "From the second harvest on there is a login page with status 200.", _FAILS,
        _toolkit(3, _later_list(lambda call: web_page("Please log in"))),
    ),
    "ipt-goes-down": _scenario(
        "own", "The list is there and every EML is an error.", "The run fails; what comes later is not lost.",
        _toolkit(8, lambda call, harvests, number: Recorded(b"", 500) if number and harvests == 1 else None),
    ),
}  # fmt: skip

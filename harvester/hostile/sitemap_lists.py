"""Web sites whose sitemaps and pages go wrong: circles, floods, other hosts, log-ins, scripts that are no JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from harvester.hostile.scenario import SITEMAP, Call, Play, Reply, Scenario
from harvester.hostile.web_site import SITEMAP_PATH, WebSite, a_sitemap, a_thing, an_index, some_pages, web_page
from harvester.hostile.wire import busy, gzip_bomb
from harvester.hostile.wire import web_page as a_page
from harvester.testing import Recorded

_LOGIN = Recorded(
    b'<!DOCTYPE html><html><body><form><input name="user"><input type="password"></form></body></html>',
    200,
    {"Content-Type": "text/html"},
)
_BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE u [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b"<urlset><url><loc>&b;</loc></url></urlset>"
)
_Answer = Callable[[WebSite, Call], Reply | None]


def _site(count: int, answer: _Answer | None = None, **more: Reply) -> Callable[[], Play]:
    """Give a site that is right but for what the answer says; None leaves a request to the site."""

    def make() -> Play:
        site = WebSite({**some_pages(count), **{f"/{name}": page for name, page in more.items()}})

        def play(call: Call) -> Reply:
            usual = site(call)
            return (answer(site, call) if answer else None) or usual

        return play

    return make


def _files(files: Callable[[Call], Mapping[str, Reply]], count: int = 3) -> Callable[[], Play]:
    return _site(count, lambda site, call: files(call).get(call.path))


def _pages(call: Call, count: int = 3) -> Recorded:
    return a_sitemap((f"{call.root}/{number}", "") for number in range(1, count + 1))


def _cycle(call: Call) -> Mapping[str, Reply]:
    first, second = f"{call.root}{SITEMAP_PATH}", f"{call.root}/more.xml"
    return {SITEMAP_PATH: an_index([second, f"{call.root}/pages.xml"]), "/more.xml": an_index([first, second]),
            "/pages.xml": _pages(call)}  # fmt: skip


def _too_deep(site: WebSite, call: Call) -> Reply | None:
    if call.path == "/pages.xml":
        return _pages(call)
    if not call.path.endswith(".xml"):
        return None
    told = call.path.removeprefix("/level").removesuffix(".xml")
    level = int(told) if told.isdecimal() else 1
    return an_index([f"{call.root}/level{level + 1}.xml", *([f"{call.root}/pages.xml"] if level == 1 else [])])


def _million(site: WebSite, call: Call) -> Reply | None:
    if call.path == SITEMAP_PATH:
        return an_index(f"{call.root}/part{number}.xml" for number in range(20))
    if call.path.startswith("/part"):
        return a_sitemap((f"{call.root}/{number}", "") for number in range(50_000))
    return web_page(a_thing(1, f"Survey {call.path}"))


def _others(*urls: str) -> Callable[[], Play]:
    def listed(call: Call) -> Mapping[str, Reply]:
        return {
            SITEMAP_PATH: a_sitemap(
                [*((f"{call.root}/{number}", "") for number in (1, 2, 3)), *((url, "") for url in urls)]
            )
        }

    return _files(listed)


def _bombed(call: Call) -> Mapping[str, Reply]:
    bomb = Recorded(gzip_bomb(64).body, 200, {"Content-Type": "application/gzip"})
    parts = an_index([f"{call.root}/bomb.xml.gz", f"{call.root}/pages.xml"])
    return {SITEMAP_PATH: parts, "/bomb.xml.gz": bomb, "/pages.xml": _pages(call)}


def _dated(**lastmods: str) -> Callable[[], Play]:
    def make() -> Play:
        paths = {f"/{name.lstrip('p')}": text for name, text in lastmods.items()}
        return WebSite(some_pages(len(paths)), paths)

    return make


def _later(answer: _Answer, count: int = 10) -> Callable[[], Play]:
    """Give a site that answers in another way from the second harvest on."""
    return _site(count, lambda site, call: answer(site, call) if site.harvests > 1 else None)


def _only_sitemap(reply: Reply) -> _Answer:
    return lambda site, call: reply if call.path == SITEMAP_PATH else None


def _every_page(reply: Reply) -> _Answer:
    return lambda site, call: reply if call.path.strip("/").isdecimal() else None


def _robots(text: str) -> Callable[[], Play]:
    return lambda: WebSite(some_pages(4), robots=text)


def _scenario(ids: str, does: str, must: str, make: Callable[[], Play], **settings: str) -> Scenario:
    return Scenario(tuple(ids.split()), SITEMAP, does, must, make, {"sweep_s": "0", **settings})


_OTHERS_ARRIVE = "That page is told as failed under its address; the others arrive."
_KEPT = "The run fails and says so; nothing is removed."
_REST = "It is told, and the list is no proof of what is gone; the other pages arrive."

SITEMAP_LISTS: Mapping[str, Scenario] = {
    "sitemap-cycle": _scenario(
        "H49", "Two indexes of sitemaps name each other and themselves.",
        "Each sitemap is read once; all pages arrive.",
        _files(_cycle),
    ),
    "sitemap-too-deep": _scenario(
        "H49", "Indexes lead to ever deeper indexes.", f"Nothing below the third level is asked for. {_REST}",
        _site(3, _too_deep),
    ),
    "sitemap-million": _scenario(
        "H49 F27", "A million addresses are listed.", "The run ends at its limit and says so; the pages read are kept.",
        _site(0, _million), max_pages="12",
    ),
    "sitemap-other-host": _scenario(
        "H49 F30", "Addresses of other hosts are listed.", f"They are never asked. {_REST}",
        _others("https://example.org/1", "http://files.example.net/2"),
    ),
    "sitemap-internal-address": _scenario(
        "H49 H36", "Addresses inside of our own network are listed.", f"They are never asked. {_REST}",
        _others("http://10.0.0.7/admin", "http://169.254.169.254/latest/meta-data", "file:///etc/passwd"),
    ),
    "sitemap-gzip-bomb": _scenario(
        "H49 H33", "One of two sitemaps unpacks to very much.", _REST, _files(_bombed),
    ),
    "sitemap-doctype": _scenario("H42", "The sitemap declares entities that multiply.", _KEPT,
                                 _later(_only_sitemap(Recorded(_BOMB)))),
    "sitemap-web-page": _scenario("H06 F07", "From the second harvest on the sitemap is a web page.", _KEPT,
                                  _later(_only_sitemap(a_page("Our new site")))),
    "sitemap-moved": _scenario("F07", "From the second harvest on the sitemap is not there.", _KEPT,
                               _later(_only_sitemap(Recorded(b"", 404)))),
    "sitemap-empty-later": _scenario("F01", "From the second harvest on the sitemap lists nothing.",
                                     "It is told; nothing is removed.", _later(_only_sitemap(a_sitemap([])))),
    "sitemap-log-in": _scenario("H06 F07", "From the second harvest on every page is a log-in page with status 200.",
                                _KEPT, _later(_every_page(_LOGIN))),
    "sitemap-page-fails": _scenario("H01", "One page answers with status 500.", _OTHERS_ARRIVE,
                                    _site(3, p=Recorded(b"oops", 500))),
    "sitemap-busy": _scenario("H28 F71", "In the first harvest the third page asks to be left alone for an hour.",
                              "The run ends there, and the next one goes on at that page.", lambda: _busy()),
    "sitemap-always-busy": _scenario("F71 H28", "One page asks every time to be left alone for an hour.",
                                     "The second run passes it by and tells it; the others arrive.",
                                     _site(3, lambda site, call: busy("3600") if call.path == "/2" else None)),
    "sitemap-page-gone": _scenario("F18", "From the second harvest on one page is gone (410) and still listed.",
                                   "It is absent, which alone removes nothing.", lambda: _gone()),
    "sitemap-broken-block": _scenario("F42 F44", "One of two JSON-LD scripts of a page ends in the middle.",
                                      "It is told with its line; the other script and the other pages arrive.",
                                      _site(2, p=web_page(a_thing(8), '{"@type": "Dataset", "name": "Cut'))),
    "sitemap-script-only": _scenario("own", "All pages get their JSON-LD from a script in the browser.",
                                     "The run fails and says that no page holds any.", lambda: _bare(6)),
    "sitemap-some-bare": _scenario("own", "Two of five pages hold no JSON-LD.", "They are told; the others arrive.",
                                   _site(3, a=a_page("About us"), b=a_page("Contact"))),
    "sitemap-remote-context": _scenario(
        "H48", "A page's context lies on another host, another's in a file.",
        "Neither is fetched; both pages are told as failed and the others arrive.",
        _site(2, p=web_page({**a_thing(8), "@context": "http://169.254.169.254/context.jsonld"}),
              q=web_page({**a_thing(9), "@context": "file:///etc/passwd"})),
    ),
    "sitemap-robots-ban": _scenario("F89", "Its robots.txt keeps every harvester out.",
                                    "The run ends as blocked, not as empty; no page is asked for.",
                                    _robots("User-agent: *\nUser-agent: chm-harvester\n"
                                            "Disallow: /sitemap-robots-ban/\n")),
    "sitemap-robots-part": _scenario("F89", "Its robots.txt keeps us, by name, from two of four pages.",
                                     "Those two are never asked for, which is told; the others arrive.",
                                     _robots("User-agent: *\nDisallow:\n\nUser-agent: chm-harvester\n"
                                             "Disallow: /sitemap-robots-part/3\nDisallow: /sitemap-robots-part/*4$\n")),
    "sitemap-future-lastmod": _scenario(
        "F39 H22", "Pages changed in 2099, yesterday evening and never.",
        "They arrive; the next run asks again for those whose date cannot be believed.",
        _dated(p1="2099-01-01", p2="soon", p3="2020-01-01", p4="2020-02-30"), sweep_s="604800",
    ),
    "sitemap-deep-json": _scenario("F46", "A page's JSON-LD is nested 100,000 deep.", _OTHERS_ARRIVE,
                                   _site(2, p=web_page('{"a":' * 100_000 + "1" + "}" * 100_000))),
}  # fmt: skip


def _gone() -> Play:
    site = WebSite(some_pages(10))

    def play(call: Call) -> Reply:
        reply = site(call)
        return Recorded(b"gone", 410) if call.path == "/3" and site.harvests > 1 else reply

    return play


def _busy() -> Play:
    site = WebSite(some_pages(5))

    def play(call: Call) -> Reply:
        reply = site(call)
        return busy("3600") if call.path == "/3" and site.harvests == 1 else reply

    return play


def _bare(count: int) -> Play:
    return WebSite({f"/{number}": a_page(f"Survey {number}") for number in range(1, count + 1)})

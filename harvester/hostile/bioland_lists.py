"""Bioland sites that go wrong: languages out of step, next links that lead back or out, nodes that are none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from harvester.hostile.bioland_site import LIST, BiolandSite, a_node, onward, page, refusal, some_nodes, split, where
from harvester.hostile.scenario import BIOLAND, Call, Play, Reply, Scenario
from harvester.hostile.wire import cut_short, web_page
from harvester.testing import Recorded

_Answer = Callable[[BiolandSite, Call, int], Reply]
_INTERNAL = "http://10.0.0.7:8080"


def _lists(count: int, answer: _Answer) -> Callable[[], Play]:
    """Give a site that is right but for its lists in the order we ask for; the answer is told the position."""

    def make() -> Play:
        site = BiolandSite(some_nodes(count))

        def play(call: Call) -> Reply:
            locale, below = split(call.path)
            wanted = below == LIST and locale in site.nodes and "sort[s][path]" in call.query
            return answer(site, call, where(call)[0]) if wanted else site(call)

        return play

    return make


def _later(count: int, answer: _Answer) -> Callable[[], Play]:
    """Give a site whose lists are right in the first harvest only."""

    def later(site: BiolandSite, call: Call, offset: int) -> Reply:
        good = site(call)
        return good if site.lists < 2 else answer(site, call, offset)

    return _lists(count, later)


def _site(nodes: dict[str, list[Any]]) -> Callable[[], Play]:
    return lambda: BiolandSite(nodes)


def _listed(*nodes: Any) -> Callable[[], Play]:
    """Give a site that lists these nodes in English, and none in French."""
    return _lists(0, lambda site, call, offset: page(nodes if split(call.path)[0] == "en" else [], None))


def _nodes_of(site: BiolandSite, call: Call) -> list[Any]:
    return site.nodes[split(call.path)[0]]


def _linked(link: Callable[[Call, int], str]) -> Callable[[], Play]:
    """Give a site of 25 nodes whose next link is what a function makes of the position."""

    def answer(site: BiolandSite, call: Call, offset: int) -> Reply:
        more = offset + 10 < 25
        return page(_nodes_of(site, call)[offset : offset + 10], None, link(call, offset) if more else None)

    return _lists(25, answer)


def _cycle(site: BiolandSite, call: Call, offset: int) -> Reply:
    following = onward(call, {0: 10, 10: 20}.get(offset, 10))
    return page(_nodes_of(site, call)[offset : offset + 10], None, following)


def _old_nodes(site: BiolandSite, call: Call, offset: int) -> Reply:
    return page(_nodes_of(site, call)[:10], None, onward(call, offset + 10))


def _empty_pages(site: BiolandSite, call: Call, offset: int) -> Reply:
    return page([], None, onward(call, offset + 10))


def _no_next(site: BiolandSite, call: Call, offset: int) -> Reply:
    nodes = _nodes_of(site, call)
    return page(nodes[offset : offset + 10], len(nodes))


def _out_of_step() -> Play:
    """Have ten nodes in English; in French every second of them, in another order, and one more."""
    french = [a_node(number, "fr") for number in (10, 2, 4, 8, 6, 99)]
    return BiolandSite({"en": some_nodes(10)["en"], "fr": french})


def _static() -> Play:
    """Give the same list whatever is filtered; of the French nodes each has its own address."""
    site = _out_of_step()

    def play(call: Call) -> Reply:
        return site(
            Call(call.root, call.path, {name: each for name, each in call.query.items() if "filter" not in name})
        )

    return play


def _untranslated() -> Play:
    """Serve French, and give in it the English nodes, as Drupal does with what is not translated."""
    nodes = some_nodes(5)
    return BiolandSite({"en": nodes["en"], "fr": [nodes["fr"][0], *nodes["en"][1:]]})


def _french_gone() -> Play:
    """Serve English only from the second harvest on."""
    site = BiolandSite(some_nodes(3))

    def play(call: Call) -> Reply:
        if (
            site.lists >= 1
            and split(call.path)[0] == "en"
            and "sort[s][path]" not in call.query
            and site.nodes.get("fr")
        ):
            del site.nodes["fr"]
        return site(call)

    return play


def _deaf(site: BiolandSite, call: Call, offset: int) -> Reply:
    """Pass over every filter."""
    return page(_nodes_of(site, call), len(_nodes_of(site, call)))


def _refuses_filter(site: BiolandSite, call: Call, offset: int) -> Reply:
    if "filter[c][condition][path]" in call.query:
        return refusal("Filtering on the field changed is not allowed")
    return site(call)


def _refuses_include(site: BiolandSite, call: Call, offset: int) -> Reply:
    if "field_attachments" in call.query.get("include", ""):
        return refusal("field_attachments is not a valid relationship field name")
    return site(call)


def _cut_once() -> Play:
    site, cut = BiolandSite(some_nodes(25)), [False]

    def play(call: Call) -> Reply:
        reply = site(call)
        if call.query.get("page[offset]") == "10" and not cut[0]:
            cut[0] = True
            return cut_short(reply, by=200)
        return reply

    return play


def _down_for_a_day() -> Play:
    site, down = BiolandSite(some_nodes(25)), [0]

    def play(call: Call) -> Reply:
        if call.query.get("page[offset]") == "10" and down[0] < 1:
            down[0] += 1
            return Recorded(b"Internal Server Error", 500)
        return site(call)

    return play


_LOOP = "The run stops and names the loop; the nodes read are kept."
_ALL = "All nodes arrive, each once and in both languages."
_OTHERS = "It is told as failed; the others arrive."
_AGAIN = "Everything is read again, and the run is done."


def _scenario(ids: str, does: str, must: str, make: Callable[[], Play], **settings: str) -> Scenario:
    return Scenario(tuple(ids.split()), BIOLAND, does, must, make, {"page_size": "10", "locales": "en fr", **settings})


BIOLAND_LISTS: Mapping[str, Scenario] = {
    "bioland-next-is-itself": _scenario("H07", "The next link of a page is the page itself.", _LOOP, _linked(onward)),
    "bioland-cycle": _scenario("H08 F24", "The second and third page lead to each other.", _LOOP, _lists(30, _cycle)),
    "bioland-old-nodes": _scenario(
        "H09", "Every page has a new address and the same nodes.", _LOOP, _lists(10, _old_nodes),
    ),
    "bioland-endless-empty-pages": _scenario(
        "H14 F26", "Empty pages with new addresses follow for ever.", _LOOP, _lists(0, _empty_pages),
    ),
    "bioland-internal-next": _scenario(
        "F30", "The next link names a host behind the proxy, and another path.",
        "That host is never asked; all nodes arrive.",
        _linked(lambda call, offset: f"{_INTERNAL}/drupal?page%5Boffset%5D={offset + 10}"),
    ),
    "bioland-file-next": _scenario(
        "F87 F30", "The next link is a file: address.", "It is not opened; the run is not simply done.",
        _linked(lambda call, offset: "file:///etc/passwd"),
    ),
    "bioland-no-next": _scenario(
        "own", "25 nodes are counted, and no page names the next one.", _ALL, _lists(25, _no_next),
    ),
    "bioland-fewer-than-announced": _scenario(
        "F05 H50", "Forty nodes are announced, the list ends after 25.", "The missing ones are told.",
        _lists(25, lambda site, call, offset: page(
            _nodes_of(site, call)[offset : offset + 10], 40, onward(call, offset + 10) if offset < 20 else None)),
    ),
    "bioland-languages-out-of-step": _scenario(
        "own", "The French list has half of the nodes, in another order, and one that is in no other.",
        "Each node is there once, in the languages it has.", _out_of_step,
    ),
    "bioland-filters-ignored": _scenario(
        "own", "Languages are out of step, and every filter is passed over.",
        "Each node is there once, in the languages it has.", _static,
    ),
    "bioland-untranslated": _scenario(
        "own", "What is not translated is given in English at the French address.",
        "No node claims a language it has not.", _untranslated,
    ),
    "bioland-language-gone": _scenario(
        "own", "From the second harvest on French is no longer served.", "Nothing is lost, and it is told.",
        _french_gone, locales="", incremental="no",
    ),
    "bioland-window-ignored": _scenario("own", "The filter by date is passed over.", _AGAIN, _lists(5, _deaf)),
    "bioland-window-refused": _scenario("own", "The filter by date is an error.", _AGAIN, _lists(5, _refuses_filter)),
    "bioland-include-refused": _scenario(
        "own", "What belongs to a node may not be asked for with it.", _ALL, _lists(25, _refuses_include),
    ),
    "bioland-cut-short-once": _scenario("H01", "The second page breaks off, once.", _ALL, _cut_once),
    "bioland-page-down": _scenario(
        "F03 F04", "The second page is answered with status 500; the next day it is well again.",
        "The first page is kept, and the next run goes on behind it.", _down_for_a_day,
    ),
    "bioland-empty-later": _scenario(
        "F01", "From the second harvest on there is no node any more.", "Nothing is removed.",
        _later(25, lambda site, call, offset: page([], 0)), incremental="no",
    ),
    "bioland-login-page": _scenario(
        "H06 F07", "From the second harvest on there is a login page with status 200.",
        "The run fails as “not Drupal”; nothing is removed and the place stays.",
        _later(3, lambda site, call, offset: web_page("Log in")),
    ),
    "bioland-broken-node": _scenario(
        "F44 F56", "Among good nodes one has no id, one is a number, one has an id of 3 kB.", _OTHERS,
        _listed(a_node(1), {"title": "Nameless"}, 7, a_node(2, id="x" * 3000), a_node(3)),
    ),
    "bioland-wrong-types": _scenario(
        "F51", "Titles, texts, tags, paths and attachments are of wrong types.",
        "Each arrives or is refused with the reason; the others arrive.",
        _site({"en": [a_node(1), a_node(2, body=[1], path="x", field_tags={"a": [7]}), {**a_node(3), "title": None},
                      a_node(4, field_attachments=[3, {"uri": 4}], field_type_placement=[None, "x"], changed=None)],
               "fr": []}),
    ),
    "bioland-unpublished-node": _scenario(
        "F08", "A list gives a node that is not published.", "It is not published; the others arrive.",
        _site({"en": [a_node(1), a_node(2, status=False)], "fr": []}),
    ),
}  # fmt: skip

"""Protected Planet and PANORAMA going wrong: pages that come again, keys that are refused or sent back, empty lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from harvester.hostile.scenario import PANORAMA, PROTECTED_PLANET, Call, Play, Reply, Scenario
from harvester.hostile.wire import web_page
from harvester.testing import Recorded

AREAS_PATH = "/v3/protected_areas"
LANGUAGES = ("en", "fr")


def an_area(number: int, **more: Any) -> dict[str, Any]:
    """Give a protected area with nothing wrong with it, in the shape of version 3."""
    return {
        "id": number,
        "wdpa_id": number,
        "name": f"Reserve {number}",
        "original_name": f"Hifadhi {number}",
        "marine": False,
        "reported_area": "12.5",
        "countries": [{"name": "Kenya", "iso_3": "KEN", "id": "KEN"}],
        "iucn_category": {"id": 2, "name": "II"},
        "designation": {"id": 10, "name": "National Park", "jurisdiction": {"id": 1, "name": "National"}},
        "governance": {"id": 1, "governance_type": "Federal or national ministry or agency"},
        "management_authority": {"id": 5, "name": "Kenya Wildlife Service"},
        "legal_status": {"id": 1, "name": "Designated"},
        "legal_status_updated_at": "01/01/1974",
        "links": {"protected_planet": f"https://www.protectedplanet.net/{number}"},
        **more,
    }


def a_solution(number: int, language: str = "en", **more: Any) -> dict[str, Any]:
    """Give a solution with nothing wrong with it."""
    titles = {"en": f"Solution {number}", "fr": f"Solution no. {number}", "es": f"Solución {number}"}
    return {
        "id": number,
        "title": titles[language],
        "summary": f"<p>{titles[language]}…</p>",
        "preview_image": f"https://panorama.example/{number}.jpg",
        "url": f"https://panorama.example/{language}/solution/{number}",
        "classifications": {"theme": ["Protected area governance"]},
        **more,
    }


def json_reply(value: object, status: int = 200) -> Recorded:
    """Give JSON as a server sends it."""
    return Recorded(orjson.dumps(value), status, {"Content-Type": "application/json"})


def planet(areas: list[Any], *, most: int = 50) -> Play:
    """Give an API with these areas, at most so many a page."""

    def play(call: Call) -> Reply:
        if not call.path.startswith(AREAS_PATH) or not call.query.get("token"):
            return json_reply({"error": "Unauthorized"}, 401)
        rows = min(int(call.query.get("per_page", "25")), most)
        start = (int(call.query.get("page", "1")) - 1) * rows
        return json_reply({"protected_areas": areas[start : start + rows]})

    return play


def panorama(solutions: Mapping[str, list[Any]]) -> Play:
    """Give an API with these solutions by language."""

    def play(call: Call) -> Reply:
        listed = solutions.get(call.path[1:3])
        if listed is None or not call.path.endswith("/api/v1/solutions"):
            return Recorded(b"not found", 404)
        if not call.query.get("api_key"):
            return json_reply({"error": "no key"}, 403)
        return json_reply({"solutions": [{"solution": each} for each in listed]})

    return play


def _areas(count: int) -> list[Any]:
    return [an_area(number) for number in range(1, count + 1)]


def _solutions(count: int) -> dict[str, list[Any]]:
    return {tag: [a_solution(number, tag) for number in range(1, count + 1)] for tag in LANGUAGES}


def _later(good: Play, bad: Play, asks: int) -> Play:
    """Be right for the requests of the first harvest only."""
    asked = [0]

    def play(call: Call) -> Reply:
        asked[0] += 1
        return good(call) if asked[0] <= asks else bad(call)

    return play


def _echoes(call: Call) -> Reply:
    """Send the token back in every link."""
    token = call.query.get("token", "")
    links = {"protected_planet": f"https://www.protectedplanet.net/1?token={token}"}
    return json_reply({"protected_areas": [an_area(1, links=links)] if call.query.get("page") == "1" else []})


def _tells_token(call: Call) -> Reply:
    return json_reply({"error": f"the token {call.query.get('token')} is over its limit"}, 403)


def _first_for_ever(call: Call) -> Reply:
    return json_reply({"protected_areas": _areas(50)})


def _french_fails(call: Call) -> Reply:
    return Recorded(b"Internal Server Error", 500) if call.path.startswith("/fr/") else panorama(_solutions(3))(call)


def _planet(ids: str, does: str, must: str, make: Callable[[], Play], **settings: str) -> Scenario:
    return Scenario(tuple(ids.split()), PROTECTED_PLANET, does, must, make, {"token": "@KEY", **settings})


def _panorama(ids: str, does: str, must: str, make: Callable[[], Play]) -> Scenario:
    return Scenario(tuple(ids.split()), PANORAMA, does, must, make, {"token": "@KEY", "languages": "en,fr"})


_KEPT = "The run fails and says why; nothing is removed."

PLANET_LISTS: Mapping[str, Scenario] = {
    "planet-small-pages": _planet(
        "H50", "Pages hold 20 areas, however many are asked for.", "All arrive.", lambda: planet(_areas(45), most=20),
    ),
    "planet-page-ignored": _planet(
        "H07 F23", "Every page is the first page.", "The run stops and names the loop.", lambda: _first_for_ever,
    ),
    "planet-token-refused-later": _planet(
        "own", "From the second harvest on the token is refused, and the refusal repeats it.",
        "The run fails; nothing is removed, and the token is told nowhere.",
        lambda: _later(planet(_areas(3)), _tells_token, 2),
    ),
    "planet-token-echoed": _planet(
        "own", "Every link holds the token.", "It is neither stored nor published.", lambda: _echoes,
    ),
    "planet-empty-later": _planet(
        "F01", "From the second harvest on there is no area.", "Nothing is removed, and it is told.",
        lambda: _later(planet(_areas(3)), planet([]), 2),
    ),
    "planet-broken-area": _planet(
        "own", "Among good areas one has no number, one is a text, one has texts where objects should be.",
        "Each is told or arrives; the others arrive.",
        lambda: planet([an_area(1), {"name": "Nameless"}, "a text",
                        an_area(4, countries="Kenya", designation="Park", iucn_category=None, reported_area="large")]),
    ),
    "panorama-language-fails-later": _panorama(
        "F04", "From the second harvest on the French list is answered with status 500.",
        "The run fails; no record loses its French.", lambda: _later(panorama(_solutions(3)), _french_fails, 2),
    ),
    "panorama-empty-later": _panorama(
        "F01", "From the second harvest on there is no solution.", "Nothing is removed, and it is told.",
        lambda: _later(panorama(_solutions(3)), panorama({"en": [], "fr": []}), 2),
    ),
    "panorama-login-page": _panorama(
        "H06 F07", "From the second harvest on a login page with status 200 comes.", _KEPT,
        lambda: _later(panorama(_solutions(3)), lambda call: web_page("Please log in"), 2),
    ),
    "panorama-broken-solution": _panorama(
        "own", "One solution has no id, one is a text, one stands there twice in different words.",
        "Each is told; the others arrive.",
        lambda: panorama({"en": [a_solution(1), {"title": "Nameless"}, "a text", a_solution(1, title="Other")],
                          "fr": []}),
    ),
}  # fmt: skip

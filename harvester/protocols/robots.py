"""What a host's robots.txt lets us read, and the sitemaps it names (RFC 9309). Asks nothing itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit

ROBOT = "chm-harvester"
"""Our product token (RFC 9309 §2.2.1)."""
MAX_BYTES = 512 * 1024
MAX_RULES = 10_000
LONGEST_DELAY_S = 30.0
_LINE = re.compile(r"\s*([A-Za-z-]+)\s*:\s*([^#]*)")
_SEPARATE = frozenset({"sitemap", "host"})


@dataclass(frozen=True, slots=True)
class Robots:
    """What holds for us: ``rules`` are (allowed, path pattern) in the file's order; ``sitemaps`` hold for everybody."""

    rules: tuple[tuple[bool, str], ...] = ()
    delay_s: float = 0.0
    sitemaps: tuple[str, ...] = ()

    def allows(self, url: str) -> bool:
        """Say whether we may read an address: the longest pattern that fits decides, “allow” where two are equal."""
        parts = urlsplit(url)
        target = _plain(parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        if target == "/robots.txt":
            return True
        fitting = [(len(pattern), allowed) for allowed, pattern in self.rules if _fits(pattern, target)]
        return max(fitting, default=(0, True))[1]


@dataclass(slots=True)
class _Group:
    agents: list[str] = field(default_factory=list)
    rules: list[tuple[bool, str]] = field(default_factory=list)
    delay_s: float = 0.0
    closed: bool = False


def parse_robots(body: bytes, agent: str = ROBOT) -> Robots:
    """Give what a robots.txt says to our agent, else to ``*``; other lines are passed over (§2.2)."""
    groups: list[_Group] = []
    sitemaps: list[str] = []
    for line in body[:MAX_BYTES].decode("utf-8", "replace").lstrip("\ufeff").splitlines():
        match = _LINE.match(line)
        if match is None:
            continue
        name, value = match[1].lower(), match[2].strip()
        if name in _SEPARATE:
            address = line.partition(":")[2].strip()
            sitemaps += [address] if name == "sitemap" and address else []
        else:
            _add(groups, name, value)
    mine = _groups_of(groups, agent)
    rules = tuple(rule for group in mine for rule in group.rules)[:MAX_RULES]
    return Robots(rules, max((group.delay_s for group in mine), default=0.0), tuple(dict.fromkeys(sitemaps)))


def _add(groups: list[_Group], name: str, value: str) -> None:
    if name == "user-agent":
        if not groups or groups[-1].closed:
            groups.append(_Group())
        groups[-1].agents.append(value.lower())
        return
    if not groups:
        return
    groups[-1].closed = True
    if name in {"allow", "disallow"} and value:
        groups[-1].rules.append((name == "allow", _plain(value)))
    elif name == "crawl-delay" and re.fullmatch(r"\d{1,6}(\.\d+)?", value):
        groups[-1].delay_s = min(float(value), LONGEST_DELAY_S)


def _groups_of(groups: Iterable[_Group], agent: str) -> list[_Group]:
    named = list(groups)
    own = [
        group for group in named if any(agent.startswith(name.split("/")[0]) for name in group.agents if name != "*")
    ]
    return own or [group for group in named if "*" in group.agents]


def _plain(path: str) -> str:
    return quote(unquote(path, errors="surrogateescape"), safe="/*$?=&:@!,;+()'~", errors="surrogateescape")


def _fits(pattern: str, target: str) -> bool:
    """Match a path pattern with ``*`` and a final ``$`` (§2.2.3) from left to right, never going back."""
    anchored = pattern.endswith("$")
    first, *rest = (pattern[:-1] if anchored else pattern).split("*")
    if not target.startswith(first):
        return False
    at = len(first)
    for part in rest[:-1] if anchored else rest:
        found = target.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    if not anchored:
        return True
    return target == first if not rest else target.endswith(rest[-1]) and len(target) - len(rest[-1]) >= at

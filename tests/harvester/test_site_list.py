"""A list of sites becomes paused sources: each is recognised by what it is, or told why not, and costs no other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from harvester.hostile import HostileServer, Scenario, serve_hostile
from harvester.hostile.bioland_site import BiolandSite, some_nodes
from harvester.hostile.informea_service import InformeaService, some_decisions
from harvester.operating_errors import BadRequest
from harvester.site_list import Site, parse_site_list
from tests.harvester.conftest import Command


@pytest.fixture
def server() -> Iterator[HostileServer]:
    plays = {
        "reefs": Scenario((), "bioland", "", "", lambda: BiolandSite(some_nodes(3))),
        "fens": Scenario((), "informea", "", "", lambda: InformeaService(some_decisions(3))),
    }
    with serve_hostile(plays) as served:
        yield served


@pytest.fixture
def table(tmp_path: Path, server: HostileServer) -> Path:
    rows = [
        "name,country,url,locales",
        f"Reefs,Kenya,{server.source_url('reefs')},en fr",
        f'"Fens, all",AT,{server.source_url("fens")},',
        "Nobody,DE,http://127.0.0.1:9/,",
        f"Nowhere,Atlantis,{server.source_url('reefs')}/2,",
        "Unnamed,FR,,",
        ",,,",
        f"Reefs again,KE,{server.source_url('reefs')},",
    ]
    path = tmp_path / "sites.csv"
    path.write_text("\n".join(rows), "utf-8")
    return path


def test_each_site_is_added_paused_or_told_why_not(
    command: Command, table: Path, monkeypatch: pytest.MonkeyPatch, server: HostileServer
) -> None:
    monkeypatch.setenv("CHM_ALLOW_LOOPBACK", "1")
    command("init", "--defaults")
    code, out = command("add", "--from-list", str(table), "--every", "7d", "--json")
    assert code == 3
    rows = [orjson.loads(line) for line in out.splitlines()]
    rows = rows[0] if len(rows) == 1 and isinstance(rows[0], list) else rows
    assert [(row["line"], row["protocol"], row["country"]) for row in rows] == [
        (2, "bioland", "KE"), (3, "informea", "AT"), (4, "", ""), (5, "", ""), (6, "", ""), (8, "", ""),
    ]  # fmt: skip
    told = [row["told"] for row in rows]
    assert told[:2] == ["added, paused"] * 2
    assert "No answer from" in told[2]
    assert "Atlantis" in told[3]
    assert "no address" in told[4]
    assert "already" in told[5]
    sources = [orjson.loads(line) for line in command("list", "--json")[1].splitlines()]
    sources = sources[0] if len(sources) == 1 and isinstance(sources[0], list) else sources
    assert {(each["name"], each["paused"], each["every_s"]) for each in sources} == {
        ("Reefs", True, 604_800),
        ("Fens, all", True, 604_800),
    }
    reefs = next(each["id"] for each in sources if each["name"] == "Reefs")
    code, out = command("run", reefs, "--json")
    assert code == 0
    asked = {call.path.partition("/jsonapi")[0] for call in server.requests if call.query.get("sort[s][path]")}
    assert asked == {"/en", "/fr"}, "the list names them"


def test_a_table_of_bioland_codes_gives_their_hosts() -> None:
    text = "site_code,default_locale,locales,redirect_host\nKE,en,en sw,\nacb,en,en ms,asean.chm.example\n"
    assert parse_site_list(text.encode()) == [
        Site(2, "https://ke.chm-cbd.net", code="ke", locales="en sw", language="en"),
        Site(3, "https://asean.chm.example", code="acb", locales="en ms", language="en"),
    ]


@pytest.mark.parametrize(
    "payload", ["Name;URL\nCôte;chm.example\n".encode("cp1252"), b"\xef\xbb\xbfname\turl\nx\tchm.example\n"]
)
def test_a_table_is_read_whatever_parts_its_columns(payload: bytes) -> None:
    assert [site.url for site in parse_site_list(payload)] == ["https://chm.example"]


@pytest.mark.parametrize("payload", [b"", b"name,country\nKenya,KE\n", b"\x89PNG"])
def test_a_table_without_addresses_is_refused_in_plain_words(payload: bytes) -> None:
    with pytest.raises(BadRequest, match="no column of addresses"):
        parse_site_list(payload)


@pytest.mark.parametrize(
    "wrong",
    [["--id", "x"], ["--set", "locales=en"], ["https://chm.example"], ["--protocol", "bioland", "--set", "x=1"]],
)
def test_what_fits_no_list_is_refused(command: Command, table: Path, wrong: list[str]) -> None:
    command("init", "--defaults")
    assert command("add", "--from-list", str(table), *wrong)[0] == 2


def test_an_address_or_a_list_is_needed(command: Command, tmp_path: Path) -> None:
    command("init", "--defaults")
    assert command("add")[0] == 2
    assert command("add", "--from-list", str(tmp_path / "none.csv"))[0] == 2

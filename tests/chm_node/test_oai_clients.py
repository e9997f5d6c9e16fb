"""Clients that others wrote harvest the provider whole: the same identifiers and deletions for each, over real HTTP."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sickle
from loopback_server import free_port, serve
from oaipmh_scythe import Scythe
from published_pages import make_read_side
from published_site import SITE, PublishedSite, sample_record

RECORDS = 237
DELETED = 7
PAGE = 50


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, PublishedSite]]:
    """A whole read side, compression and all, with 237 records, 7 of them withdrawn, awkward text among them."""
    port = free_port()
    site_facts = replace(SITE, base_url=f"http://127.0.0.1:{port}", page_size=PAGE)
    made = make_read_side(f"sqlite:///{tmp_path_factory.mktemp('oai')}/site.db", site_facts)
    site = made.site
    awkward = {"en": 'Peat & "bog" <fen> ]]> 泥炭地 أراضي الخث 😀', "ar": "أراضي الخث"}
    site.publish([sample_record(f"r{n:03}", title=awkward) for n in range(RECORDS)])
    for n in range(DELETED):
        site.withdraw(f"r{n * 10:03}")
    with serve(made.app, port) as address:
        yield f"{address}/oai", site
    site.engine.dispose()


EVERY_ID = {f"oai:chm.example.org:r{n:03}" for n in range(RECORDS)}
DELETED_IDS = {f"oai:chm.example.org:r{n * 10:03}" for n in range(DELETED)}


def test_sickle_harvests_it_whole(repository: tuple[str, PublishedSite]) -> None:
    client = sickle.Sickle(repository[0])
    for prefix in ("oai_dc", "chm", "dcat_ap"):
        found = [
            (record.header.identifier, record.header.deleted) for record in client.ListRecords(metadataPrefix=prefix)
        ]
        assert len(found) == RECORDS
        assert {identifier for identifier, _ in found} == EVERY_ID
        assert {identifier for identifier, deleted in found if deleted} == DELETED_IDS
    assert {header.identifier for header in client.ListIdentifiers(metadataPrefix="oai_dc")} == EVERY_ID
    assert client.Identify().deletedRecord == "persistent"
    assert {s.setSpec for s in client.ListSets()} >= {"type:resource", "country:KE"}


def test_scythe_harvests_it_whole(repository: tuple[str, PublishedSite]) -> None:
    with Scythe(repository[0]) as client:
        found = [
            (record.header.identifier, record.header.deleted)
            for record in client.list_records(metadata_prefix="oai_dc")
        ]
        assert len(found) == RECORDS
        assert {identifier for identifier, _ in found} == EVERY_ID
        assert {identifier for identifier, deleted in found if deleted} == DELETED_IDS
        record = client.get_record(identifier="oai:chm.example.org:r001", metadata_prefix="oai_dc")
        assert 'Peat & "bog" <fen> ]]> 泥炭地 أراضي الخث 😀' in record.metadata["title"]


def test_http_oai_of_debian_harvests_it_whole(repository: tuple[str, PublishedSite]) -> None:
    client = shutil.which("oai_pmh")
    if client is None:
        if os.environ.get("CI") == "true":
            pytest.fail("oai_pmh (Debian's libhttp-oai-perl) must be there in CI")
        pytest.skip("oai_pmh (Debian's libhttp-oai-perl) is not installed")
    command = [client, "-X", "ListRecords", "--metadataPrefix", "oai_dc", repository[0]]
    printed = subprocess.run(command, capture_output=True, timeout=120, check=False).stdout.decode("utf-8", "replace")
    assert set(re.findall(r"\bidentifier: (oai:\S+)", printed)) == EVERY_ID
    assert len(re.findall(r"^status: deleted", printed, re.MULTILINE)) == DELETED


NPM = Path(__file__).resolve().parents[2] / ".venv" / "npm" / "node_modules"
_WALK = """
const { OaiPmh } = require(process.argv[1]);
(async () => {
  const found = [];
  for await (const each of new OaiPmh(process.argv[2]).listRecords({ metadataPrefix: "oai_dc" })) {
    found.push([each.header.identifier, (each.header.$ || {}).status === "deleted"]);
  }
  console.log(JSON.stringify(found));
})();
"""


def test_oai_pmh_of_npm_harvests_it_whole(repository: tuple[str, PublishedSite]) -> None:
    node = shutil.which("node")
    if node is None or not (NPM / "oai-pmh").is_dir():
        if node is not None and os.environ.get("CI") == "true":
            pytest.fail("oai-pmh of npm must be there in CI where node is: sh .ci/npm-packages")
        pytest.skip("node, or oai-pmh of npm, is not installed: sh .ci/npm-packages")
    walked = subprocess.run(
        [node, "-e", _WALK, str(NPM / "oai-pmh"), repository[0]], capture_output=True, timeout=120, check=False
    )
    assert walked.returncode == 0, walked.stderr.decode()[-2000:]
    found = json.loads(walked.stdout)
    assert len(found) == RECORDS
    assert {identifier for identifier, _ in found} == EVERY_ID
    assert {identifier for identifier, deleted in found if deleted} == DELETED_IDS


def test_eight_clients_at_once_see_the_same(repository: tuple[str, PublishedSite]) -> None:
    seen: list[list[str]] = []

    def walk() -> None:
        client = sickle.Sickle(repository[0])
        seen.append([header.identifier for header in client.ListIdentifiers(metadataPrefix="oai_dc")])

    threads = [threading.Thread(target=walk) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(seen) == 8
    assert all(walked == seen[0] for walked in seen)
    assert set(seen[0]) == EVERY_ID


def test_a_sickle_that_comes_back_reads_only_what_is_new(repository: tuple[str, PublishedSite], tmp_path: Path) -> None:
    address, site = repository
    client = sickle.Sickle(address)
    site.now = site.now.replace(hour=14)
    site.publish([sample_record("r236", title={"en": "Changed"})])
    found = [
        record.header.identifier
        for record in client.ListRecords(metadataPrefix="oai_dc", **{"from": "2026-03-01T14:00:00Z"})
    ]
    assert found == ["oai:chm.example.org:r236"]

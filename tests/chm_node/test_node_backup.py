"""A backup brings a whole node back or changes nothing: one transaction, the right node, and no trace of a trial."""

from __future__ import annotations

import stat
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from fastapi.testclient import TestClient

from chm_node import tables
from chm_node.app import app_for
from chm_node.authoring.approval import Approval
from chm_node.authoring.drafts import list_copies
from chm_node.authoring.importing import import_entries
from chm_node.authoring.sheets import Entry
from chm_node.backup import load_backup, save_backup
from chm_node.database import Node
from chm_node.errors import BackupOfAnother, BackupUnreadable, FileUnwritable, NotEmpty
from chm_node.publishing.catalogue import SqlCatalogue
from chm_node.publishing.sql import read
from tests.chm_node.command_line import Cli


def publish_news(node: Node, *local_ids: str) -> None:
    news = ({"id": each, "type": "news", "title": {"en": each.upper()}} for each in local_ids)
    by = Approval("tester", datetime.now(UTC), node.site)
    import_entries(node, [Entry(1, orjson.dumps(each)) for each in news], approval=by, publish=True)


def held(node: Node) -> list[str]:
    with read(node.engine) as connection:
        return [copy.local_id for copy in list_copies(connection)]


def found(client: TestClient, word: str) -> int:
    return len(client.get("/api/v1/search", params={"q": word}).json()["results"])


def rewritten(path: Path, member: str, content: bytes) -> Path:
    """Give a copy of a backup in which one member is another."""
    changed = path.with_name("changed.zip")
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(changed, "w") as after:
        for name in before.namelist():
            after.writestr(name, content if name == member else before.read(name))
    return changed


def test_a_backup_brings_everything_back_and_replaces_nothing_unasked(node: Node, tmp_path: Path) -> None:
    publish_news(node, "a")
    saved = save_backup(node, tmp_path / "b.zip")
    publish_news(node, "c")
    with pytest.raises(NotEmpty):
        load_backup(node.settings, tmp_path / "b.zip", replace=False)
    assert load_backup(node.settings, tmp_path / "b.zip", replace=True) == saved
    assert held(node) == ["a"]
    assert SqlCatalogue(node.engine, tables.publication, node.site).rendition("a", "native")


def test_what_is_no_backup_destroys_nothing(node: Node, tmp_path: Path) -> None:
    publish_news(node, "a")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("hello.txt", "hello")
    (tmp_path / "text.zip").write_text("hello")
    for name in ("other.zip", "text.zip", "missing.zip"):
        with pytest.raises(BackupUnreadable):
            load_backup(node.settings, tmp_path / name, replace=True)
    assert held(node) == ["a"]


@pytest.mark.parametrize("line", [b"nonsense", b"{}", b'{"local_id": "z"}', b'{"no_such_column": 1}', b"[1]"])
def test_a_backup_whose_rows_do_not_fit_leaves_everything_as_it_was(node: Node, tmp_path: Path, line: bytes) -> None:
    publish_news(node, "a")
    save_backup(node, tmp_path / "b.zip")
    publish_news(node, "c")
    with pytest.raises(BackupUnreadable):
        load_backup(node.settings, rewritten(tmp_path / "b.zip", "tables/version.ndjson", line), replace=True)
    assert held(node) == ["a", "c"]
    assert SqlCatalogue(node.engine, tables.publication, node.site).last_sequence() == 2


def test_a_dry_run_gives_what_the_real_run_gives_and_keeps_nothing(node: Node, tmp_path: Path) -> None:
    publish_news(node, "a")
    save_backup(node, tmp_path / "b.zip")
    publish_news(node, "c")
    with pytest.raises(NotEmpty):
        load_backup(node.settings, tmp_path / "b.zip", replace=False, dry_run=True)
    tried = load_backup(node.settings, tmp_path / "b.zip", replace=True, dry_run=True)
    assert held(node) == ["a", "c"]
    assert load_backup(node.settings, tmp_path / "b.zip", replace=True) == tried
    assert held(node) == ["a"]


def test_the_backup_of_another_node_or_of_a_newer_program_is_not_taken(node: Node, tmp_path: Path) -> None:
    publish_news(node, "a")
    save_backup(node, tmp_path / "b.zip")
    for manifest, expected in (
        ({"node": "ug", "revision": "0001"}, BackupOfAnother),
        ({"node": "ke", "revision": "9999"}, BackupUnreadable),
        ({}, BackupUnreadable),
    ):
        changed = rewritten(tmp_path / "b.zip", "manifest.json", orjson.dumps(manifest))
        with pytest.raises(expected):
            load_backup(node.settings, changed, replace=True)
    assert held(node) == ["a"]


def test_a_search_after_a_restore_finds_what_is_there_now(node: Node, tmp_path: Path) -> None:
    publish_news(node, "a")
    save_backup(node, tmp_path / "b.zip")
    publish_news(node, "lost")
    with TestClient(app_for(node)) as client:
        assert found(client, "lost") == 1
    load_backup(node.settings, tmp_path / "b.zip", replace=True)
    publish_news(node, "later")  # the change log is as long as it was before
    with TestClient(app_for(node)) as client:
        totals = [found(client, word) for word in ("lost", "later")]
    assert totals == [0, 1]


def test_a_backup_is_its_owners_alone_and_stands_only_when_whole(node: Node, tmp_path: Path) -> None:
    save_backup(node, tmp_path / "b.zip")
    assert stat.S_IMODE((tmp_path / "b.zip").stat().st_mode) == 0o600
    (node.settings.home / "config.toml").unlink()
    before = (tmp_path / "b.zip").read_bytes()
    with pytest.raises(FileUnwritable):
        save_backup(node, tmp_path / "b.zip")
    assert (tmp_path / "b.zip").read_bytes() == before
    assert [each.name for each in tmp_path.glob("*.part")] == []


def test_restoring_at_the_command_line_can_be_tried_first(cli: Cli, records: Path, tmp_path: Path) -> None:
    cli("import", records, "--publish")
    cli("backup", tmp_path / "b.zip")
    new = Cli(tmp_path / "new")
    tried = new.json("restore", tmp_path / "b.zip", "-n")
    assert tried["dry_run"] and not new.home.exists()
    done = new.json("restore", tmp_path / "b.zip")
    assert {**done, "dry_run": True} == tried
    assert new.json("status") == cli.json("status")
    full = new("restore", tmp_path / "b.zip", "-n", "--json")
    assert (full.returncode, orjson.loads(full.stdout)["error"]["code"]) == (2, "NOT_EMPTY")
    other = Cli(tmp_path / "other")
    broken = rewritten(tmp_path / "b.zip", "tables/version.ndjson", b"nonsense")
    assert other("restore", broken).returncode == 2
    assert not (other.home / "config.toml").exists()

"""People are told nothing while all is well, once when a source breaks and once when it is well again."""

from __future__ import annotations

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from threading import Thread

import pytest
from fake_node import FakeNode, Federation, a_record, new_federation

from harvester.proof.decisions import discard
from harvester.runs import run_source
from harvester.schedule import Worker
from harvester.telling import notices

LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh")


@pytest.fixture
def federation(database_url: str, tmp_path: Path) -> Iterator[Federation]:
    for made in new_federation(database_url, tmp_path):
        settings = made.centre.settings.model_copy(update={"email": "desk@centre.example", "name": "Centre"})
        yield replace(made, centre=replace(made.centre, settings=settings))


def fail(federation: Federation, node: FakeNode, times: int = 2) -> None:
    node.fails_after = 0
    for _ in range(times):
        assert run_source(federation.centre, node.node).state == "failed"
        federation.clock.forward(hours=2)


def recover(federation: Federation, node: FakeNode) -> None:
    node.fails_after = None
    assert run_source(federation.centre, node.node).state == "done"


def letters(federation: Federation, pattern: str = "*.eml") -> list[tuple[str, str, str]]:
    found = []
    for path in sorted((federation.centre.settings.home / "outbox").glob(pattern)):
        message = message_from_bytes(path.read_bytes(), policy=default)
        found.append((message["To"], message["Subject"], message.get_content()))
    return found


def a_node(federation: Federation, name: str = "ke", **more: str) -> FakeNode:
    node = federation.add(name, **more)
    for number in range(10):
        node.put(a_record(name, f"r{number}", f"Nursery {number} of {name}"))
    assert run_source(federation.centre, name).state == "done"
    return node


def test_while_all_is_well_nobody_is_told(federation: Federation) -> None:
    a_node(federation)
    assert notices.tell(federation.centre).changes == ()
    assert letters(federation) == []


def test_one_failure_is_not_told_two_are_told_once_and_the_recovery_once(federation: Federation) -> None:
    node = a_node(federation)
    fail(federation, node, times=1)
    assert notices.tell(federation.centre).changes == ()
    fail(federation, node)
    notices.tell(federation.centre)
    [(to, subject, text)] = letters(federation)
    assert (to, subject) == ("desk@centre.example", "Centre: 1 sources need attention, 0 are well again")
    assert "KE (ke), failing since" in text and "connection reset" in text and "/nodes/ke" in text
    fail(federation, node)
    assert notices.tell(federation.centre).changes == ()
    recover(federation, node)
    assert [change.state for change in notices.tell(federation.centre).changes] == ["live"]
    assert len(letters(federation)) == 2
    assert notices.tell(federation.centre).changes == ()


def test_a_second_recovery_is_a_mail_of_its_own_though_its_words_are_the_same(federation: Federation) -> None:
    node = a_node(federation)
    for _ in range(2):
        fail(federation, node)
        notices.tell(federation.centre)
        recover(federation, node)
        notices.tell(federation.centre)
        federation.clock.forward(hours=2)
    assert len(letters(federation)) == 4
    paths = (federation.centre.settings.home / "outbox").glob("*.eml")
    assert all(message_from_bytes(path.read_bytes(), policy=default)["Date"].datetime for path in paths)


def test_several_sources_are_one_digest_and_each_contact_reads_of_its_own_source_only(federation: Federation) -> None:
    for name in ("ke", "tz"):
        fail(federation, a_node(federation, name, contact=f"chm@{name}.example"))
    notices.tell(federation.centre)
    by_address = {to: text for to, _, text in letters(federation)}
    assert set(by_address) == {"desk@centre.example", "chm@ke.example", "chm@tz.example"}
    assert "(ke)" in by_address["desk@centre.example"] and "(tz)" in by_address["desk@centre.example"]
    assert "(tz)" not in by_address["chm@ke.example"]


def test_a_held_run_is_told_at_once_and_its_decision_ends_it(federation: Federation) -> None:
    node = a_node(federation)
    for number in range(8):
        node.delete(f"urn:chm:ke:r{number}")
    held = run_source(federation.centre, "ke")
    assert held.run is not None
    told = notices.tell(federation.centre)
    assert [(change.state, "8 of 10 records" in change.reason) for change in told.changes] == [("held", True)]
    discard(federation.centre, held.run, by="Amina")
    assert [change.state for change in notices.tell(federation.centre).changes] == ["live"]


def test_a_dry_look_tells_nobody(federation: Federation) -> None:
    fail(federation, a_node(federation))
    assert len(notices.tell(federation.centre, dry=True).changes) == 1
    assert letters(federation) == []
    assert len(notices.tell(federation.centre).changes) == 1


def test_what_nobody_can_be_told_is_told_when_there_is_an_address(federation: Federation) -> None:
    nobody = replace(federation.centre, settings=federation.centre.settings.model_copy(update={"email": ""}))
    fail(federation, a_node(federation))
    fail(federation, a_node(federation, "tz", contact="chm@tz.example"))
    told = notices.tell(nobody)
    assert [change.source_id for change in told.changes] == ["tz"]
    assert [change.source_id for change in told.untold] == ["ke"]
    assert [change.source_id for change in notices.tell(nobody).untold] == ["ke"]
    assert [to for to, _, _ in letters(federation)] == ["chm@tz.example"]
    told = notices.tell(federation.centre)
    assert ([change.source_id for change in told.changes], told.untold) == (["ke"], ())
    assert notices.tell(federation.centre).changes == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_digest_is_written_in_the_language_of_the_centre(federation: Federation, language: str) -> None:
    settings = federation.centre.settings.model_copy(update={"language": language})
    fail(federation, a_node(federation))
    change = notices.tell(federation.centre, dry=True).changes
    subject, text = notices.to_text(replace(federation.centre, settings=settings), change)
    assert ("need attention" in subject) == (language == "en")
    assert "KE" in text and "{" not in subject + text


def test_mail_is_handed_in_and_a_refused_address_is_told_and_not_used_again(federation: Federation) -> None:
    node = a_node(federation, contact="gone@ke.example")
    fail(federation, node)
    with a_mail_server(refuses="gone@ke.example") as (url, received):
        settings = federation.centre.settings.model_copy(update={"smtp_url": url})
        centre = replace(federation.centre, settings=settings)
        told = notices.tell(centre)
        assert (told.delivery.taken, told.delivery.refused) == (1, ("gone@ke.example",))
        assert [to for to, _ in received] == ["desk@centre.example"]
        recover(federation, node)
        again = notices.tell(centre)
        assert (again.delivery.taken, len(again.mails)) == (1, 1)
        assert "gone@ke.example" in received[-1][1] and "another contact" in received[-1][1]
    assert letters(federation) == []


def test_mail_waits_in_the_outbox_while_the_server_is_away(federation: Federation) -> None:
    fail(federation, a_node(federation))
    settings = federation.centre.settings.model_copy(update={"smtp_url": "smtp://127.0.0.1:9"})
    told = notices.tell(replace(federation.centre, settings=settings))
    assert (told.delivery.taken, told.delivery.waiting) == (0, 1) and told.delivery.reason
    with a_mail_server() as (url, received):
        later = federation.centre.settings.model_copy(update={"smtp_url": url})
        assert notices.tell(replace(federation.centre, settings=later)).delivery.taken == 1
        assert len(received) == 1


@contextmanager
def a_mail_server(refuses: str = "") -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Run a mail server on loopback that keeps what it is given and refuses one address for good."""
    received: list[tuple[str, str]] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            to = ""
            while line := self.rfile.readline():
                word = line[:4].upper()
                if word == b"RCPT":
                    to = line.split(b"<")[1].split(b">")[0].decode()
                    self.wfile.write(b"550 no such person\r\n" if to == refuses else b"250 fine\r\n")
                elif word == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    body = b""
                    while (part := self.rfile.readline()) != b".\r\n":
                        body += part
                    received.append((to, message_from_bytes(body, policy=default).get_content()))
                    self.wfile.write(b"250 taken\r\n")
                elif word == b"QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                else:
                    self.wfile.write(b"250 fine\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield f"smtp://127.0.0.1:{server.server_address[1]}", received
        finally:
            server.shutdown()
            thread.join()


def test_the_worker_tells_people_by_itself(federation: Federation) -> None:
    fail(federation, a_node(federation))
    worker = Worker(federation.centre, workers=1)
    try:
        worker.tick()
    finally:
        worker.stop()
    assert [to for to, _, _ in letters(federation)] == ["desk@centre.example"]

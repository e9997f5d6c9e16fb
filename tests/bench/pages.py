"""A repository of generated records as ready-made OAI-PMH pages, and a process of its own that serves them."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from vocabularies.concepts import load_scheme
from vocabularies.formats import FORMATS
from vocabularies.formats.address import Address
from vocabularies.record import Record, new_record

PAGE = 100
WORDS = {
    "en": "forest wetland species conservation national strategy biodiversity marine coastal training",
    "fr": "forêt zone humide espèces conservation stratégie nationale biodiversité marine côtière formation",
    "es": "bosque humedal especies conservación estrategia nacional biodiversidad marina costera capacitación informe",
    "ar": "غابة أراضي رطبة أنواع حفظ استراتيجية وطنية تنوع بيولوجي بحرية ساحلية تدريب تقرير تقييم",
    "ru": "лес болото виды охрана национальная стратегия биоразнообразие морской прибрежный обучение отчёт оценка",
    "zh": "森林 湿地 物种 保护 国家 战略 生物 多样性 海洋 沿海 培训 报告 评估",
}
HEAD = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
    b"<responseDate>2026-05-01T00:00:00Z</responseDate><request>http://bench.example.org/oai</request>"
)


def generate_records(number: int, seed: int = 7) -> Iterator[Record]:
    """Make records of about 1.5 kB in Dublin Core: two languages each, terms, links, a DOI for every second one."""
    chance = random.Random(seed)
    countries = [concept for concept in load_scheme("countries").concepts if len(concept) == 2]
    subjects = list(load_scheme("cbd-subjects").concepts)
    languages = list(WORDS)
    for count in range(number):
        first, second = chance.sample(languages, 2)
        texts = {tag: chance.choices(WORDS[tag].split(), k=70) for tag in (first, second)}
        yield new_record(
            chance.choice(("resource", "event", "news", "dataset", "project")),
            id=f"urn:chm:bench:r{count}",
            title={tag: f"{' '.join(words[:8])} {count}" for tag, words in texts.items()},
            summary={tag: " ".join(words[8:]) for tag, words in texts.items()},
            languages=(first, second),
            publisher={"node": "bench", "name": {"en": "Bench node"}},
            source_ids=({"scheme": "doi", "value": f"10.5555/bench.{count}"},) if count % 2 else (),
            government=chance.choice(countries),
            subjects=tuple(chance.sample(subjects, 2)),
            gbf_targets=(f"GBF-TARGET-{chance.randint(1, 23):02}",),
            dates={"created": "2024-05-01", "modified": f"20{chance.randint(10, 25)}-06-01"},
            links=({"url": f"https://bench.example.org/records/{count}", "rel": "landing"},),
        )


def write_pages(directory: Path, number: int) -> int:
    """Write the pages of a repository of so many records as files and give their number."""
    render = FORMATS["oai_dc"].render
    directory.mkdir(parents=True, exist_ok=True)
    entries = []
    for count, record in enumerate(generate_records(number)):
        address = Address("https://bench.example.org", f"r{count}", f"oai:bench.example.org:r{count}")
        header = (
            f"<header><identifier>oai:bench.example.org:r{count}</identifier>"
            f"<datestamp>2026-04-01T00:00:00Z</datestamp><setSpec>type:{record.type}</setSpec></header>"
        )
        entries.append(
            b"<record>" + header.encode() + b"<metadata>" + render(record, address) + b"</metadata></record>"
        )
    pages = (number + PAGE - 1) // PAGE
    for page in range(pages):
        following = f"p{page + 1}" if page + 1 < pages else ""
        token = f'<resumptionToken completeListSize="{number}" cursor="{page * PAGE}">{following}</resumptionToken>'
        body = b"".join(entries[page * PAGE : (page + 1) * PAGE])
        whole = HEAD + b"<ListRecords>" + body + token.encode() + b"</ListRecords></OAI-PMH>"
        (directory / f"p{page}").write_bytes(whole)
    (directory / "identify").write_bytes(
        HEAD + b"<Identify><repositoryName>Bench</repositoryName><baseURL>http://bench.example.org/oai</baseURL>"
        b"<protocolVersion>2.0</protocolVersion><adminEmail>bench@example.org</adminEmail>"
        b"<earliestDatestamp>2026-04-01T00:00:00Z</earliestDatestamp><deletedRecord>no</deletedRecord>"
        b"<granularity>YYYY-MM-DDThh:mm:ssZ</granularity></Identify></OAI-PMH>"
    )
    (directory / "formats").write_bytes(
        HEAD + b"<ListMetadataFormats><metadataFormat><metadataPrefix>oai_dc</metadataPrefix>"
        b"<schema>http://www.openarchives.org/OAI/2.0/oai_dc.xsd</schema>"
        b"<metadataNamespace>http://www.openarchives.org/OAI/2.0/oai_dc/</metadataNamespace></metadataFormat>"
        b"</ListMetadataFormats></OAI-PMH>"
    )
    return pages


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    pages: dict[str, bytes] = {}

    def do_GET(self) -> None:
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        named = {"Identify": "identify", "ListMetadataFormats": "formats"}.get(query.get("verb", ""))
        body = self.pages.get(named or query.get("resumptionToken", "p0"), b"")
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/xml; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def serving_pages(directory: Path) -> Iterator[str]:
    """Serve the pages of a directory from a process of its own on loopback and give the repository's address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "tests.bench.pages", str(directory), str(port)]
    process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(Path.cwd())})
    try:
        _await_port(port)
        yield f"http://127.0.0.1:{port}/oai"
    finally:
        process.terminate()
        process.wait(10)


def _await_port(port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on port {port}")


if __name__ == "__main__":
    _Handler.pages = {path.name: path.read_bytes() for path in Path(sys.argv[1]).iterdir()}
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), _Handler).serve_forever()

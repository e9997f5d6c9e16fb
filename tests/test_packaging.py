"""What is handed out: the wheel holds all a service needs and nothing else; images and compose file agree with it."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from chm_node.settings import Settings as NodeSettings
from harvester.settings import Settings as HarvesterSettings

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("vocabularies", "chm_node", "harvester", "migrations")
NOT_SOURCE = (".*", "build", "dist", "*.egg-info", "__pycache__", "*-data")
TARGETS = ("node", "harvester")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


class Built(NamedTuple):
    """A wheel and the copy of the checkout it was made from."""

    source: Path
    names: frozenset[str]
    unpacked: Path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The wheel of a copy: a build in the checkout would leave folders there and take stale ones in."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(*NOT_SOURCE))
    at_hand = ["--no-build-isolation", "--no-index"] if importlib.util.find_spec("setuptools") else []
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        *at_hand,
        "-w",
        folder,
        source,
    ]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "unpacked")
        return Built(source, frozenset(archive.namelist()), folder / "unpacked")


def test_the_wheel_holds_every_file_of_the_packages_and_nothing_else(built: Built) -> None:
    on_disk = {
        path.relative_to(built.source).as_posix()
        for package in PACKAGES
        for path in (built.source / package).rglob("*")
        if path.is_file()
    }
    held = {name for name in built.names if ".dist-info/" not in name}
    assert on_disk - held == set()
    assert held - on_disk == set()


@pytest.mark.parametrize("suffix", [".ttl", ".po", ".mo", ".html", ".css", ".jsonl", ".csv", ".ini"])
def test_the_wheel_holds_what_is_no_code(built: Built, suffix: str) -> None:
    assert [name for name in built.names if name.endswith(suffix)]


@pytest.mark.parametrize("service", TARGETS)
def test_the_wheel_holds_the_migrations_of_both_services(built: Built, service: str) -> None:
    assert f"migrations/{service}/env.py" in built.names
    assert [name for name in built.names if fnmatch(name, f"migrations/{service}/versions/*.py")]


def test_a_node_works_from_the_wheel_alone(built: Built, tmp_path: Path) -> None:
    """In an empty directory, with the unpacked wheel before the checkout: init and import, and a centre's init."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CHM_")}
    environment = {**clean, "PYTHONPATH": str(built.unpacked)}

    def python(*arguments: str) -> str:
        command = [sys.executable, "-P", *arguments]
        run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stdout + run.stderr
        return run.stdout

    assert python("-c", "import chm_node; print(chm_node.__file__)").startswith(str(built.unpacked))
    python("-m", "chm_node.cli", "init", "--defaults", "--country", "KE", "--email", "chm@example.org")
    records = built.unpacked / "harvester/demo/records/example.jsonl"
    published = len(records.read_text("utf-8").splitlines())
    told = python("-m", "chm_node.cli", "import", str(records), "--publish")
    assert f"{published} published" in told
    python("-m", "harvester.cli", "init", "--defaults", "--home", "centre")


class Stage(NamedTuple):
    """One build stage of the Dockerfile: its instructions with those of the stage it starts from before them."""

    base: str
    instructions: tuple[tuple[str, str], ...]

    def last(self, name: str) -> str:
        """The instruction that counts."""
        return [words for instruction, words in self.instructions if instruction == name][-1]


def parse_dockerfile(text: str) -> dict[str, Stage]:
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    stages: dict[str, Stage] = {}
    name = ""
    for line in filter(None, joined.splitlines()):
        instruction, words = line.split(maxsplit=1)
        if instruction == "FROM":
            base, name = re.split(r"\s+AS\s+", words)
            stages[name] = Stage(base, stages[base].instructions if base in stages else ())
        else:
            before = stages[name]
            stages[name] = Stage(before.base, (*before.instructions, (instruction, words)))
    return stages


DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
STAGES = parse_dockerfile(DOCKERFILE)


def exec_form(words: str) -> list[str]:
    found: list[str] = json.loads(words)
    return found


def health_command(target: str) -> list[str]:
    return exec_form(STAGES[target].last("HEALTHCHECK").split(" CMD ", 1)[-1])


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    told = subprocess.run([hadolint, "Dockerfile"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (told.stdout, told.returncode) == ("", 0)


@pytest.mark.parametrize("target", TARGETS)
def test_an_image_runs_a_console_script_as_a_numbered_user_who_is_not_root(target: str) -> None:
    stage = STAGES[target]
    user, group = stage.last("USER").split(":")
    assert int(user) > 0
    assert int(group) > 0
    command = exec_form(stage.last("CMD"))
    assert command[0] in PROJECT["project"]["scripts"]
    assert command[-1] == stage.last("EXPOSE")


@pytest.mark.parametrize("target", TARGETS)
def test_the_health_check_of_an_image_asks_the_port_it_serves(target: str) -> None:
    code = health_command(target)[-1]
    assert f", {STAGES[target].last('EXPOSE')}," in code
    assert "'/readyz'" in code
    compile(code, "HEALTHCHECK", "exec")


def test_a_health_check_fails_where_nothing_answers() -> None:
    code = health_command("node")[-1].replace("8000", "9")
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 1


def test_the_dockerfile_names_no_host_and_adds_nothing_from_afar() -> None:
    assert "://" not in DOCKERFILE
    assert "index" + "-url" not in DOCKERFILE
    assert {stage.base for stage in STAGES.values()} - STAGES.keys() == {"python:3.11-slim"}
    assert not [words for stage in STAGES.values() for name, words in stage.instructions if name == "ADD"]


def test_the_image_is_built_from_the_lock_and_every_package() -> None:
    copied = {word for name, words in STAGES["build"].instructions if name == "COPY" for word in words.split()[:-1]}
    assert copied == {"requirements.lock", "pyproject.toml", "README.md", *PACKAGES}
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert {line[1:] for line in ignored if line.startswith("!")} == copied
    assert "--require-hashes -r requirements.lock" in " ".join(
        words for name, words in STAGES["build"].instructions if name == "RUN"
    )


COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}


def test_compose_refers_only_to_what_is_there() -> None:
    assert {service["build"]["target"] for service in OURS.values()} == set(TARGETS)
    mounted = {volume.split(":")[0] for service in SERVICES.values() for volume in service["volumes"]}
    assert mounted == COMPOSE["volumes"].keys()
    configs = {config["source"] for service in SERVICES.values() for config in service.get("configs", [])}
    assert configs == COMPOSE["configs"].keys()
    awaited = {name for service in SERVICES.values() for name in service.get("depends_on", {})}
    assert awaited <= SERVICES.keys()
    assert not [name for name in awaited if SERVICES[name].get("healthcheck", {}).get("disable")]


@pytest.mark.parametrize("name", OURS)
def test_a_composed_service_keeps_its_state_in_the_volume_and_is_reached_from_here_only(name: str) -> None:
    service = OURS[name]
    stage = STAGES[service["build"]["target"]]
    assert [volume.split(":")[1] for volume in service["volumes"]] == exec_form(stage.last("VOLUME"))
    for port in service.get("ports", []):
        address, _, inside = port.split(":")
        assert (address, inside) == ("127.0.0.1", stage.last("EXPOSE"))


@pytest.mark.parametrize("name", OURS)
def test_a_composed_service_is_given_settings_that_exist_and_a_database_that_is_made(name: str) -> None:
    environment = OURS[name]["environment"]
    settings = NodeSettings if OURS[name]["build"]["target"] == "node" else HarvesterSettings
    assert {key.removeprefix("CHM_").lower() for key in environment} <= settings.model_fields.keys()
    database = environment["CHM_DATABASE_URL"].rsplit("/", 1)[-1]
    assert f"CREATE DATABASE {database} OWNER chm;" in COMPOSE["configs"]["databases"]["content"]


@pytest.mark.parametrize("name", OURS)
def test_a_composed_service_ends_in_a_command_of_its_image(name: str) -> None:
    """The shell gives way to the service (exec), so that the engine's signal to stop reaches it."""
    command: list[str] = OURS[name]["command"]
    script = f"chm-{OURS[name]['build']['target']}"
    last = re.split(r"[;\n]\s*", command[-1].strip())[-1] if command[0] == "sh" else f"exec {' '.join(command)}"
    assert last.startswith(f"exec {script} ")

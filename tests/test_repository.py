"""What the repository itself must keep: locks without addresses, no path of one machine."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
REGISTRIES = (
    "pypi" + ".org",
    "pythonhosted" + ".org",
    "npmjs" + ".org",
    "deb.debian" + ".org",
    "docker" + ".io",
    "ghcr" + ".io",
)
MACHINE_PATHS = re.compile(r"(^|[\s\"'=(])/(?:work|farm|root|home/\w+)/", re.MULTILINE)


def tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return ""


def test_no_file_names_a_package_registry() -> None:
    named = [
        f"{path.name}: {host}"
        for path in tracked_files()
        for host in REGISTRIES
        if f"://{host}" in text_of(path).lower()
    ]
    assert not named


def test_no_file_holds_a_path_of_one_machine() -> None:
    assert not [path.name for path in tracked_files() if MACHINE_PATHS.search(text_of(path))]


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock", "requirements-spark.lock"])
def test_a_lock_pins_every_package_by_hash_and_holds_no_address(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert "://" not in text
    pins = re.findall(r"^[a-z0-9][^\n]*?(?===)", text, re.MULTILINE)
    assert len(pins) > 30
    assert text.count("--hash=sha256:") >= len(pins)

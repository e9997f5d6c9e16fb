"""A real browser for the tests: Debian's Chromium, driven from outside; none is downloaded."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "chm_node"))  # the published site and the loopback server


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium without a window; skips where it is not installed, but never in CI."""
    path = os.environ.get("CHM_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        reason = "no Chromium: apt-get install chromium, or set CHM_TEST_CHROMIUM to its path"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()

"""Where the desk's pages stand and where their templates and messages lie."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
DESK_DOMAIN = ("desk", HERE / "messages")

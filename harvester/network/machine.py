"""What of this machine a source may use: one directory of files, and secrets that are named and never shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harvester.errors import SettingError

PREFIX = "CHM_SECRET_"
_NAME = re.compile(r"@([A-Za-z][A-Za-z0-9_]{0,60})\Z")
_HOW = f"write @NAME and put the secret into the environment variable {PREFIX}NAME"


@dataclass(frozen=True, slots=True)
class Machine:
    """``inbox`` is the only directory below which folders are read, None for none; ``secrets`` are by name."""

    inbox: Path | None = None
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    def get_secret(self, reference: str, *, key: str) -> str:
        """Give the secret that a setting names as ``@NAME``; SettingError, without it, where there is none."""
        name = parse_reference(reference, key=key)
        secret = self.secrets.get(name, "")
        if not secret:
            raise SettingError(key=key, value=reference, reason=f"the environment variable {PREFIX}{name} is not set")
        return secret


def machine_of(fetcher: object) -> Machine:
    """Give what the fetcher of a run may use of this machine; nothing where it was not told."""
    found = getattr(fetcher, "machine", None)
    return found if isinstance(found, Machine) else Machine()


def read_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """Give the secrets for sources by name. Only variables made for that are read, so no source can ask for others."""
    held = {name: value.strip() for name, value in environment.items() if name.startswith(PREFIX)}
    return {name.removeprefix(PREFIX): value for name, value in held.items() if value}


def parse_reference(text: str, *, key: str) -> str:
    """Give the name in ``@NAME``; SettingError, which does not repeat the text, where a secret itself was written."""
    found = _NAME.match(text.strip())
    if found is None:
        raise SettingError(key=key, value="…", reason=f"a secret is not kept with a source; {_HOW}")
    return found[1].upper()

"""OAI-PMH requests: from the raw pairs of a query or form to checked arguments, or the protocol's own errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from vocabularies.oai_pmh import METADATA_PREFIX, SET_SPEC, VERBS, Bound, parse_bound

MAX_FIELDS = 32
MAX_ARGUMENT_CHARACTERS = 4_096


@dataclass(frozen=True, slots=True)
class OaiError:
    """One error of §3.6: its code, and words for the person behind the client."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class OaiRequest:
    """A request: ``verb`` is empty where it was bad; ``arguments`` as sent; ``errors`` found in their form alone."""

    verb: str
    arguments: Mapping[str, str]
    errors: tuple[OaiError, ...] = ()
    from_: Bound | None = field(default=None)
    until: Bound | None = field(default=None)

    @property
    def echoes_arguments(self) -> bool:
        """Whether the response's request element may repeat the arguments (§3.2: not after badVerb or badArgument)."""
        return not any(error.code in ("badVerb", "badArgument") for error in self.errors)


def parse_pairs(encoded: bytes) -> list[tuple[str, str]] | None:
    """Split a query or form body into pairs; None where it is no UTF-8, has control characters or too many fields."""
    try:
        text = encoded.decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except (UnicodeDecodeError, ValueError):
        return None
    if any(
        ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 or c in "\ufffe\uffff" for pair in pairs for part in pair for c in part
    ):
        return None
    return pairs


def read_request(pairs: Sequence[tuple[str, str]] | None) -> OaiRequest:
    """Check verb and arguments against the protocol's table (§3.6, §4)."""
    if pairs is None:
        return OaiRequest("", {}, (OaiError("badArgument", "The request holds characters that are not UTF-8 text."),))
    verbs = [value for name, value in pairs if name == "verb"]
    if len(verbs) != 1 or verbs[0] not in VERBS:
        return OaiRequest("", {}, (OaiError("badVerb", _verb_message(verbs)),))
    verb = verbs[0]
    arguments = {name: value for name, value in pairs if name != "verb"}
    errors = [*_form_errors(verb, pairs, arguments), *_value_errors(arguments)]
    from_, until = parse_bound(arguments.get("from", "")), parse_bound(arguments.get("until", ""))
    errors += _window_errors(from_, until)
    return OaiRequest(verb, arguments, tuple(errors), from_, until)


def _verb_message(verbs: Sequence[str]) -> str:
    known = ", ".join(VERBS)
    if not verbs:
        return f"The verb is missing. Send verb= with one of: {known}."
    if len(verbs) > 1:
        return "The verb is given more than once. Send it once."
    return f"The verb is not one of OAI-PMH. Verbs are case-sensitive: {known}."


def _form_errors(verb: str, pairs: Sequence[tuple[str, str]], arguments: Mapping[str, str]) -> list[OaiError]:
    table = VERBS[verb]
    names = [name for name, _ in pairs if name != "verb"]
    errors = [_bad(f"{name} is given more than once.") for name in sorted({n for n in names if names.count(n) > 1})]
    errors += [_bad(f"{verb} does not take the argument {name[:80]}.") for name in sorted(set(names) - table.known)]
    if table.exclusive and table.exclusive in arguments:
        if len(arguments) > 1:
            errors.append(_bad(f"{table.exclusive} must be the only argument beside the verb."))
        return errors
    return errors + [_bad(f"{verb} needs the argument {name}.") for name in table.required if name not in arguments]


def _value_errors(arguments: Mapping[str, str]) -> list[OaiError]:
    errors = []
    for name, value in arguments.items():
        if not value:
            errors.append(_bad(f"{name} is empty."))
        elif len(value) > MAX_ARGUMENT_CHARACTERS:
            errors.append(_bad(f"{name} is longer than {MAX_ARGUMENT_CHARACTERS} characters."))
        elif name in ("from", "until") and parse_bound(value) is None:
            errors.append(_bad(f"{name} must be a real UTC date written YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ."))
        elif name == "set" and not SET_SPEC.match(value):
            errors.append(_bad("set is not a setSpec, such as country:KE."))
        elif name == "metadataPrefix" and not METADATA_PREFIX.match(value):
            errors.append(_bad("metadataPrefix is not a prefix, such as oai_dc."))
    return errors


def _window_errors(from_: Bound | None, until: Bound | None) -> list[OaiError]:
    if from_ is None or until is None:
        return []
    if from_.whole_day != until.whole_day:
        return [_bad("from and until must have the same granularity.")]
    return [_bad("from is later than until.")] if from_.at > until.at else []


def _bad(message: str) -> OaiError:
    return OaiError("badArgument", message)

"""What the command lines of both services do alike: output, exit codes, errors, progress; no command, no database."""

from __future__ import annotations

import functools
import inspect
import json as json_module
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Any, ClassVar

import typer

_USAGE_ERROR: type[Exception] = typer.BadParameter.__bases__[0]  # typer ≥ 0.29 carries its own click; both derive alike


class Exit(IntEnum):
    """Exit codes of both programs; any other code is an unexpected failure."""

    OK = 0
    FAILED = 1
    USAGE = 2
    PARTIAL = 3
    FINDINGS = 4
    UNREACHABLE = 5
    HELD = 6
    NOT_INITIALISED = 10
    LOCKED = 11
    AUTHENTICATION = 12
    INTERRUPTED = 130


class ChmError(Exception):
    """The work could not be done."""

    # A subclass' docstring is its message and ``fix`` says what to do; both may name the keyword arguments in braces.
    exit_code: ClassVar[Exit] = Exit.FAILED
    fix: ClassVar[str] = ""

    def __init__(self, **details: object) -> None:
        """Take the details that the message and the fix name."""
        self.details = {name: str(value) for name, value in details.items()}
        super().__init__(self.message)

    def __str__(self) -> str:
        return self.message

    @property
    def code(self) -> str:
        """Give the name of the error as scripts see it: ``NotInitialised`` → ``NOT_INITIALISED``."""
        name = type(self).__name__
        return "".join(f"_{letter}" if letter.isupper() and at else letter for at, letter in enumerate(name)).upper()

    @property
    def message(self) -> str:
        """Give the docstring with the details filled in."""
        return " ".join((type(self).__doc__ or "").split()).format_map(_Lenient(self.details))

    @property
    def remedy(self) -> str:
        """Give what to do about it, with the details filled in; empty where nothing can be done."""
        return self.fix.format_map(_Lenient(self.details))


class _Lenient(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


@dataclass(frozen=True, slots=True)
class Output:
    """Where a command's answer goes: JSON on stdout when asked for, else text; progress and notes go to stderr."""

    json: bool = False
    quiet: bool = False
    verbose: bool = False
    home: Path | None = None

    def document(self, value: object, text: str = "", *, asked: bool = False) -> None:
        """Print the one answer of a command: the value as JSON, or the text for a person.

        A text that was ``asked`` for is printed even with ``-q``; one that only says that all went well is not.
        """
        if self.json:
            self._write(value)
        elif text and (asked or not self.quiet):
            typer.echo(text)

    def event(self, message_type: str, text: str = "", **fields: object) -> None:
        """Print one line of a long job: NDJSON with ``message_type``, or the text for a person."""
        if self.json:
            self._write({"message_type": message_type, **fields})
        elif text and not self.quiet:
            typer.echo(text)

    def table(self, rows: Sequence[Mapping[str, object]], empty: str = "Nothing to show.") -> None:
        """Print rows that share their keys: a JSON array, or aligned columns under the keys."""
        if self.json:
            self._write(list(rows))
        elif rows:
            typer.echo(aligned(rows))
        elif not self.quiet:
            typer.echo(empty)

    def note(self, text: str) -> None:
        """Print a remark to stderr, for a person only."""
        if not (self.json or self.quiet):
            typer.echo(text, err=True)

    def detail(self, text: str) -> None:
        """Print a remark to stderr when ``-v`` was given."""
        if self.verbose:
            typer.echo(text, err=True)

    @contextmanager
    def progress(self, total: int | None, label: str = "") -> Iterator[Callable[[int], None]]:
        """Show a bar on stderr while a terminal looks on; yields a function that takes the number just done."""
        if self.json or self.quiet or not sys.stderr.isatty():
            yield lambda done: None
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(label, total=total)
            yield lambda done: bar.advance(task, done)

    def _write(self, value: object) -> None:
        typer.echo(json_module.dumps(value, ensure_ascii=False, default=str))


def aligned(rows: Sequence[Mapping[str, object]]) -> str:
    """Give rows as text in columns as wide as their widest cell."""
    names = list(rows[0])
    cells = [names, *(["" if row.get(name) is None else str(row.get(name)) for name in names] for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(names))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells
    )


_COMMON: dict[str, Any] = {
    "json_": Annotated[bool, typer.Option("--json", help="Answer in JSON, errors too.")],
    "quiet_": Annotated[bool, typer.Option("--quiet", "-q", help="Print only what was asked for.")],
    "verbose_": Annotated[bool, typer.Option("--verbose", "-v", help="Say more on stderr.")],
    "home_": Annotated[
        Path | None, typer.Option("--home", help="Directory of state; CHM_HOME otherwise, else ./chm-data.")
    ],
}


def command(app: typer.Typer, name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a function whose first parameter is an ``Output`` as a command with --json, -q, -v and --home."""

    def register(function: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(function)
        def run(**given: Any) -> None:
            common = {option: given.pop(option) for option in _COMMON}
            function(Output(common["json_"], common["quiet_"], common["verbose_"], common["home_"]), **given)

        own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
        extra = [
            inspect.Parameter(
                option,
                inspect.Parameter.KEYWORD_ONLY,
                default=None if option == "home_" else False,
                annotation=annotation,
            )
            for option, annotation in _COMMON.items()
        ]
        parameters = [*(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in own), *extra]
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
        app.command(name)(run)
        return function

    return register


def run_cli(app: typer.Typer, argv: Sequence[str] | None = None, *, name: str) -> int:
    """Run a command line and give its exit code; every expected error becomes one plain or JSON message."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    as_json = "--json" in arguments
    try:
        result = app(arguments, prog_name=name, standalone_mode=False)
    except ChmError as error:
        return _report(as_json, error.code, error.message, error.remedy, error.exit_code)
    except _USAGE_ERROR as error:
        message = getattr(error, "format_message", error.__str__)()
        if type(error).__name__ == "NoArgsIsHelpError" and not as_json:  # its message is the whole help
            typer.echo(message, err=True)
            return Exit.USAGE
        return _report(as_json, "USAGE", message, f"See {name} --help.", Exit.USAGE)
    except BrokenPipeError:  # whoever read our output has read enough: … | head
        _close_stdout()
        return int(Exit.FAILED)
    except OSError as error:  # a full disk, a file that went away
        place = f"{error.filename}: " if error.filename else ""
        return _report(as_json, "FAILED", f"{place}{error.strerror or error}.", "", Exit.FAILED)
    except (typer.Abort, KeyboardInterrupt):
        return _report(as_json, "INTERRUPTED", "Interrupted.", "", Exit.INTERRUPTED)
    except Exception as error:  # noqa: BLE001 - around one command: a fault of ours is an answer too, never a traceback
        return _report_unforeseen(error, as_json, verbose=bool({"-v", "--verbose"} & set(arguments)))
    return result if isinstance(result, int) else Exit.OK


def _close_stdout() -> None:
    """Point stdout at nothing, or the interpreter would complain at its end that it cannot be written to."""
    with Path(os.devnull).open("wb") as nothing:
        os.dup2(nothing.fileno(), sys.stdout.fileno())


def _report_unforeseen(error: Exception, as_json: bool, *, verbose: bool) -> int:
    if verbose:
        traceback.print_exception(error)  # on stderr, so that stdout stays one document
    first = next(iter(str(error).strip().splitlines()), "")
    told = f"{type(error).__name__}: {first}" if first else type(error).__name__
    fix = "Try again; if it happens again, run it with -v and send what it prints to whoever keeps this program."
    return _report(as_json, "UNFORESEEN", f"Something went wrong that was not foreseen ({told}).", fix, Exit.FAILED)


def _report(as_json: bool, code: str, message: str, fix: str, exit_code: Exit) -> int:
    if as_json:
        error = {"code": code, "message": message, "fix": fix, "exit_code": int(exit_code)}
        typer.echo(json_module.dumps({"error": error}, ensure_ascii=False))
    else:
        typer.echo(" ".join(part for part in (message, fix) if part), err=True)
    return int(exit_code)

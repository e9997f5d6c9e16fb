"""ZIP archives → the files in them, in memory and within limits; writes nothing to disk and follows no path."""

from __future__ import annotations

import io
import stat
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo

from harvester.errors import AnswerUnreadable, ResponseTooLarge

MIB = 1024 * 1024
MAX_MEMBERS = 1_000
MAX_MEMBER_BYTES = 64 * MIB
MAX_TOTAL_BYTES = 256 * MIB
MAX_RATIO = 200
_RATIO_FROM_BYTES = 4 * MIB
_SPREADSHEET_PARTS = frozenset({"xl/workbook.xml", "xl/workbook.bin"})
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_JUNK = ("__MACOSX/", ".DS_Store", "Thumbs.db")
_DAMAGE = (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)
"""What reading a member raises that is damaged, encrypted or packed in a way we do not know."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive, ``changed`` as its packer wrote it; or, with ``refused``, why it is not read."""

    name: str
    body: bytes = b""
    changed: str | None = None
    refused: str = ""


def is_spreadsheet(body: bytes) -> bool:
    """Say whether an archive is a workbook: XLSX and ODS are ZIP files as well."""
    try:
        with ZipFile(io.BytesIO(body)) as archive:
            names = set(archive.namelist()[:MAX_MEMBERS])
            if names & _SPREADSHEET_PARTS:
                return True
            return "mimetype" in names and archive.open("mimetype").read(len(_ODS)) == _ODS
    except _DAMAGE:
        return b"xl/work" in body  # cut short: it has no list of its members any more


def read_archive(body: bytes, *, url: str) -> Iterator[Member]:
    """Give the files of an archive by name; a member that is damaged, encrypted or oddly named is refused, not raised.

    AnswerUnreadable where it is no archive or holds more than 1,000 members; ResponseTooLarge where it unpacks to more
    than 256 MiB in all, or a member to more than 64 MiB or 200 times its size. Names are names only.
    """
    try:
        archive = ZipFile(io.BytesIO(body))
    except _DAMAGE as error:
        raise AnswerUnreadable(url=url, reason=f"the ZIP archive is damaged ({error})") from None
    with archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
        if len(infos) > MAX_MEMBERS:
            raise AnswerUnreadable(url=url, reason=f"the ZIP archive has more than {MAX_MEMBERS} members")
        left = MAX_TOTAL_BYTES
        for info in sorted(infos, key=lambda info: info.filename):
            if info.filename.startswith(_JUNK) or info.filename.endswith(_JUNK):
                continue
            member = _read(archive, info, url)
            left -= len(member.body)
            if left < 0:
                raise ResponseTooLarge(url=url, reason=f"it unpacks to more than {MAX_TOTAL_BYTES // MIB} MiB")
            yield member


def _read(archive: ZipFile, info: ZipInfo, url: str) -> Member:
    name = info.filename
    if reason := _refusal(info):
        return Member(name[:200], refused=reason)
    if info.file_size > MAX_MEMBER_BYTES:
        raise ResponseTooLarge(url=url, reason=f"{name[:200]} in it unpacks to more than {MAX_MEMBER_BYTES // MIB} MiB")
    if info.file_size > max(_RATIO_FROM_BYTES, MAX_RATIO * info.compress_size):
        raise ResponseTooLarge(url=url, reason=f"{name[:200]} in it unpacks to more than {MAX_RATIO} times its size")
    try:
        with archive.open(info) as stream:
            body = stream.read(info.file_size + 1)
    except _DAMAGE as error:
        return Member(name[:200], refused=f"it cannot be unpacked ({str(error)[:200]})")
    if len(body) != info.file_size:
        return Member(name[:200], refused="it is not as long as the archive says")
    return Member(name, body, _changed(info))


def _refusal(info: ZipInfo) -> str:
    """Say why a member is not read; a name that leads out of the archive could only be meant to do harm."""
    name = info.filename.replace("\\", "/")
    if name.startswith("/") or ".." in PurePosixPath(name).parts or ":" in name.partition("/")[0] or "\x00" in name:
        return "its name leads out of the archive"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "it is a link"
    return "it is encrypted" if info.flag_bits & 1 else ""


def _changed(info: ZipInfo) -> str | None:
    try:
        return datetime(*info.date_time).isoformat()
    except ValueError:
        return None

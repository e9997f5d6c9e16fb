"""What a client accepts: media types, languages and encodings by quality (RFC 9110 §12.5); it knows no format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def _weighted(header: str) -> Iterator[tuple[str, float]]:
    for part in header.split(","):
        value, *parameters = (piece.strip() for piece in part.split(";"))
        if not value:
            continue
        quality = 1.0
        for parameter in parameters:
            name, _, text = parameter.partition("=")
            if name.strip().lower() == "q":
                quality = _quality(text.strip())
        yield value.lower(), quality


def _quality(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0


def _media_rank(pattern: str, media_type: str) -> int:
    """How closely a range names the type: 3 exactly, 2 ``text/*``, 1 ``*/*``, 0 not at all."""
    if pattern == media_type:
        return 3
    if pattern == media_type.partition("/")[0] + "/*":
        return 2
    return 1 if pattern in ("*/*", "*") else 0


def media_quality(accept: str | None, media_type: str) -> float:
    """Give the quality a client gives a media type: that of the closest range in Accept, 0 where none fits."""
    if not accept or not accept.strip():
        return 1.0
    best_rank, best = 0, 0.0
    for pattern, quality in _weighted(accept):
        rank = _media_rank(pattern, media_type)
        if rank > best_rank:
            best_rank, best = rank, quality
    return best


def choose_media_type(accept: str | None, offered: Sequence[str]) -> str | None:
    """Give the offered media type the client likes best, the earlier of equals; None where it accepts none of them."""
    best, best_quality = None, 0.0
    for media_type in offered:
        quality = media_quality(accept, media_type)
        if quality > best_quality:
            best, best_quality = media_type, quality
    return best


def choose_tag(accept_language: str | None, offered: Sequence[str]) -> str | None:
    """Give the offered language the client likes best, by primary subtag (RFC 4647 §3.4); None where it names none."""
    best, best_quality = None, 0.0
    for tag, quality in _weighted(accept_language or ""):
        primary = tag.split("-")[0]
        if primary in offered and quality > best_quality:
            best, best_quality = primary, quality
    return best


def accepts_gzip(accept_encoding: str | None) -> bool:
    """Say whether the client takes gzip: named, or by ``*``, with a quality above 0 (RFC 9110 §12.5.3)."""
    qualities = dict(_weighted(accept_encoding or ""))
    return qualities.get("gzip", qualities.get("x-gzip", qualities.get("*", 0.0))) > 0

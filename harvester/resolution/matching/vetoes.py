"""What forbids that two records are joined by themselves, and how they may belong together all the same; pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from harvester.resolution.forms.form import Form, place_of
from harvester.resolution.matching.titles import Likeness
from harvester.resolution.matching.words import NUMBER
from vocabularies.record import RECORD_TYPES

APART = frozenset({
    "volume", "part", "edition", "phase", "sheet", "session", "chapter", "issue", "lot", "version", "role",
    "date", "target", "tranche",
})  # fmt: skip
"""Kinds of numbers, and the roles of people, that tell one thing of a series from another."""
_VERSIONS = frozenset({"edition", "version"})
_ATTACHED = frozenset({"annex", "addendum", "corrigendum", "erratum", "summary"})
_SURE_SCHEMES = frozenset({"un", "gbif", "wdpa"})
_TYPES = frozenset(RECORD_TYPES)
_FAR_PAGES = frozenset({
    "pages differ, volume agrees", "pages differ", "volumes differ", "pages and volumes differ",
    "pages agree, volumes differ", "issues differ",
})  # fmt: skip

ONE_VOLUME = "works of one volume, whose ISBN is all they have in common"


class Ruling(NamedTuple):
    """A veto, a doubt that leaves it to a person, and a relation; each empty where there is none."""

    veto: str = ""
    doubt: str = ""
    relation: str = ""


_NOTHING = Ruling()


def find_veto(a: Form, b: Form, likeness: Likeness, numbering: str) -> Ruling:
    """Give what speaks against joining, the gravest first."""
    return (
        _of_place(a, b)
        or _of_series(a, b)
        or _of_parts(a, b, likeness)
        or _of_names(a, b, numbering)
        or _of_a_whole(a, b, likeness, numbering)
        or _of_translated_numbers(a, b, likeness)
        or _doubt(a, b)
    )


def forbids(a: Form, b: Form) -> bool:
    """Tell whether one of the vetoes holds that need no look at the titles; others may hold as well."""
    return (_of_place(a, b) or _of_series(a, b)) is not None


_TYPE, _COUNTRIES = place_of("type"), place_of("countries")


def forbids_kept(a: Form, values: Sequence[Any]) -> bool:
    """Tell whether a veto is seen at once in the values a form is kept as: another type of record, other countries."""
    kind = values[_TYPE] if values else ""
    if a.type != kind and a.type in _TYPES and kind in _TYPES:
        return True
    countries = values[_COUNTRIES] if len(values) > _COUNTRIES else ()
    return bool(a.countries and countries) and not any(country in a.countries for country in countries)


def _of_place(a: Form, b: Form) -> Ruling | None:
    if a.government and b.government and a.government != b.government:
        return Ruling("different governments")
    if a.countries and b.countries and set(a.countries).isdisjoint(b.countries):
        return Ruling("different countries")
    if a.named and b.named and set(a.named).isdisjoint(b.named):
        return Ruling("titles name different countries")
    if a.type != b.type and a.type in _TYPES and b.type in _TYPES:
        return Ruling("need against offer" if {a.type, b.type} == {"need", "offer"} else "different types of record")
    return None


def _of_series(a: Form, b: Form) -> Ruling | None:
    if a.series and a.series == b.series and a.slot and b.slot and a.slot != b.slot:
        return Ruling("different places in a series of reports")
    if a.start and b.start and a.type == b.type == "event" and a.start[:7] != b.start[:7]:
        return Ruling("events in different months")
    return None


def _of_parts(a: Form, b: Form, likeness: Likeness) -> Ruling | None:
    if a.parts and b.parts and (found := _of_numbers(a, b, likeness)):
        return found
    if not (a.marks or b.marks):
        return None
    marks, marks_too = set(a.marks), set(b.marks)
    if attached := (marks ^ marks_too) & _ATTACHED:
        return Ruling(f"one is the {min(attached)}", relation="part_of")
    if "amendment" in marks ^ marks_too and likeness.told and likeness.share < 1:
        return Ruling("one is the amendment", relation="part_of")
    if "draft" in marks ^ marks_too:
        return Ruling("one is a draft", relation="version_of")
    return None


def _of_numbers(a: Form, b: Form, likeness: Likeness) -> Ruling | None:
    one, other = dict[str, set[str]](), dict[str, set[str]]()
    for form, values in ((a, one), (b, other)):
        for kind, value in form.parts:
            values.setdefault(kind, set()).add(value)
    for kind in sorted(one.keys() & other.keys()):
        if one[kind].isdisjoint(other[kind]):
            if kind in APART:
                return Ruling(f"different {kind}", relation="version_of" if kind in _VERSIONS else "")
            if _share_without_numbers(likeness) >= 0.6:
                return Ruling(f"one title with a different {kind}")
    return None


def _of_translated_numbers(a: Form, b: Form, likeness: Likeness) -> Ruling | None:
    """Doubt that titles without a common language are one, translated, where their years or numbers are others."""
    if likeness.told or (a.series and a.slot and a.slot == b.slot):
        return None
    for kind in ("year", "period"):
        years, years_too = ({value for each, value in form.parts if each == kind} for form in (a, b))
        if years and years_too and years.isdisjoint(years_too):
            return Ruling(doubt=f"one title with a different {kind}")
    if a.numbers and b.numbers and set(a.numbers).isdisjoint(b.numbers):
        return Ruling(doubt="one title with a different number")
    return None


def _share_without_numbers(likeness: Likeness) -> float:
    """Give the share two titles have in common but for one number in each."""
    if not likeness.told:
        return 0.0
    rest = likeness.told / likeness.share - likeness.told - 2 * NUMBER
    return likeness.told / (likeness.told + max(0.0, rest))


def _of_names(a: Form, b: Form, numbering: str) -> Ruling | None:
    if numbering == "pages and volumes differ" and a.venue == b.venue and a.issue != b.issue and a.issue and b.issue:
        return Ruling("two places in one journal")
    if not (a.ids and b.ids) or not set(a.ids).isdisjoint(b.ids):
        return None
    schemes = {key.partition(":")[0] for key in a.ids} & {key.partition(":")[0] for key in b.ids}
    if sure := schemes & _SURE_SCHEMES:
        return Ruling(f"different identifiers ({min(sure)})")
    if "doi" in schemes and (numbering in _FAR_PAGES or (a.issue and b.issue and a.issue != b.issue)):
        return Ruling("different DOIs, and another volume, issue or page")
    return None


def _of_a_whole(a: Form, b: Form, likeness: Likeness, numbering: str) -> Ruling | None:
    """Forbid what only the ISBN of a volume joins, where the volume holds several works."""
    if not (a.ids and b.ids):
        return None
    shared = set(a.ids) & set(b.ids)
    if not shared or any(not key.startswith("isbn:") for key in shared):
        return None
    dois, dois_too = ({key for key in form.ids if key.startswith("doi:")} for form in (a, b))
    if (dois and dois_too) or numbering in _FAR_PAGES:
        return Ruling(ONE_VOLUME)
    if likeness.level in ("different", "partly") and _share_language(a, b):
        return Ruling(ONE_VOLUME)
    return None


def _share_language(a: Form, b: Form) -> bool:
    tongues, others = ({language.partition("-")[0] for language, _ in form.titles} for form in (a, b))
    return bool(tongues & others) or "und" in tongues | others


def _editions(form: Form) -> set[str]:
    return {value for kind, value in form.parts if kind in _VERSIONS}


def _doubt(a: Form, b: Form) -> Ruling:
    if a.series and a.series == b.series and not (a.slot and b.slot):
        return Ruling(doubt="a report of a series whose place in it was not understood")
    if not (a.marks or b.marks):
        return _NOTHING
    if "revised edition" in set(a.marks) ^ set(b.marks) and _editions(a).isdisjoint(_editions(b)):
        return Ruling(doubt="one is a revised edition", relation="version_of")
    if "translation" in set(a.marks) ^ set(b.marks):
        return Ruling(doubt="one says it is a translation", relation="translation_of")
    if "translation" in a.marks and "translation" in b.marks and not _share_language(a, b):
        return Ruling(doubt="both say they are translations, into different languages")
    return _NOTHING

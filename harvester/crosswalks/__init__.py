"""Foreign format → Record: one pure module a format, chosen from the table CROSSWALKS by the raw record's format."""

from collections.abc import Callable, Mapping

from harvester.crosswalks import chm, native, oai_dc
from harvester.crosswalks.context import Context
from harvester.raw import RawRecord
from vocabularies.formats.native import Parsed

__all__ = ["CROSSWALKS", "Context", "Crosswalk"]

Crosswalk = Callable[[RawRecord, Context], Parsed]
CROSSWALKS: Mapping[str, Crosswalk] = {
    "native": native.crosswalk,
    "chm": chm.crosswalk,
    "oai_dc": oai_dc.crosswalk,
}

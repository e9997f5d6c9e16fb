"""Languages as libraries write them: ISO 639-2 codes and names, as BCP 47 tags. Source: ISO 639-1, 639-2/B and /T."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from vocabularies.text import normalise_language

_CODES = """
aar:aa abk:ab afr:af aka:ak alb:sq sqi:sq amh:am ara:ar arg:an arm:hy hye:hy asm:as aym:ay aze:az bak:ba bam:bm baq:eu
eus:eu bel:be ben:bn bis:bi bos:bs bre:br bul:bg bur:my mya:my cat:ca cha:ch che:ce chi:zh zho:zh cos:co cre:cr cze:cs
ces:cs dan:da div:dv dut:nl nld:nl dzo:dz eng:en epo:eo est:et ewe:ee fao:fo fij:fj fin:fi fre:fr fra:fr fry:fy ful:ff
geo:ka kat:ka ger:de deu:de gla:gd gle:ga glg:gl gre:el ell:el grn:gn guj:gu hat:ht hau:ha heb:he her:hz hin:hi hmo:ho
hrv:hr hun:hu ibo:ig ice:is isl:is iku:iu ind:id ipk:ik ita:it jav:jv jpn:ja kal:kl kan:kn kas:ks kau:kr kaz:kk khm:km
kik:ki kin:rw kir:ky kom:kv kon:kg kor:ko kua:kj kur:ku lao:lo lat:la lav:lv lim:li lin:ln lit:lt ltz:lb lub:lu lug:lg
mac:mk mkd:mk mah:mh mal:ml mao:mi mri:mi mar:mr may:ms msa:ms mlg:mg mlt:mt mon:mn nau:na nav:nv nbl:nr nde:nd ndo:ng
nep:ne nno:nn nob:nb nor:no nya:ny oci:oc ori:or orm:om oss:os pan:pa per:fa fas:fa pol:pl por:pt pus:ps que:qu roh:rm
rum:ro ron:ro run:rn rus:ru sag:sg sin:si slo:sk slk:sk slv:sl sme:se smo:sm sna:sn snd:sd som:so sot:st spa:es srd:sc
srp:sr ssw:ss sun:su swa:sw swe:sv tah:ty tam:ta tat:tt tel:te tgk:tg tgl:fil tha:th tib:bo bod:bo tir:ti ton:to tsn:tn
tso:ts tuk:tk tur:tr twi:tw uig:ug ukr:uk urd:ur uzb:uz ven:ve vie:vi wel:cy cym:cy wln:wa wol:wo xho:xh yid:yi yor:yo
zha:za zul:zu
"""
_NAMES = """
english:en anglais:en inglés:en inglês:en englisch:en английский:en الإنجليزية:en 英语:en french:fr français:fr
francais:fr francés:fr francês:fr französisch:fr французский:fr الفرنسية:fr 法语:fr spanish:es español:es
espanol:es castellano:es espagnol:es espanhol:es spanisch:es испанский:es الإسبانية:es 西班牙语:es arabic:ar
arabe:ar árabe:ar arabisch:ar арабский:ar العربية:ar عربي:ar 阿拉伯语:ar russian:ru russe:ru ruso:ru russo:ru
russisch:ru русский:ru الروسية:ru 俄语:ru chinese:zh chinois:zh chino:zh chinês:zh chinesisch:zh китайский:zh
الصينية:zh 中文:zh 汉语:zh portuguese:pt portugais:pt portugués:pt português:pt portugiesisch:pt german:de
allemand:de alemán:de alemão:de deutsch:de dutch:nl néerlandais:nl nederlands:nl italian:it italien:it
italiano:it japanese:ja japonais:ja japonés:ja 日本語:ja korean:ko 한국어:ko swahili:sw kiswahili:sw indonesian:id
vietnamese:vi turkish:tr persian:fa farsi:fa hindi:hi ukrainian:uk polish:pl
"""
_SUBTAGS = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")


def _table(text: str) -> Mapping[str, str]:
    return dict(entry.split(":") for entry in text.split())


_TAGS: Mapping[str, str] = {**_table(_CODES), **_table(_NAMES)}
_NOT_A_LANGUAGE = frozenset({"mul", "und", "zxx", "mis", "n/a", "na", "other"})


@lru_cache(maxsize=4096)
def find_language(text: str) -> str | None:
    """Give the BCP 47 tag of a code of two or three letters or of a name in a few languages; None for anything else."""
    plain = text.strip().lower()
    if plain in _NOT_A_LANGUAGE:
        return None
    if plain in _TAGS:
        return _TAGS[plain]
    if not _SUBTAGS.fullmatch(plain):
        return None
    first, *rest = re.split("[-_]", plain)
    return normalise_language("-".join([_TAGS.get(first, first), *rest]))

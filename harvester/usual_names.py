"""What columns are usually called that stand for ours, in several languages and in catalogues' spellings. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from vocabularies.skos import fold
from vocabularies.text import normalise_language

_WORDS: Mapping[str, str] = {
    "title": "title|titles title|full title|document title|project title|dataset title|name|full name|display name|"
    "project name|dataset name|label|pref label|headline|heading|titre|intitule|nom|titulo|denominacion|titel|"
    "bezeichnung|titolo|название|заголовок|наименование|العنوان|标题|名称",
    "summary": "description|descriptions description|abstract|notes|short description|long description|overview|resume|"
    "descriptif|descripcion|resumen|beschreibung|zusammenfassung|descricao|resumo|descrizione|описание|аннотация|"
    "الوصف|描述|摘要",
    "keywords.label": "keywords|keyword|tags|tag|tags name|tags display name|subject|subjects subject|topics|topic|"
    "themes|theme|categories|category|mots cles|palabras clave|etiquetas|schlagworte|schlagworter|palavras chave|"
    "ключевые слова|关键词",
    "links.url": "url|link|uri|href|web|website|web site|web page|homepage|home page|landing page|landingpage|page url|"
    "access url|source url|download url|permalink|documentation|lien|site web|enlace|sitio web|ссылка|网址",
    "dates.issued": "issued|date issued|date published|publication date|published at|published on|date of publication|"
    "pub date|release date|publication year|date|year|date de publication|fecha|fecha de publicacion|datum|"
    "data de publicacao|дата",
    "dates.created": "created|date created|creation date|created at|created on|metadata created",
    "dates.modified": "modified|date modified|last modified|updated|last updated|updated at|modification date|"
    "last update|date updated|metadata modified|fecha de actualizacion|date de mise a jour",
    "languages": "language|lang|language code|languages|langue|langues|idioma|lengua|sprache|lingua|язык|语言",
    "countryRegions": "country|countries|country name|country code|pays|pais|paises|land|страна|国家",
    "organizations.name": "publisher|publisher name|organisation|organization|organization title|institution|owner|"
    "provider|editeur|organisme|organizacion|institucion|herausgeber|издатель|организация",
    "authors.name": "author|authors|creator|creators|creators name|authors name|auteur|auteurs|autor|autores|"
    "автор|作者",
    "license": "license|licence|license id|license url|license title|licencia|lizenz|лицензия|许可",
}
"""By column of ours: the names, the best first. A name is looked up without case, accents, prefixes and joints."""
_WRAPPERS = frozenset({
    "dc", "dct", "dcterms", "dcat", "schema", "sdo", "metadata", "attributes", "properties", "source", "gbl", "foaf",
    "rdfs", "skos", "fields", "cdx",
})  # fmt: skip
_TAILS = frozenset({"s", "sm", "ss", "t", "txt", "txts", "dt", "dtsi", "tesim", "ssim", "tsi"})
"""What Solr's schemas and their likes put behind a name: its type."""
_LANGUAGES = frozenset({"ar", "de", "en", "es", "fr", "pt", "ru", "zh", "it", "nl", "eng", "fre", "fra", "spa", "rus"})
_LABEL = re.compile(r"(?P<name>.*?)\s*\[\s*(?P<language>[^\]]*)\s*\]\s*\Z", re.DOTALL)
_JOINTS = re.compile(r"[\s_\-.:/|@()]+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PUBLISHED = frozenset({"doi", "isbn", "issn", "journal", "authors", "author", "container title", "volume"})
_LONGEST = 80
_CROWD = 40


def _table() -> Mapping[str, tuple[str, int]]:
    return {
        fold(word): (target, place) for target, words in _WORDS.items() for place, word in enumerate(words.split("|"))
    }


_KNOWN = _table()


@lru_cache(maxsize=8192)
def find_usual(name: str) -> tuple[str, str | None, int] | None:
    """Give our column a name usually stands for, the language it states and how far from the best it is; or None."""
    if len(name) > _LONGEST:
        return None
    labelled = _LABEL.match(name)
    plain, language = (labelled["name"], _language(labelled["language"])) if labelled else (name, None)
    words = _words(plain)
    if len(words) > 1 and words[-1] in _LANGUAGES and " ".join(words) not in _KNOWN:
        language = language or _language(words.pop())
    found = _KNOWN.get(" ".join(words))
    return (found[0], language, found[1]) if found else None


def usual_columns(names: Iterable[str], taken: Iterable[str]) -> dict[str, str]:
    """Give, by name of a column of ours that is not taken, the foreign column that usually stands for it."""
    held = {target.partition("[")[0] for target in taken}
    best: dict[str, tuple[int, str]] = {}
    for name in _telling(names):
        found = find_usual(name)
        if found is None or found[0] in held:
            continue
        is_text = found[0] in ("title", "summary", "keywords.label")
        target = f"{found[0]}[{found[1]}]" if found[1] and is_text else found[0]
        if target not in best or found[2] < best[target][0]:
            best[target] = (found[2], name)
    return {target: name for target, (_, name) in best.items()}


def is_of_publication(names: Iterable[str]) -> bool:
    """Say whether columns are those of a publication: its DOI, ISBN or ISSN, its authors, the journal it stands in."""
    return any(" ".join(_words(name)) in _PUBLISHED for name in _telling(names))


def _telling(names: Iterable[str]) -> list[str]:
    """Give the names but those of a crowd below one name, which are data: an index by word, a table by year."""
    known = [name for name in names if len(name) <= _LONGEST]
    crowds = Counter(name.partition(".")[0] for name in known)
    return [name for name in known if crowds[name.partition(".")[0]] <= _CROWD]


def _words(name: str) -> list[str]:
    words = [fold(word) for word in _JOINTS.split(_HUMP.sub(" ", name)) if word]
    while len(words) > 1 and words[0] in _WRAPPERS:
        words = words[1:]
    while len(words) > 1 and words[-1] in _TAILS:
        words = words[:-1]
    return words


def _language(text: str) -> str | None:
    return normalise_language(text.replace("_", "-"))

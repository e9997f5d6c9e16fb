"""Which record type a dc:type stands for: DCMI, COAR, info:eu-repo, EPrints and plain words in several languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from vocabularies.concepts import find_term
from vocabularies.record import RECORD_CLASSES
from vocabularies.skos import fold

DEFAULT_TYPE = "resource"
_WORDS: Mapping[str, str] = {
    "dataset": "dataset|data|data set|database table|checklist|occurrence|sampling event|metadata|statistics|map|maps|"
    "cartographic material|geospatial data|research data|survey data|jeu de donnees|donnees|carte|cartes|"
    "conjunto de datos|datos|mapa|mapas|conjunto de dados|dados|datensatz|forschungsdaten|karte|"
    "набор данных|данные|карта|"
    "مجموعة بيانات|بيانات|خريطة|数据集|数据|地图|c ddb1|c 12cd",
    "event": "event|meeting|conference|workshop|seminar|webinar|symposium|round table|evenement|reunion|atelier|"
    "evento|taller|conferencia|veranstaltung|tagung|мероприятие|совещание|семинар|конференция|حدث|اجتماع|"
    "ورشة عمل|مؤتمر|活动|会议|研讨会|c c94f",
    "service": "service|interactive resource|website|web site|web service|webpage|database|portal|api|site web|"
    "base de donnees|sitio web|base de datos|servicio|base de dados|webseite|datenbank|сайт|веб сайт|база данных|"
    "сервис|موقع إلكتروني|قاعدة بيانات|خدمة|网站|数据库|服务|c 7ad9|c e9a0",
    "project": "project|research project|grant project|projet|proyecto|projeto|projekt|проект|مشروع|项目",
    "organization": "organization|organisation|institution|centre|center|agency|organizacion|institucion|organizacao|"
    "einrichtung|организация|учреждение|منظمة|مؤسسة|组织|机构",
    "news": "news|news item|newsitem|press release|announcement|notification|actualite|actualites|communique de presse|"
    "noticia|noticias|comunicado de prensa|nachricht|pressemitteilung|новость|новости|пресс релиз|خبر|أخبار|"
    "بيان صحفي|新闻|新闻稿",
    "technology": "technology|technologie|tecnologia|технология|تكنولوجيا|技术",
    "legalInstrument": "legislation|law|act|regulation|decree|legal text|legal document|treaty|court decision|"
    "legislation text|loi|decret|texte juridique|ley|decreto|legislacion|lei|legislacao|gesetz|verordnung|закон|"
    "законодательство|قانون|تشريع|法律|法规",
    "capacityInitiative": "training|training course|course|curriculum|capacity building|formation|cours|capacitacion|"
    "curso|schulung|обучение|курс|تدريب|دورة تدريبية|培训|课程",
    "nationalSubmission": "national report|national biodiversity strategy and action plan|nbsap|rapport national|"
    "informe nacional|национальный доклад|تقرير وطني|国家报告",
    "place": "protected area|physical place|aire protegee|area protegida|охраняемая территория|منطقة محمية|保护区",
}
_PUBLICATIONS = frozenset({
    "article", "book", "chapter", "report", "thesis", "dissertation", "paper", "publication", "journal", "proceedings",
    "preprint", "monograph", "blog", "weblog", "brochure", "manual", "guide", "software", "review", "letter", "brief",
    "presentation", "poster", "magazine", "newsletter", "periodical",
    "livre", "rapport", "these", "revue", "libro", "informe", "tesis", "articulo", "artigo", "livro", "relatorio",
    "buch", "bericht", "aufsatz", "artikel", "статья", "книга", "доклад", "отчет",
})  # fmt: skip
_WHOLE = frozenset({"text", "image", "still image", "moving image", "video", "audio", "sound", "document"})
_PREFIXES = (
    "info:eu-repo/semantics/",
    "http://purl.org/coar/resource_type/",
    "https://purl.org/coar/resource_type/",
    "http://purl.org/dc/dcmitype/",
    "https://purl.org/dc/dcmitype/",
    "dcmitype:",
    "dctype:",
)


def _table() -> Mapping[str, str]:
    return {fold(word): record_type for record_type, words in _WORDS.items() for word in words.split("|")}


_TYPES = _table()


@lru_cache(maxsize=2048)
def find_type(text: str) -> str | None:
    """Give the record type one dc:type value stands for, or None where it is a publication of some kind or unknown."""
    plain = _bare(text)
    if plain in RECORD_CLASSES:
        return plain
    if found := _TYPES.get(fold(_split_camel(plain))) or _TYPES.get(fold(plain)):
        return found
    concept = find_term("type", plain)
    return concept.id if concept is not None and concept.id in RECORD_CLASSES else None


@lru_cache(maxsize=2048)
def find_subtype(record_type: str, text: str) -> str | None:
    """Give the subtype of a record type that a text names by its id, address or label, or None."""
    concept = find_term("subtype", _bare(text))
    return concept.id if concept is not None and record_type in concept.broader else None


def is_publication(text: str) -> bool:
    """Say whether a type is that of a publication, in words such as ``journal-article`` and “Technical report”."""
    words = fold(_split_camel(_bare(text)).replace("-", " ").replace("_", " ")).split()
    return not _PUBLICATIONS.isdisjoint(words) or " ".join(words) in _WHOLE


def find_owner(text: str) -> str | None:
    """Give the record type whose subtype a text names, where it is of one type only, or None."""
    concept = find_term("subtype", text)
    return concept.broader[0] if concept is not None and len(concept.broader) == 1 else None


def to_type(texts: Iterable[str]) -> tuple[str, list[str]]:
    """Give the record type the first telling value stands for, and the values that say more than that type's name."""
    kept: list[str] = []
    chosen: str | None = None
    for text in texts:
        found = find_type(text)
        if found is not None and chosen is None:
            chosen = found
        if found is None or found != chosen or not _is_its_name(text, found):
            kept.append(_bare(text))
    return chosen or DEFAULT_TYPE, kept


@lru_cache(maxsize=2048)
def _is_its_name(text: str, record_type: str) -> bool:
    return fold(text) == fold(_split_camel(record_type))


def _bare(text: str) -> str:
    plain = text.strip()
    for prefix in _PREFIXES:
        plain = plain.removeprefix(prefix)
    return plain


def _split_camel(text: str) -> str:
    return "".join(f" {char}" if char.isupper() and at else char for at, char in enumerate(text))

"""Records made up by the thousand, in six languages; about one in seven is said again by another source.

Each title names places that few others name, as real ones do, between words that very many share.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any


def _by_language(table: str) -> dict[str, list[str]]:
    rows = (line.split() for line in table.split("\n") if line)
    return {language: words for language, *words in rows}


_VERBS = _by_language("""
en Assessing Managing Restoring Mapping Monitoring Valuing Conserving Financing Governing Protecting
fr Évaluer Gérer Restaurer Cartographier Suivre Valoriser Conserver Financer Gouverner Protéger
es Evaluar Gestionar Restaurar Cartografiar Vigilar Valorar Conservar Financiar Gobernar Proteger
ru Оценка Управление Восстановление Картирование Мониторинг Экономика Сохранение Финансы Право Защита
ar تقييم إدارة استعادة رسم رصد تثمين صون تمويل حوكمة حماية
zh 评估 管理 恢复 制图 监测 估值 保护 融资 治理 防护
""")
_SYLLABLES = _by_language("""
en ba ken dor mil ash ran tol ver sta gri pel nor hum ca ro lin wex far mo
fr beau cha mer lan vil ron tour né ge lac mont pré sau bri gne four
es rio mon te se lva pla ya cer ro gua na ba ja lla no sie rra
ru бе ло ре цк го ра до лен ско ва мор ти хо зе рно сто вер
ar وا دي جب ال نه رم سه ول بح ير غا بة صح راء كث بان
zh 山 川 湖 林 海 江 原 谷 岛 湾 溪 峰 沙 泽 桥 城 洲 岭
""")
_THINGS = _by_language("""
en wetlands forests mangroves pollinators grasslands reefs seabirds peatlands soils rivers orchids bats
fr zones-humides forêts mangroves pollinisateurs prairies récifs oiseaux tourbières sols rivières
es humedales bosques manglares polinizadores praderas arrecifes aves turberas suelos ríos
ru болот лесов мангров опылителей степей рифов птиц торфяников почв рек
ar الأراضي-الرطبة الغابات القرم الملقحات المراعي الشعاب الطيور التربة الأنهار
zh 湿地 森林 红树林 传粉者 草原 珊瑚礁 海鸟 泥炭地 土壤 河流
""")
_COUNTRIES = """
KE TZ UG ET GH NG ZA MA EG FR ES PT IT DE PL RO BR
PE CO MX CR CL IN CN JP ID VN PH AU NZ CA US RU KZ
"""
_SURNAMES = """
Kamau Otieno Smith Garcia Dupont Ivanov Wang Chen
Silva Rossi Novak Mueller Tanaka Haddad Okafor Mensah
"""
_KINDS = ("resource", "resource", "resource", "dataset", "project", "news", "event", "nationalSubmission")
SOURCES = 20


def iter_records(count: int, seed: int = 1) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (source, native record): about 15 in 100 say again what one before them said, wherever that was.

    How far back it was is spread evenly, so that late records meet early ones as often as late ones.
    """
    for number in range(count):
        random = Random(seed * 1_000_003 + number)
        if number and random.random() < 0.15:
            original = random.randrange(number)
            yield _said_again(_thing(original, seed), number, random)
        else:
            yield f"s{number % SOURCES}", _thing(number, seed)


def _thing(number: int, seed: int) -> dict[str, Any]:
    random = Random(f"{seed}/{number}")
    kind, country = random.choice(_KINDS), random.choice(_COUNTRIES.split())
    languages = random.sample(sorted(_VERBS), k=1 if random.random() < 0.7 else 2)
    year = random.randint(1995, 2026)
    record: dict[str, Any] = {
        "id": f"urn:chm:s{number % SOURCES}:r{number}",
        "type": kind,
        "title": {language: _title(language, random) for language in languages},
        "languages": languages,
        "countryRegions": [country],
        "dates": {"issued": f"{year}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"},
        "publisher": {"node": f"s{number % SOURCES}", "name": {"en": f"{_name('en', random)} Institute"}},
        "links": [{"url": f"https://s{number % SOURCES}.example/items/{number}"}],
        "details": {},
    }
    if random.random() < 0.2:
        record["sourceIds"] = [{"scheme": "doi", "value": f"10.5555/{seed}.{number}"}]
    if kind == "resource" and random.random() < 0.6:
        authors = [_author(random) for _ in range(random.randint(1, 4))]
        record["details"] = {"authors": [{"name": {"en": author}} for author in authors]}
    if kind == "event":
        record["details"] = {"start": record["dates"]["issued"], "city": _name("en", random), "country": country}
    if random.random() < 0.5:
        language = languages[0]
        record["summary"] = {language: " ".join(_title(language, random) for _ in range(3))}
    return record


def _author(random: Random) -> str:
    surname = random.choice(_SURNAMES.split()) + _name("en", random).lower()[:3]
    return f"{surname}, {chr(65 + random.randrange(26))}."


def _title(language: str, random: Random) -> str:
    words = [random.choice(_VERBS[language]), random.choice(_THINGS[language]), _name(language, random)]
    words += [_name(language, random) for _ in range(random.randint(1, 3))]
    if random.random() < 0.2:
        words.append(str(random.randint(2, 40)))
    return " ".join(words)


def _name(language: str, random: Random) -> str:
    return "".join(random.choice(_SYLLABLES[language]) for _ in range(random.randint(3, 5))).capitalize()


def _said_again(record: dict[str, Any], number: int, random: Random) -> tuple[str, dict[str, Any]]:
    """Give a record again as another source says it: misspelt here, a language or its date left out there."""
    source = f"s{(int(record['publisher']['node'][1:]) + 1 + random.randrange(SOURCES - 1)) % SOURCES}"
    again = record | {"id": f"urn:chm:{source}:r{number}", "links": [{"url": f"https://{source}.example/i/{number}"}]}
    again["publisher"] = {"node": source, "name": {"en": f"Portal {source}"}}
    titles = dict(record["title"])
    language = random.choice(sorted(titles))
    if random.random() < 0.4 and len(titles[language]) > 12:
        at = random.randrange(4, len(titles[language]) - 2)
        titles[language] = titles[language][:at] + titles[language][at + 1 :]
    if len(titles) > 1 and random.random() < 0.3:
        titles.pop(sorted(titles)[0])
    again["title"] = titles
    if random.random() < 0.2:
        again["dates"] = {}
    return source, again

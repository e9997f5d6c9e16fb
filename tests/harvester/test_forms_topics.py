"""What a title speaks of, and whose name a name is, comes out alike in six languages, where it is understood."""

from __future__ import annotations

import pytest

from harvester.resolution.forms.bodies import to_body
from harvester.resolution.forms.folding import fold
from harvester.resolution.forms.form import Facts, Form
from harvester.resolution.forms.reading import to_form
from harvester.resolution.forms.topics import telling_topics
from harvester.resolution.matching.blocking import keys_of

TOPICS = [
    ({"wetland", "restoration"}, "Restoration of wetlands | Restauration des zones humides | "
     "Restauración de humedales | "
     "Восстановление водно-болотных угодий | استعادة الأراضي الرطبة | 湿地恢复"),
    ({"mercury", "waste", "storage"}, "Storage of mercury waste | Stockage des déchets de mercure | "
     "Almacenamiento de desechos de mercurio | Хранение отходов ртути | تخزين نفايات الزئبق | 汞废物贮存"),
    ({"invasive", "alien", "species"}, "Invasive alien species | Espèces exotiques envahissantes | "
     "Especies exóticas invasoras | Инвазивные чужеродные виды | الأنواع الغريبة الغازية | 外来入侵物种"),
    ({"law", "bio"}, "Biological diversity act | Loi sur la diversité biologique | Ley de diversidad biológica | "
     "Закон о биологическом разнообразии | قانون التنوع البيولوجي | 生物多样性法"),
    ({"coral", "reef", "monitoring"}, "Coral reef monitoring | Suivi des récifs coralliens | "
     "Seguimiento de arrecifes de coral | Мониторинг коралловых рифов | رصد الشعاب المرجانية | 珊瑚礁监测"),
]  # fmt: skip


def form_of(title: str, **told: str) -> Form:
    return to_form(Facts(titles={"und": title}, **told))


def telling(title: str) -> set[str]:
    return set(telling_topics(form_of(title).topics)) - {"land", "area"}


@pytest.mark.parametrize(("topics", "title"), [(topics, each) for topics, said in TOPICS for each in said.split(" | ")])
def test_titles_of_one_subject_speak_of_it_in_every_language(topics: set[str], title: str) -> None:
    assert telling(title) == topics


@pytest.mark.parametrize(
    ("title", "topic"),
    [
        ("Les amis de la France", "law"),
        ("法国概况", "law"),
        ("冰岛概况", "island"),
        ("Islandia", "island"),
        ("An actor and his plant manager's plans", "law"),
        ("Planning the merger", "sea"),
        ("Marketing of solutions", "soil"),
        ("Cartagena", "map"),
        ("Mais où sont les oiseaux", "maize"),
        ("The Rio conventions", "river"),
        ("Red List of threatened species", "network"),
    ],
)
def test_a_word_that_only_begins_alike_speaks_of_something_else(title: str, topic: str) -> None:
    assert topic not in form_of(title).topics


def test_common_topics_tell_nothing_apart() -> None:
    assert telling_topics(form_of("Annual report of a regional project").topics) == ()


def test_records_without_a_common_language_meet_by_topic_country_and_year() -> None:
    one = to_form(
        Facts(type="resource", titles={"fr": "Restauration des zones humides"}, date="2007", countries=["ML"])
    )
    other = to_form(Facts(type="resource", titles={"zh": "湿地恢复 马里"}, date="2007", countries=["ML"]))
    elsewhere = to_form(Facts(type="resource", titles={"zh": "湿地恢复 马里"}, date="2007", countries=["NE"]))
    assert set(keys_of(one)) & set(keys_of(other))
    assert not set(keys_of(one)) & set(keys_of(elsewhere))


BODIES = [
    ("unep", "United Nations Environment Programme | The United Nations Environment Programme (UNEP) | UNEP | PNUE | "
     "Programme des Nations Unies pour l'environnement | PNUMA | "
     "Programa de las Naciones Unidas para el Medio Ambiente | "
     "ЮНЕП | Программа Организации Объединенных Наций по окружающей среде | "
     "برنامج الأمم المتحدة للبيئة | 联合国环境规划署"),
    ("iucn", "IUCN | UICN | International Union for Conservation of Nature | МСОП | الاتحاد الدولي لحفظ الطبيعة | "
     "Union internationale pour la conservation de la nature (UICN) | 世界自然保护联盟"),
    ("scbd", "CBD Secretariat | Secretariat of the Convention on Biological Diversity | 生物多样性公约秘书处 | "
     "Secrétariat de la Convention sur la diversité biologique | أمانة اتفاقية التنوع البيولوجي"),
    ("ke:environment ministry", "Ministry of Environment, Kenya | Ministry of the Environment of Kenya | "
     "Ministère de l'Environnement du Kenya | Ministerio de Medio Ambiente (Kenya) | "
     "Министерство окружающей среды Кении | "
     "وزارة البيئة - كينيا | 肯尼亚环境部"),
    ("fr:history museum nature", "National Museum of Natural History, France | 法国国家自然历史博物馆 | "
     "Muséum national d'Histoire naturelle (France) | Museo Nacional de Historia Natural, Francia"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "name"), [(body, each) for body, names in BODIES for each in names.split(" | ")])
def test_a_body_has_one_name_in_every_language(body: str, name: str) -> None:
    assert to_body(name) == body


@pytest.mark.parametrize(
    "name",
    [
        "UNEP Regional Office for Europe",
        "Friends of UNEP",
        "Institute of Marine Geology",
        "Ministry of Magic",
        "Ministry",
        "University of Nairobi",
        "WWF Kenya",
        "Springer",
        "Kenya Environment",
    ],
)
def test_a_name_that_is_not_understood_whole_is_only_folded(name: str) -> None:
    assert to_body(name, "KE") == fold(name)


def test_an_office_without_a_country_in_its_name_is_of_the_country_of_the_record() -> None:
    assert to_body("Ministère de l'Environnement", "ML") == "ml:environment ministry"
    assert to_body("Ministry of Environment", "ML") != to_body("Ministry of Environment", "NE")
    assert to_body("Ministry of Environment") == "ministry of environment"


def test_offices_of_other_subjects_stay_apart() -> None:
    assert to_body("Ministry of Agriculture, Kenya") != to_body("Ministry of Environment, Kenya")
    assert to_body("Ministry of Environment and Climate, Kenya") != to_body("Ministry of Environment, Kenya")


def test_an_organisation_is_known_by_its_own_title_too() -> None:
    one = to_form(Facts(type="organization", titles={"en": "Ministry of Environment"}, countries=["MM"]))
    other = to_form(Facts(type="organization", titles={"ar": "وزارة البيئة"}, countries=["MM"]))
    assert one.bodies == other.bodies == ("mm:environment ministry",)
    assert ("body", "mm:environment ministry|MM") in set(keys_of(one)) & set(keys_of(other))


def test_russian_in_latin_letters_is_understood() -> None:
    assert telling("Borba s invazivnymi chuzherodnymi vidami") == {"invasive", "alien", "species", "control"}


def test_records_meet_by_what_is_counted_in_one_country_though_one_tells_no_year() -> None:
    one = to_form(Facts(type="nationalTarget", titles={"en": "National target 18"}, date="2023", countries=["MX"]))
    other = to_form(Facts(type="nationalTarget", titles={"ru": "Национальная цель 18 на 500"}, countries=["MX"]))
    assert {key for key in keys_of(one) if key[0] == "counts"} & set(keys_of(other))


def test_the_name_of_a_country_is_no_topic() -> None:
    one = to_form(Facts(titles={"en": "Wastes, Ivory Coast"}, countries=["CI"]))
    other = to_form(Facts(titles={"ru": "Отходы, Кот-д’Ивуар"}, countries=["CI"]))
    assert one.topics == other.topics == ("waste",)

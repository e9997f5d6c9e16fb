"""Names of people come out as one surname and the same initials from every usual way of writing them."""

from __future__ import annotations

import pytest

from harvester.resolution.forms.people import is_body, to_people

PEOPLE = [
    ("Mwangi, A.", "mwangi", "a"),
    ("A. Mwangi", "mwangi", "a"),
    ("Mwangi A", "mwangi", "a"),
    ("MWANGI AB", "mwangi", "ab"),
    ("Mwangi AB", "mwangi", "ab"),
    ("Mwangi A.B.", "mwangi", "ab"),
    ("MWANGI, Alice Beatrice", "mwangi", "ab"),
    ("MWANGI Alice", "mwangi", "a"),
    ("Alice B. Mwangi", "mwangi", "ab"),
    ("Dr. Alice Mwangi, PhD", "mwangi", "a"),
    ("r. e. schapire", "schapire", "re"),
    ("Mackay, D. Scott", "mackay", "ds"),
    ("van der Berg, J.", "van der berg", "j"),
    ("Jan van der Berg", "van der berg", "j"),
    ("Kian-Lee Tan", "tan", "kl"),
    ("N. Cesa-Bianchi", "cesa bianchi", "n"),
    ("Müller", "muller", ""),
    ("Horváth, F.", "horvath", "f"),
    ("O'Brien, P.", "o brien", "p"),
    ("Иванов И. И.", "ivanov", "ii"),
    ("И. И. Иванов", "ivanov", "ii"),
    ("Иванов, Иван Иванович", "ivanov", "ii"),
    ("Ivanoff, I. I.", "ivanov", "ii"),
    ("Ivanov I.I.", "ivanov", "ii"),
    ("Фёдоров, Пётр", "fedorov", "p"),
    ("Федоров, Петр", "fedorov", "p"),
    ("Иванов Сергей", "ivanov", "s"),
    ("Сергей Иванов", "ivanov", "s"),
    ("Ivanov, Sergei", "ivanov", "s"),
    ("Ivanov Sergey", "ivanov", "s"),
    ("Sergei Ivanov", "ivanov", "s"),
    ("Иванов Сергей Петрович", "ivanov", "sp"),
    ("Сергей Петрович Иванов", "ivanov", "sp"),
    ("Петрова Марина", "petrova", "m"),
    ("Марина Петрова", "petrova", "m"),
    ("Ким Сергей", "kim", "s"),
    ("Шевченко Алёна", "shevchenko", "a"),
    ("Martin Novak", "novak", "m"),
    ("Calvin Roman", "roman", "c"),
    ("Кузнецова Дарья", "kuznetsova", "d"),
    ("Достоевский Фёдор", "dostoevskiy", "f"),
    ("Nina Simone", "simone", "n"),
    ("Щукина, Ю.", "shchukina", "y"),
    ("Hoff, K.", "hoff", "k"),
    ("Kirchhoff, G.", "kirchhoff", "g"),
    ("Muhammad, A.", "mohamed", "a"),
    ("Mohammed, A.", "mohamed", "a"),
    ("محمد، أحمد", "mohamed", ""),
    ("Zhang Xiaoming", "zhang", "x"),
    ("Xiaoming Zhang", "zhang", "x"),
    ("Wei Zhang", "zhang", "w"),
    ("Chen Johnson", "johnson", "c"),
    ("Li, Na", "li", "n"),
    ("王伟", "王", "伟"),
    ("欧阳修文", "欧阳", "修文"),
    ("الأحمد، محمد", "ahmed", ""),
    ("الزعبي، محمد", "الزعبي", ""),
    ("Ziegler, T. R., et al.", "ziegler", "tr"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "surname", "initials"), PEOPLE)
def test_a_name_is_read_in_any_usual_order(written: str, surname: str, initials: str) -> None:
    assert to_people([written])[0] == ((surname, initials),)


BODIES = [
    "Ministry of Environment of Kenya",
    "Ministère de l'Environnement",
    "FAO",
    "United Nations Environment Programme",
    "Secretaría de Medio Ambiente",
    "Институт ботаники",
    "وزارة البيئة",
    "中国科学院植物研究所",
    "生态环境部",
    "World Wide Fund for Nature",
    "IUCN",
    "ФАО",
    "ЮНЕП",
    "The Palomar Team",
    "Équipe de rédaction",
    "IPBES Task Force",
    "Working Group on Pollinators",
    "Союз охраны птиц",
]


@pytest.mark.parametrize("name", BODIES)
def test_an_organisation_is_no_person(name: str) -> None:
    assert is_body(name)
    assert to_people([name]) == ((), False)


@pytest.mark.parametrize("written", ["Smith, J. et al.", "Smith J, et al", "Smith, J. and others", "Иванов И. и др."])
def test_left_out_people_are_told(written: str) -> None:
    people, et_al = to_people([written])
    assert et_al
    assert len(people) == 1


def test_people_keep_their_order_and_come_once() -> None:
    people, et_al = to_people(["Traoré, B.; Diallo, C.", "B. Traoré", "Silva, A."])
    assert people == (("traore", "b"), ("diallo", "c"), ("silva", "a"))
    assert not et_al


@pytest.mark.parametrize("nobody", ["", " ", ".", "Anonymous", "et al.", "X"])
def test_nobody_is_no_person(nobody: str) -> None:
    assert to_people([nobody])[0] == ()


@pytest.mark.parametrize(
    "written", ["Bankole, T.", "Teamah, R.", "Neff, P.", "Sofia Redford", "Unionova, A.", "Fonseca, B.", "Cites, J."]
)
def test_a_person_whose_name_begins_like_an_organisation_stays_one(written: str) -> None:
    assert len(to_people([written])[0]) == 1

"""A title's series of reports and its place in it, in six languages, with the slips people make."""

from __future__ import annotations

import pytest

from harvester.resolution.forms.form import Facts, Form
from harvester.resolution.forms.reading import to_form

NR, NBSAP, CART, NAGOYA = "national-report", "nbsap", "cartagena-report", "nagoya-report"

NATIONAL_REPORTS = [
    ("Fifth National Report to the Convention on Biological Diversity – Kenya", "5"),
    ("5th National Report of Kenya to the CBD", "5"),
    ("Kenya's 5th National Report to the Convention on Biological Diversity", "5"),
    ("Kenya. National report 5", "5"),
    ("Kenya - Fifth National Report", "5"),
    ("Kenya - National Report (5)", "5"),
    ("Kenya National Report No. 4 (English)", "4"),
    ("Kenya: Sixth National Report for the Convention on Biological Diversity [final].pdf", "6"),
    ("6NR Kenya", "6"),
    ("Kenya NR6", "6"),
    ("Republic of Kenya – The 7th National Report (7NR)", "7"),
    ("Sixht National Report to the Convention on Biological Diversity – Dominica", "6"),
    ("THIRD NATIONAL REPORT ON THE IMPLEMENTATION OF THE CONVENTION ON BIOLOGICAL DIVERSITY", "3"),
    ("Third National Report to the Conference of the Parties of the Convention on Biological Diversity, 2005", "3"),
    ("National Report IV to the CBD", "4"),
    ("IV Informe Nacional sobre Diversidad Biológica de Chile", "4"),
    ("V Informe Nacional de Biodiversidad de Colombia ante el Convenio sobre la Diversidad Biológica", "5"),
    ("Quinto informe nacional ante el Convenio sobre la Diversidad Biológica: Perú", "5"),
    ("Sexto Informe Nacional para el Convenio sobre la Diversidad Biológica de Costa Rica", "6"),
    ("Cinquième Rapport National sur la Mise en Œuvre de la Convention sur la Diversité Biologique au Mali", "5"),
    ("5ème Rapport national du Bénin sur la mise en oeuvre de la CDB", "5"),
    ("5e rapport national de la Tunisie à la Convention sur la diversité biologique", "5"),
    ("Rapport national n° 4 sur la diversité biologique, Maroc", "4"),
    ("Rapports nationaux : quatrième rapport, Niger", "4"),
    ("Пятый национальный доклад по Конвенции о биологическом разнообразии – Эритрея", "5"),
    ("5-й национальный доклад Республики Беларусь о выполнении Конвенции о биологическом разнообразии", "5"),
    ("Шестого национального доклада Кыргызской Республики по сохранению биоразнообразия", "6"),
    ("التقرير الوطني الخامس المقدم إلى اتفاقية التنوع البيولوجي – أوكرانيا", "5"),
    ("التقرير الوطني اثلاني المقدم إلى اتفاقية التنوع البيولوجي – مصر", "2"),
    ("التقرير الوطني الرابع لاتفاقية التنوع البيولوجي", "4"),
    ("中国履行《生物多样性公约》第五次国家报告", "5"),
    ("《生物多样性公约》第五次国家报告——阿塞拜疆", "5"),
    ("第五次国家报告", "5"),
    ("中国第6次国家报告（生物多样性）", "6"),
    ("Informe nacional N.º 6 (Dominica)", "6"),
    ("National Report 4 (Democratic People's Republic of Korea)", "4"),
    ("Cinquième rapport nat. sur la diversité biologique – République dominicaine", "5"),
    ("Fourth and Fifth National Report of Iraq to the CBD", "4+5"),
    ("Nairobi: fourth national report, second edition", "4"),
    ("National Report to the Convention on Biological Diversity – Kenya", ""),
    ("Fxxth National Report to the Convention on Biological Diversity", ""),
    ("National report 2014, Kenya", ""),
    ("التقرير الوطني الاسع المقدم إلى اتفاقية التنوع البيولوجي – أرمينيا", ""),
    ("《卡塔赫生纳物安全议定书》第六次国家报告：不丹", ""),
    ("《卡塔赫生纳物安全定书》第一次国家报告：海地", ""),
    ("eeventh National Report to the Convention on Biological Diversity – Türkiye", ""),
    ("Dxième rapport national sur la diversité biologique – Lettonie", ""),
    ("Второй национальный доклад об осуществлении Катахенскгоо протокола: Мали", ""),
    ("Fifth National Report (2014) – Sixth National Report", ""),
]  # fmt: skip


def form_of(title: str, **told: str) -> Form:
    return to_form(Facts(titles={"und": title}, **told))


@pytest.mark.parametrize(("title", "slot"), NATIONAL_REPORTS)
def test_a_national_report_is_known_by_its_number(title: str, slot: str) -> None:
    form = form_of(title)
    assert (form.series, form.slot) == (NR, slot)


STRATEGIES = [
    ("National Biodiversity Strategy and Action Plan 2011-2020: Tonga", "2011-2020"),
    ("National Biodievrsity Strategy and Action Plan 2011-2025: Tonga", "2011-2025"),
    ("Kenya NBSAP (2019–2030)", "2019-2030"),
    ("NBSAP 2.0", ""),
    ("Revised NBSAP of Malawi", ""),
    ("National Biodiversity Strategy 2016 to 2030", "2016-2030"),
    ("Stratégie et plan d’action nationaux pour la biodiversité 2016-2026 : Anguilla", "2016-2026"),
    ("Stratégie nationale biodiversité 2030", ""),
    ("SPANB 2015/2030 Burundi", "2015-2030"),
    ("Stratégie Nationale et Plan d'Actions sur la Biodiversité 2013-2020 de la RDC", "2013-2020"),
    ("Estrategia y Plan de Acción Nacional de Biodiversidad 2021-2035: Zimbabue", "2021-2035"),
    ("Estrategia Nacional de Biodiversidad 2017-2030 (Chile)", "2017-2030"),
    ("EPANB Guinea Ecuatorial 2015 a 2020", "2015-2020"),
    ("Национальная стратегия и план действий по сохранению биоразнообразия 2016-2026: Мартиника", "2016-2026"),
    ("Стратегия сохранения биологического разнообразия на 2011–2020 годы, национальный план действий",
     "2011-2020"),
    ("الاستراتيجية وخطة العمل الوطنية للتنوع البيولوجي ٢٠٢٤-٢٠٣٤: طاجيكستان", "2024-2034"),
    ("马恩岛国家生物多样性战略与行动计划（2021—2031）", "2021-2031"),
    ("中国生物多样性保护战略与行动计划（2011-2030年）", "2011-2030"),
    ("智利生物多样性保护战略与行动计划（2001-2010年）", "2001-2010"),
]  # fmt: skip


@pytest.mark.parametrize(("title", "slot"), STRATEGIES)
def test_a_strategy_is_known_by_its_period(title: str, slot: str) -> None:
    form = form_of(title)
    assert (form.series, form.slot) == (NBSAP, slot)


OTHER_SERIES = [
    ("Third National Report on the Implementation of the Cartagena Protocol on Biosafety: Belize [final]", CART, "3"),
    ("3rd National Report on the Implementation of the Cartagena Protocol on Biosfaety: Russia", CART, "3"),
    ("Troisième rapport national sur la mise en œuvre du Protocole de Cartagena : Yémen", CART, "3"),
    ("Segundo Informe Nacional sobre la aplicación del Protocolo de Cartagena sobre Biotecnología", CART, "2"),
    ("ТРЕТИЙ НАЦИОНАЛЬНЫЙ ДОКЛАД ОБ ОСУЩЕСТВЛЕНИИ КАРТАХЕНСКОГО ПРОТОКОЛА ПО БИОБЕЗОПАСНОСТИ: ЛИБЕРИЯ", CART, "3"),
    ("التقرير الوطني الثالث عن تنفيذ بروتوكول قرطاجنة للسلامة الأحيائية", CART, "3"),
    ("《卡塔赫纳生物安全议定书》第三次国家执行报告：阿鲁巴", CART, "3"),
    ("Interim National Report on the Implementation of the Nagoya Protocol – Kenya", NAGOYA, "interim"),
    ("Rapport national intérimaire sur la mise en œuvre du Protocole de Nagoya", NAGOYA, "interim"),
    ("Informe nacional provisional sobre la aplicación del Protocolo de Nagoya", NAGOYA, "interim"),
    ("First National Report on the Implementation of the Nagoya Protocol on ABS", NAGOYA, "1"),
    ("Third National Communication of Kenya to the UNFCCC", "climate-communication", "3"),
    ("Troisième Communication nationale du Togo sur les changements climatiques", "climate-communication", "3"),
    ("Tercera Comunicación Nacional de México ante la CMNUCC", "climate-communication", "3"),
    ("First Biennial Update Report of Ghana", "climate-update", "1"),
    ("Updated First Nationally Determined Contribution of Kenya", "climate-contribution", "1-updated"),
    ("Second NDC, Marshall Islands", "climate-contribution", "2"),
    ("Intended Nationally Determined Contribution (INDC) of Mali", "climate-contribution", "intended"),
    ("Kenya: National Report to Ramsar COP14", "ramsar-report", "cop14"),
    ("Global Biodiversity Outlook 5", "global-biodiversity-outlook", "5"),
    ("GBO-4", "global-biodiversity-outlook", "4"),
    ("Perspectives mondiales de la diversité biologique 3", "global-biodiversity-outlook", "3"),
    ("Perspectiva Mundial sobre la Diversidad Biológica 4", "global-biodiversity-outlook", "4"),
    ("Глобальная перспектива в области биоразнообразия 5", "global-biodiversity-outlook", "5"),
    ("全球生物多样性展望 第五版", "global-biodiversity-outlook", "5"),
    ("National Capacity Self-Assessment 2007: Kenya", "capacity-assessment", ""),
    ("Financial reporting framework: resource mobilization, Kenya", "resource-mobilisation-report", ""),
    ("Decision 15/4. Kunming-Montreal Global Biodiversity Framework", "decision", "cop-15/4"),
    ("CBD/COP/DEC/15/4 Kunming-Montreal Global Biodiversity Framework", "decision", "cop-15/4"),
    ("Decision X/2 – The Strategic Plan for Biodiversity 2011-2020", "decision", "cop-10/2"),
    ("Décision XII/3. Mobilisation des ressources", "decision", "cop-12/3"),
    ("Decisión XI/22", "decision", "cop-11/22"),
    ("Решение XII/3", "decision", "cop-12/3"),
    ("المقرر 15/4", "decision", "cop-15/4"),
    ("第15/4号决定 昆明-蒙特利尔全球生物多样性框架", "decision", "cop-15/4"),
    ("Decision BS-VII/4", "decision", "bs-7/4"),
    ("Decision CP-10/2", "decision", "cp-10/2"),
    ("Decision NP-4/6", "decision", "np-4/6"),
    ("第VII/23号决定：信息交换所机制", "decision", "cop-7/23"),
    ("COP 7 Decision VII/23: Clearing-house mechanism", "decision", "cop-7/23"),
    ("Technology action plan (mitigation), Kenya", "technology-action-plan", "mitigation"),
    ("План действий в области технологий для смягчения изменения климата", "technology-action-plan", "mitigation"),
    ("Evaluación de necesidades tecnológicas: adaptación, Malí", "technology-needs-assessment", "adaptation"),
    ("Mali – CPB national report 2", CART, "2"),
    ("SBSTTA recommendation 24/2", "recommendation", "sbstta-24/2"),
]  # fmt: skip


@pytest.mark.parametrize(("title", "series", "slot"), OTHER_SERIES)
def test_other_series_are_told_apart(title: str, series: str, slot: str) -> None:
    form = form_of(title)
    assert (form.series, form.slot) == (series, slot)


MEETINGS = [
    ("Fifteenth meeting of the Conference of the Parties to the Convention on Biological Diversity", "cop-15"),
    ("COP 15", "cop-15"),
    ("CdP 15 de la CDB", "cop-15"),
    ("КС-15 КБР", "cop-15"),
    ("CBD COP-15 Part Two", "cop-15"),
    ("Quinzième réunion de la Conférence des Parties à la Convention sur la diversité biologique", "cop-15"),
    ("Decimoquinta reunión de la Conferencia de las Partes", "cop-15"),
    ("Пятнадцатое совещание Конференции Сторон Конвенции о биологическом разнообразии", "cop-15"),
    ("الاجتماع الخامس عشر لمؤتمر الأطراف في اتفاقية التنوع البيولوجي", "cop-15"),
    ("生物多样性公约缔约方大会第十五次会议", "cop-15"),
    ("SBSTTA-24", "sbstta-24"),
    ("生物多样性公约COP10", "cop-10"),
    ("OSACTT 23", "sbstta-23"),
    ("科咨机构第20次会议", "sbstta-20"),
    ("الاجتماع الثالث والعشرون للهيئة الفرعية للمشورة العلمية والتقنية والتكنولوجية", "sbstta-23"),
    ("Sixth meeting of the Conference of the Parties to the Rotterdam Convention", "rotterdam-cop-6"),
    ("Twenty-fourth meeting of the Subsidiary Body on Scientific, Technical and Technological Advice", "sbstta-24"),
    ("Third meeting of the Subsidiary Body on Implementation", "sbi-3"),
    ("Tenth meeting of the Parties to the Cartagena Protocol on Biosafety, COP-MOP 10", "cp-mop-10"),
    ("CP-MOP 10", "cp-mop-10"),
    ("NP-MOP-4", "np-mop-4"),
    ("Ramsar COP14", "ramsar-cop-14"),
    ("UNFCCC COP 28", "unfccc-cop-28"),
    ("CITES CoP19", "cites-cop-19"),
    ("Eleventh meeting of the Ad Hoc Open-ended Working Group on Article 8(j) and Related Provisions", "wg8j-11"),
]  # fmt: skip


@pytest.mark.parametrize(("title", "slot"), MEETINGS)
def test_a_meeting_of_a_treaty_is_known_by_its_body_and_number(title: str, slot: str) -> None:
    form = form_of(title, type="event")
    assert (form.series, form.slot) == ("meeting", slot)


@pytest.mark.parametrize(
    "title",
    [
        "Annual Report on seagrass mapping 2007: Turkmenistan",
        "Introduction",
        "Guidelines for the fifth national report",
        "Workshop on NBSAP revision, Nairobi",
        "Review of the National Biodiversity Strategy and Action Plan 2011-2020",
        "Guidelines for access and benefit-sharing in Macao, volume 4",
        "Fifth National Report on Education in Kenya",
        "Second national report on plant genetic resources for food and agriculture",
        "Third National Report to the Stockholm Convention",
        "International cooperation report",
        "Statement of Brazil to COP 15 on the financing of protected areas in the Amazon",
        "Implementation of decision XII/3 in West Africa",
        "Toronto Biodiversity Strategy",
        "中国云南省生物多样性保护战略与行动计划（2013-2030年）",
        "A strategy for diversity in the workplace",
        "Decision support systems",
        "Семинар: охрана мангров, Аландские о-ва, этап 4",
        "法罗群岛山地生态系统研讨会 第4期",
        "摩尔多瓦2003年传粉者保护年度报告",
    ],
)
def test_what_only_speaks_of_a_series_belongs_to_none(title: str) -> None:
    assert form_of(title).series == ""


def test_titles_in_several_languages_must_agree_on_the_number() -> None:
    told = {"en": "Fifth National Report, Kenya", "fr": "Sixième rapport national, Kenya"}
    form = to_form(Facts(titles=told))
    assert (form.series, form.slot) == (NR, "")


def test_a_slip_in_one_language_yields_to_the_plain_word_of_another() -> None:
    told = {"en": "Sxth National Report, Kenya", "fr": "Sixième rapport national, Kenya"}
    assert to_form(Facts(titles=told)).slot == "6"


def test_a_record_that_says_it_is_a_national_report_is_of_the_series_whatever_its_title() -> None:
    form = form_of("Kenya and its nature", type="nationalSubmission", subtype="nationalReport")
    assert (form.series, form.slot) == (NR, "")


def test_a_bare_number_is_a_decision_s_where_the_record_is_a_legal_one() -> None:
    assert form_of("III/4 – Clearing-house mechanism", type="legalInstrument").slot == "cop-3/4"
    assert form_of("III/4 – Clearing-house mechanism", type="resource").series == ""

"""Series known by a fixed phrase: the Global Biodiversity Outlook, climate reports, assessments of capacity; pure."""

from __future__ import annotations

import re

from harvester.resolution.forms.slots import MAX_REPORT, NONE, Series
from harvester.resolution.forms.titles import Title

_LATIN = (
    "gbo", "outlook", "perspect", "bienn", "bienal", "bur", "btr", "determin", "ndc", "cdn", "ncsa", "capac", "mobil",
    "moviliz", "financial rep", "technolog", "tecnologic", "finance plan",
)  # fmt: skip
_ANY = (
    *_LATIN,
    "перспект",
    "توقعات",
    "展望",
    "мобилиз",
    "حشد",
    "调动",
    "технолог",
    "التكنولوجيه",
    "技术",
    "自主贡献",
    "определяем",
    "المحدده",
)
"""What a title must hold for any of the phrases to stand in it."""
_PHRASES = tuple(
    (name, re.compile(pattern))
    for name, pattern in {
        "global-biodiversity-outlook": (
            r"\bgbo ?\d?\b|global biodiversity outlook|"
            r"perspectives? mondiales? de la (?:diversite biologique|biodiversite)|"
            r"perspectivas? mundial(?:es)? (?:sobre|de) la (?:diversidad biologica|biodiversidad)|"
            r"глобальн\w+ перспектив\w+ в области биоразно|توقعات العالميه للتنوع|全球生物多样性展望"
        ),
        "climate-update": (
            r"biennial update report|rapport biennal actualise|informe bienal de actualizacion|"
            r"двухгодичн\w+ докла\w+ с обновленн|\bbur ?\d?\b|两年期更新报告"
        ),
        "climate-transparency": (
            r"biennial transparency report|rapport biennal (?:de|sur la) transparence|informe bienal de transparencia|"
            r"\bbtr ?\d?\b|两年期透明度报告"
        ),
        "climate-contribution": (
            r"nationally determined contribution|contributions? determinees? au niveau national|"
            r"contribuci\w+ (?:nacional(?:mente)? determinada|determinadas? a nivel nacional)|"
            r"определяем\w+ на национальном уровне вклад|المحدده وطنيا|\bi?ndc ?\d?\b|国家自主贡献"
        ),
        "capacity-assessment": (
            r"national capacity (?:needs )?self assessment|capacity (?:self )?needs (?:self )?assessment|\bncsa\b|"
            r"auto ?evaluation (?:nationale )?des capacites|autoevaluacion (?:nacional )?de (?:las )?capacidades"
        ),
        "technology-needs-assessment": (
            r"technology needs assessment|evaluation des besoins (?:en technologies|technologiques)|"
            r"evaluacion de (?:las )?necess?idades tecnologicas|оценк\w+ технологическ\w+ потребност|"
            r"تقييم الاحتياجات التكنولوجيه|技术需求评估"
        ),
        "technology-action-plan": (
            r"technology action plan|plan d action technologique|plan de accion tecnologic|"
            r"план\w* деистви\w* в области технологи|خطه العمل التكنولوجيه|技术行动计划"
        ),
        "resource-mobilisation-report": (
            r"financial reporting framework|resource mobili[sz]ation report|report on resource mobili[sz]ation|"
            r"rapport sur la mobilisation des ressources|informe sobre (?:la )?movilizacion de recursos"
        ),
        "biodiversity-finance-plan": r"biodiversity finance plan|plan de financement de la biodiversite",
    }.items()
)
_ABOUT = re.compile(
    r"\b(?:workshop|guidelines?|guidance|training|atelier|taller|review of|launch\w*|webinar|handbook|manual|seminar|"
    r"toolkit|project|projet|proyecto|meeting|side event|lessons)\b|研讨会"
)
_UPDATED = re.compile(r"\b(?:updated|update|revised|enhanced|actualis\w+|actualiz\w+|revis\w+|обновл\w+)\b|更新")
_AIMS = (
    ("mitigation", re.compile(r"mitiga|attenuat|смягчен|للتخفيف|تخفيف|减缓")),
    ("adaptation", re.compile(r"adapta|адаптац|للتكيف|التكيف|适应")),
)
"""What countries assess their technology needs for, in documents of their own."""
_INTENDED = re.compile(r"\bintended\b|\bindc\b|prevue|prevista|предполаг")


def find_phrase(title: Title) -> Series:
    """Give the series whose phrase stands in a title, ``NONE`` where none does."""
    text = title.text
    if not _may_stand(text):
        return NONE
    for name, pattern in _PHRASES:
        if pattern.search(text):
            return NONE if _ABOUT.search(text) else Series(name, _slot(name, title))
    return NONE


def _may_stand(text: str) -> bool:
    for each in _LATIN if text.isascii() else _ANY:  # noqa: SIM110 - half the time of any(), for every title
        if each in text:
            return True
    return False


def _slot(name: str, title: Title) -> str:
    text, numbers = title.text, title.numbers
    if name.startswith("technology"):
        aims = [aim for aim, pattern in _AIMS if pattern.search(text)]
        return aims[0] if len(aims) == 1 else ""
    if name == "climate-contribution" and _INTENDED.search(text):
        return "intended"
    values = {value for _, value in numbers.ordinals}
    values |= {int(value) for _, value in numbers.parts if value.isdigit() and len(value) < 3}
    values |= {int(value) for value in numbers.others if value.isdigit() and len(value) < 3}
    if len(values) != 1 or (value := values.pop()) > MAX_REPORT:
        return ""
    return f"{value}-updated" if name == "climate-contribution" and _UPDATED.search(text) else str(value)

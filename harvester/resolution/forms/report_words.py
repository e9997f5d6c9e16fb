"""The words by which national reports and strategies are known in six languages; values only."""

from __future__ import annotations

from functools import cache

_STARTS = {
    "national": "natio nacio нацио الوطن وطني وطنيه للوطن",
    "report": "repor rappo relat докла отчет التقر تقرير للتقر تقاري بالتق",
    "convention": "conve конве اتفاق الاتف لاتفا للاتف",
    "biological": "biolo биоло البيو بيولو",
    "diversity": "diver разно التنو للتنو تنوع",
    "biodiversity": "biodi биора",
    "protocol": "proto прото بروتو البرو لبروت",
    "cartagena": "carta карта قرطاج كارتا لقرطا",
    "biosafety": "biosa biose biote биобе",
    "nagoya": "nagoy нагои ناغوي لناغو",
    "benefit": "benef avant выгод المنا",
    "strategy": "strat estra страт",
    "action": "actio accio деист العمل عمل",
    "plan": "plan plans planes план плана планы خطه وخطه الخطه خطط",
    "communication": "commu comun сообщ البلا بلاغ",
    "interim": "inter provi проме موقت مرحلي الموق",
}
"""What a folded, collapsed word begins with, five letters or all it has."""
_WORDS = {
    "report": "informe informes",
    "national": "nat nac natl",
    "cartagena": "cpb bch pcb",
    "nbsap": "nbsap nbsaps epanb spanb enbpa epandb paenb нспдсб",
    "strategy": "استراتيجيه الاستراتيجيه للاستراتيجيه والاستراتيجيه بالاستراتيجيه استراتيجيات",
    "biosafety": "السلامه للسلامه سلامه",
    "convention": "cbd cdb кбр",
    "benefit": "abs apa",
    "national report": "nr nr1 nr2 nr3 nr4 nr5 nr6 nr7 nr8 1nr 2nr 3nr 4nr 5nr 6nr 7nr 8nr",
}
NOT_CUES = frozenset({
    "international", "internacional", "internationale", "internationales", "information", "reporting", "reporter",
    "reporters", "communities", "community", "comunidad", "comunidades", "communautaire", "communautaires",
    "comunitaria", "comunitario", "interest", "interests", "interaction", "interactions", "internet", "interactive",
    "intercambio", "interface", "internal", "province", "provinces", "provision", "providing", "provincial",
    "avant", "actively", "strategic", "diverse", "diversion", "planet", "planeta", "плане", "protected",
    "prototype", "prototypes", "carta", "cartas", "cartographie", "cartografia", "картирование", "картирования",
    "картографирование", "карта", "карты", "сообщество", "сообществ", "сообщества", "стратосфера", "converter",
    "convergence", "converting", "conversion", "biota", "nationality", "nations", "nation", "nacion", "naciones",
    "relation", "relations", "relational", "relating", "related", "relative", "relationship", "relationships",
})  # fmt: skip
"""Words that begin as a cue does and are none."""
LONG_CUES = tuple(
    (word, cue)
    for cue, words in {
        "national": "national nationaux nacional национальныи национальная الوطني الوطنيه",
        "report": "report rapport informe доклад التقرير",
        "strategy": "strategy strategie estrategia стратегия الاستراتيجيه",
        "biodiversity": "biodiversity biodiversite biodiversidad биоразнообразия",
        "biological": "biological biologique biologica",
        "diversity": "diversity diversite diversidad разнообразия للتنوع التنوع",
        "convention": "convention convenio конвенции اتفاقيه",
        "cartagena": "cartagena carthagene картахенского قرطاجنه",
        "protocol": "protocol protocole protocolo протокола بروتوكول",
        "biosafety": "biosafety биобезопасности",
        "nagoya": "nagoya",
        "action": "action accion",
        "communication": "communication",
    }.items()
    for word in words.split()
)
"""Words looked for with one slip where others of their kind stand beside."""
SIGNS = tuple(
    (sign, tuple(cues.split()))
    for cues, signs in {
        "national report": "国家报告 国家执行报告 国别报告 国家履约报告 國家報告",
        "national communication": "国家信息通报",
        "biodiversity": "生物多样性 生物多樣性",
        "convention": "公约 公約",
        "strategy": "战略 策略 戰略",
        "action plan": "行动计划 行動計畫 行动方案",
        "cartagena": "卡塔赫纳 卡塔赫納",
        "biosafety": "生物安全",
        "nagoya": "名古屋",
        "protocol": "议定书 議定書",
        "national": "国家 國家 中国生物多样性保护战略",
        "report": "报告 報告",
        "benefit": "惠益",
        "interim": "临时",
    }.items()
    for sign in signs.split()
)
"""Chinese signs and the cues they give."""
INTERIM = frozenset({
    "interim", "provisional", "provisoire", "interimaire", "intermedio", "interino", "промежуточныи", "موقت", "المرحلي",
})  # fmt: skip


@cache
def starts() -> dict[str, str]:
    """Give the cue of each beginning of a word."""
    return {start: cue for cue, many in _STARTS.items() for start in many.split()}


@cache
def whole_words() -> dict[str, tuple[str, ...]]:
    """Give the cues of words known whole."""
    return {word: tuple(cues.split()) for cues, many in _WORDS.items() for word in many.split()}

"""The sentences in which pairs of records are told of, by what was found; ``pair_words`` says them in six languages."""

from __future__ import annotations

from collections.abc import Mapping

from chm_node.shell.languages import N_

EVIDENCE: Mapping[tuple[str, str], str] = {
    ("title", "identical"): N_("Both titles are the same"),
    ("title", "identical, a short title"): N_("Both titles are the same, but they are short"),
    ("title", "identical, a common title"): N_("Both titles are the same, but many things are called so"),
    ("title", "same words"): N_("Both titles are the same words"),
    ("title", "same words, a short title"): N_("Both titles are the same words, but few"),
    ("title", "same words, a common title"): N_("Both titles are the same words, but many things are called so"),
    ("title", "identical, a long title"): N_("Both titles are the same, and long"),
    ("title", "same words, a long title"): N_("Both titles are the same words, and many"),
    ("title", "one is longer"): N_("One title says all that the other says, and more"),
    ("title", "one is much longer"): N_("One title says all that the other says, and much more"),
    ("title", "close"): N_("The titles are nearly the same"),
    ("title", "like"): N_("The titles are alike, but several words differ"),
    ("title", "partly"): N_("The titles have some words in common; most differ"),
    ("title", "different"): N_("The titles are different"),
    ("title", "no common language"): N_("The titles are in different languages and cannot be compared word by word"),
    ("identifiers", "agree"): N_("Both bear the same identifier"),
    ("identifiers", "differ"): N_("They bear different identifiers of one kind"),
    ("address", "agree"): N_("Both point to the same web address or file"),
    ("address", "differ"): N_("They point to different web addresses"),
    ("address", "same site"): N_("Both point to the home page of the same site"),
    ("year", "same"): N_("Both are of the same year"),
    ("year", "one apart"): N_("Their years are one apart"),
    ("year", "two apart"): N_("Their years are two apart"),
    ("year", "far apart"): N_("Their years are three or more apart"),
    ("people", "all"): N_("The people named are the same"),
    ("people", "all, three or more"): N_("The people named are the same, three or more"),
    ("people", "all of several"): N_("All the people one of them names are among those the other names"),
    ("people", "the one"): N_("Both name the same one person"),
    ("people", "one of several"): N_("The one person one of them names is among those the other names"),
    ("people", "most"): N_("Most of the people named are the same"),
    ("people", "some"): N_("Some of the people named are the same"),
    ("people", "alike"): N_("The people’s names are alike, but do not match one by one"),
    ("people", "none"): N_("They name different people"),
    ("numbering", "pages and volume agree"): N_("Volume and first page are the same"),
    ("numbering", "pages agree"): N_("The first page is the same"),
    ("numbering", "pages agree, volumes differ"): N_("The first page is the same; the volumes differ"),
    ("numbering", "volume agrees"): N_("The volume is the same"),
    ("numbering", "pages differ, volume agrees"): N_("The volume is the same; the first pages differ"),
    ("numbering", "pages differ"): N_("The first pages differ"),
    ("numbering", "volumes differ"): N_("The volumes differ"),
    ("numbering", "pages and volumes differ"): N_("Volumes and first pages differ"),
    ("numbering", "issues differ"): N_("The volume is the same; the issues differ"),
    ("venue", "same"): N_("Both appeared in the same journal or series"),
    ("venue", "alike"): N_("They appeared in journals or series of like names"),
    ("venue", "partly"): N_("The names of what they appeared in have words in common"),
    ("venue", "differ"): N_("They appeared in different journals or series"),
    ("body", "same"): N_("Both name the same publisher or organisation"),
    ("body", "alike"): N_("They name publishers or organisations of like names"),
    ("body", "partly"): N_("The publishers or organisations named have words in common"),
    ("body", "differ"): N_("They name different publishers or organisations"),
    ("country", "same"): N_("Both are about the same country"),
    ("country", "shared"): N_("They have a country in common"),
    ("country", "differ"): N_("They are about different countries"),
    ("type", "same"): N_("Both are records of the same type"),
    ("type", "differ"): N_("They are records of different types"),
    ("series", "same place"): N_("Both are the same report of one series"),
    ("series", "other place"): N_("They are different reports of one series"),
    ("series", "not understood"): N_("Both are reports of one series; which one is not understood"),
    ("series", "differ"): N_("They are not reports of one series"),
    ("parts", "same"): N_("Volume, edition, session and the like are the same"),
    ("parts", "differ"): N_("Volume, edition, session or the like differ"),
    ("parts", "on one side"): N_("Only one title names a volume, edition, session or the like"),
    ("numbers", "same"): N_("The other numbers in the titles are the same"),
    ("numbers", "differ"): N_("The other numbers in the titles differ"),
    ("numbers", "on one side"): N_("Only one title has other numbers in it"),
    ("start", "same"): N_("Both begin on the same day"),
    ("start", "same month"): N_("Both begin in the same month"),
    ("start", "differ"): N_("They begin on different days"),
    ("city", "same"): N_("Both take place in the same city"),
    ("city", "differ"): N_("They take place in different cities"),
    ("summary", "alike"): N_("The summaries are alike"),
    ("summary", "partly"): N_("The summaries have some words in common"),
    ("summary", "differ"): N_("The summaries differ"),
    ("topics", "same"): N_("The titles speak of the same things, in different languages"),
    ("topics", "same, one"): N_("The titles speak of the same one thing, in different languages"),
    ("topics", "most"): N_("The titles speak of mostly the same things, in different languages"),
    ("topics", "some"): N_("The titles speak of some of the same things, in different languages"),
    ("topics", "differ"): N_("The titles speak of different things, in different languages"),
}
"""What a level of a feature means; what is not here is told by its names."""

REASONS: Mapping[str, str] = {
    "different governments": N_("they come from different governments"),
    "different countries": N_("they are about different countries"),
    "titles name different countries": N_("their titles name different countries"),
    "need against offer": N_("one is a need and the other an offer"),
    "different types of record": N_("they are records of different types"),
    "different places in a series of reports": N_("they are different reports of one series"),
    "events in different months": N_("the events are in different months"),
    "one is a draft": N_("one is a draft"),
    "one is a revised edition": N_("one is a revised edition"),
    "two places in one journal": N_("they stand in different places of one journal"),
    "different DOIs, and another volume, issue or page": N_(
        "their DOIs differ, and so does the volume, the issue or the page"
    ),
    "works of one volume, whose ISBN is all they have in common": N_(
        "they are works of one volume and have only its ISBN in common"
    ),
    "a report of a series whose place in it was not understood": N_(
        "one is a report of a series, and which one was not understood"
    ),
    "by the same people, in another year and another place": N_(
        "they are by the same people, but appeared in another year and another place"
    ),
    "by the same people, printed in two places": N_("they are by the same people, but were printed in two places"),
    "a title that may stand in every issue": N_("such a title may stand in every issue"),
    "a title many things have, and nothing of its own agrees": N_(
        "many things have this title, and nothing that is a thing’s own agrees"
    ),
    "the titles share no language, and speak of other things": N_(
        "the titles share no language and speak of different things"
    ),
    "one title in two years, and nothing of its own agrees": N_(
        "they have one title but different years, and nothing that is a thing’s own agrees"
    ),
    "both say they are translations, into different languages": N_(
        "both say they are translations, into different languages"
    ),
    "one says it is a translation": N_("one says it is a translation"),
    "the titles differ in a word, and only what a whole series shares agrees": N_(
        "the titles differ in a word, and all that agrees is what a whole series shares"
    ),
}
"""Why two records are not joined by themselves, by what vetoes and doubts call it."""

PATTERNS: Mapping[str, str] = {
    r"different identifiers \((?P<what>.+)\)": N_("they bear different identifiers of one kind ({what})"),
    r"one title with a different (?P<what>.+)": N_("their titles differ in a number only ({what})"),
    r"different (?P<what>.+)": N_("they differ in what tells things of a series apart ({what})"),
    r"one is the (?P<what>.+)": N_("one is an attachment to the other ({what})"),
}
"""The same for those that name what differs, the first that fits."""

NOUNS: Mapping[str, str] = {
    "un": N_("document symbol of the United Nations"),
    "gbif": N_("key of a data set at GBIF"),
    "wdpa": N_("number of a protected area"),
    "volume": N_("volume"),
    "part": N_("part"),
    "edition": N_("edition"),
    "phase": N_("phase"),
    "sheet": N_("map sheet"),
    "session": N_("session"),
    "chapter": N_("chapter"),
    "issue": N_("issue"),
    "lot": N_("lot"),
    "version": N_("version"),
    "role": N_("role"),
    "annex": N_("annex"),
    "addendum": N_("addendum"),
    "corrigendum": N_("corrigendum"),
    "erratum": N_("erratum"),
    "amendment": N_("amendment"),
    "summary": N_("summary"),
    "year": N_("year"),
    "period": N_("period"),
    "month": N_("month"),
    "scale": N_("scale of a map"),
    "number": N_("number"),
    "module": N_("module"),
    "meeting": N_("meeting"),
    "article": N_("article"),
    "book": N_("book"),
    "goal": N_("goal"),
    "target": N_("target"),
    "level": N_("level"),
    "season": N_("season"),
    "direction": N_("point of the compass"),
    "step": N_("step"),
    "tranche": N_("tranche"),
    "date": N_("date"),
}

KEYS: Mapping[str, str] = {
    "id": N_("the same identifier: {words}"),
    "address": N_("the same web address or file: {words}"),
    "slot": N_("the same place in a series of reports: {words}"),
    "focal": N_("focal points of the same name and country: {words}"),
    "event": N_("the same start and place: {words}"),
    "title": N_("the same words in the title: {words}"),
    "rare": N_("two telling words in common: {words}"),
    "grams": N_("titles spelt alike, with these letters in common: {words}"),
    "people": N_("the same person, with the year or a word of the title: {words}"),
    "author": N_("the same person, with the year or a word of the title: {words}"),
    "numbering": N_("the same volume and page: {words}"),
    "body": N_("the same publisher, year and country: {words}"),
    "counts": N_("the same type, country and numbers in the title: {words}"),
    "topics": N_("the same type and subject, with the country or year: {words}"),
}
"""What brought two records together to be compared."""

LIKELIHOODS = (
    (0.99, N_("almost certainly one thing")),
    (0.9, N_("very likely one thing")),
    (0.7, N_("likely one thing")),
    (0.3, N_("perhaps one thing")),
    (0.05, N_("hardly one thing")),
    (0.0, N_("not one thing")),
)
VERDICTS: Mapping[str, str] = {
    "same": N_("one thing"),
    "different": N_("two things"),
    "unsure": N_("perhaps one thing"),
}
RELATIONS: Mapping[str, str] = {
    "translation_of": N_("the first is a translation of the second"),
    "version_of": N_("the first is a version of the second"),
    "part_of": N_("the first is a part of the second"),
    "copy_of": N_("the first is a copy of the second"),
    "has_translation": N_("the second is a translation of the first"),
    "has_version": N_("the second is a version of the first"),
    "has_part": N_("the second is a part of the first"),
    "has_copy": N_("the second is a copy of the first"),
}
TIES: Mapping[str, str] = {
    "translation_of": N_("one may be a translation of the other"),
    "version_of": N_("one may be another version of the other"),
    "part_of": N_("one may be a part of the other"),
    "copy_of": N_("one may be a copy of the other"),
}
"""How two records may be tied where only the model found it: it does not tell which is which."""
RULES: Mapping[str, str] = {
    "certain-identifier": N_("the rule that one identifier means one thing"),
    "report-slot": N_("the rule that a government has one report in each place of a series"),
    "doi-version": N_("the rule that the DOI of a version names its work"),
    "document-symbol": N_("the rule that the symbol of a revision or an addendum names its document"),
    "isbn-volume": N_("the rule that a volume bears the ISBN of its set"),
    "edition": N_("the rule that a later edition differs in its number alone"),
    "marked-translation": N_("the rule that a translation says so and bears the identifier of its original"),
}
PERSON = N_("a person")
OWNER = N_("their owner")
MODEL = N_("the model, version {version}")
RULE = N_("the rule {rule}")

ONE_NOW = N_("They are one thing now")
TWO_NOW = N_("They are two things now")
SAID = N_("{state}; {who} says: {what}.")
BY_WAY = N_("{state}, by way of other records.")
NOBODY = N_("{state}; nobody has said anything of them.")
BOTH_BEAR = N_("Both bear {keys}.")
GONE = N_("(gone)")
NOTHING_TO_COMPARE = N_("One of them is gone; there is nothing to compare.")
COMPARED = N_("Compared, in bits: one more doubles the odds that they are one thing, one less halves them.")
NEVER_COMPARED = N_("They share no key, so they were never compared; this is what a comparison would say, in bits:")
START = N_("What any two records start from")
TOGETHER = N_("Together: {percent}, {likelihood}")
MORE_THAN = N_("more than {percent}")
LESS_THAN = N_("less than {percent}")
FORBIDDEN = N_("Never joined by itself: {reason}.")
LEFT = N_("Left to a person: {reason}.")
ONE_SOURCE = N_("One source holds both as two: they are not compared, and only a person may join them.")
ONE_SOURCE_TWICE = N_(
    "One source holds both as two, so the identifier they share does not join them by itself; a person may."
)
BROUGHT = N_("Brought together by:")
TOO_COMMON = N_("Too common to bring them together:")
ONLY_COMMON = N_("All they share is too common to bring them together, so they were never compared.")
COUNTS = N_("What counts now:")
BEFORE = N_("What was said before:")
JUDGED = N_("{who}: {what}")
ENDED = N_("ended {at} by {who}")
ENDED_BY: Mapping[str, str] = {
    "model": N_("the comparison"),
    "matching": N_("the comparison"),
    "resolver": N_("the rule that one identifier means one thing"),
}
"""Who ended a judgement where it was no person."""
ENDED_WHY: Mapping[str, str] = {
    "one of the records is gone": N_("one of the records is gone"),
    "both still bear the identifier; the records of their thing are tied to another one of them now": N_(
        "both still bear the identifier; the records of their thing are tied to another one of them now"
    ),
    "both still bear the identifier; a person called them two things": N_(
        "both still bear the identifier; a person called them two things"
    ),
    "both still bear the identifier; what was said of their things keeps them apart": N_(
        "both still bear the identifier; what was said of their things keeps them apart"
    ),
    "so many records bear the identifier that it joins none": N_(
        "so many records bear the identifier that it joins none"
    ),
    "the records no longer say so": N_("the records no longer say so"),
    "taken back": N_("taken back"),
}
"""Why a judgement ended, as it is kept; what is not here a person wrote, or names the verdict it was replaced by."""
AGAIN = N_("judged again: {verdict}")
SHARE = N_("they share {keys}")
SUMMARY_NO = N_("Not one thing by itself: {reason}.")
SUMMARY = N_("{likelihood} ({percent}): {evidence}.")

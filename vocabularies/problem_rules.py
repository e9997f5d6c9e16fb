"""The table of problem codes: how grave each is, who can fix it, and what is said about it in English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "note"]
Who = Literal["owner", "it", "secretariat", "nobody"]
ScbdCode = Literal[
    "Mandatory",
    "MandatoryAnyOf",
    "InvalidValue",
    "InvalidProperty",
    "UnspecifiedLocale",
    "UnexpectedTerm",
    "InvalidType",
]

SHOWN_LENGTH = 80
DID_YOU_MEAN = "Did you mean: {suggestion}?"
EXPECTED: Mapping[str, str] = {
    "text": "Wetlands",
    "a number": "12.5",
    "a whole number": "3",
    "yes or no (true or false)": "true",
    "a list": '["KE", "TZ"]',
    "a group of named values": '{"url": "https://example.org/"}',
    "text by language": '{"en": "Wetlands", "fr": "Zones humides"}',
    "a date and time": "2024-06-30T12:00:00Z",
}
"""What a field can take, and an example of it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a code stands for. ``what`` says what happened, ``fix`` what to do, with an example; ``scbd`` is CBD's code.

    Severity: an error refuses the record, a warning lowers its score, a note tells what was changed.
    """

    severity: Severity
    who: Who
    scbd: ScbdCode
    what: str
    fix: str


PROBLEMS: Mapping[str, Rule] = {
    "TITLE_MISSING": Rule(
        "error", "owner", "Mandatory",
        "The record has no title.",
        "Write a title in at least one language. Example: Mangrove restoration in Lamu."),
    "TYPE_MISSING": Rule(
        "error", "owner", "Mandatory",
        "The record does not say what kind of thing it describes.",
        "Choose a record type. Example: resource, for a publication."),
    "TYPE_UNKNOWN": Rule(
        "error", "owner", "InvalidValue",
        "“{value}” is not one of the record types.",
        "Choose one of the 16 record types. Example: resource, event or project."),
    "JSON_SYNTAX": Rule(
        "error", "it", "InvalidType",
        "The file stops being readable JSON at line {line}, column {column}.",
        "Look for a missing comma, quotation mark or bracket just before that place. Example: \"type\": \"event\"."),
    "NESTING_TOO_DEEP": Rule(
        "error", "it", "InvalidType",
        "The values are nested too deeply to be read.",
        "Send lists and groups at most 100 levels deep. Example: [[1]] has two levels."),
    "PROPERTY_UNKNOWN": Rule(
        "warning", "it", "InvalidProperty",
        "This record type has no field “{value}”; we kept the value aside and do not show it.",
        "Check the spelling of the field's name or leave it out. Example: countryRegions."),
    "VALUE_TYPE": Rule(
        "error", "it", "InvalidType",
        "“{field}” takes {expected}, but it holds “{value}”.",
        "Write the value in the form the field takes. Example: {example}."),
    "VALUE_MISSING": Rule(
        "error", "owner", "Mandatory",
        "“{field}” needs a value and has none.",
        "Write the value, or leave out the whole entry. Example: a link needs its web address, https://example.org/report.pdf."),
    "VALUE_UNKNOWN": Rule(
        "error", "owner", "InvalidValue",
        "“{value}” is not one of the choices for “{field}”.",
        "Use one of these choices, spelt exactly so. Example: {choices}."),
    "FIELD_MISSING": Rule(
        "warning", "owner", "Mandatory",
        "“{field}” is empty, and readers of this kind of record look for it.",
        "Fill it in if you know it. Example: {example}."),
    "SUMMARY_MISSING": Rule(
        "warning", "owner", "Mandatory",
        "The record has no summary.",
        "Write what it is and whom it helps. Example: A guide for park rangers on counting elephants."),
    "DATE_IMPOSSIBLE": Rule(
        "error", "owner", "InvalidValue",
        "“{value}” is not a day in the calendar.",
        "Write the year first, with four digits. Example: 2024, 2024-06 or 2024-06-30."),
    "DATE_ORDER": Rule(
        "error", "owner", "InvalidValue",
        "The end, {value}, comes before the start, {start}.",
        "Correct one of the two dates. Example: start 2024-06-01, end 2024-06-03."),
    "DATE_UNLIKELY": Rule(
        "note", "owner", "InvalidValue",
        "The last change, {value}, is earlier than the date of issue, {start}.",
        "Check both dates; leave them if they are right. Example: issued 2024-06-01, changed 2024-09-15."),
    "TERM_UNKNOWN": Rule(
        "error", "owner", "UnexpectedTerm",
        "“{value}” is not in the list of terms for “{field}”.",
        "Choose a term from the list. Example: {example}."),
    "COUNTRY_UNKNOWN": Rule(
        "error", "owner", "UnexpectedTerm",
        "“{value}” is not the code of a country or region.",
        "Write the two-letter code. Example: KE for Kenya, EU for the European Union."),
    "LANGUAGE_TAG": Rule(
        "error", "owner", "InvalidValue",
        "“{value}” is not a language code.",
        "Write the code of the language. Example: en, fr, pt-BR or zh-Hans."),
    "LANGUAGE_UNDETERMINED": Rule(
        "warning", "owner", "UnspecifiedLocale",
        "Nobody has said in which language “{field}” is written.",
        "Choose the language of the text. Example: fr for French."),
    "LANG_MISSING": Rule(
        "note", "owner", "UnspecifiedLocale",
        "There is text in the language “{value}”, but the record does not list this language.",
        "Add it to the record's languages. Example: en, fr."),
    "URL_SCHEME": Rule(
        "error", "owner", "InvalidValue",
        "“{value}” does not begin like an address on the web.",
        "Begin it with https:// or http://. Example: https://example.org/report.pdf."),
    "URL_SYNTAX": Rule(
        "error", "owner", "InvalidValue",
        "“{value}” is not a complete web address.",
        "Copy the whole address from the browser, without spaces. Example: https://example.org/report.pdf."),
    "HTML_IN_TITLE": Rule(
        "error", "owner", "InvalidValue",
        "The title contains formatting code: “{value}”.",
        "Keep the words and remove everything between < and >. Example: write Forest, not <b>Forest</b>."),
    "HTML_REMOVED": Rule(
        "warning", "owner", "InvalidValue",
        "“{field}” contains code that could harm readers, so we leave it out when we show the text: “{value}”.",
        "Paste the text without its formatting. Example: only paragraphs, lists and links."),
    "TEXT_LONG": Rule(
        "warning", "owner", "InvalidValue",
        "“{field}” is long: {length} characters, where most readers see the first {limit}.",
        "Shorten it and move the rest to the summary or a document. Example: one line for a title."),
    "TEXT_TOO_LONG": Rule(
        "error", "owner", "InvalidValue",
        "“{field}” has {length} characters; it can have {limit}.",
        "Shorten it and add the rest as a linked document. Example: https://example.org/report.pdf."),
    "RECORD_TOO_LARGE": Rule(
        "error", "it", "InvalidValue",
        "The record has {length} bytes; it can have {limit}.",
        "Link to large documents instead of putting them into the record. Example: https://example.org/report.pdf."),
    "FAULTS_TOO_MANY": Rule(
        "error", "it", "InvalidType",
        "{value} places in this record cannot be read, too many to name each.",
        "Compare it with an accepted record and send it again. Example: {{\"title\": {{\"en\": \"Wetlands\"}}}}."),
    "ID_DUPLICATE": Rule(
        "error", "owner", "InvalidValue",
        "Another record already has the identifier “{value}”.",
        "Change that record, or leave the identifier empty to get a new one. Example: urn:chm:ke:wetlands-2024."),
    "ID_SYNTAX": Rule(
        "error", "it", "InvalidValue",
        "“{value}” is not a record identifier of this federation.",
        "Leave it empty to get one, or write the node and a name without spaces. Example: urn:chm:ke:wetlands-2024."),
    "DOI_SYNTAX": Rule(
        "warning", "owner", "InvalidValue",
        "“{value}” is not a DOI.",
        "Copy the DOI from the publication; it begins with 10. and has a slash. Example: 10.1000/182."),
    "ISBN_CHECK": Rule(
        "warning", "owner", "InvalidValue",
        "The ISBN “{value}” has a wrong or missing digit.",
        "Copy its 10 or 13 digits from the book. Example: 978-0-306-40615-7."),
    "ISSN_CHECK": Rule(
        "warning", "owner", "InvalidValue",
        "The ISSN “{value}” has a wrong or missing digit.",
        "Copy its 8 digits from the journal. Example: 0378-5955."),
    "NUMBER_RANGE": Rule(
        "error", "owner", "InvalidValue",
        "“{field}” is {value}, outside what is possible: {limit}.",
        "Correct the number. Example: a latitude lies between -90 and 90."),
    "EMAIL_WITHOUT_CONSENT": Rule(
        "warning", "owner", "InvalidValue",
        "We do not publish the e-mail address of this contact, because nobody has noted that its holder agreed.",
        "Ask the person and mark the consent, or use an office address. Example: chm@example.org."),
    "COLUMN_UNKNOWN": Rule(
        "warning", "owner", "InvalidProperty",
        "We do not know the column “{value}”; we kept its values aside and do not show them.",
        "Rename the column as in the template. Example: title[en]."),
    "ROW_SHAPE": Rule(
        "error", "owner", "InvalidType",
        "This row has {value} cells, but the table has {limit} columns.",
        "Look for a missing separator or quotation mark. Example: \"Nairobi, Kenya\" in quotation marks is one cell."),
    "QUOTE_OPEN": Rule(
        "error", "owner", "InvalidType",
        "This row opens a quotation mark and does not close it.",
        "Close it at the end of the cell; write it twice if it is part of the text. Example: \"a \"\"red\"\" list\"."),
    "ENCODING": Rule(
        "error", "it", "InvalidType",
        "Some letters of the file cannot be read: “{value}”.",
        "Save the file again as UTF-8. Example: in a spreadsheet, choose CSV UTF-8."),
    "CROSSWALK_FAILED": Rule(
        "error", "secretariat", "InvalidType",
        "We received the record but could not translate it into the common form: “{value}”.",
        "The Secretariat looks into it; you need not do anything. Example: a field of the source has a new form."),
    "VALIDATE_FAILED": Rule(
        "error", "secretariat", "InvalidType",
        "We understood the record but could not check it against the rules; this is our fault.",
        "The Secretariat looks into it; the record is tried again by itself. Example: in an hour, then in two."),
    "RESOLVE_FAILED": Rule(
        "error", "secretariat", "InvalidType",
        "The record is in order, but we could not find out which record of the index it belongs to.",
        "The Secretariat looks into it; the record is tried again by itself. Example: in an hour, then in two."),
    "INDEX_FAILED": Rule(
        "error", "secretariat", "InvalidType",
        "The record is in order, but we could not put it into the index.",
        "The Secretariat looks into it; the record is tried again by itself. Example: in an hour, then in two."),
    "SAVE_FAILED": Rule(
        "error", "secretariat", "InvalidType",
        "We received the record but could not store it.",
        "The Secretariat looks into it; the record is tried again by itself. Example: in an hour, then in two."),
    "OWN_RECORD": Rule(
        "error", "secretariat", "InvalidValue",
        "This record is one of our own that came back through another centre: “{value}”.",
        "Nothing is lost and nothing has to be done; the record is here already. Example: urn:chm:centre:42."),
    "HOPS_TOO_MANY": Rule(
        "error", "secretariat", "InvalidValue",
        "This record passed through too many centres before it reached us: {value}.",
        "Harvest its node itself, or a centre that does. Example: a node, its regional centre, then this one."),
    "XML_SYNTAX": Rule(
        "error", "it", "InvalidType",
        "The answer stops being readable XML at line {line}, column {column}.",
        "Look for an element that is not closed or an & that should be &amp;. Example: Water &amp; land."),
    "RECORD_UNREACHABLE": Rule(
        "error", "it", "InvalidValue",
        "The source names this record and could not give it when it was asked for: “{value}”.",
        "Ask for the record by itself at the source and put right what breaks. "
        "Example: a GetRecord request that answers 500."),
    "PAGE_UNREADABLE": Rule(
        "error", "it", "InvalidValue",
        "This page or what it holds could not be read: “{value}”.",
        "Open the page without logging in and put it right; the next run asks again. "
        "Example: a page that answers with 500."),
    "OTHER": Rule(
        "error", "secretariat", "InvalidValue",
        "Something is wrong with “{field}”: “{value}”.",
        "Compare it with an accepted record, or ask the Secretariat. Example: a resource with title and link."),
}  # fmt: skip
"""Every code there is; the table is the only place that says how grave one is."""

"""spaCy components of `nlu.entities`. Importing this module imports spaCy; only `Entities` does, when built.

All components are stateless. Words go to the span group `WORDS`, everything else to `SPANS`, and the values of the
latter to `doc.user_data[VALUES]`, in the same order. Relative dates count from `doc.user_data[TODAY]`.
(No postponed annotations here: spaCy reads those of its factories.)
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from nlu.amounts import amounts
from nlu.citations import CitationParser
from nlu.dates import DateSpan, dates
from nlu.mask import private_numbers
from nlu.periods import Period, periods

SPANS = "quantities"
WORDS = "words"
VALUES = "values"
TODAY = "today"


def entity_pipeline(names: Mapping[str, str], patterns: Sequence[dict[str, str]]) -> Language:
    """A blank Chinese pipeline, one token a character; `patterns` are those of spaCy's span ruler."""
    nlp = spacy.blank("zh")
    ruler = nlp.add_pipe("span_ruler", config={"spans_key": WORDS})
    ruler.add_patterns(list(patterns))
    nlp.add_pipe("wenfa_citations", config={"names": dict(names)})
    nlp.add_pipe("wenfa_private_numbers")
    nlp.add_pipe("wenfa_quantities")
    return nlp


class CitationSpans:
    """Adds the citations that name a law."""

    def __init__(self, parser: CitationParser) -> None:
        self._parser = parser

    def __call__(self, doc: Doc) -> Doc:
        found = (f for f in self._parser.parse(doc.text) if f.citation.law)
        return _with_spans(doc, (("citation", f.start, f.end, f.citation) for f in found))


def add_private_numbers(doc: Doc) -> Doc:
    valid = (number for number in private_numbers(doc.text) if number.valid)
    return _with_spans(doc, ((number.kind, number.start, number.end, number.digits) for number in valid))


def add_quantities(doc: Doc) -> Doc:
    text = doc.text
    _with_spans(doc, (("date", d.start, d.end, date_value(d)) for d in dates(text, doc.user_data[TODAY])))
    _with_spans(doc, (("money", a.start, a.end, a.yuan) for a in amounts(text)))
    return _with_spans(doc, (("duration", p.start, p.end, period_value(p)) for p in periods(text)))


def citation_spans(nlp: Language, name: str, names: dict[str, str]) -> CitationSpans:
    """The factory of `CitationSpans`; `names` as in `CitationParser`."""
    return CitationSpans(CitationParser(names))


Language.factory("wenfa_citations", default_config={"names": {}}, func=citation_spans)
Language.component("wenfa_private_numbers", func=add_private_numbers)
Language.component("wenfa_quantities", func=add_quantities)


def date_value(found: DateSpan) -> str | dict[str, str]:
    """An ISO date, or start, end (both included) and precision."""
    if found.precision == "day":
        return found.first.isoformat()
    return {"start": found.first.isoformat(), "end": found.last.isoformat(), "precision": found.precision}


def period_value(found: Period) -> dict[str, int] | None:
    """Years, months and days; None for 几个月."""
    if found.years is None or found.months is None or found.days is None:
        return None
    return {"years": found.years, "months": found.months, "days": found.days}


def _with_spans(doc: Doc, found: Iterable[tuple[str, int, int, Any]]) -> Doc:
    spans: list[Span] = list(doc.spans.get(SPANS, ()))
    values: list[Any] = doc.user_data.setdefault(VALUES, [])
    for kind, start, end, value in found:
        span = doc.char_span(start, end, label=kind, alignment_mode="expand")
        if span is not None:
            spans.append(span)
            values.append(value)
    doc.spans[SPANS] = spans
    return doc

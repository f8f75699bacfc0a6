"""
Turns the source's match logic into exact aliases and anchored patterns.

The source guesses by prefix and substring; the ledger does not. A clause `starts_with P` becomes the alias P and a
pattern that admits nothing but a snapshot suffix of that provider's own form. What cannot be made safe is dropped and
reported; decisions.yaml may list the names it stood for. `{date}` in a pattern is a calendar date, YYYY-MM-DD or YYYYMMDD.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from source import Node

GEO = r'(?:us|eu|apac|jp|au|us-gov|in|ca)\.'
GEO_START = re.compile(rf'^(?:{GEO}|global\.)')
MONTH_DAY = r'(?:0[1-9]|1[0-2])-(?:20\d{2}|0[1-9]|[12]\d|3[01])'


@dataclass
class Names:
    aliases: list[str] = field(default_factory=list)
    patterns: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)


def escape(text: str) -> str:
    return re.sub(r'([.^$*+?()\[\]{}|\\])', r'\\\1', text)


def accepts(clause: Node, text: str) -> bool:
    """The source's own reading of a clause."""
    match clause.kind:
        case 'ClauseEquals':
            return text == clause.equals.lower()
        case 'ClauseStartsWith':
            return text.startswith(clause.starts_with.lower())
        case 'ClauseEndsWith':
            return text.endswith(clause.ends_with.lower())
        case 'ClauseContains':
            return clause.contains.lower() in text
        case 'ClauseRegex':
            return re.search(clause.regex, text) is not None
        case 'ClauseOr':
            return any(accepts(part, text) for part in clause.or_)
        case 'ClauseAnd':
            return all(accepts(part, text) for part in clause.and_)
    raise ValueError(clause.kind)


def convert(provider: str, model: str, clause: Node, skip: set[str]) -> Names:
    """`skip` holds clauses that decisions.yaml replaces, written as in the report (`^prefix`, `~part`, `$end`, `/regex`)."""
    names = Names()
    for part in leaves(clause):
        label, text = describe(part)
        if label + text in skip:
            continue
        if part.kind == 'ClauseEquals':
            names.aliases.append(text)
        elif part.kind == 'ClauseRegex':
            add_regex(names, text)
        elif provider == 'aws':
            add_bedrock(names, model, label, text)
        elif label == '$':
            names.aliases.append(text)
        elif text.startswith('claude') and provider == 'google':
            add_dated(names, text, r'(?:anthropic/)?', '[-@]')
        elif provider == 'google':
            add_gemini(names, text)
        else:
            add_dated(names, text, '', '[-@]' if provider == 'anthropic' else '-')
    names.aliases = unique(names.aliases)
    names.patterns = unique(names.patterns)
    return names


def leaves(clause: Node):
    if clause.kind == 'ClauseOr':
        for part in clause.or_:
            yield from leaves(part)
    elif clause.kind == 'ClauseAnd':
        # the other parts only take names away, and an exact conversion of the first has none to spare
        yield next(part for part in clause.and_ if part.kind == 'ClauseStartsWith')
    else:
        yield clause


def describe(clause: Node) -> tuple[str, str]:
    match clause.kind:
        case 'ClauseEquals':
            return '=', clause.equals.lower()
        case 'ClauseStartsWith':
            return '^', clause.starts_with.lower()
        case 'ClauseEndsWith':
            return '$', clause.ends_with.lower()
        case 'ClauseContains':
            return '~', clause.contains.lower()
        case 'ClauseRegex':
            return '/', clause.regex
    raise ValueError(clause.kind)


def add_regex(names: Names, text: str) -> None:
    if not (text.startswith('^') and text.endswith('$')):
        names.dropped.append(f'/{text}: not anchored at both ends')
        return
    names.patterns.append(text.replace(r'\d{4}-\d{2}-\d{2}', '{date}').replace(r'\d{8}', '{date}'))


def add_dated(names: Names, text: str, before: str, joint: str) -> None:
    """P, and P with a date. A P that ends in its own joint admits the date only."""
    if text.endswith('@'):
        names.patterns.append(f'^{before}{escape(text)}{{date}}$')
        return
    if text.endswith('-'):
        names.patterns.append(f'^{before}{escape(text[:-1])}{joint}{{date}}$')
        return
    names.aliases.append(text)
    if before:
        names.patterns.append(f'^{before}{escape(text)}(?:{joint}{{date}})?$')
    else:
        names.patterns.append(f'^{escape(text)}{joint}{{date}}$')


def add_gemini(names: Names, text: str) -> None:
    """Google's snapshot forms: -001, -preview, -preview-05-20, -preview-09-2025."""
    text = text.rstrip('-')
    names.aliases.append(text)
    if text.endswith('-preview'):
        names.patterns.append(f'^{escape(text)}-{MONTH_DAY}$')
    else:
        names.patterns.append(rf'^{escape(text)}-(?:\d{{3}}|preview(?:-{MONTH_DAY})?)$')


def add_bedrock(names: Names, model: str, label: str, text: str) -> None:
    """
    Bedrock ids: [geography.]vendor.model[-date][-v1][:0[:24k]]. The geography selects the row, it is never cut; the
    version is the one of the model's own id, because another one is another model.
    """
    if label == '$':
        if text.startswith('/'):
            names.dropped.append(f'${text}: the engine takes ARNs apart')
        else:
            names.aliases.append(text)
        return
    before = ''
    if label == '~' and not GEO_START.match(text):
        before = f'(?:{GEO})?'
        if '.' not in text.split('-')[0]:
            vendor = r'(?:amazon\.)?' if text.startswith('titan') else r'(?:anthropic\.)?'
            before += vendor
    version = re.search(r'(-v\d+)?(?::(\d+))?$', model)
    number, revision = version.group(1) or '-v1', version.group(2) or '0'
    after = f'(?::{revision}(?::\\d{{1,3}}k)?)?'
    if not re.search(r'-v\d+$', text) and not text.endswith('-1'):
        after = f'(?:{number}{after})?'
        if version.group(1) is None and version.group(2) is not None:
            after = f'(?::{revision})?'
        if not re.search(r'\d{8}$', text):
            after = f'(?:-{{date}})?{after}'
    names.patterns.append(f'^{before}{escape(text)}{after}$')


def unique(items: list[str]) -> list[str]:
    return list(dict.fromkeys(items))

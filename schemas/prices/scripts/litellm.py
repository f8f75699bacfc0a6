"""
Reads LiteLLM's price file as sheets in our own terms: per model and per variant (region, tier) the prices of each context
band. The file has one current price per model and no history; history comes from reading several releases (history.py).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Context, Decimal

from plausible import odd_beside, odd_price

MILLION = 1_000_000
# price key of the file -> (our meter, units one price is for in the file, units we write it for)
METERS = {
    'input_cost_per_token': ('input_tokens', 1, MILLION),
    'cache_read_input_token_cost': ('cache_read_tokens', 1, MILLION),
    'cache_creation_input_token_cost': ('cache_write_tokens', 1, MILLION),
    'cache_creation_input_token_cost_above_1hr': ('cache_write_1h_tokens', 1, MILLION),
    'input_cost_per_audio_token': ('input_audio_tokens', 1, MILLION),
    'input_cost_per_image_token': ('input_image_tokens', 1, MILLION),
    'cache_read_input_audio_token_cost': ('cache_audio_read_tokens', 1, MILLION),
    'cache_read_input_image_token_cost': ('cache_image_read_tokens', 1, MILLION),
    'output_cost_per_token': ('output_tokens', 1, MILLION),
    'output_cost_per_reasoning_token': ('output_reasoning_tokens', 1, MILLION),
    'output_cost_per_audio_token': ('output_audio_tokens', 1, MILLION),
    'output_cost_per_image_token': ('output_image_tokens', 1, MILLION),
    'citation_cost_per_token': ('output_citation_tokens', 1, MILLION),
    'input_cost_per_text_message': ('input_text_messages', 1, 1000),
    'input_cost_per_request': ('requests', 1, 1000),
    'ocr_cost_per_page': ('document_pages', 1, 1000),
    'input_cost_per_query': ('rerank_searches', 1, 1000),
    'input_cost_per_second': ('audio_seconds', 1, 3600),
}
TIERS = ('batches', 'flex', 'priority')
OURS = {'batches': 'batch', 'flex': 'flex', 'priority': 'priority', '': 'standard'}
KEY = re.compile(r'^(?P<base>.+?)(?:_above_(?P<band>\d+)k_tokens)?(?:_(?P<tier>batches|flex|priority))?$')
# a meter is read in these modes only: the same key means something else in others (a second of video, a query of search)
ONLY_IN = {'input_cost_per_second': {'audio_transcription'}, 'input_cost_per_query': {'rerank'}}

Variant = tuple[str, str]  # (region, tier); ('*', 'standard') is the plain one
Sheet = dict  # band ('' or '>200000') -> {meter: (Decimal, per)}


@dataclass
class Listed:
    """One entry of the file."""

    key: str
    provider: str
    model: str
    variants: dict[Variant, Sheet]
    uplift: dict[str, Decimal] = field(default_factory=dict)


@dataclass
class Release:
    version: str
    released: str
    entries: list[Listed]


def read_release(text: str, pin: dict, decisions: dict, report) -> Release:
    """`decisions['litellm']` maps provider names and prefixes; `ignore` drops single prices that are known to be wrong."""
    raw = json.loads(text, parse_float=Decimal, parse_int=Decimal)
    drop_known_errors(raw, pin['version'], decisions, report)
    entries = []
    for key, values in raw.items():
        where = locate(key, values, decisions['litellm'])
        if where is None:
            continue
        provider, region, model = where
        plain, tiers = sheets_of(key, values, pin['version'], report)
        if not plain:
            continue
        variants = {(region, tier): sheet for tier, sheet in {'standard': plain, **tiers}.items()}
        entries.append(Listed(key, provider, model.lower(), variants, uplift_of(values)))
    return Release(pin['version'], date.fromisoformat(pin['released']).isoformat(), entries)


def drop_known_errors(raw: dict, version: str, decisions: dict, report) -> None:
    for entry in decisions['decisions']:
        for item in entry.get('ignore_litellm', []):
            if version not in item['releases']:
                continue
            for key in item['keys']:
                for name in item['fields']:
                    if raw.get(key, {}).pop(name, None) is None:
                        raise SystemExit(f'decision {entry["id"]}: LiteLLM {version} has no {name} of {key}')
                    report.decisions_applied.append({'id': entry['id'], 'model': key, 'what': f'LiteLLM {version}: {name} not read'})


def locate(key: str, values: dict, mapping: dict) -> tuple[str, str, str] | None:
    """(our provider, region, model name), or None where the entry is no model of a provider that we price."""
    provider = mapping['providers'].get(values.get('litellm_provider'))
    if provider is None or any(part in key for part in mapping['not_models']):
        return None
    rest = key
    for prefix in mapping['prefixes']:
        if rest.startswith(prefix + '/'):
            rest = rest[len(prefix) + 1 :]
            break
    first, _, tail = rest.partition('/')
    if provider == 'azure' and tail and first in mapping['azure_zones']:
        return provider, mapping['azure_zones'][first], tail
    if provider == 'aws' and tail and re.match(r'^[a-z]{2}(?:-[a-z]+)+-\d$', first):
        return provider, first, tail
    return provider, '*', rest


def sheets_of(key: str, values: dict, version: str, report) -> tuple[Sheet, dict[str, Sheet]]:
    """(standard sheet, sheet by tier). A tier's missing meters stay missing; zero prices are no prices (they stand for unknown)."""
    found: dict[str, Sheet] = {}
    mode = values.get('mode')
    for name, value in values.items():
        if not isinstance(value, Decimal):
            continue
        match = KEY.match(name)
        base, band, tier = match['base'], match['band'], OURS[match['tier'] or '']
        if base == 'cache_creation_input_token_cost_above_1hr' or base in METERS:
            if base in ONLY_IN and mode not in ONLY_IN[base]:
                continue
            meter, per, ours = METERS[base]
            if not value and meter not in ('input_tokens', 'output_tokens'):
                continue
            price = clean(value / per * ours, f'{key} ({version})', meter, report, value)
            found.setdefault(tier, {}).setdefault(f'>{band}000' if band else '', {})[meter] = (price, ours)
    search = values.get('search_context_cost_per_query')
    standard = found.get('standard', {}).get('', {})
    if isinstance(search, dict) and len(set(search.values())) == 1 and (price := next(iter(search.values()))):
        standard['web_searches'] = (clean(price * 1000, key, 'web_searches', report, price), 1000)
    for sheet in found.values():
        complete(sheet)
    plain = found.pop('standard', {})
    if not usable(plain.get('', {}), mode):
        return {}, {}
    if odd := odd_price(plain, mode):
        report.implausible.append({'model': key, 'release': version, 'why': odd})
        return {}, {}
    tiers = {}
    for tier, sheet in found.items():
        if not usable(sheet.get('', {}), mode):
            continue
        if odd := odd_beside(plain[''], sheet[''], tier):
            report.implausible.append({'model': key, 'release': version, 'why': f'{tier}: {odd}'})
        else:
            tiers[tier] = sheet
    return plain, tiers


def complete(sheet: Sheet) -> None:
    """
    A band lists only what differs from the price below it. Totals and counts are filled in; what is left out of cached tokens
    and modalities is not: they are billed with the band's own total.
    """
    low = sheet.get('', {})
    for band in sheet:
        kept = {meter: price for meter, price in low.items() if meter in ('input_tokens', 'output_tokens') or not meter.endswith('_tokens')}
        if band:
            sheet[band] = {**kept, **sheet[band]}


def usable(meters: dict, mode: str | None) -> bool:
    """Zero stands for unknown as often as for free, so it is never taken; an output price of 0 is one only of embeddings."""
    if not any(price for price, _ in meters.values()):
        return False
    if 'output_tokens' in meters and not meters['output_tokens'][0]:
        if mode in ('chat', 'completion', 'responses', None) or not meters.get('input_tokens', (0, 0))[0]:
            return False
        del meters['output_tokens']
    return 'input_tokens' not in meters or bool(meters['input_tokens'][0])


def uplift_of(values: dict) -> dict[str, Decimal]:
    """Region -> factor on every token price."""
    found = {}
    for name, region in (
        ('regional_endpoint_uplift_multiplier', 'regional'),
        ('regional_processing_uplift_multiplier_eu', 'eu'),
        ('regional_processing_uplift_multiplier_us', 'us'),
    ):
        if isinstance(values.get(name), Decimal):
            found[region] = values[name]
    if values.get('litellm_provider') == 'anthropic' and 'us' in values.get('provider_specific_entry', {}):
        found['us'] = values['provider_specific_entry']['us']
    return found


def clean(value: Decimal, where: str, meter: str, report, raw: Decimal) -> Decimal:
    """Float noise rounded to 12 significant digits, each case reported with its literal."""
    rounded = Context(prec=12).plus(value).normalize()
    if rounded != value:
        entry = {'model': where, 'meter': meter, 'raw': str(raw), 'price': format(rounded, 'f')}
        if entry not in report.cleaned_litellm:
            report.cleaned_litellm.append(entry)
    return rounded

"""Rows that only LiteLLM gives: of models that genai-prices does not have, and of regions that cost a factor more."""

from __future__ import annotations

from decimal import Decimal

from differences import active, text
from history import Sighting, Target, runs
from litellm import Release, Sheet, Variant
from rows import Report

PLAIN = ('*', 'standard')
ORDER = [
    'input_tokens', 'cache_read_tokens', 'cache_write_tokens', 'cache_write_1h_tokens', 'input_audio_tokens', 'input_image_tokens',
    'cache_audio_read_tokens', 'cache_image_read_tokens', 'output_tokens', 'output_reasoning_tokens', 'output_audio_tokens',
    'output_image_tokens', 'output_citation_tokens', 'web_searches', 'rerank_searches', 'input_text_messages', 'requests',
    'document_pages', 'audio_seconds',
]  # fmt: skip


def priced(price: tuple[Decimal, int]) -> dict:
    return {'price': text(price[0]), 'per': price[1]}


def in_order(meters: dict) -> dict:
    return {meter: meters[meter] for meter in ORDER if meter in meters}


def uplift(name: str, entry: dict, sighting: Sighting, report: Report) -> None:
    """A factor on every token price of every tier, written out as rows, as far back as today's base price goes."""
    start = min((row.get('from', '') for row in active(entry['rows'], sighting.released, PLAIN)), default='')
    for region, factor in sighting.uplift.items():
        made = []
        for row in entry['rows']:
            if 'region' in row or row.get('to', '9') <= start or row.get('from', '') < start:
                continue
            meters = {
                meter: {**price, 'price': text(Decimal(price['price']) * factor)} if meter.endswith('_tokens') else price
                for meter, price in row['meters'].items()
            }
            made.append({'region': region, **{key: value for key, value in row.items() if key != 'region'}, 'meters': meters})
            made[-1]['source'] = f'{row.get("source", "genai-prices")} x {text(factor)} (LiteLLM {sighting.version})'
        entry['rows'] += made
        if made:
            report.added.append({'model': name, 'what': f'region {region}, factor {text(factor)}', 'rows': len(made)})


def whole(sighting: Sighting, variant: Variant) -> Sheet | None:
    """
    A tier with the standard prices of what it does not list; nothing where it lacks bands that the standard price has, for
    then it leaves open what long requests cost.
    """
    sheet, standard = sighting.variants.get(variant), sighting.variants.get((variant[0], 'standard'), {})
    if sheet is None or standard.keys() - sheet.keys():
        return None
    return {band: {**standard.get(band, {}), **meters} for band, meters in sheet.items()}


def add_model(sheets: dict, target: Target, seen: list[Sighting], newest: Release, report: Report) -> None:
    """A model that only LiteLLM has, retired ones from the last release that lists them."""
    provider, _, model = target
    rows: list[dict] = []
    for variant in dict.fromkeys(variant for sighting in seen for variant in sighting.variants):
        found = runs([(sighting, whole(sighting, variant)) for sighting in seen], None, None)
        for run, following in zip(found, [*found[1:], None]):
            base = variant[1] == 'standard'
            # a base price holds until another is seen, and a retired model's last one stays
            end = (following.start if following else None) if base else run.end
            for band, meters in run.sheet.items():
                rows.append(
                    {
                        **({'region': variant[0]} if variant[0] not in ('*', 'global') else {}),
                        **({'service_tier': variant[1]} if not base else {}),
                        **({'from': run.start} if run.start else {}),
                        **({'to': end} if end else {}),
                        **({'band': {'gte' if provider == 'x-ai' else 'gt': int(band[1:])}} if band else {}),
                        'meters': in_order({meter: priced(price) for meter, price in meters.items()}),
                        'source': run.source,
                    }
                )
    rows = [row for row in rows if row['meters'] and ('from' not in row or 'to' not in row or row['from'] < row['to'])]
    if not rows:
        return
    entry = {'aliases': [], 'patterns': [], 'rows': rows}
    sheets.setdefault(provider, {'models': {}})['models'][model] = entry
    if seen[-1].version == newest.version:
        uplift(f'{provider}/{model}', entry, seen[-1], report)
    if provider == 'vertex' and not any('region' in row for row in rows):
        # LiteLLM marks the models that cost more in a region
        entry['regional'] = False
    retired = {} if seen[-1].version == newest.version else {'last_listed': seen[-1].version}
    report.models.append({'model': f'{provider}/{model}', 'verdict': 'only LiteLLM', **retired})

"""
What LiteLLM adds to the sheets of genai-prices: tiers before their verification, regions, missing meters, missing models.
A price of LiteLLM is used only beside a base price that both agree on, or where genai-prices has nothing at all.
"""

from __future__ import annotations

import copy
from decimal import Decimal

from additions import PLAIN, add_model, in_order, priced, uplift, whole
from differences import Verdicts, active, band_of, compare_sheets, text, unit_price
from history import Run, Sighting, Target, runs, sightings
from litellm import Release, Sheet, Variant
from names import Names
from rows import Report

PARENTS = {
    'cache_read_tokens': 'input_tokens',
    'cache_write_tokens': 'input_tokens',
    'cache_write_1h_tokens': 'cache_write_tokens',
    'cache_audio_read_tokens': 'cache_read_tokens',
    'cache_image_read_tokens': 'cache_read_tokens',
    'input_audio_tokens': 'input_tokens',
    'input_image_tokens': 'input_tokens',
    'output_audio_tokens': 'output_tokens',
    'output_image_tokens': 'output_tokens',
    'output_reasoning_tokens': 'output_tokens',
    'output_citation_tokens': 'output_tokens',
}


def enrich(sheets: dict, releases: list[Release], decisions: dict, report: Report) -> None:
    names = Names(sheets)
    verdicts = Verdicts(decisions)
    newest = releases[-1]
    seen_by = sightings(releases, names, report)
    compared: set[tuple[str, str]] = set()
    for target in sorted(seen_by):
        provider, owner, model = target
        seen = seen_by[target]
        if model not in sheets.get(owner, {'models': {}})['models']:
            add_model(sheets, target, seen, newest, report)
            continue
        compared.add((provider, model))
        entry = copy.deepcopy(sheets[owner]['models'][model]) if provider != owner else sheets[owner]['models'][model]
        if provider != owner:
            fallback = next(item for item in sheets[provider]['fallbacks'] if item['provider'] == owner)
            if fallback.get('not_regional'):
                entry['regional'] = False
            if fallback.get('standard_tier_only'):
                entry['rows'] = [row for row in entry['rows'] if not row.keys() & {'service_tier', 'region'}]
        before = len(report.added) + len(report.decisions_applied)
        with_litellm(target, entry, seen, newest, verdicts, report)
        if provider != owner and len(report.added) + len(report.decisions_applied) > before:
            sheets[provider]['models'][model] = entry
    for provider, sheet in sheets.items():
        for model in sheet['models']:
            if (provider, model) not in compared and not any(row.get('source', '').startswith('LiteLLM') for row in sheet['models'][model]['rows']):
                report.models.append({'model': f'{provider}/{model}', 'verdict': 'only genai-prices'})
    verdicts.check()
    report.models.sort(key=lambda item: item['model'])


def with_litellm(target: Target, entry: dict, seen: list[Sighting], newest: Release, verdicts: Verdicts, report: Report) -> None:
    provider, owner, model = target
    name = f'{provider}/{model}'
    rows = entry['rows']
    line: dict = {'model': name, **({'priced_as': f'{owner}/{model}'} if owner != provider else {}), 'release': seen[-1].version}
    trusted = True
    differences, same, ours_only, theirs_only = [], 0, [], []
    for variant, sheet in seen[-1].variants.items():
        if variant[0] not in ('*', 'global'):
            continue
        mine = active(rows, seen[-1].released, ('*', variant[1]))
        if not mine:
            continue
        agrees, differ, ours, theirs = compare_sheets(mine, sheet)
        same += agrees
        tier = variant[1]
        label = '' if tier == 'standard' else f'{tier}: '
        ours_only += [label + meter for meter in ours]
        theirs_only += [label + meter for meter in theirs]
        for item in differ:
            right, decision = verdicts.of(provider, model, tier, item['meter'])
            differences.append({**({'tier': tier} if tier != 'standard' else {}), **item, 'right': right, **({'decision': decision} if decision else {})})
            if right == 'litellm':
                correct(rows, mine, seen, item['meter'], decision, name, report)
                mine = active(rows, seen[-1].released, ('*', tier))
            elif tier == 'standard' and item['meter'] in ('input_tokens', 'output_tokens'):
                trusted = False
    line['verdict'] = 'differ' if differences else 'agree' if same else 'nothing in common'
    line |= {'agreeing_prices': same, 'differences': differences, 'only_genai_prices': ours_only, 'only_litellm': theirs_only}
    report.models.append({key: value for key, value in line.items() if value or key == 'verdict'})
    if trusted and same and seen[-1].version == newest.version:
        fill_meters(name, entry, seen[-1], report)
    tiers_and_regions(name, entry, seen, report)
    if trusted and seen[-1].version == newest.version:
        uplift(name, entry, seen[-1], report)


def correct(rows, mine, seen: list[Sighting], meter, decision, name, report) -> None:
    """LiteLLM's price from the first release on that shows it; before that, what was there."""
    for row in mine:
        shown = [sighting_price(sighting, row, meter) for sighting in seen]
        since = len(shown) - 1
        while since > 0 and shown[since - 1] == shown[-1]:
            since -= 1
        if shown[-1] is None or meter not in row['meters']:
            continue
        start = seen[since].released if since > 0 and seen[since].released > row.get('from', '') else row.get('from')
        if start != row.get('from'):
            rows.insert(rows.index(row), {**row, 'to': start, 'meters': dict(row['meters'])})
            row['from'] = start
        before = row['meters'][meter]['price']
        row['meters'][meter] = priced(shown[-1])
        row['source'] = decision
        what = f'{meter} {before} -> {row["meters"][meter]["price"]}' + (f' from {start}' if start else '')
        report.decisions_applied.append({'id': decision, 'model': name, 'what': what})


def sighting_price(sighting: Sighting, row: dict, meter: str) -> tuple[Decimal, int] | None:
    tier = row.get('service_tier', 'standard')
    sheet = sighting.variants.get(('*', tier)) or sighting.variants.get(('global', tier)) or {}
    return sheet.get(band_of(row), {}).get(meter)


def fill_meters(name: str, entry: dict, sighting: Sighting, report: Report) -> None:
    """Kinds of use that genai-prices has no price for, where everything both price is equal."""
    sheet = sighting.variants.get(PLAIN) or sighting.variants.get(('global', 'standard'))
    mine = active(entry['rows'], sighting.released, PLAIN)
    if not sheet or any(band_of(row) not in sheet for row in mine) or compare_sheets(mine, sheet)[1]:
        return
    for row in mine:
        theirs = sheet[band_of(row)]
        missing = [
            meter for meter in theirs if meter not in row['meters'] and meter in sheet[''] and worth(meter, theirs, row['meters'])
        ]
        if missing and row['meters']:
            row['meters'] = in_order({**row['meters'], **{meter: priced(theirs[meter]) for meter in missing}})
            row['source'] = f'{row.get("source", "genai-prices")} with LiteLLM {sighting.version}'
            report.added.append({'model': name, 'what': 'meters', 'meters': sorted(missing), **({'band': band_of(row)} if band_of(row) else {})})


def worth(meter: str, theirs: dict, ours: dict) -> bool:
    """A price that equals that of the meter it would be billed at adds nothing but for the cache, where falling back warns."""
    if meter == 'requests' or not theirs[meter][0]:
        return False
    parent = PARENTS.get(meter)
    while parent and parent not in ours and parent not in theirs:
        parent = PARENTS.get(parent)
    if parent is None or meter.startswith('cache'):
        return True
    price = theirs[meter][0] / theirs[meter][1]
    base = theirs[parent][0] / theirs[parent][1] if parent in theirs else unit_price(ours[parent]) / 1_000_000
    return price != base


def spans(rows: list[dict]) -> list[tuple[str | None, str | None, list[dict]]]:
    plain = [row for row in rows if not row.keys() & {'schedule', 'service_tier', 'region'}]
    bounds = dict.fromkeys((row.get('from'), row.get('to')) for row in plain)
    return [(start, end, [row for row in plain if (row.get('from'), row.get('to')) == (start, end)]) for start, end in bounds]


def tiers_and_regions(name: str, entry: dict, seen: list[Sighting], report: Report) -> None:
    """Every variant of every release whose base price is the one in force on its day, as rows of the base price's span."""
    rows = entry['rows']
    for start, end, base in spans(rows):
        inside = [sighting for sighting in seen if (start or '') <= sighting.released < (end or '9') and agrees(base, sighting)]
        for variant in dict.fromkeys(variant for sighting in inside for variant in sighting.variants):
            region, tier = variant
            if variant in (PLAIN, ('global', 'standard')):
                continue
            region = '*' if region == 'global' else region
            theirs = [row for row in rows if (row.get('region', '*'), row.get('service_tier', 'standard')) == (region, tier)]
            verified = min((row.get('from', '') for row in theirs if row.get('from', '') >= (start or '')), default=None)
            if any(row.get('from', '') <= (start or '') < row.get('to', '9') for row in theirs):
                continue
            until = min((edge for edge in (verified, end) if edge), default=None)
            found = runs([(sighting, whole(sighting, variant) if region != '*' else sighting.variants.get(variant)) for sighting in inside], start, end)
            for run in found:
                current = [row for row in theirs if verified and row.get('from') == verified]
                add_run(name, rows, base, run, until, (region, tier), current, report)


def agrees(base: list[dict], sighting: Sighting) -> bool:
    sheet = sighting.variants.get(PLAIN) or sighting.variants.get(('global', 'standard'))
    if sheet is None:
        # a release may list a model's zones only
        return True
    low = next((row for row in base if 'band' not in row), None)
    theirs = sheet.get('', {})
    shared = [meter for meter in ('input_tokens', 'output_tokens') if low and meter in low['meters'] and meter in theirs]
    return bool(shared) and all(unit_price(low['meters'][meter]) == theirs[meter][0] for meter in shared)


def add_run(name, rows, base, run: Run, until, variant, current, report) -> None:
    region, tier = variant
    end = until if run.end is None or (until is not None and until < run.end) else run.end
    if run.start is not None and end is not None and run.start >= end:
        return
    same_as_current = bool(current) and not compare_sheets(current, run.sheet)[1]
    if current and not same_as_current:
        # what LiteLLM says of a tier's past is taken only where it is what both say of it today
        report.tier_history_open.append({'model': name, 'tier': tier, 'from': run.start, 'to': run.end, 'source': run.source})
        return
    made = []
    for row in current if same_as_current else base:
        theirs = run.sheet.get(band_of(row))
        if not same_as_current and theirs is None:
            return
        meters = row['meters'] if same_as_current else overlay(row['meters'], theirs)
        made.append(
            {
                **({'region': region} if region != '*' else {}),
                **({'service_tier': tier} if tier != 'standard' else {}),
                **({'from': run.start} if run.start else {}),
                **({'to': end} if end else {}),
                **({'band': row['band']} if 'band' in row else {}),
                'meters': copy.deepcopy(meters),
                'source': f'{run.source} (as genai-prices later)' if same_as_current else run.source,
            }
        )
    if region != '*' and all(row['meters'] == other['meters'] for row, other in zip(made, base)) and not name.startswith(('azure/', 'vertex/')):
        return
    rows += made
    report.added.append({'model': name, 'what': f'{region}/{tier}', 'from': run.start, 'to': end, 'source': made[0]['source']})


def overlay(ours: dict, theirs: dict) -> dict:
    """A tier keeps the standard price of what it does not list; so does a region for what is not billed by token."""
    return in_order({**ours, **{meter: priced(price) for meter, price in theirs.items() if meter in ours}})

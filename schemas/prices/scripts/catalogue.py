"""The whole catalogue: rows and names of every model of the source, then decisions.yaml."""

from __future__ import annotations

from dataclasses import asdict

from enrich import enrich
from litellm import read_release
from matching import accepts, convert, describe, leaves
from rows import Report, rows_of
from source import Node

NOTICE = (
    'Prices, price history and model names are derived from genai-prices, Copyright (c) Pydantic Services Inc. '
    '2025 to present, and from the price file of LiteLLM, Copyright (c) 2023 Berri AI, both under the MIT licence: see '
    'LICENSE.genai-prices and LICENSE.litellm. Departures from them are listed in decisions.yaml.'
)
SHORT = {'input': 'input_tokens', 'cache_read': 'cache_read_tokens', 'output': 'output_tokens'}


def build(providers: list[Node], litellm: list[str], decisions: dict) -> tuple[dict, dict]:
    report = Report()
    entries = decisions['decisions']
    sheets: dict[str, dict] = {}
    instead: dict[tuple[str, str], set[str]] = {}
    for _, item in items(entries, 'names'):
        instead.setdefault((item['provider'], item['model']), set()).update(item.get('instead_of', []))
    for provider in providers:
        for model in provider.models:
            target = provider.id
            for _, move in items(entries, 'move'):
                if move['provider'] == provider.id and model.id.startswith(move['models_starting']):
                    target = move['to']
            skip = instead.pop((target, model.id), set())
            unmet = skip - {''.join(describe(part)) for part in leaves(model.match)}
            if unmet:
                raise SystemExit(f'decisions: {target}/{model.id} no longer has the clauses {sorted(unmet)}')
            names = convert(provider.id, model.id, model.match, skip)
            for text in names.dropped:
                report.names_dropped.append({'model': f'{target}/{model.id}', 'name': text})
            aliases = [alias for alias in names.aliases if owned(provider, model, alias, report)]
            entry = {'aliases': aliases, 'patterns': names.patterns, 'rows': rows_of(target, model, report)}
            sheets.setdefault(target, {'models': {}})['models'][model.id] = entry
    if any(instead.values()):
        raise SystemExit(f'decisions: no such models: {[key for key, clauses in instead.items() if clauses]}')
    for entry in entries:
        apply(entry, sheets, report)
    releases = [read_release(text, pin, decisions, report) for text, pin in zip(litellm, decisions['litellm']['releases'])]
    enrich(sheets, releases, decisions, report)
    sheets = dict(sorted(sheets.items()))
    for provider, sheet in sheets.items():
        finish(provider, sheet, report)
    pinned = decisions['source']
    catalogue = {
        'format': 1,
        'as_of': max(source['released'] for source in sources(decisions)),
        'sources': sources(decisions),
        'notice': NOTICE,
        'defaults': {'currency': 'USD', 'region': '*', 'service_tier': 'standard', 'source': f'{pinned["package"]} {pinned["version"]}'},
        'providers': sheets,
    }
    return catalogue, {key: unique(value) for key, value in asdict(report).items()}


def sources(decisions: dict) -> list[dict]:
    pins = [('genai-prices', decisions['source']), *(('litellm', pin) for pin in reversed(decisions['litellm']['releases']))]
    return [{'name': name, **{key: pin[key] for key in ('version', 'released', 'sha256')}} for name, pin in pins]


def items(entries: list[dict], key: str):
    for entry in entries:
        for item in entry.get(key, []):
            yield entry, item


def owned(provider: Node, model: Node, alias: str, report: Report) -> bool:
    """The source takes the first model that accepts a name; an earlier claim on an exact name is respected."""
    first = next(other for other in provider.models if accepts(other.match, alias))
    if first is model:
        return True
    report.names_shadowed.append({'model': f'{provider.id}/{model.id}', 'name': alias, 'priced_as': first.id})
    return False


def apply(entry: dict, sheets: dict, report: Report) -> None:
    def model_of(item: dict) -> dict:
        try:
            return sheets[item['provider']]['models'][item['model']]
        except KeyError:
            raise SystemExit(f'decision {entry["id"]}: no model {item["provider"]}/{item["model"]}') from None

    def applied(item: dict, what: str) -> None:
        report.decisions_applied.append({'id': entry['id'], 'model': f'{item["provider"]}/{item.get("model", "*")}', 'what': what})

    for item in entry.get('set_meters', []):
        rows = [row for row in model_of(item)['rows'] if row.get('from') == item.get('from') and row.get('to') == item.get('to') and 'service_tier' not in row]
        if not rows:
            raise SystemExit(f'decision {entry["id"]}: no such row')
        for row in rows:
            for meter, price in item['meters'].items():
                applied(item, f'{meter} {row["meters"][meter]["price"]} -> {price}')
                row['meters'][meter]['price'] = price
            row['source'] = entry['id']
    for item in entry.get('replace_rows', []):
        model_of(item)['rows'] = [replacement(row, entry['id']) for row in item['rows']]
        applied(item, f'{len(item["rows"])} rows replaced')
    for item in entry.get('add_rows', []):
        model_of(item)['rows'] += [replacement(row, entry['id']) for row in item['rows']]
        applied(item, f'{len(item["rows"])} rows added')
    for item in entry.get('add_models', []):
        rows = [replacement(row, entry['id']) for row in item['rows']]
        if sheets[item['provider']]['models'].setdefault(item['model'], {'aliases': [], 'patterns': [], 'rows': rows})['rows'] is not rows:
            raise SystemExit(f'decision {entry["id"]}: {item["model"]} is there')
        applied(item, 'added')
    for item in entry.get('own_names', []):
        # not the model that the name stood for: what it costs is said here, or by LiteLLM
        if item['name'] not in model_of(item)['aliases']:
            raise SystemExit(f'decision {entry["id"]}: {item["model"]} is not called {item["name"]}')
        model_of(item)['aliases'].remove(item['name'])
        if 'rows' in item:
            rows = [replacement(row, entry['id']) for row in item['rows']]
            sheets[item['provider']]['models'][item['name']] = {'aliases': [], 'patterns': [], 'rows': rows}
        applied(item, f'{item["name"]} is a model of its own')
    for item in entry.get('weekdays', []):
        model = model_of(item)
        model['rows'] = [new for row in model['rows'] for new in with_weekdays(row, item, entry['id'])]
        applied(item, 'peak windows on weekdays only')
    for item in entry.get('first_from', []):
        rows = [row for row in model_of(item)['rows'] if 'from' not in row]
        for row in rows:
            row['from'] = item['from']
        applied(item, f'starts {item["from"]}')
    for item in entry.get('minimum', []):
        for row in model_of(item)['rows']:
            row['minimum'] = {meter: int(count) for meter, count in item['meters'].items()}
        applied(item, 'minimum quantity')
    for item in entry.get('names', []):
        model = model_of(item)
        model['aliases'] += item.get('aliases', [])
        model['patterns'] += item.get('patterns', [])
    for item in entry.get('free_models', []):
        free(model_of(item), entry['id'])
        applied(item, 'free')
    if 'free_suffix' in entry:
        for provider, sheet in sheets.items():
            for name, model in sheet['models'].items():
                if name.endswith(entry['free_suffix']) and not any(row['meters'] for row in model['rows']):
                    free(model, entry['id'])
                    applied({'provider': provider, 'model': name}, 'free')
    for provider, fallbacks in entry.get('fallbacks', {}).items():
        sheets[provider]['fallbacks'] = [
            {'provider': item['provider'], **{flag: True for flag in ('standard_tier_only', 'not_regional') if flag in item}}
            for item in fallbacks
        ]
    for item in entry.get('regional', []):
        sheets[item['provider']]['regional'] = True
        for name in item.get('except', []):
            sheets[item['provider']]['models'][name]['regional'] = False


def replacement(row: dict, source: str) -> dict:
    new: dict = {key: row[key] for key in ('from', 'to') if key in row}
    if 'windows' in row:
        new['schedule'] = {'windows': row['windows']}
    new['meters'] = {SHORT[key]: {'price': row[key], 'per': 1_000_000} for key in SHORT if key in row}
    new['source'] = source
    return new


def with_weekdays(row: dict, item: dict, source: str) -> list[dict]:
    """A scheduled row that starts earlier than the weekday rule is cut in two."""
    if 'schedule' not in row:
        return [row]
    schedule = {**row['schedule'], 'weekdays': [int(day) for day in item['days']], 'utc_offset': item['utc_offset']}
    if row.get('from', '') >= item['from']:
        return [{**row, 'schedule': schedule, 'source': source}]
    return [{**row, 'to': item['from']}, {**row, 'from': item['from'], 'schedule': schedule, 'source': source}]


def free(model: dict, source: str) -> None:
    for row in model['rows']:
        row['meters'] = {meter: {'price': '0', 'per': 1_000_000} for meter in ('input_tokens', 'output_tokens')}
        row['source'] = source


def finish(provider: str, sheet: dict, report: Report) -> None:
    """Exact names belong to one model each, in declared order; rows get ids that say what they are."""
    taken = {name.lower(): name for name in sheet['models']}
    for name, model in sheet['models'].items():
        aliases = []
        for alias in unique([alias.lower() for alias in model['aliases']]):
            owner = taken.setdefault(alias, name)
            if owner == name and alias != name.lower():
                aliases.append(alias)
        model['aliases'] = aliases
        model['patterns'] = unique(model['patterns'])
        for key in ('aliases', 'patterns'):
            if not model[key]:
                del model[key]
        if not any(row['meters'] for row in model['rows']):
            report.without_price.append(f'{provider}/{name}')
        ids = set()
        for row in model['rows']:
            parts = [f'region={row["region"]}'] if 'region' in row else []
            parts += [f'tier={row["service_tier"]}'] if 'service_tier' in row else []
            parts += [f'from={row["from"]}'] if 'from' in row else []
            parts += [f'hours={",".join("-".join(span) for span in row["schedule"]["windows"])}'] if 'schedule' in row else []
            parts += [f'input{">" if kind == "gt" else ">="}{bound}' for kind, bound in row.get('band', {}).items()]
            row_id = f'{provider}/{name}' + (f'?{"&".join(parts)}' if parts else '')
            if row_id in ids:
                raise SystemExit(f'{row_id} is there twice')
            ids.add(row_id)
            content = dict(row)
            row.clear()
            row['id'] = row_id
            row.update(content)


def unique(values: list) -> list:
    seen: list = []
    keys: set[str] = set()
    for value in values:
        if repr(value) not in keys:
            keys.add(repr(value))
            seen.append(value)
    return seen

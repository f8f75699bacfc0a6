"""What a catalogue changes against the released one, and which of it needs a decision."""

from __future__ import annotations

import fnmatch
from decimal import Decimal

LIMIT = 3


def summary(catalogue: dict) -> str:
    """One line per row: id, from, to, prices. Enough to compare with, and a change of a price is a change of a line."""
    lines = []
    for sheet in catalogue['providers'].values():
        for model in sheet['models'].values():
            for row in model['rows']:
                prices = ' '.join(f'{meter}={price["price"]}/{price["per"]}' for meter, price in row['meters'].items())
                lines.append('\t'.join([row['id'], row.get('from', ''), row.get('to', ''), prices]))
    return '\n'.join(lines) + '\n'


def parse(text: str) -> dict[str, dict]:
    rows = {}
    for line in text.splitlines():
        row_id, start, end, prices = line.split('\t')
        rows[row_id] = {'from': start, 'to': end, 'meters': dict(item.split('=') for item in prices.split())}
    return rows


def compare(before: dict[str, dict], after: dict[str, dict]) -> tuple[list[str], list[dict]]:
    """(all changes as text, those that need a decision as {row, change, meter?, text})."""
    changes = [f'new      {row_id}' for row_id in after if row_id not in before]
    alarms = []
    kept = {row_id.split('?')[0] for row_id in after}
    for row_id, was in before.items():
        now = after.get(row_id)
        if now is None:
            gone = 'row gone' if row_id.split('?')[0] in kept else 'model gone'
            alarms.append({'row': row_id, 'change': gone, 'text': gone})
            continue
        if was['from'] != now['from']:
            alarms.append({'row': row_id, 'change': 'start moved', 'text': f'from {was["from"]} to {now["from"]}'})
        if was['to'] != now['to']:
            changes.append(f'ends     {row_id}: {was["to"] or "open"} -> {now["to"] or "open"}')
        for meter in sorted(was['meters'].keys() | now['meters'].keys()):
            a, b = was['meters'].get(meter), now['meters'].get(meter)
            if a == b:
                continue
            line = {'row': row_id, 'meter': meter, 'text': f'{meter} {a} -> {b}'}
            if a is None or b is None:
                alarms.append({**line, 'change': 'meter new' if a is None else 'meter gone'})
            elif max(unit(a), unit(b)) > LIMIT * min(unit(a), unit(b)):
                alarms.append({**line, 'change': 'price'})
            else:
                changes.append(f'price    {row_id}: {line["text"]}')
    return changes, alarms


def unit(text: str) -> Decimal:
    price, per = text.split('/')
    return Decimal(price) / int(per)


def judge(alarms: list[dict], decisions: dict) -> tuple[list[dict], list[dict], list[str]]:
    """(alarms that an entry `accept` names, with its id; those that none names; entries that name none)."""
    items = [(entry['id'], item) for entry in decisions['decisions'] for item in entry.get('accept', [])]
    used: set[int] = set()
    accepted, left = [], []
    for alarm in alarms:
        for place, (decision, item) in enumerate(items):
            rows = (text.replace('[', '[[]') for text in item['rows'])
            if item['change'] == alarm['change'] and any(fnmatch.fnmatchcase(alarm['row'], text) for text in rows):
                used.add(place)
                accepted.append({**alarm, 'decision': decision})
                break
        else:
            left.append(alarm)
    return accepted, left, [f'{decision}: {item}' for place, (decision, item) in enumerate(items) if place not in used]

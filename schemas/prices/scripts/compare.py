"""What a new catalogue changes against the one that is there, and which of it needs a person's eye."""

from __future__ import annotations

from decimal import Decimal

LIMIT = 3


def compare(old: dict, new: dict) -> tuple[list[str], list[str]]:
    """(all changes, the alarming ones): a model or row gone, a start moved, a price changed by more than three times."""
    before, after = rows_by_id(old), rows_by_id(new)
    changes = [f'new      {row_id}' for row_id in after if row_id not in before]
    alarms = [f'gone     {row_id}' for row_id in before if row_id not in after]
    for row_id in before.keys() & after.keys():
        was, now = before[row_id], after[row_id]
        if was.get('from') != now.get('from'):
            alarms.append(f'moved    {row_id}: from {was.get("from")} to {now.get("from")}')
        if was.get('to') != now.get('to'):
            changes.append(f'ends     {row_id}: {was.get("to")} -> {now.get("to")}')
        for meter in sorted(was['meters'].keys() | now['meters'].keys()):
            if was['meters'].get(meter) == now['meters'].get(meter):
                continue
            a, b = unit_price(was, meter), unit_price(now, meter)
            line = f'price    {row_id}: {meter} {a} -> {b}'
            far = a is None or b is None or max(a, b) > LIMIT * min(a, b)
            (alarms if far else changes).append(line)
    return sorted(changes), sorted(alarms)


def rows_by_id(catalogue: dict) -> dict[str, dict]:
    models = [model for sheet in catalogue['providers'].values() for model in sheet['models'].values()]
    return {row['id']: row for model in models for row in model['rows']}


def unit_price(row: dict, meter: str) -> Decimal | None:
    price = row['meters'].get(meter)
    return None if price is None else Decimal(price['price']) / price['per'] * 1_000_000

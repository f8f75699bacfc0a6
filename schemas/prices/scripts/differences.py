"""The two sources side by side, price by price: what agrees, what differs and who is right, what only one of them has."""

from __future__ import annotations

import fnmatch
from decimal import Decimal

from litellm import MILLION, Sheet, Variant


def band_of(row: dict) -> str:
    bound = next(iter(row.get('band', {}).values()), None)
    return '' if bound is None else f'>{bound}'


def active(rows: list[dict], day: str, variant: Variant) -> list[dict]:
    """The rows of one region and tier without a schedule on a day, every band."""
    region, tier = variant
    return [
        row
        for row in rows
        if 'schedule' not in row
        and row.get('region', '*') == region
        and row.get('service_tier', 'standard') == tier
        and row.get('from', '') <= day < row.get('to', '9')
    ]


def unit_price(price: dict) -> Decimal:
    return Decimal(price['price']) / price['per'] * MILLION


def compare_sheets(rows: list[dict], sheet: Sheet) -> tuple[int, list[dict], list[str], list[str]]:
    """(prices that agree, those that differ, meters only ours, meters only LiteLLM's)."""
    same, differ, ours_only, theirs_only = 0, [], [], []
    bands = {band_of(row): row for row in rows}
    for band in sorted(bands.keys() | sheet.keys()):
        suffix = f' {band}' if band else ''
        if band not in bands or band not in sheet:
            (theirs_only if band not in bands else ours_only).append(f'band {band}' if band else 'no band')
            continue
        ours, theirs = bands[band]['meters'], sheet[band]
        for meter in sorted(ours.keys() | theirs.keys()):
            if meter not in ours or meter not in theirs:
                (theirs_only if meter not in ours else ours_only).append(meter + suffix)
                continue
            mine, other = unit_price(ours[meter]), theirs[meter][0] / theirs[meter][1] * MILLION
            if mine == other:
                same += 1
            else:
                item = {'meter': meter, **({'band': band} if band else {}), 'genai_prices': text(mine), 'litellm': text(other)}
                differ.append({**item, **({'rounded': True} if rounded(mine, other) else {})})
    return same, differ, ours_only, theirs_only


def rounded(a: Decimal, b: Decimal) -> bool:
    """One is the other as published with fewer digits: 0.125 and 0.13."""
    return any(
        y == x.quantize(y.normalize(), rounding=mode)
        for x, y in ((a, b), (b, a))
        for mode in ('ROUND_HALF_UP', 'ROUND_HALF_EVEN')
        if y.normalize().as_tuple().exponent > x.normalize().as_tuple().exponent and abs(x - y) * 14 < x
    )


def text(value: Decimal) -> str:
    plain = format(value.normalize(), 'f')
    return plain


class Verdicts:
    """The entries `differences` of decisions.yaml; every one must settle something."""

    def __init__(self, decisions: dict):
        self.items = [(entry['id'], item) for entry in decisions['decisions'] for item in entry.get('differences', [])]
        self.used: set[int] = set()

    def of(self, provider: str, model: str, tier: str, meter: str) -> tuple[str, str]:
        """('genai-prices' | 'litellm' | 'undecided', decision id or '')."""
        for place, (entry_id, item) in enumerate(self.items):
            if item['provider'] != provider or not any(fnmatch.fnmatchcase(model, pattern) for pattern in item['models']):
                continue
            if tier not in item.get('tiers', [tier]) or meter not in item.get('meters', [meter]):
                continue
            self.used.add(place)
            return item['right'], entry_id
        return 'undecided', ''

    def check(self) -> None:
        unused = [f'{entry_id}: {item}' for place, (entry_id, item) in enumerate(self.items) if place not in self.used]
        if unused:
            raise SystemExit('decisions that settle no difference (any more):\n' + '\n'.join(unused))

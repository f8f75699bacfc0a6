"""
Bounds that no real price breaks, for what nobody but LiteLLM says. What is outside is left out and reported: it has been
prices per thousand tokens, per step of an image, of another model, or with a zero too many.
"""

from __future__ import annotations

from decimal import Decimal

Sheet = dict  # band -> {meter: (Decimal, per)}

PER_MILLION = (Decimal('0.001'), Decimal(1000))
OUTPUT_TO_INPUT = (Decimal('0.5'), Decimal(60))
# a tier to the standard price, a region to the price everywhere
TO_STANDARD = {
    'batch': (Decimal('0.4'), Decimal('0.85')),
    'flex': (Decimal('0.4'), Decimal('0.85')),
    'priority': (Decimal(1), Decimal('3.5')),
}
REGION = (Decimal('0.7'), Decimal('3.5'))
CORE = ('input_tokens', 'output_tokens')


def odd_price(sheet: Sheet, mode: str | None) -> str:
    """What cannot be, in words; '' when nothing is odd."""
    for meters in sheet.values():
        for meter in CORE:
            if meter in meters and not between(meters[meter][0], PER_MILLION):
                return f'{meter} at {meters[meter][0].normalize():f} per million'
        if mode in ('chat', 'completion', 'responses') and all(meter in meters for meter in CORE):
            ratio = meters['output_tokens'][0] / meters['input_tokens'][0]
            if not between(ratio, OUTPUT_TO_INPUT):
                return f'output at {float(ratio):.3g} x input'
    return ''


def odd_beside(base: dict, meters: dict, tier: str) -> str:
    """The same for the totals of a tier beside those of the standard price; with tier `standard`, of a region."""
    bounds = REGION if tier == 'standard' else TO_STANDARD.get(tier, REGION)
    for meter in CORE:
        if meter in base and meter in meters and base[meter][0]:
            ratio = meters[meter][0] / base[meter][0]
            if not between(ratio, bounds):
                return f'{meter} at {float(ratio):.3g} x the standard price'
    return ''


def between(value: Decimal, bounds: tuple[Decimal, Decimal]) -> bool:
    return bounds[0] <= value <= bounds[1]

"""Works out the cases of cases.jsonl that are about what an operator agreed on: contracts, own rows, currencies, hours.

Every unit price below was read off a price sheet or is part of the case itself; the amounts are products of decimals.
Neither the engine nor any code of it is asked.

    python3 schemas/prices/scripts/agreed_cases.py

replaces the cases `agreed-...` of cases.jsonl, and leaves the others as they are.
"""
import json
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from pathlib import Path

FILE = Path(__file__).parent.parent / 'cases.jsonl'
MILLION = 1_000_000
NOON = '2026-11-02T12:00:00Z'
USED = {'input_tokens': 1000, 'cache_read_tokens': 200, 'output_tokens': 100}
# gpt-4o: genai-prices 0.2.3 and LiteLLM 1.106.2 agree
READ, INPUT, OUTPUT = Decimal('1.25'), Decimal('2.5'), Decimal('10')
cases = []


def text(value):
    shown = format(Decimal(value), 'f')
    return shown.rstrip('0').rstrip('.') if '.' in shown else shown


def atto(value):
    return value.quantize(Decimal(10) ** -18, rounding=ROUND_HALF_EVEN)


def lines_of(lines):
    """(meter, quantity, unit price[, per[, rate to USD[, divides]]]) as a case has it, with the amount."""
    out = []
    with localcontext() as context:
        context.prec = 60
        for meter, quantity, price, *rest in lines:
            per, rate, divides = [*rest, *[MILLION, None, False][len(rest) :]]
            native = Decimal(quantity) * Decimal(price) / per
            usd, unit = native, Decimal(price)
            if rate is not None:
                usd = native / Decimal(rate) if divides else native * Decimal(rate)
                unit = atto(unit / Decimal(rate)) if divides else unit * Decimal(rate)
            out.append((meter, text(quantity), text(unit), per, atto(usd)))
    return out


def case(name, lines, listed=None, *, status='priced', warnings=(), note='', model='gpt-4o', provider='openai', at=NOON,
         usage=None, contracts=(), rows=(), rates=(), source='decimal arithmetic over the case itself', **more):
    overrides = {'contracts': list(contracts), 'rows': list(rows), 'rates': list(rates)}
    billed = lines_of(lines)
    total = sum((amount for *_, amount in billed), Decimal(0))
    out = {'id': f'agreed-{name}', 'provider': provider, 'model': model, 'at': at, 'usage': usage or USED, **more}
    out['overrides'] = {key: value for key, value in overrides.items() if value}
    out['expected_status'] = status
    is_priced = status not in ('unpriced', 'rejected')
    out['expected_usd'] = text(total) if is_priced else None
    if billed:
        out['expected_meters'] = [
            {'meter': meter, 'quantity': quantity, 'unit_price_usd': unit, 'per': per, 'usd': text(usd)}
            for meter, quantity, unit, per, usd in billed
        ]
    if listed is not None and is_priced:
        out['expected_list_usd'] = text(sum((amount for *_, amount in lines_of(listed)), Decimal(0)))
    if warnings:
        out['expected_warnings'] = list(warnings)
    out['source'] = source
    if note:
        out['note'] = note
    cases.append(out)


def gpt4o(read=READ, plain=INPUT, output=OUTPUT):
    return [('cache_read_tokens', 200, read), ('input_tokens', 800, plain), ('output_tokens', 100, output)]


def contract(name, pattern='*', **terms):
    return {'id': name, 'provider': 'openai', 'model_pattern': pattern, 'effective_from': '2026-01-01T00:00:00Z', **terms}


def less(percent):
    factor = 1 - Decimal(percent) / 100
    return gpt4o(READ * factor, INPUT * factor, OUTPUT * factor)


# contracts
case('one-meter', gpt4o(read=Decimal(1)), gpt4o(),
     contracts=[contract('K', prices={'cache_read_tokens': {'usd': '1', 'per': MILLION}})],
     note='the other meters keep the price of the catalogue')
case('one-meter-per-thousand', [*gpt4o()[:2], ('output_tokens', 100, '0.0099', 1000)], gpt4o(),
     contracts=[contract('K', prices={'output_tokens': {'usd': '0.0099', 'per': 1000}})])
case('fixed-before-discount', gpt4o(READ * Decimal('0.9'), Decimal(2), Decimal(9)), gpt4o(),
     contracts=[contract('D', discount_percent='10'), contract('F', prices={'input_tokens': {'usd': '2', 'per': MILLION}})],
     note='per meter a fixed price goes before a discount, and the discount is not taken of it')
case('whole-name-first', less('5'), gpt4o(), contracts=[contract('A', discount_percent='10'),
     contract('B', 'gpt-4*', discount_percent='20'), contract('C', 'gpt-4o', discount_percent='5')])
case('longer-pattern-first', less('20'), gpt4o(),
     contracts=[contract('A', discount_percent='30'), contract('B', 'gpt-4*', discount_percent='20')])
case('anchored-pattern', gpt4o(), contracts=[contract('A', 'pt-4*', discount_percent='30'), contract('B', 'gpt-4', discount_percent='20')],
     note='a pattern is of the whole name')
two = [contract('A', discount_percent='10'), contract('B', discount_percent='15', scope={'billing_account': 'acme'})]
case('more-scope-first', less('15'), gpt4o(), contracts=two, billing_account='acme')
case('scope-of-another', less('10'), gpt4o(), contracts=two, billing_account='other')
case('scope-unknown', less('10'), gpt4o(), contracts=two, note='without an account a contract of one does not hold')
case('team', less('15'), gpt4o(), contracts=[contract('A', discount_percent='15', scope={'team': 'search'})], team='search')
case('tier-of-another', gpt4o(), contracts=[contract('A', discount_percent='50', scope={'service_tier': 'batch'})])
case('priority', less('5'), gpt4o(), contracts=[contract('A', discount_percent='25'), contract('B', discount_percent='5', priority=1)])
case('latest-start', less('7'), gpt4o(), contracts=[contract('A', discount_percent='10'),
     {**contract('B', discount_percent='7'), 'effective_from': '2026-06-01T00:00:00Z'}])
case('many-decimals', less('33.333333'), gpt4o(), contracts=[contract('A', discount_percent='33.333333')])
case('markup', gpt4o(READ * Decimal('1.03'), INPUT * Decimal('1.03'), OUTPUT * Decimal('1.03')), gpt4o(),
     contracts=[contract('A', markup_percent='3')])
starts = [{**contract('A', discount_percent='12.5'), 'effective_from': NOON}]
case('first-millisecond', less('12.5'), gpt4o(), contracts=starts)
case('millisecond-before-the-first', gpt4o(), contracts=starts, at='2026-11-02T11:59:59.999Z')
ends = [contract('A', discount_percent='12.5', effective_to=NOON)]
case('last-millisecond', less('12.5'), gpt4o(), contracts=ends, at='2026-11-02T11:59:59.999Z')
case('millisecond-after-the-last', gpt4o(), contracts=ends)
case('leap-day', less('12.5'), gpt4o(), at='2024-02-29T23:59:59.999Z', model='gpt-4o',
     contracts=[{**contract('A', discount_percent='12.5', effective_to='2024-03-01'), 'effective_from': '2024-02-29'}],
     note='29 February 2024 is a day; contracts begin and end on dates of UTC')
case('no-leap-day', [], status='rejected', warnings=['TIME_INVALID'], at='2026-02-29T12:00:00Z')

# other currencies
euro = [contract('E', currency='EUR', prices={'output_tokens': {'price': '0.01', 'per': 1000}})]


def rate(date, value, base='EUR', quote='USD'):
    return {'base': base, 'quote': quote, 'date': date, 'rate': value, 'source': 'ECB'}


def in_euro(value, divides=False):
    return [*gpt4o()[:2], ('output_tokens', 100, '0.01', 1000, value, divides)]


case('euro', in_euro('1.0850'), gpt4o(), contracts=euro, rates=[rate('2026-11-02', '1.0850'), rate('2026-11-03', '1.2')])
case('euro-of-the-day-before', in_euro('1.0850'), gpt4o(), contracts=euro, rates=[rate('2026-10-30', '1.0850')],
     note='a weekend has no rate: the latest before it')
case('euro-seven-days', in_euro('1.0850'), gpt4o(), contracts=euro, rates=[rate('2026-10-26', '1.0850')], at='2026-11-02T23:59:59.999Z')
case('euro-eight-days', in_euro('1.0850'), gpt4o(), contracts=euro, rates=[rate('2026-10-25', '1.0850')], at='2026-11-02T00:00:00Z',
     status='estimated', warnings=['FX_STALE'])
case('euro-of-tomorrow', [], contracts=euro, rates=[rate('2026-11-03', '1.0850')], status='unpriced', warnings=['FX_MISSING'],
     note='the rate of a later day is never taken')
case('euro-divided', in_euro('0.921659', True), gpt4o(), contracts=euro, rates=[rate('2026-11-02', '0.921659', 'USD', 'EUR')],
     note='only the other way round: divided, once, half to even at 18 decimals')
case('euro-direct-before-inverse', in_euro('1.0850'), gpt4o(), contracts=euro,
     rates=[rate('2026-10-30', '1.0850'), rate('2026-11-02', '0.921659', 'USD', 'EUR')])
case('euro-agreed-rate', in_euro('1.1'), gpt4o(), contracts=[{**euro[0], 'rate': rate('2026-01-01', '1.1')}],
     rates=[rate('2026-11-02', '1.0850')])

# rows of the operator
house = {'provider': 'acme-inference', 'model': 'house-1', 'meters': {
    'input_tokens': {'price': '0.4', 'per': MILLION}, 'output_tokens': {'price': '1.6', 'per': MILLION}}}
of_house = {'provider': 'acme-inference', 'model': 'house-1', 'usage': {'input_tokens': 1000, 'output_tokens': 100}}
priced = [('input_tokens', 1000, '0.4'), ('output_tokens', 100, '1.6')]
case('own-row', priced, rows=[house], **of_house)
case('own-row-of-another-name', [], rows=[house], status='unpriced', warnings=['PROVIDER_UNKNOWN'], **{**of_house, 'model': 'house-12'})
case('own-row-in-yen', [('input_tokens', 1000, '60', MILLION, '150.5', True), ('output_tokens', 100, '240', MILLION, '150.5', True)],
     rows=[{**house, 'currency': 'JPY', 'meters': {'input_tokens': {'price': '60', 'per': MILLION}, 'output_tokens': {'price': '240', 'per': MILLION}}}],
     rates=[rate('2026-11-02', '150.5', 'USD', 'JPY')], **of_house)
case('own-row-before-catalogue', [('input_tokens', 1000, '0.4'), ('output_tokens', 100, '1.6')],
     rows=[{**house, 'provider': 'openai', 'model': 'gpt-4o', 'from': NOON}], usage=of_house['usage'])
case('own-row-not-yet', [('input_tokens', 1000, INPUT), ('output_tokens', 100, OUTPUT)], at='2026-11-02T11:59:59.999Z',
     rows=[{**house, 'provider': 'openai', 'model': 'gpt-4o', 'from': NOON}], usage=of_house['usage'])
case('own-row-minimum', [('input_tokens', 500, '0.4'), ('output_tokens', 100, '1.6')],
     rows=[{**house, 'minimum': {'input_tokens': 500}}], **{**of_house, 'usage': {'input_tokens': 7, 'output_tokens': 100}},
     note='7 tokens are billed as 500')
bands = [house, {**house, 'band': {'gte': 1000}, 'meters': {'input_tokens': {'price': '0.8', 'per': MILLION}, 'output_tokens': {'price': '3', 'per': MILLION}}}]
case('own-band-reached', [('input_tokens', 1000, '0.8'), ('output_tokens', 100, '3')], rows=bands, **of_house)
case('own-band-below', [('input_tokens', 999, '0.4'), ('output_tokens', 100, '1.6')], rows=bands,
     **{**of_house, 'usage': {'input_tokens': 999, 'output_tokens': 100}})

# hours: UTC, whatever clocks do
night = {**house, 'schedule': {'windows': [['22:00', '02:00']]}, 'meters': {
    'input_tokens': {'price': '0.2', 'per': MILLION}, 'output_tokens': {'price': '0.8', 'per': MILLION}}}
cheap = [('input_tokens', 1000, '0.2'), ('output_tokens', 100, '0.8')]
for name, at, lines in [
    ('hours-last-millisecond-before', '2026-10-24T21:59:59.999Z', priced),
    ('hours-first-millisecond', '2026-10-24T22:00:00.000Z', cheap),
    ('hours-midnight', '2026-10-25T00:00:00Z', cheap),
    ('hours-summer-time-ends-first-pass', '2026-10-25T02:30:00+02:00', cheap),
    ('hours-summer-time-ends-second-pass', '2026-10-25T02:30:00+01:00', cheap),
    ('hours-end', '2026-10-25T02:00:00Z', priced),
    ('hours-summer-time-begins', '2026-03-29T03:00:00+02:00', cheap),
    ('hours-leap-night', '2024-02-29T23:30:00Z', cheap),
]:
    case(name, lines, rows=[house, night], **{**of_house, 'at': at})
saturday = {**night, 'schedule': {'windows': [['00:00', '00:00']], 'weekdays': [6], 'utc_offset': '+01:00'}}
case('weekday-begins-at-its-offset', cheap, rows=[house, saturday], **{**of_house, 'at': '2026-10-23T23:00:00Z'})
case('weekday-before-its-offset', priced, rows=[house, saturday], **{**of_house, 'at': '2026-10-23T22:59:59.999Z'})
case('weekday-ends-at-its-offset', priced, rows=[house, saturday], **{**of_house, 'at': '2026-10-24T23:00:00Z'})

kept = [line for line in FILE.read_text().splitlines() if not json.loads(line)['id'].startswith('agreed-')]
FILE.write_text('\n'.join(kept + [json.dumps(each) for each in cases]) + '\n')
print(f'{len(cases)} cases worked out')

"""Price rows of one model of the source: over time, by time of day, by service tier, by context band."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Context, Decimal

from source import Node

MILLION = 1_000_000
# price key of the source -> (our meter, the number of units one price is for)
METERS = {
    'input_mtok': ('input_tokens', MILLION),
    'cache_read_mtok': ('cache_read_tokens', MILLION),
    'cache_write_mtok': ('cache_write_tokens', MILLION),
    'cache_write_1h_mtok': ('cache_write_1h_tokens', MILLION),
    'input_audio_mtok': ('input_audio_tokens', MILLION),
    'input_image_mtok': ('input_image_tokens', MILLION),
    'cache_audio_read_mtok': ('cache_audio_read_tokens', MILLION),
    'cache_image_read_mtok': ('cache_image_read_tokens', MILLION),
    'output_mtok': ('output_tokens', MILLION),
    'output_reasoning_mtok': ('output_reasoning_tokens', MILLION),
    'output_audio_mtok': ('output_audio_tokens', MILLION),
    'output_image_mtok': ('output_image_tokens', MILLION),
    'output_citation_mtok': ('output_citation_tokens', MILLION),
    'web_searches_kcount': ('web_searches', 1000),
    'input_text_messages_kcount': ('input_text_messages', 1000),
    'requests_kcount': ('requests', 1000),
    'input_document_kpages': ('document_pages', 1000),
    'audio_hours': ('audio_seconds', 3600),
    'input_audio_hours': ('audio_seconds', 3600),
}
# kinds of use that the ledger's usage has no field for
UNMETERED = {
    'storage_searches_kcount',
    'input_annotated_document_kpages',
    'input_video_mtok',
    'output_video_mtok',
    'input_mchars',
}
# (key, value) of the source's request context -> our service tier; None: not a tier of ours
TIERS = {
    ('processing', 'batch'): 'batch',
    ('service_tier', 'flex'): 'flex',
    ('service_tier', 'priority'): 'priority',
    ('service_tier', 'fast'): 'fast',
    ('service_tier', 'default'): None,
    ('speed', 'fast'): 'fast',
}


@dataclass
class Report:
    cleaned: list[dict] = field(default_factory=list)
    unmetered: list[dict] = field(default_factory=list)
    variants_left_out: list[dict] = field(default_factory=list)
    names_dropped: list[dict] = field(default_factory=list)
    names_shadowed: list[dict] = field(default_factory=list)
    without_price: list[str] = field(default_factory=list)
    decisions_applied: list[dict] = field(default_factory=list)
    cleaned_litellm: list[dict] = field(default_factory=list)
    litellm_contradicts_itself: list[dict] = field(default_factory=list)
    bare_bedrock_ids: list[dict] = field(default_factory=list)
    tier_history_open: list[dict] = field(default_factory=list)
    implausible: list[dict] = field(default_factory=list)
    added: list[dict] = field(default_factory=list)
    models: list[dict] = field(default_factory=list)


def rows_of(provider: str, model: Node, report: Report) -> list[dict]:
    """Unfolded rows, without ids. Absent keys mean: any region, standard tier, no schedule, no band, no bound in time."""
    segments, windows = timeline(model)
    rows = []
    for start, end, sheet in segments:
        emit(rows, provider, model, report, sheet, start, end, None, None)
    for start, schedule, sheet in windows:
        emit(rows, provider, model, report, sheet, start, None, None, schedule)
    for tier, variants in tiers(provider, model, report).items():
        edges = sorted({start for start, _, _ in segments if start} | {start for start, _ in variants if start})
        for start, end in zip([None, *edges], [*edges, None]):
            sheet = next(s for s_start, s_end, s in segments if inside(start, s_start, s_end))
            active = [v for v_start, v in variants if v_start is None or (start and start >= v_start)]
            if not active:
                continue
            overlay = dict(sheet.values)
            chosen: dict = {}
            for variant in active:
                for key, price in variant.values.items():
                    chosen.setdefault(key, price)
            overlay.update(chosen)
            emit(rows, provider, model, report, Node('ModelPrice', overlay), start, end, tier, None)
    return rows


def inside(instant: str | None, start: str | None, end: str | None) -> bool:
    if instant is None:
        return start is None
    return (start is None or start <= instant) and (end is None or instant < end)


def timeline(model: Node) -> tuple[list[tuple], list[tuple]]:
    """Dated segments and the time-of-day windows of the last one: a schedule cannot apply before its row starts."""
    if isinstance(model.prices, Node):
        return [(None, None, model.prices)], []
    starts: list[tuple] = []
    windows: dict[str, tuple] = {}
    for entry in model.prices:
        constraint = entry.constraint
        if constraint is None:
            starts.append((None, entry.prices))
        elif constraint.kind == 'StartDateConstraint':
            starts.append((constraint.start_date.isoformat(), entry.prices))
        else:
            window = [constraint.start_time.strftime('%H:%M'), constraint.end_time.strftime('%H:%M')]
            key = repr(sorted((k, repr_price(v)) for k, v in entry.prices.values.items()))
            windows.setdefault(key, (entry.prices, []))[1].append(window)
    ends = [start for start, _ in starts[1:]] + [None]
    segments = [(start, end, sheet) for (start, sheet), end in zip(starts, ends)]
    last = starts[-1][0]
    return segments, [(last, {'windows': spans}, sheet) for sheet, spans in windows.values()]


def repr_price(value) -> str:
    return str(value) if isinstance(value, Decimal) else str(value.base) + str([(t.start, str(t.price)) for t in value.tiers])


def tiers(provider: str, model: Node, report: Report) -> dict[str, list[tuple]]:
    found: dict[str, list[tuple]] = {}
    for variant in model.price_variants or []:
        tier = TIERS.get(tuple(variant.when.items())[0], '?') if len(variant.when) == 1 else '?'
        if tier is None:
            continue
        if tier == '?' or (variant.constraint and variant.constraint.kind != 'StartDateConstraint'):
            report.variants_left_out.append({'model': f'{provider}/{model.id}', 'when': variant.when})
            continue
        # OpenAI writes `fast` and `priority` for one tier; the engine reads the one as the other
        if provider == 'openai' and tier == 'fast':
            continue
        start = variant.constraint.start_date.isoformat() if variant.constraint else None
        found.setdefault(tier, []).append((start, variant.prices))
    return found


def emit(rows, provider, model, report, sheet, start, end, tier, schedule) -> None:
    prices: dict[str, tuple] = {}
    for key, value in sheet.values.items():
        if key in UNMETERED:
            report.unmetered.append({'model': f'{provider}/{model.id}', 'price': key})
            continue
        meter, per = METERS[key]
        if meter in prices and repr_price(prices[meter][0]) != repr_price(value):
            raise SystemExit(f'{provider}/{model.id}: two different prices for {meter}')
        prices[meter] = (value, per)
    thresholds = sorted({t.start for v, _ in prices.values() if isinstance(v, Node) for t in v.tiers})
    order = {meter: index for index, (meter, _) in enumerate(METERS.values())}
    for threshold in [None, *thresholds]:
        row: dict = {}
        if tier:
            row['service_tier'] = tier
        if start:
            row['from'] = start
        if end:
            row['to'] = end
        if schedule:
            row['schedule'] = schedule
        if threshold is not None:
            row['band'] = {'gte': threshold + 1} if threshold % 1000 == 999 else {'gt': threshold}
        row['meters'] = {
            meter: {'price': decimal_text(pick(value, threshold), f'{provider}/{model.id}', meter, report), 'per': per}
            for meter, (value, per) in sorted(prices.items(), key=lambda item: order[item[0]])
        }
        rows.append(row)


def pick(value, threshold: int | None) -> Decimal:
    if isinstance(value, Decimal):
        return value
    price = value.base
    for tier in value.tiers:
        if threshold is not None and tier.start <= threshold:
            price = tier.price
    return price


def decimal_text(value: Decimal, where: str, meter: str, report: Report) -> str:
    clean = Context(prec=12).plus(value)
    text = format(clean, 'f')
    if '.' in text:
        text = text.rstrip('0').rstrip('.')
    if clean != value:
        entry = {'model': where, 'meter': meter, 'raw': str(value), 'price': text}
        if entry not in report.cleaned:
            report.cleaned.append(entry)
    return text

"""
What several releases of LiteLLM together say about time. One release says what held on its day; a price seen unchanged in
two of them held in between. The price of a tier or a region is one with the base price beside it: where only one was ever
seen beside the same base price, it has held as long as that, and its source says from when on it was seen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from litellm import Release, Sheet, Variant
from names import Names
from plausible import odd_beside

GEOGRAPHY = re.compile(r'^(?:us|eu|apac|jp|au|us-gov|in|ca)\.')
Target = tuple[str, str, str]  # (provider that is booked, provider whose sheet it is, model id)


@dataclass
class Sighting:
    version: str
    released: str
    variants: dict[Variant, Sheet]
    uplift: dict


@dataclass
class Run:
    """A price between two instants (None: open), and which releases show it."""

    start: str | None
    end: str | None
    sheet: Sheet
    first: str
    last: str
    undated: bool = False

    @property
    def source(self) -> str:
        releases = self.first if self.first == self.last else f'{self.first} to {self.last}'
        return f'LiteLLM {releases}' + (', before that undated beside the same base price' if self.undated else '')


def sightings(releases: list[Release], names: Names, report) -> dict[Target, list[Sighting]]:
    """By model; models that the sheets do not have are their own targets. Oldest release first."""
    found: dict[Target, list[Sighting]] = {}
    apart = own_prices(releases[-1], names)
    for release in releases:
        by_target: dict[Target, list] = {}
        for entry in release.entries:
            sheet, model = names.find(entry.provider, entry.model) or (entry.provider, entry.model)
            if (entry.provider, entry.model) in apart:
                sheet, model = entry.provider, entry.model
            elif model.startswith('regional.') and not GEOGRAPHY.match(entry.model):
                report.bare_bedrock_ids.append({'name': entry.key, 'release': release.version, 'priced_as': f'{sheet}/{model}'})
                continue
            by_target.setdefault((entry.provider, sheet, model), []).append(entry)
        for target, entries in by_target.items():
            variants: dict[Variant, Sheet] = {}
            for variant in dict.fromkeys(variant for entry in entries for variant in entry.variants):
                sheet = agreed(target, variant, entries, release.version, report)
                if sheet:
                    variants[variant] = sheet
            for variant in [variant for variant in variants if variant[0] != '*']:
                base = variants.get(('*', variant[1]), {}).get('')
                if base and (odd := odd_beside(base, variants[variant][''], 'standard')):
                    report.implausible.append({'model': f'{target[0]}/{target[2]}', 'release': release.version, 'why': f'{"/".join(variant)}: {odd}'})
                    del variants[variant]
            uplift = next((entry.uplift for entry in entries if entry.uplift), {})
            found.setdefault(target, []).append(Sighting(release.version, release.released, variants, uplift))
    return found


def own_prices(newest: Release, names: Names) -> set[tuple[str, str]]:
    """Names of the government cloud whose price is not that of the commercial profile: models of their own, by exact name."""
    base = {}
    for entry in newest.entries:
        base[entry.provider, entry.model] = core(next(iter(entry.variants.values())))
    found = set()
    for (provider, model), price in base.items():
        if provider == 'aws' and model.startswith('us-gov.'):
            rest = model.removeprefix('us-gov.')
            others = [base[provider, name] for name in (f'us.{rest}', rest) if (provider, name) in base]
            if others and price != others[0]:
                found.add((provider, model))
    return found


def agreed(target: Target, variant: Variant, entries: list, version: str, report) -> Sheet | None:
    """What the names of one model agree on. The entry under the model's own id speaks for it; else all must."""
    having = [entry for entry in entries if variant in entry.variants]
    own = [entry for entry in having if entry.model == target[2].lower()]
    sheets = [entry.variants[variant] for entry in own or having]
    first, others = sheets[0], sheets[1:]
    if any(core(sheet) != core(first) for sheet in others):
        model = f'{target[0]}/{target[2]}'
        report.litellm_contradicts_itself.append(
            {'model': model, 'release': version, 'variant': '/'.join(variant), 'names': [entry.key for entry in having]}
        )
        return None
    return {
        band: {meter: price for meter, price in meters.items() if all(sheet.get(band, {}).get(meter) == price for sheet in others)}
        for band, meters in first.items()
    }


def core(sheet: Sheet) -> list:
    return [(band, meters.get('input_tokens'), meters.get('output_tokens')) for band, meters in sorted(sheet.items())]


def runs(seen: list[tuple[Sighting, Sheet | None]], start: str | None, end: str | None) -> list[Run]:
    """
    The spans of equal prices among sightings of one variant, oldest first, all within [start, end), in which the base price
    is one. Where only one price was ever seen, it has held as long as the base price; else each from when it was first seen.
    """
    found: list[Run] = []
    previous: Sheet | None = None
    for place, (sighting, sheet) in enumerate(seen):
        if sheet is not None and previous is not None and compatible(previous, sheet):
            found[-1].last = sighting.version
            found[-1].end = sighting.released
            found[-1].sheet = sheet
        elif sheet is not None:
            found.append(Run(start if place == 0 else sighting.released, sighting.released, sheet, sighting.version, sighting.version))
        previous = sheet or previous
    if len(found) == 1:
        found[0].undated = found[0].start != start
        found[0].start = start
    if found and seen[-1][1] is not None:
        found[-1].end = end
    return [run for run in found if run.start is None or run.end is None or run.start < run.end]


def compatible(a: Sheet, b: Sheet) -> bool:
    """Nothing that both list differs; a price that only one lists was learnt later, not changed."""
    return all(a[band][meter] == b[band][meter] for band in a.keys() & b.keys() for meter in a[band].keys() & b[band].keys())

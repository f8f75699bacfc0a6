"""
Writes schemas/prices/catalogue.json, report.json and report.md from the pinned wheels and decisions.yaml.

    python3 schemas/prices/scripts/generate.py [--wheels FOLDER] [--release]

Needs Python 3.11 and PyYAML. Nothing but the inputs decides the output: two runs give equal bytes. It writes nothing while
a model or row of released.tsv is gone, a start has moved, a price differs by more than three times or a kind of use got or
lost its price, unless an entry `accept` of decisions.yaml says that it was looked at. --release, at a release: what there
is now becomes what the next one is compared with.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).parent))

from catalogue import build
from compare import compare, judge, parse, summary
from markdown import markdown
from source import download, read_member, read_providers

HOME = Path(__file__).parent.parent
LITELLM_FILE = 'litellm/model_prices_and_context_window_backup.json'


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--wheels', type=Path, help='keep the downloaded wheels in this folder, and use those that are there')
    parser.add_argument('--release', action='store_true', help='compare with this from now on')
    arguments = parser.parse_args()
    decisions = yaml.load((HOME / 'decisions.yaml').read_text(), Loader=yaml.BaseLoader)
    first, second = decisions['source'], decisions['litellm']
    wheel = download(first['package'], first['version'], arguments.wheels)
    data, licence = read_member(wheel, 'genai_prices/data.py', first['sha256'])
    price_files = []
    for pin in second['releases']:
        wheel = download(second['package'], pin['version'], arguments.wheels)
        text, other_licence = read_member(wheel, LITELLM_FILE, pin['sha256'])
        price_files.append(text)
    catalogue, report = build(read_providers(data), price_files, decisions)
    before, after = parse((HOME / 'released.tsv').read_text()), parse(summary(catalogue))
    changes, alarms = compare(before, after)
    report['accepted'], left, unused = judge(alarms, decisions)
    print('\n'.join([*changes, *(f'ALARM    {alarm["row"]}: {alarm["text"]}' for alarm in left)]) or 'no price changes')
    if left or unused:
        names = '\n'.join(unused)
        sys.exit(f'nothing written: {len(left)} changes that no decision accepts' + (f'; decisions that accept nothing:\n{names}' if names else ''))
    (HOME / 'catalogue.json').write_text(write_catalogue(catalogue))
    (HOME / 'report.json').write_text(write_report(report))
    (HOME / 'report.md').write_text(markdown(catalogue, report))
    (HOME / 'LICENSE.genai-prices').write_text(licence)
    (HOME / 'LICENSE.litellm').write_text(other_licence)
    if arguments.release:
        (HOME / 'released.tsv').write_text(summary(catalogue))
    counts = ', '.join(f'{len(value)} {name}' for name, value in report.items())
    print(f'{sum(len(p["models"]) for p in catalogue["providers"].values())} models; report: {counts}')


def write_report(report: dict) -> str:
    """One line per item."""
    dump = lambda value: json.dumps(value, ensure_ascii=False)
    sections = (f'{dump(key)}: [\n' + ',\n'.join(dump(item) for item in items) + '\n]' for key, items in report.items())
    return '{' + ',\n'.join(sections) + '}\n'


def write_catalogue(catalogue: dict) -> str:
    """One line per row, so that a change of a price is a change of a line."""
    dump = lambda value: json.dumps(value, ensure_ascii=False, separators=(',', ':'))
    providers = []
    for provider, sheet in catalogue['providers'].items():
        models = []
        for name, model in sheet['models'].items():
            head = ''.join(f'{dump(key)}:{dump(value)},' for key, value in model.items() if key != 'rows')
            rows = ',\n'.join(dump(row) for row in model['rows'])
            models.append(f'{dump(name)}:{{{head}"rows":[\n{rows}]}}')
        head = ''.join(f'{dump(key)}:{dump(value)},' for key, value in sheet.items() if key != 'models')
        providers.append(f'{dump(provider)}:{{{head}"models":{{\n' + ',\n'.join(models) + '}}')
    head = ''.join(f'{dump(key)}:{dump(value)},\n' for key, value in catalogue.items() if key != 'providers')
    return '{' + head + '"providers":{\n' + ',\n'.join(providers) + '}}\n'


if __name__ == '__main__':
    main()

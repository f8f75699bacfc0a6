"""
Writes schemas/prices/catalogue.json and report.json from the pinned genai-prices wheel and decisions.yaml.

    python3 schemas/prices/scripts/generate.py [--wheel FILE] [--accept]

Needs Python 3.11 and PyYAML. Nothing but the inputs decides the output: two runs give equal bytes. It prints what
changes, and writes nothing when a row is gone, a start has moved or a price changed by more than three times: look at
each, put what is wrong into decisions.yaml, then run it with --accept.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).parent))

from catalogue import build
from compare import compare
from source import download, read_wheel

HOME = Path(__file__).parent.parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--wheel', type=Path, help='use this file instead of downloading the pinned version')
    parser.add_argument('--accept', action='store_true', help='write even alarming changes')
    arguments = parser.parse_args()
    decisions = yaml.load((HOME / 'decisions.yaml').read_text(), Loader=yaml.BaseLoader)
    pinned = decisions['source']
    wheel = arguments.wheel or download(pinned['package'], pinned['version'], pinned['sha256'])
    providers, licence = read_wheel(wheel)
    catalogue, report = build(providers, decisions)
    target = HOME / 'catalogue.json'
    if target.exists():
        changes, alarms = compare(json.loads(target.read_text()), catalogue)
        print('\n'.join([*changes, *(f'ALARM    {line}' for line in alarms)]) or 'no price changes')
        if alarms and not arguments.accept:
            sys.exit(f'{len(alarms)} alarming changes: nothing written')
    target.write_text(write_catalogue(catalogue))
    (HOME / 'report.json').write_text(json.dumps(report, indent=1, ensure_ascii=False) + '\n')
    (HOME / 'LICENSE.genai-prices').write_text(licence)
    counts = ', '.join(f'{len(value)} {name}' for name, value in report.items())
    print(f'{sum(len(p["models"]) for p in catalogue["providers"].values())} models; report: {counts}')


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

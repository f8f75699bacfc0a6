"""report.md: the diff report for people. The same, complete, is in report.json."""

from __future__ import annotations

from collections import Counter


def markdown(catalogue: dict, report: dict) -> str:
    models = report['models']
    verdicts = ['agree', 'differ', 'nothing in common', 'only genai-prices', 'only LiteLLM']
    counts = Counter((item['model'].split('/')[0], item['verdict']) for item in models)
    lines = ['# Where the price of each model comes from', '']
    lines += [f'As of {catalogue["as_of"]}. Written by `scripts/generate.py`; how to read it: `docs/prices.md`.', '']
    lines += ['| source | version | of | file sha256 |', '|---|---|---|---|']
    lines += [f'| {item["name"]} | {item["version"]} | {item["released"]} | `{item["sha256"][:16]}…` |' for item in catalogue['sources']]
    lines += ['', '## Models by provider', '', f'| provider | {" | ".join(verdicts)} |', '|---|' + '---|' * len(verdicts)]
    for provider in sorted({provider for provider, _ in counts}):
        lines.append(f'| {provider} | ' + ' | '.join(str(counts[provider, verdict] or '') for verdict in verdicts) + ' |')
    lines.append('| **all** | ' + ' | '.join(str(sum(n for (_, v), n in counts.items() if v == verdict)) for verdict in verdicts) + ' |')
    differ = [(item, line) for item in models for line in item.get('differences', [])]
    lines += ['', f'## Undecided: genai-prices is kept ({sum(line["right"] == "undecided" for _, line in differ)} prices)', '']
    lines += table(differ, lambda line: line['right'] == 'undecided')
    lines += ['', '## Decided', '']
    lines += table(differ, lambda line: line['right'] != 'undecided')
    lines += ['', '## Tiers whose past is open', '', 'LiteLLM once listed another price than both list today: estimated at the standard price for that time.', '']
    lines += [f'- {item["model"]} {item["tier"]}: {item["source"]}' for item in report['tier_history_open']]
    lines += ['', '## Added from LiteLLM', '']
    kinds = Counter(item['what'] if item['what'] == 'meters' else kind(item['what']) for item in report['added'])
    lines += [f'- {count} models: {what}' for what, count in sorted(kinds.items())]
    lines += [f'- {sum("last_listed" in item for item in models)} models that the newest release no longer lists', '']
    odd = report['implausible']
    lines += [f'## Left out of LiteLLM, because it cannot be ({len(odd)})', '', '| entry | release | why |', '|---|---|---|']
    lines += [f'| {item["model"]} | {item["release"]} | {item["why"]} |' for item in odd] + ['']
    lines += ['## Float noise, rounded to 12 digits', '', '| model | meter | as written | taken |', '|---|---|---|---|']
    noise = [*report['cleaned'], *report['cleaned_litellm']]
    lines += [f'| {item["model"]} | {item["meter"]} | {item["raw"]} | {item["price"]} |' for item in noise]
    return '\n'.join(lines) + '\n'


def kind(what: str) -> str:
    return 'tiers' if what.startswith('*/') else 'regions by a factor' if what.startswith('region ') else 'regions'


def table(differ: list, wanted) -> list[str]:
    lines = ['| model | price | genai-prices | LiteLLM | right | decision |', '|---|---|---|---|---|---|']
    for item, line in differ:
        if wanted(line):
            price = ' '.join(part for part in (line.get('tier', ''), line['meter'], line.get('band', '')) if part)
            values = f'{line["genai_prices"]} | {line["litellm"]} ({item["release"]})'
            lines.append(f'| {item["model"]} | {price} | {values} | {line["right"]} | {line.get("decision", "")} |')
    return lines

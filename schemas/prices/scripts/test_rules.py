"""The rules of the generator on small inputs. Needs nothing but Python: python3 -m unittest discover schemas/prices/scripts"""

from __future__ import annotations

import json
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from compare import compare, judge, parse, summary
from enrich import enrich
from litellm import read_release
from rows import Report

DAYS = {'1.0': '2025-03-30', '2.0': '2025-11-16', '3.0': '2026-10-21'}
MAPPING = {
    'providers': {'openai': 'openai', 'azure': 'azure', 'vertex_ai': 'vertex', 'bedrock': 'aws'},
    'prefixes': ['azure', 'vertex_ai', 'bedrock'],
    'azure_zones': {'global': '*', 'eu': 'eu'},
    'not_models': ['sample_spec'],
}


def row(price: str, output: str = '10', **more) -> dict:
    return {**more, 'meters': {meter: {'price': value, 'per': 1_000_000} for meter, value in (('input_tokens', price), ('output_tokens', output))}}


def sheets(rows: list[dict], provider: str = 'openai', **more) -> dict:
    return {provider: {'models': {'m': {'aliases': [], 'patterns': [], 'rows': rows}}, **more}}


def entry(price: float | None = 2.5e-06, output: float | None = 1e-05, provider: str = 'openai', **more) -> dict:
    values = {'litellm_provider': provider, 'mode': 'chat', 'input_cost_per_token': price, 'output_cost_per_token': output, **more}
    return {key: value for key, value in values.items() if value is not None}


def run(given: dict, files: dict[str, dict], decisions: list[dict] = ()) -> tuple[dict, Report]:
    report = Report()
    known = {'litellm': MAPPING, 'decisions': list(decisions)}
    releases = [read_release(json.dumps(file), {'version': version, 'released': DAYS[version]}, known, report) for version, file in files.items()]
    enrich(given, releases, known, report)
    return given, report


def prices(found: dict, provider: str = 'openai', model: str = 'm') -> list[tuple]:
    return [
        (r.get('region', ''), r.get('service_tier', ''), r.get('from', ''), r.get('to', ''), r['meters']['input_tokens']['price'])
        for r in found[provider]['models'][model]['rows']
    ]


class Enriching(unittest.TestCase):
    def test_a_tier_is_priced_back_to_the_base_price_beside_it(self):
        verified = [row('2.5'), row('1.25', '5', service_tier='batch', **{'from': '2026-10-14'})]
        batch = {'input_cost_per_token_batches': 1.25e-06, 'output_cost_per_token_batches': 5e-06}
        found, _ = run(sheets(verified), {'1.0': {'m': entry()}, '3.0': {'m': entry(**batch)}})
        self.assertEqual(prices(found)[2:], [('', 'batch', '', '2026-10-14', '1.25')])
        self.assertIn('before that undated', found['openai']['models']['m']['rows'][2]['source'])

    def test_a_tier_that_once_had_another_price_is_left_open(self):
        verified = [row('2.5'), row('1.25', '5', service_tier='batch', **{'from': '2026-10-14'})]
        today = {'input_cost_per_token_batches': 1.25e-06, 'output_cost_per_token_batches': 5e-06}
        once = {'input_cost_per_token_batches': 2e-06, 'output_cost_per_token_batches': 8e-06}
        found, report = run(sheets(verified), {'1.0': {'m': entry(**once)}, '3.0': {'m': entry(**today)}})
        self.assertEqual([item['tier'] for item in report.tier_history_open], ['batch'])
        self.assertNotIn(('', 'batch', '', '2025-03-30', '2'), prices(found))

    def test_a_tier_starts_no_earlier_than_the_base_price_it_was_seen_beside(self):
        cut = [row('10', to='2025-06-10'), row('2.5', **{'from': '2025-06-10'})]
        flex = {'input_cost_per_token_flex': 1.25e-06, 'output_cost_per_token_flex': 5e-06}
        found, _ = run(sheets(cut), {'1.0': {'m': entry(1e-05)}, '3.0': {'m': entry(**flex)}})
        self.assertEqual(prices(found)[2:], [('', 'flex', '2025-06-10', '', '1.25')])

    def test_a_disagreement_keeps_the_first_source_and_is_listed(self):
        found, report = run(sheets([row('2.5')]), {'3.0': {'m': entry(3e-06)}})
        self.assertEqual(prices(found), [('', '', '', '', '2.5')])
        difference = report.models[0]['differences'][0]
        self.assertEqual((difference['genai_prices'], difference['litellm'], difference['right']), ('2.5', '3', 'undecided'))

    def test_nothing_is_built_on_a_base_price_in_dispute(self):
        batch = {'input_cost_per_token_batches': 1.5e-06, 'output_cost_per_token_batches': 5e-06, 'input_cost_per_audio_token': 4e-05}
        found, _ = run(sheets([row('2.5')]), {'3.0': {'m': entry(3e-06, **batch)}})
        self.assertEqual(prices(found), [('', '', '', '', '2.5')])
        self.assertEqual(list(found['openai']['models']['m']['rows'][0]['meters']), ['input_tokens', 'output_tokens'])

    def test_a_decision_for_litellm_holds_from_the_release_that_first_shows_it(self):
        decided = [{'id': 'raised', 'differences': [{'provider': 'openai', 'models': ['m'], 'right': 'litellm'}]}]
        found, _ = run(sheets([row('2.5')]), {'1.0': {'m': entry()}, '2.0': {'m': entry(3e-06)}, '3.0': {'m': entry(3e-06)}}, decided)
        self.assertEqual(prices(found), [('', '', '', '2025-11-16', '2.5'), ('', '', '2025-11-16', '', '3')])

    def test_a_decision_that_settles_nothing_stops_the_generator(self):
        stale = [{'id': 'old', 'differences': [{'provider': 'openai', 'models': ['m'], 'right': 'genai-prices'}]}]
        with self.assertRaisesRegex(SystemExit, 'old'):
            run(sheets([row('2.5')]), {'3.0': {'m': entry()}}, stale)
        with self.assertRaisesRegex(SystemExit, 'has no output_cost_per_token of m2'):
            run(sheets([row('2.5')]), {'3.0': {'m': entry()}}, [{'id': 'x', 'ignore_litellm': [{'releases': ['3.0'], 'keys': ['m2'], 'fields': ['output_cost_per_token']}]}])

    def test_kinds_of_use_are_added_where_everything_else_agrees_and_free_ones_are_not(self):
        more = {'cache_read_input_token_cost': 2.5e-07, 'input_cost_per_audio_token': 4e-05, 'cache_creation_input_token_cost': 0}
        found, _ = run(sheets([row('2.5')]), {'3.0': {'m': entry(**more)}})
        self.assertEqual(list(found['openai']['models']['m']['rows'][0]['meters']), ['input_tokens', 'cache_read_tokens', 'input_audio_tokens', 'output_tokens'])

    def test_zones_of_azure_become_rows_beside_the_prices_declared_equal(self):
        given = sheets([row('2.5')]) | {'azure': {'models': {}, 'fallbacks': [{'provider': 'openai', 'standard_tier_only': True}]}}
        found, _ = run(given, {'3.0': {'azure/m': entry(provider='azure'), 'azure/eu/m': entry(2.75e-06, 1.1e-05, provider='azure')}})
        self.assertEqual(prices(found, 'azure'), [('', '', '', '', '2.5'), ('eu', '', '', '', '2.75')])
        self.assertEqual(prices(found), [('', '', '', '', '2.5')])

    def test_an_uplift_is_written_out_exactly_for_tiers_too(self):
        verified = [row('0.3'), row('0.15', '5', service_tier='batch')]
        found, _ = run(sheets(verified, 'vertex'), {'3.0': {'vertex_ai/m': entry(3e-07, provider='vertex_ai', regional_endpoint_uplift_multiplier=1.1)}})
        self.assertEqual(prices(found, 'vertex')[2:], [('regional', '', '', '', '0.33'), ('regional', 'batch', '', '', '0.165')])

    def test_retired_models_come_from_the_last_release_that_lists_them_and_zeroed_ones_do_not(self):
        files = {'1.0': {'gone': entry()}, '2.0': {'gone': entry(3e-06)}, '3.0': {'gone': entry(0, 0), 'zero': entry(3e-06, 0)}}
        found, report = run(sheets([row('2.5')]), files)
        self.assertEqual(prices(found, model='gone'), [('', '', '', '2025-11-16', '2.5'), ('', '', '2025-11-16', '', '3')])
        self.assertNotIn('zero', found['openai']['models'])
        self.assertIn({'model': 'openai/gone', 'verdict': 'only LiteLLM', 'last_listed': '2.0'}, report.models)

    def test_what_cannot_be_is_left_out_and_reported(self):
        dear = {'thousand': entry(1.0, 3.0), 'upside_down': entry(3e-06, 1e-07), 'm': entry(input_cost_per_token_priority=2e-05, output_cost_per_token_priority=1e-04)}
        found, report = run(sheets([row('2.5')]), {'3.0': dear})
        self.assertEqual(list(found['openai']['models']), ['m'])
        self.assertEqual(prices(found), [('', '', '', '', '2.5')])
        self.assertEqual([item['why'].split(' at ')[0] for item in report.implausible], ['input_tokens', 'output', 'priority: input_tokens'])

    def test_a_band_keeps_its_own_price_for_what_it_does_not_list(self):
        long = {'input_cost_per_token_above_200k_tokens': 5e-06, 'cache_read_input_token_cost': 2.5e-07}
        found, _ = run(sheets([row('2.5')]), {'3.0': {'new': entry(**long)}})
        low, high = found['openai']['models']['new']['rows']
        self.assertEqual((high['band'], sorted(high['meters'])), ({'gt': 200000}, ['input_tokens', 'output_tokens']))
        self.assertIn('cache_read_tokens', low['meters'])

    def test_float_noise_is_rounded_and_reported(self):
        text = '{"new": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 1.0399999999999998e-06, "output_cost_per_token": 1e-06}}'
        report = Report()
        (listed,) = read_release(text, {'version': '3.0', 'released': DAYS['3.0']}, {'litellm': MAPPING, 'decisions': []}, report).entries
        self.assertEqual(str(listed.variants['*', 'standard']['']['input_tokens'][0]), '1.04')
        self.assertEqual(report.cleaned_litellm[0]['raw'], '0.0000010399999999999998')


class Comparing(unittest.TestCase):
    def changes(self, before: str, after: str) -> list[str]:
        return [alarm['change'] for alarm in compare(parse(before), parse(after))[1]]

    def test_models_rows_starts_and_threefold_prices_need_a_decision(self):
        line = 'p/m\t\t\tinput_tokens=2/1000000\n'
        self.assertEqual(self.changes(line, ''), ['model gone'])
        self.assertEqual(self.changes(line + 'p/m?from=2026-01-01\t2026-01-01\t\tinput_tokens=2/1\n', line), ['row gone'])
        self.assertEqual(self.changes(line, 'p/m\t2026-01-01\t\tinput_tokens=2/1000000\n'), ['start moved'])
        self.assertEqual(self.changes(line, 'p/m\t\t\tinput_tokens=6/1000000\n'), [])
        self.assertEqual(self.changes(line, 'p/m\t\t\tinput_tokens=6.01/1000000\n'), ['price'])
        self.assertEqual(self.changes(line, 'p/m\t\t\tinput_tokens=0/1000000\n'), ['price'])
        self.assertEqual(self.changes(line, 'p/m\t\t\toutput_tokens=2/1000000\n'), ['meter gone', 'meter new'])
        self.assertEqual(self.changes(line, line + 'p/n\t\t\tinput_tokens=2/1000000\n'), [])

    def test_a_decision_accepts_what_it_names_and_one_that_names_nothing_is_told(self):
        alarms = compare(parse('p/m\t\t\ta=2/1\np/n\t\t\ta=2/1\n'), {})[1]
        decisions = {'decisions': [{'id': 'd', 'accept': [{'rows': ['p/m*'], 'change': 'model gone'}, {'rows': ['q/*'], 'change': 'price'}]}]}
        accepted, left, unused = judge(alarms, decisions)
        self.assertEqual(([item['row'] for item in accepted], accepted[0]['decision'], [item['row'] for item in left]), (['p/m'], 'd', ['p/n']))
        self.assertEqual(len(unused), 1)

    def test_the_summary_of_a_catalogue_reads_back(self):
        catalogue = {'providers': sheets([{'id': 'openai/m', **row('2.5', to='2026-01-01')}])}
        self.assertEqual(parse(summary(catalogue))['openai/m'], {'from': '', 'to': '2026-01-01', 'meters': {'input_tokens': '2.5/1000000', 'output_tokens': '10/1000000'}})


if __name__ == '__main__':
    unittest.main()

"""JSON lines of questions in, a JSON line per answer out: the total, or null. Its prices are those in the package."""
import json
import os
import sys

os.environ['LITELLM_LOCAL_MODEL_COST_MAP'] = 'True'
import litellm
from litellm.types.utils import Usage

litellm.suppress_debug_info = True
for line in sys.stdin:
    asked = json.loads(line)
    provider, model = asked['provider'], asked['model']
    listed = litellm.model_cost.get(f'{provider}/{model}') or litellm.model_cost.get(model)
    # what its file does not list it guesses, and prices by the hour are those of the hour at which it is asked
    if listed is None or 'off_peak_pricing' in listed:
        print(json.dumps({'usd': None, 'reason': 'not listed, or by the hour'}))
        continue
    counts = asked['usage']
    written, hour = counts.get('cache_write_tokens', 0), counts.get('cache_write_1h_tokens', 0)
    try:
        parts = litellm.cost_per_token(
            model=model,
            custom_llm_provider=provider,
            usage_object=Usage(
                prompt_tokens=counts['input_tokens'],
                completion_tokens=counts['output_tokens'],
                cache_read_input_tokens=counts.get('cache_read_tokens', 0),
                cache_creation_input_tokens=written,
                prompt_tokens_details={
                    'cached_tokens': counts.get('cache_read_tokens', 0),
                    'cache_creation_tokens': written,
                    'cache_creation_token_details': {
                        'ephemeral_5m_input_tokens': written - hour,
                        'ephemeral_1h_input_tokens': hour,
                    },
                },
            ),
        )
        print(json.dumps({'usd': repr(parts[0] + parts[1])}))
    except Exception as error:
        print(json.dumps({'usd': None, 'reason': f'{type(error).__name__}: {error}'[:200]}))

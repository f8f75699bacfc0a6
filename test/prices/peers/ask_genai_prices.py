"""JSON lines of questions in, a JSON line per answer out: the total as a decimal string, or null. Nothing is fetched."""
import json
import sys
from datetime import datetime

from genai_prices import Usage, calc_price

for line in sys.stdin:
    asked = json.loads(line)
    try:
        answer = calc_price(
            Usage(**asked['usage']),
            model_ref=asked['model'],
            provider_id=asked['provider'],
            genai_request_timestamp=datetime.fromisoformat(asked['at'].replace('Z', '+00:00')),
        )
        print(json.dumps({'usd': format(answer.total_price, 'f'), 'model': answer.model.id}))
    except (LookupError, ValueError) as error:
        print(json.dumps({'usd': None, 'reason': str(error)[:200]}))

"""Finds the model that a name means in the sheets, by the same rules as the ledger: exact id, alias, anchored pattern, fallback."""

from __future__ import annotations

import re
from datetime import date

DATE = r'(\d{4}-\d{2}-\d{2}|\d{8})'


class Names:
    def __init__(self, sheets: dict):
        self.sheets = sheets
        self.exact: dict[str, dict[str, str]] = {}
        self.patterns: dict[str, list] = {}
        for provider, sheet in sheets.items():
            exact = self.exact[provider] = {}
            patterns = self.patterns[provider] = []
            for model in sheet['models']:
                exact[model.lower()] = model
            for model, entry in sheet['models'].items():
                for alias in entry.get('aliases', []):
                    exact.setdefault(alias.lower(), model)
                for text in entry.get('patterns', []):
                    patterns.append((re.compile(text.replace('{date}', DATE)), model))

    def find(self, provider: str, name: str) -> tuple[str, str] | None:
        """(provider whose sheet it is, model id); the sheet may be one declared equal."""
        for sheet in [provider, *(item['provider'] for item in self.sheets.get(provider, {}).get('fallbacks', []))]:
            model = self.own(sheet, name)
            if model is not None:
                return sheet, model
        return None

    def own(self, provider: str, name: str) -> str | None:
        if name in self.exact.get(provider, {}):
            return self.exact[provider][name]
        for expression, model in self.patterns.get(provider, []):
            match = expression.match(name)
            if match and all(real(group) for group in match.groups() if group):
                return model
        return None


def real(text: str) -> bool:
    digits = text.replace('-', '')
    if not re.fullmatch(r'\d{4}-?\d{2}-?\d{2}', text):
        return True
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True

"""Reads the data of a genai-prices wheel without importing the package (its imports need other packages)."""

from __future__ import annotations

import datetime
import hashlib
import re
import subprocess
import sys
import tempfile
import zipfile
from decimal import Decimal
from pathlib import Path


class Node:
    """One constructor call of the data file: `kind` is its class, the rest its keyword arguments."""

    def __init__(self, kind: str, values: dict):
        self.kind = kind
        self.values = values

    def __getattr__(self, name: str):
        return self.__dict__['values'].get(name)


def download(package: str, version: str, sha256: str) -> Path:
    """The wheel, checked against the pinned hash, in a temporary directory."""
    folder = tempfile.mkdtemp(prefix='prices-')
    command = [sys.executable, '-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', folder, f'{package}=={version}']
    subprocess.run(command, check=True)
    (wheel,) = Path(folder).glob('*.whl')
    found = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if found != sha256:
        sys.exit(f'{wheel.name} has sha256 {found}, decisions.yaml pins {sha256}: look at what changed, then pin the new one')
    return wheel


def read_wheel(wheel: Path) -> tuple[list[Node], str]:
    """(providers, licence text). Prices are Decimals made from the literals, never floats."""
    with zipfile.ZipFile(wheel) as archive:
        text = archive.read('genai_prices/data.py').decode()
        licence = next(name for name in archive.namelist() if name.endswith('LICENSE'))
        notice = archive.read(licence).decode()
    names = set(re.findall(r'\b([A-Z][A-Za-z]+)\(', text)) - {'Decimal'}
    scope: dict = {'datetime': datetime, 'Decimal': Decimal}
    for name in names:
        scope[name] = lambda _kind=name, **values: Node(_kind, values)
    text = text.replace('from .types import *', '').replace('providers: list[Provider]', 'providers')
    exec(compile(text, 'data.py', 'exec'), scope)  # the wheel's hash is pinned
    return scope['providers'], notice

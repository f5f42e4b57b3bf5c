#!/usr/bin/env python3
"""Disclosure risk beside polars and DuckDB: a full report of carepact against k alone of the others, same file, same run.

    python3 benches/peers/risk.py --rows 10000000 --carepact target/release/carepact

Needs polars and duckdb (any virtual environment). The file is seeded and nearly every row is alone: the hard case.
Numbers of classes and k must agree, or nothing is printed.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import tempfile
import time

COLUMNS = ["age", "sex", "ethnicity", "postcode", "admitted"]


def write(path, rows):
    draw = random.Random(7).random
    days = [f"2025-{month:02d}-{day:02d}" for month in range(1, 13) for day in range(1, 29)]
    codes = [f"{area}{district} {sector}" for area in ("M", "BL", "OL", "SK", "WN") for district in range(1, 40) for sector in range(1, 10)]
    groups = "ABCDEFGHJKLMNPRS"
    with open(path, "w", buffering=1 << 22) as out:
        out.write(",".join(COLUMNS) + "\n")
        for _ in range(rows):
            sex = "1" if draw() < 0.5 else "2"
            out.write(f"{int(draw() * 100)},{sex},{groups[int(draw() ** 2 * 16)]},{codes[int(draw() * len(codes))]},{days[int(draw() * len(days))]}\n")


def carepact(binary, path):
    args = [binary, "risk", path, "--qi", ",".join(COLUMNS), "--memory", "4096", "-f", "json"]
    sizes = json.loads(subprocess.run(args, capture_output=True, check=False).stdout)["data"]["by_row"]
    return sizes["k"], sizes["classes"]


def polars(path):
    import polars as pl

    counts = pl.scan_csv(path, infer_schema=False).group_by(COLUMNS).len()
    return counts.select(pl.col("len").min().alias("k"), pl.len().alias("classes")).collect(engine="streaming").row(0)


def duckdb(path):
    import duckdb as db

    inner = f"select count(*) n from read_csv('{path}', all_varchar=true) group by {','.join(COLUMNS)}"
    return db.sql(f"select min(n), count(*) from ({inner})").fetchall()[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--carepact", default="target/release/carepact")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "extract.csv")
        write(path, args.rows)
        engines = {"carepact": lambda: carepact(args.carepact, path), "polars": lambda: polars(path), "duckdb": lambda: duckdb(path)}
        seconds = {name: [] for name in engines}
        for _ in range(args.repeat):
            answers = set()
            for name, engine in engines.items():
                start = time.perf_counter()
                answers.add(tuple(engine()))
                seconds[name].append(time.perf_counter() - start)
            assert len(answers) == 1, f"the engines disagree: {answers}"
        for name, times in seconds.items():
            ratios = [theirs / ours for theirs, ours in zip(times, seconds["carepact"])]
            print(f"{name}: {statistics.median(times):.2f} s; beside carepact {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")


if __name__ == "__main__":
    main()

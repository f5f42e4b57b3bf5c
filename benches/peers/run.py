#!/usr/bin/env python3
"""Runs carepact against DuckDB and polars on the same files in one go, checks that outputs agree, prints ratios."""

import argparse
import csv
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "target" / "benches"
VENV = WORK / "venv"
PACKAGES = ["duckdb", "polars", "polars-hash"]

PACK = {
    "pack.yaml": "pack: bench\nformat: carepact.pack/1\ntitle: Benchmark (synthetic)\nsynthetic: true\n",
    "vocabulary.yaml": """functions: {nhs: {acute: {}, commissioning: {}}}
places: {gm: {}}
roles: {analyst: {}}
data: {record: {identity: {}, problems: {}}}
purposes: {population_health: {}}
""",
    "register/organisations.csv": "ods,name,kind,opened,closed\nRZA,Synthetic Trust,acute_trust,2013-04-01,\nQZ9,Synthetic Planner,icb,2013-04-01,\n",
    "register/functions.csv": "ods,function,from,to\nRZA,acute,2013-04-01,\nQZ9,commissioning,2013-04-01,\n",
    "register/memberships.csv": "ods,place,kind,from,to\nRZA,gm,icb,2013-04-01,\nQZ9,gm,icb,2013-04-01,\n",
    "agreements/bench.yaml": """agreement: BENCH-1
title: Benchmark
version: "1.0"
status: active
starts: 2026-04-01
ends: 2027-03-31
parties:
  giver: {org: RZA, as: joint_controller, joined: on_start}
  planner: {org: QZ9, as: joint_controller, joined: on_start, gives: false}
basis: {population_health: [{article_6: e, article_9: h, schedule_1: P1.2, power: NHS Act 2006, confidentiality: s251}]}
grants: {}
releases:
  t1:
    to: QZ9
    for: population_health
    subject: nhs_number
    identifier: {nhs_number: {invalid: quarantine, missing: drop, test_range: accept}}
    malformed: refuse
    columns:
      nhs_number: {pseudonym: {}, category: identity}
      surname: {drop: {}, is: name}
      forename: {drop: {}, is: name}
      dob: {drop: {}, is: birth_date}
      postcode: {area: outward, category: identity}
      practice: {keep: {}, category: identity}
      gender: {keep: {}, category: identity}
      ethnicity: {keep: {}, category: identity}
      admission: {keep: {}, category: problems}
      discharge: {keep: {}, category: problems}
      diagnosis: {keep: {}, category: problems}
      note: drop
      lsoa: {keep: {}, category: identity}
      cost: {keep: {}, category: problems}
    order: keep
signatures: [{org: RZA, position: SIRO, date: 2026-03-01, method: electronic}, {org: QZ9, position: SIRO, date: 2026-03-01, method: electronic}]
""",
}
KEPT = ["practice", "gender", "ethnicity", "admission", "discharge", "diagnosis", "lsoa", "cost"]

POLARS = """
import sys, polars as pl, polars_hash as plh
source, target = sys.argv[1:]
key = "00" * 32
(pl.scan_csv(source, infer_schema=False)
   .with_columns(plh.col("nhs_number").chash.hmac_sha256(key=key).alias("nhs_number"), pl.col("postcode").str.split(" ").list.first())
   .drop("surname", "forename", "dob", "note")
   .sink_csv(target))
"""

DUCKDB = """
import sys, duckdb
source, target = sys.argv[1:]
c = duckdb.connect()
c.execute("SET threads TO 2")
ipad, opad = "36" * 64, "5c" * 64
c.execute(f'''COPY (SELECT sha256(unhex('{opad}') || unhex(sha256(unhex('{ipad}') || encode(nhs_number)))) AS nhs_number,
  split_part(postcode, ' ', 1) AS postcode, practice, gender, ethnicity, admission, discharge, diagnosis, lsoa, cost
  FROM read_csv('{source}', all_varchar=true, header=true, quote='"', escape='"')) TO '{target}' (HEADER)''')
"""

T2 = """
import sys, json, duckdb
folder, parties = sys.argv[1:]
c = duckdb.connect()
c.execute("SET threads TO 2")
read = lambda name: f"read_csv('{folder}/{name}', all_varchar=true, header=true)"
c.execute(f"CREATE TEMP TABLE e AS SELECT *, CAST(substr(time,1,10) AS DATE) AS d FROM {read('log/access-2026-10.csv')} WHERE outcome = 'ok' AND role <> 'SYS'")
explained = c.execute(f'''SELECT count(*) FROM e WHERE
  EXISTS (SELECT 1 FROM {read('tables/registrations.csv')} r WHERE r.nhs_number = e.nhs_number AND r.ods = e.organisation AND CAST(r."from" AS DATE) <= e.d
     AND (r."to" IS NULL OR r."to" = '' OR e.d <= CAST(r."to" AS DATE)))
  OR EXISTS (SELECT 1 FROM {read('tables/appointments.csv')} a WHERE a.nhs_number = e.nhs_number AND a.ods = e.organisation
     AND e.d BETWEEN CAST(substr(a.at,1,10) AS DATE) - 14 AND CAST(substr(a.at,1,10) AS DATE) + 30)''').fetchone()[0]
most = c.execute("SELECT max(n) FROM (SELECT count(DISTINCT nhs_number) n FROM e GROUP BY user, d)").fetchone()[0]
party = c.execute(f'''SELECT count(*) FROM e WHERE EXISTS (SELECT 1 FROM read_csv('{parties}', all_varchar=true, header=true) p
  WHERE p.ods = e.organisation AND CAST(p.joined AS DATE) <= e.d AND (p."left" IS NULL OR p."left" = '' OR e.d <= CAST(p."left" AS DATE)))''').fetchone()[0]
print(json.dumps({"explained": explained, "most": most, "party": party}))
"""

T2_POLARS = """
import sys, json, polars as pl
folder, parties = sys.argv[1:]
read = lambda name: pl.scan_csv(f"{folder}/{name}", infer_schema=False)
e = read("log/access-2026-10.csv").filter((pl.col("outcome") == "ok") & (pl.col("role") != "SYS")).with_row_index("i").with_columns(d=pl.col("time").str.slice(0, 10).str.to_date())
r = read("tables/registrations.csv").select("nhs_number", organisation="ods", f=pl.col("from").str.to_date(), t=pl.col("to").str.to_date(strict=False))
a = read("tables/appointments.csv").select("nhs_number", organisation="ods", at=pl.col("at").str.slice(0, 10).str.to_date())
by_r = e.join(r, on=["nhs_number", "organisation"]).filter((pl.col("f") <= pl.col("d")) & (pl.col("t").is_null() | (pl.col("d") <= pl.col("t")))).select("i")
by_a = e.join(a, on=["nhs_number", "organisation"]).filter((pl.col("d") - pl.col("at")).dt.total_days().is_between(-14, 30)).select("i")
explained = pl.concat([by_r, by_a]).unique().select(pl.len())
most = e.group_by("user", "d").agg(n=pl.col("nhs_number").n_unique()).select(pl.col("n").max())
p = pl.scan_csv(parties, infer_schema=False).select(organisation="ods", j=pl.col("joined").str.to_date(), l=pl.col("left").str.to_date(strict=False))
party = e.join(p, on="organisation").filter((pl.col("j") <= pl.col("d")) & (pl.col("l").is_null() | (pl.col("d") <= pl.col("l")))).select(pl.col("i").n_unique())
x, y, z = pl.collect_all([explained, most, party])
print(json.dumps({"explained": x.item(), "most": y.item(), "party": z.item()}))
"""


def run(args, **more):
    """Seconds, peak memory in MiB and output of a command; ends the script if it fails."""
    start = time.perf_counter()
    process = subprocess.Popen([str(arg) for arg in args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)
    out, err = process.communicate()
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    if process.returncode not in more.get("ok", (0,)) and process.returncode not in (0, 1, 3):
        sys.exit(f"failed ({process.returncode}): {' '.join(map(str, args))}\n{out.decode()}{err.decode()}")
    return seconds, peak, out.decode()


def measured(args):
    """As run, in a child of its own so that its peak memory is its own."""
    code = f"import json,resource,subprocess,sys,time;s=time.perf_counter();p=subprocess.run({[str(a) for a in args]!r},capture_output=True);" \
        "print(json.dumps([time.perf_counter()-s,resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss/1024,p.returncode,p.stdout.decode(),p.stderr.decode()]))"
    seconds, peak, status, out, err = json.loads(subprocess.check_output([sys.executable, "-c", code]))
    if status not in (0, 1, 3):
        sys.exit(f"failed ({status}): {' '.join(map(str, args))}\n{out}{err}")
    return seconds, peak, out


def race(commands, repeat):
    """Every command `repeat` times, taking turns so that a busy minute of the machine meets all of them alike."""
    rounds = {name: [] for name in commands}
    for _ in range(repeat):
        for name, command in commands.items():
            rounds[name].append(measured(command))
    return rounds


def groups(path):
    """The pseudonym column as numbers in order of first sight, and the kept columns, row by row."""
    seen = {}
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            yield seen.setdefault(row["nhs_number"], len(seen)), [row[name] for name in KEPT], row["postcode"]


def agree(ours, theirs, name):
    rows = 0
    for mine, other in zip(groups(ours), groups(theirs), strict=True):
        if mine != other:
            sys.exit(f"carepact and {name} disagree at row {rows + 2}")
        rows += 1
    print(f"  agrees with {name} on {rows:,} rows: kept columns and outward postcodes equal, the same rows share a pseudonym")


def table(title, rounds):
    """Median seconds, highest peak, and the median of the ratios of runs that stood beside each other."""
    print(f"{title}, {len(rounds['carepact'])} rounds")
    for name, runs in rounds.items():
        seconds = [run[0] for run in runs]
        ratio = ""
        if name != "carepact":
            ratios = [theirs[0] / ours[0] for theirs, ours in zip(runs, rounds["carepact"])]
            ratio = f"   {statistics.median(ratios):5.2f} times carepact's time ({min(ratios):.2f} to {max(ratios):.2f})"
        print(f"  {name:<10} {statistics.median(seconds):8.2f} s  {max(run[1] for run in runs):8.0f} MiB{ratio}")


def pseudonymise(options, carepact, python, pack):
    """Task 1, and whether the outputs agree."""
    source = WORK / f"extract-{options.rows}.csv"
    if not source.exists():
        run([carepact, "synth", "extract", "--rows", options.rows, "-o", source])
    keys = WORK / "keys"
    if not (keys / "ring").exists():
        shutil.rmtree(keys, ignore_errors=True)
        keys.mkdir()
        recipient = run([carepact, "keys", "identity", "-o", keys / "id"])[2].strip()
        run([carepact, "keys", "new", "--controller", "RZA", "--purpose", "population_health", "--recipient", recipient, "--no-escrow", "-o", keys / "ring"])
        run([carepact, "keys", "signer", "--name", "bench@example.org", "-o", keys / "signer"])
    out = {name: WORK / f"out-{name}.csv" for name in ("carepact", "polars", "duckdb")}
    for path in WORK.glob("out-*"):
        path.unlink()
    commands = {
        "carepact": [carepact, "pseudonymise", source, "--release", "BENCH-1/t1", "--pack", pack, "--keyring", keys / "ring", "--identity", keys / "id",
                     "--sign-key", keys / "signer", "-o", out["carepact"], "--as-of", "2026-11-01", "--force"],
        "polars": [python, "-c", POLARS, source, out["polars"]],
        "duckdb": [python, "-c", DUCKDB, source, out["duckdb"]],
        "cp": ["cp", source, WORK / "out-cp.csv"],
    }
    table(f"Task 1, pseudonymise {options.rows:,} rows", race(commands, options.repeat))
    if not options.skip_agreement:
        agree(out["carepact"], out["polars"], "polars")
        agree(out["carepact"], out["duckdb"], "duckdb")


def audit(options, carepact, python):
    """Task 2, and whether the counts agree."""
    events = options.events or options.rows
    month = WORK / f"month-{events}"
    if not month.exists():
        run([carepact, "synth", "log", "--events", events, "-o", month])
    gm = ROOT / "policies" / "greater-manchester"
    results = WORK / "out-audit.json"
    parties = gm / "accessions" / "0007.csv"
    rounds = race(
        {
            "carepact": [carepact, "audit", month / "log" / "access-2026-10.csv", "--profile", gm / "audit" / "profiles" / "shared-record-csv.yaml",
                         "--tables", month / "tables", "--pack", gm, "--as-of", "2026-11-01", "-o", f"json:{results}", "--force"],
            "polars": [python, "-c", T2_POLARS, month, parties],
            "duckdb": [python, "-c", T2, month, parties],
        },
        options.repeat,
    )
    table(f"Task 2, audit {events:,} events", rounds)
    found = {name: json.loads(rounds[name][-1][2]) for name in ("polars", "duckdb")}
    if found["polars"] != found["duckdb"]:
        sys.exit(f"polars and DuckDB disagree: {found}")
    ours = json.loads(results.read_text())["data"]
    explained = ours.get("audit", ours)["explained"]["all"]["explained"]
    if explained != found["duckdb"]["explained"]:
        sys.exit(f"carepact explains {explained} events by table, the peers {found['duckdb']['explained']}")
    print(f"  agrees with both: {explained:,} events explained by a registration or an appointment")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, help="default: as many as rows")
    parser.add_argument("--repeat", type=int, default=3, help="rounds; medians and ratios within a round are printed (default 3)")
    parser.add_argument("--task", type=int, choices=(1, 2), help="only one of the tasks")
    parser.add_argument("--skip-agreement", action="store_true", help="do not compare outputs (it takes minutes at 10 million rows)")
    options = parser.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    subprocess.check_call(["cargo", "build", "--release", "--quiet"], cwd=ROOT)
    carepact = ROOT / "target" / "release" / "carepact"
    python = VENV / "bin" / "python"
    if not python.exists():
        subprocess.check_call([sys.executable, "-m", "venv", VENV])
        subprocess.check_call([python, "-m", "pip", "install", "--quiet", *PACKAGES])

    pack = WORK / "pack"
    for name, text in PACK.items():
        (pack / name).parent.mkdir(parents=True, exist_ok=True)
        (pack / name).write_text(text)
    if options.task in (None, 1):
        pseudonymise(options, carepact, python, pack)
    if options.task in (None, 2):
        audit(options, carepact, python)



if __name__ == "__main__":
    os.environ.pop("CAREPACT_PACK", None)
    main()

"""Audits many repositories with Ray, and answers questions about them with DuckDB.

    pip install "ray[data]" duckdb
    python examples/scale/audit.py generate REPOSITORIES 300
    python examples/scale/audit.py audit REPOSITORIES RESULTS
    python examples/scale/audit.py ask RESULTS

`audit` maps a data set of repositories through the program: one row a directory, one row a finding, an unknown
verdict or a problem. On a cluster nothing changes but `ray.init(address="auto")`, where the rows come from (a list of clone addresses in
place of directories), and that RESULTS is a path all nodes can write to, such as a bucket.
"""

import argparse
import json
import os
import pathlib
import subprocess

BINARY = os.environ.get("BUTTRESS", "buttress")

# The columns of the result, all text or whole numbers: a table that any warehouse takes.
COLUMNS = [
    "repository", "exit_code", "type", "rule", "severity", "principle", "root", "environment", "address", "message", "file", "line",
    "fingerprint",
]


def generate(top: pathlib.Path, count: int) -> None:
    """Writes small repositories that differ: queues with and without dead letters, databases in one zone and in several."""
    for number in range(count):
        repository = top / f"team-{number:04}"
        (repository / ".git").mkdir(parents=True, exist_ok=True)
        (repository / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
        for environment in ["prod", "staging"]:
            root = repository / "live" / environment
            root.mkdir(parents=True, exist_ok=True)
            zones = "true" if environment == "prod" and number % 3 else "false"
            redrive = (
                "  redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead_letters.arn, maxReceiveCount = 5 })\n"
                if number % 4
                else ""
            )
            broken = "resource {\n" if number % 97 == 96 and environment == "prod" else ""
            (root / "main.tf").write_text(
                f"""terraform {{
  backend "s3" {{}}
}}

resource "aws_sqs_queue" "dead_letters" {{
  name = "jobs-dlq"
}}

resource "aws_sqs_queue" "jobs" {{
  name = "jobs"
{redrive}}}

resource "aws_db_instance" "orders" {{
  identifier              = "orders-{number}"
  multi_az                = {zones}
  backup_retention_period = {7 + number % 5}
  deletion_protection     = true
}}
{broken}"""
            )


def rows_of(repository: str) -> list[dict]:
    """What the program says of one repository. A repository that cannot be checked is a row as well, never a missing one."""
    run = subprocess.run(
        [BINARY, "check", "--format", "ndjson", repository], capture_output=True, text=True, check=False
    )
    name = pathlib.Path(repository).name
    rows = []
    entries = [json.loads(line) for line in run.stdout.splitlines()]
    # A finding names its group by its place among them, and the group knows where it holds.
    groups = [entry for entry in entries if entry["type"] == "group"]
    for entry in entries:
        environments = groups[entry["group"]]["environments"] if "group" in entry else []
        if entry["type"] not in ("finding", "unknown", "problem"):
            continue
        location = entry.get("location") or {}
        file = location.get("file")
        rows.append({
            "repository": name,
            "exit_code": run.returncode,
            "type": entry["type"],
            "rule": entry.get("rule") or entry.get("code"),
            "severity": entry.get("severity"),
            "principle": entry.get("principle"),
            "root": os.path.relpath(entry["root"], repository) if entry.get("root") else None,
            "environment": ", ".join(environments) or None,
            "address": entry.get("address"),
            "message": entry.get("message") or entry.get("cause"),
            "file": os.path.relpath(file, repository) if file else None,
            "line": (location.get("start") or {}).get("line"),
            "fingerprint": entry.get("fingerprint"),
        })
    rows.append({**dict.fromkeys(COLUMNS), "repository": name, "exit_code": run.returncode, "type": "checked"})
    return rows


def audit(top: pathlib.Path, results: pathlib.Path, parallel: int) -> None:
    import pyarrow as pa
    import ray

    ray.init(num_cpus=parallel, include_dashboard=False, log_to_driver=False)
    schema = pa.schema([(name, pa.int64() if name in ("exit_code", "line") else pa.string()) for name in COLUMNS])

    def check(batch: dict) -> pa.Table:
        rows = [row for repository in batch["repository"] for row in rows_of(str(repository))]
        return pa.Table.from_pylist(rows, schema=schema)

    repositories = [{"repository": str(path.resolve())} for path in sorted(top.iterdir()) if path.is_dir()]
    # A batch is what is lost if a machine dies, and what one file of the result holds at least.
    table = ray.data.from_items(repositories, override_num_blocks=4 * parallel).map_batches(check, batch_size=16)
    table.write_parquet(str(results.resolve()))
    print(f"{len(repositories)} repositories audited")


QUESTIONS = {
    "how did the runs end": """
        select exit_code, count(*) as repositories from audit where type = 'checked' group by all order by all""",
    "which rules fire most, and in how many repositories": """
        select rule, severity, count(*) as findings, count(distinct repository) as repositories
        from audit where type = 'finding' group by all order by findings desc, rule limit 8""",
    "how many errors has production": """
        select count(*) as errors, count(distinct repository) as repositories
        from audit where type = 'finding' and severity = 'error' and root like 'live/prod%'""",
    "what could not be read": """
        select repository, rule as code, file, line from audit where type = 'problem' and severity = 'error' order by all limit 6""",
}


def ask(results: pathlib.Path) -> None:
    import duckdb

    connection = duckdb.connect()
    connection.sql(f"create view audit as select * from read_parquet('{results.resolve()}/*.parquet')")
    for question, query in QUESTIONS.items():
        print(f"\n{question}\n{connection.sql(query)}", end="")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("generate")
    command.add_argument("top", type=pathlib.Path)
    command.add_argument("count", type=int)
    command.set_defaults(run=lambda asked: generate(asked.top, asked.count))
    command = commands.add_parser("audit")
    command.add_argument("top", type=pathlib.Path)
    command.add_argument("results", type=pathlib.Path)
    command.add_argument("--parallel", type=int, default=os.cpu_count())
    command.set_defaults(run=lambda asked: audit(asked.top, asked.results, asked.parallel))
    command = commands.add_parser("ask")
    command.add_argument("results", type=pathlib.Path)
    command.set_defaults(run=lambda asked: ask(asked.results))
    asked = parser.parse_args()
    asked.run(asked)


if __name__ == "__main__":
    main()

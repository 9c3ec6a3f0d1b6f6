import json
import os
import subprocess
import sys

RUN = """
import json, sys
from sfwnb.engine.state import *
from tests.bookshop import BOOKSHOP, order
owned = {**BOOKSHOP["Order"], "lines": {"to": ["Line"], "orphans": "delete"}}
schema = Schema({**BOOKSHOP, "Order": owned})
store = Store(schema, schema.normalize([order(), order("o2")], kind="Order"))
out = [store.apply(batch).to_json() for batch in (
    [edits.Delete("Book", "b1"), edits.Delete("Customer", "c1")],
    [edits.Toggle("Order", "o1", "tags", "x", "y"), edits.Replace("Order", "o2", {"b": 1, "a": 2})],
    [edits.Merge("Order", "o3", {"lines": [{"id": n} for n in "zyx"], "customer": {"id": "q"}})],
    [edits.Delete("Order", "o1")],
)]
index = SelectorIndex()
for n in range(50):
    index.add(("**", "Order.**", "*.o1.*")[n % 3], n)
out.append([index.match(Change("Order", "o1", "a", 1, 2)), store.state])
out.append(sorted({name.split(".")[0] for name in sys.modules} & set(sys.argv[1:])))
print(json.dumps(out))
"""
HEAVY = ("pydantic", "temporalio", "asyncio", "pandas", "yaml", "numpy")


def output(seed: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", RUN, *HEAVY],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_the_output_is_the_same_under_every_hash_seed_and_nothing_heavy_is_imported():
    outputs = {output(seed) for seed in ("0", "1", "2")}
    assert len(outputs) == 1
    assert json.loads(outputs.pop())[-1] == []

"""Durable steps of DBOS Transact on SQLite: runs of ten steps, several at a time."""
import json, os, sys, time, tempfile
from dbos import DBOS, DBOSConfig

folder = tempfile.mkdtemp()
config: DBOSConfig = {"name": "bench", "system_database_url": f"sqlite:///{folder}/dbos.sqlite", "log_level": "ERROR", "run_admin_server": False}
DBOS(config=config)

@DBOS.step()
def add(value: int) -> int:
    return value + 1

@DBOS.workflow()
def ten(start: int) -> int:
    value = start
    for _ in range(10):
        value = add(value)
    return value

runs = int(sys.argv[1]) if len(sys.argv) > 1 else 100
DBOS.launch()
ten(0)
began = time.perf_counter()
handles = [DBOS.start_workflow(ten, i) for i in range(runs)]
for i, h in enumerate(handles):
    assert h.get_result() == i + 10
seconds = time.perf_counter() - began
print(json.dumps({"runs": runs, "steps": runs * 10, "seconds": round(seconds, 3), "steps_per_second": round(runs * 10 / seconds, 1)}))
DBOS.destroy()

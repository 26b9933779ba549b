"""Asks the installed DataLad for its candidates: reads names of datasets, a line each, and answers with a line of JSON each."""
import json
import logging
import sys

from datalad.distribution.dataset import Dataset
from datalad.distribution.get import _get_flexible_source_candidates_for_submodule

logging.disable(logging.CRITICAL)
for line in sys.stdin:
    dataset = Dataset(line.rstrip("\n"))
    answer = {}
    for submodule in dataset.repo.get_submodules():
        submodule = dict(submodule, parentds=dataset.path, path=str(submodule["path"]))
        found = _get_flexible_source_candidates_for_submodule(dataset, submodule)
        path = submodule["path"][len(dataset.path) + 1:]
        answer[path] = [[one["cost"], one["name"], one["url"]] for one in found]
    print(json.dumps(answer), flush=True)

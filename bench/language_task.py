"""The work of language-task.ts as a script of a few lines would do it: prints the seconds that it took."""
import json
import re
import sys
import time

task, file, *more = sys.argv[1:]
with open(file, encoding="utf-8") as opened:
    text = opened.read()
lines = text.split("\n")[:-1]


def glob():
    pattern = re.compile(
        r"sub-([^/]*)/ses-([^/]*)/[^/]*/sub-[^/]*_ses-[^/]*_([^/]*)_run-([^/]*)_([^/]*)\.([^/]*)"
    )
    return sum(1 for line in lines if pattern.fullmatch(line))


def join():
    pattern = re.compile(r"(t1|t2)/sub-([^/]*)/ses-([^/]*)/")
    members = {"t1": {}, "t2": {}}
    for line in lines:
        found = pattern.match(line)
        if found:
            members[found[1]].setdefault(f"{found[2]}-{found[3]}", set()).add(found[0])
    datums = []
    for key in sorted(members["t1"].keys() & members["t2"].keys()):
        for one in members["t1"][key]:
            for other in members["t2"][key]:
                datums.append((key, one, other))
    return len(datums)


def check():
    errors = validator.iter_errors(yaml.load(text, Loader=yaml.CSafeLoader))
    return sum(1 for _ in errors)


if task == "check":
    import jsonschema
    import yaml

    with open(more[0], encoding="utf-8") as opened:
        validator = jsonschema.Draft7Validator(json.load(opened))
start = time.perf_counter()
found = {"glob": glob, "join": join, "check": check}[task]()
print(json.dumps({"seconds": time.perf_counter() - start, "found": found}))

"""One line a fit, in the order of their names: collect.py FITS OUT.tsv"""
import json
import pathlib
import sys

fits, out = (pathlib.Path(path) for path in sys.argv[1:])
lines = ["subject\tparameters\tslope\terror"]
for path in sorted(fits.glob("*/*/fit.json")):
    fit = json.loads(path.read_text())
    lines.append(f"{path.parts[-3]}\t{path.parts[-2]}\t{fit['slope']}\t{fit['error']}")
out.write_text("\n".join(lines) + "\n")

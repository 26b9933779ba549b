"""Ridge regression through the origin: fit.py DATA.csv PARAMETERS.json OUT.json"""
import csv
import json
import sys

data, parameters, out = sys.argv[1:]
with open(data, encoding="utf-8") as file:
    points = [(float(row["x"]), float(row["y"])) for row in csv.DictReader(file)]
with open(parameters, encoding="utf-8") as file:
    alpha = json.load(file)["alpha"]
slope = sum(x * y for x, y in points) / (sum(x * x for x, _ in points) + alpha)
error = sum((y - slope * x) ** 2 for x, y in points) / len(points)
with open(out, "w", encoding="utf-8") as file:
    json.dump({"alpha": alpha, "slope": round(slope, 4), "error": round(error, 4)}, file)
    file.write("\n")

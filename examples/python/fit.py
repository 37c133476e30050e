"""Fits a line to the points of a CSV file and writes its metrics as JSON."""

import csv
import json
import os

from lib.descent import descend

with open(os.environ["ABLATE_CONFIG"]) as file:
    config = json.load(file)
with open(os.environ["ABLATE_INPUT_POINTS"], newline="") as file:
    points = [(float(row["x"]), float(row["y"])) for row in csv.DictReader(file)]

slope, intercept, loss = descend(points, config["rate"], config["steps"])

with open(os.environ["ABLATE_OUTPUT"], "w") as file:
    json.dump({"slope": {"value": slope}, "intercept": {"value": intercept}, "loss": {"value": loss}}, file)

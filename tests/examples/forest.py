#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""The cross-validated error of a random forest on the wine data, as JSON. Usage: forest.py TREES DEPTH SEED"""
import json
import sys

from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import cross_val_score

trees, depth, seed = map(int, sys.argv[1:])
x, y = load_wine(return_X_y=True)
forest = RandomForestClassifier(n_estimators=trees, max_depth=depth, random_state=seed)
scores = cross_val_score(forest, x, y, cv=5)
print(json.dumps({"error": 1 - scores.mean(), "spread": scores.std()}))

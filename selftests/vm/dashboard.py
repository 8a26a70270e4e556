# SPDX-License-Identifier: GPL-2.0
"""The dashboard for Grafana, and its queries as Prometheus gets them."""

import json
import os
import re

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                    "../../scripts/host/mcewarden-grafana.json")
# What Grafana puts in for these, in a test that lasts seconds: all hosts, and short times.
VARIABLES = {"$__rate_interval": "20s", "$instance": ".*"}
METRIC = re.compile(r"\bmcewarden_[a-z0-9_]+")


def load(path=PATH):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def queries(found):
    """[(title, query)], the variables replaced; any other variable is an error."""
    result = []
    for panel in found["panels"]:
        for target in panel.get("targets", ()):
            query = target["expr"]
            for name, value in VARIABLES.items():
                query = query.replace(name, value)
            if "$" in query:
                raise ValueError(f"{panel['title']}: a variable that nothing replaces: {query}")
            result.append((panel["title"], query))
    return result


def names(query):
    """The metrics that a query names."""
    return set(METRIC.findall(query))

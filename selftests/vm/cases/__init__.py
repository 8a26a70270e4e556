# SPDX-License-Identifier: GPL-2.0
"""The cases; each file has one subject."""

import importlib
import os

from registry import check_tags

# Cases that can share a machine run in this order.
FILES = ("capture", "exception", "load", "failing", "threshold_irq", "storm", "storm_end", "banks",
         "decode", "device", "fleet", "lanes", "losses", "fill", "worker", "recovery", "victims",
         "page_states", "inject", "inject_tool", "mcelog", "fuzz", "models", "smca", "smca_storm",
         "soft_offline", "outcome",
         "machinecheck_sysfs", "poll", "poll_banks", "poll_timer", "location", "adxl", "dimms",
         "faults", "follow", "report", "guests", "edac_sees_cec", "ghes", "einj", "privileges",
         "tool", "record", "conditions", "journal", "store", "tolerant", "findings", "unequal", "guest",
         "soak", "harness", "severity", "panic")


def register():
    """Register the cases of each file. A file that is missing in the order above is an error."""
    there = {name[:-len(".py")] for name in os.listdir(os.path.dirname(os.path.abspath(__file__)))
             if name.endswith(".py") and name != "__init__.py"}
    if there != set(FILES):
        raise ValueError(f"FILES and the directory differ: {sorted(there ^ set(FILES))}")
    for name in FILES:
        importlib.import_module("cases." + name)
    check_tags()

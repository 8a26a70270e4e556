# SPDX-License-Identifier: GPL-2.0
"""The cases, a file for each subject."""

import importlib
import os

from registry import check_tags

# In the order in which their cases run, as far as those can share a machine.
FILES = ("capture", "exception", "load", "threshold_irq", "storm", "banks", "decode", "device", "fleet",
         "lanes", "fill", "recovery", "inject", "inject_tool", "mcelog", "models", "soft_offline", "outcome",
         "machinecheck_sysfs", "poll", "tool", "record", "tolerant", "guest", "harness", "severity")


def register():
    """Has each file register its cases; a file that has no place in the order is an error."""
    there = {name[:-len(".py")] for name in os.listdir(os.path.dirname(os.path.abspath(__file__)))
             if name.endswith(".py") and name != "__init__.py"}
    if there != set(FILES):
        raise ValueError(f"FILES and the directory differ: {sorted(there ^ set(FILES))}")
    for name in FILES:
        importlib.import_module("cases." + name)
    check_tags()

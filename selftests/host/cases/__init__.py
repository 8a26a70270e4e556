# SPDX-License-Identifier: GPL-2.0
"""The cases, a file an area. Importing one adds its cases to catalog.CASES."""

import importlib
import os

# The files in the order in which their cases run.
FILES = ("packages", "beside", "setup", "journal", "conditions", "terminal")


def register():
    names = {name[:-3] for name in os.listdir(os.path.dirname(__file__))
             if name.endswith(".py") and name != "__init__.py"}
    if names != set(FILES):
        raise ValueError(f"FILES and the files of cases differ: {sorted(names ^ set(FILES))}")
    for name in FILES:
        importlib.import_module("cases." + name)

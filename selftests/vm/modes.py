# SPDX-License-Identifier: GPL-2.0
"""The modes of the module's files, by include/ABI: the first line of each description."""

import os
import re

import guest

DIRECTORY = os.path.join(guest.TOP, "include/ABI")
ENTRY = re.compile(r"((?:^What:\s+\S+\n)+)(?:^\w+:[^\n]*\n)*?^Description:\n"
                   r"\t\tMode (0\d{3})(?:, parameter (0\d{3}))?\.$", re.MULTILINE)
STANDS_FOR = {"<N>": r"\d+", "<lane>": "(severe|other|notice|location)", "<rule>": r"[\w-]+"}


def entries():
    """(name as in the ABI, pattern of paths, mode) of every file."""
    for name in sorted(os.listdir(DIRECTORY)):
        text = guest.read_file(os.path.join(DIRECTORY, name)).decode()
        for whats, mode, parameter in ENTRY.findall(text):
            for what in re.findall(r"What:\s+(\S+)", whats):
                pattern = re.escape(what)
                for word, meaning in STANDS_FOR.items():
                    pattern = pattern.replace(re.escape(word), meaning)
                of_parameter = parameter and "/parameters/" in what
                yield what, re.compile(pattern), int(parameter if of_parameter else mode, 8)

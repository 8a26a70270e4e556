# SPDX-License-Identifier: GPL-2.0
"""The words in which cases say what they want."""

import json


class Failed(Exception):
    """An assertion of a case."""


class Skipped(Exception):
    """A case that this machine cannot run, and why."""


def parse_json(output):
    """One object a line, or the case fails."""
    objects = []
    for line in output.splitlines():
        try:
            objects.append(json.loads(line))
        except ValueError as error:
            raise Failed(f"not JSON: {line!r}: {error}") from error
    return objects


def expect(good, what):
    if not good:
        raise Failed(what)


def equal(got, wanted, what):
    if got != wanted:
        raise Failed(f"{what}: {got!r}, expected {wanted!r}")


def one(found, what):
    if len(found) != 1:
        raise Failed(f"{what}: {len(found)}, not one: {found}")
    return found[0]

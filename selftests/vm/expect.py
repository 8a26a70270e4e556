# SPDX-License-Identifier: GPL-2.0
"""The functions by which cases say what they expect."""

import json


class Failed(Exception):
    """A case's assertion failed."""


class Skipped(Exception):
    """This machine cannot run the case; the text says why."""


def parse_json(output):
    """Parse one JSON object from each line; the case fails if a line has none."""
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

# SPDX-License-Identifier: GPL-2.0
"""The cases by name. Each boots one of the images, and those of one image share a machine."""

from image import IMAGES
from registry import Case, Needs

TAGS = {"full": "takes long, or finds little that others do not: only in make check-full"}
CASES = []


def case(name, image="ready", tags=(), last=False, alone=False, **needs):
    """image: see image.py. tags: some of TAGS. needs: fields of registry.Needs.

    last: the machine is not as it was afterwards, so the case comes after those that are not last.
    alone: nothing else runs in its machine.

    A case finds the module unloaded and none of its units running; after it Host.clean_up() sees to
    that again. What else it changes it undoes itself, or it is last.
    """
    if image not in IMAGES or not set(tags) <= set(TAGS):
        raise ValueError(f"{name}: no image {image}, or no tags {tags}")

    def add(function):
        if any(known.name == name for known in CASES):
            raise ValueError("two cases are named " + name)
        # Neither raises nor dies: a machine that has had an exception, or was booted again, is as
        # good as another.
        CASES.append(Case(name, function, ((image,), ()), frozenset(tags), Needs(**needs),
                          (False, False, last, alone)))
        return function

    return add


def cases_of(image, long):
    """Those that share a machine together."""
    found = [known for known in CASES if image in known.boots and (long or "full" not in known.tags)]
    return sorted(found, key=lambda known: (known.needs, known.alone, known.last))

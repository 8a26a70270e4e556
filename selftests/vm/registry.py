# SPDX-License-Identifier: GPL-2.0
"""The cases by name, in the order in which they run."""

import os
from typing import NamedTuple

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ALL_CPUS = (1, 2, 4)
# Kinds of boots. A case names those that it is for.
BOOTS = {
    "plain": "6.1 on an Intel model: all cases but those of the other kinds",
    "newer": "what depends on the kernel, once more on a newer one",
    "cmci": "the emulator raises CMCI",
    "newer-cmci": "the same on a newer kernel",
    "amd": "an AMD model",
    "smca": "an AMD model with scalable MCA",
    "no-ser": "a CPU without software error recovery",
    "legacy": "a kernel that has /dev/mcelog itself",
    "debug": "a debug kernel",
    "debug-cmci": "a debug kernel, and the emulator raises CMCI",
}
# Kinds of boots for a case, where many have the same.
ON_NEWER = ("plain", "newer")
ON_DEBUG = (*ON_NEWER, "debug")

TAGS = {
    "full": "takes long, and finds little that others do not: only in make check-full",
    "quick": "one of the few of make quick",
    "timing": "its times are too short for modules that count what runs: not with --coverage",
    "text": "what the tool makes of records: one kernel is enough",
}


class Needs(NamedTuple):
    """What a machine is like. Cases that need the same share one.

    single: one thread emulates all CPUs. append: more words on the kernel's command line.
    options: more of them for the emulator. programs: those of others that it has (programs.py).
    features: what the CPU's model has or has not, as ",mce=off". disk: megabytes of an ext4 disk,
    which vm.mount_disk() mounts, and which is the same after vm.boot_again().
    """

    single: bool = False
    append: str = ""
    cpus: int = 2
    options: tuple = ()
    programs: tuple = ()
    features: str = ""
    disk: int = 0


class Pace(NamedTuple):
    """How long things take in a machine, and how much of them there is.

    slow: how much longer everything takes than on a kernel without debugging. small: what the
    counts of cases are divided by. full: for a check that may take long.
    """

    slow: int = 1
    small: int = 1
    full: bool = False


class Case:
    def __init__(self, name, run, boots, tags, needs, order):
        self.name, self.run, self.tags, self.needs = name, run, tags, needs
        self.boots, self.long_boots = boots
        self.raises, self.dies, self.last, self.alone = order

    def place(self):
        """The file and the line in which it is, from the top of the tree."""
        code = self.run.__code__
        return f"{os.path.relpath(code.co_filename, TOP)}:{code.co_firstlineno}"


CASES = []


def case(name, boots=("plain", "debug"), tags=(), raises=False, dies=False, last=False, alone=False,
         long_boots=(), **needs):
    """boots: kinds of boots that it is for. tags: some of TAGS.

    long_boots: more kinds, for a check that may take long.

    raises: the case has an exception (#MC) raised. After the first the kernel is tainted and
    lockdep looks no more, so those come late in each boot.

    dies: the machine is to end in it, by vm.dies(). Without that the case fails.

    last: it leaves behind what only others of its sort stand, such as records that fake_panic
    lets leak in the kernel's pool. At most runner.MAX_LAST of them share a machine.

    alone: nothing else runs in its machine.

    needs: the fields of Needs. single is for a case that patches code that the other CPU runs
    at that moment: QEMU 7.2 with a thread a CPU can go on with what it translated before
    the write, and the CPU then hits for ever a breakpoint that memory does not have any more.
    """
    needs = Needs(**needs)
    if needs.cpus not in ALL_CPUS:
        raise ValueError(f"{name}: {needs.cpus} CPUs are none of {ALL_CPUS}")
    for what, given, known in (("boots", (*boots, *long_boots), BOOTS), ("tags", tags, TAGS)):
        if not set(given) <= set(known):
            raise ValueError(f"{name}: {what} {given} are not all among {sorted(known)}")

    def add(function):
        if any(known.name == name for known in CASES):
            raise ValueError("two cases are named " + name)
        CASES.append(Case(name, function, (boots, long_boots), frozenset(tags), needs,
                          (raises, dies, last, alone)))
        return function

    return add


def tagged(*shared):
    """What a file whose cases all have those tags has for case(); each can have more."""
    def add(name, tags=(), **more):
        return case(name, tags=(*shared, *tags), **more)

    return add


def check_tags():
    """Once all cases are there: fails on a kind of boots, or a tag, that no case has."""
    for what, known, had in (("boots", BOOTS, {kind for c in CASES for kind in c.boots}),
                             ("tags", TAGS, {tag for c in CASES for tag in c.tags})):
        if set(known) - had:
            raise ValueError(f"no case has these {what}: {sorted(set(known) - had)}")


def cases_of(kind, long=False, whole=False):
    """The cases for a kind of boot: those that share a machine together, the harmless first.

    long: those that take long too. whole: on another kernel all that could depend on it, rather
    than what is known to.
    """
    def fits(known):
        if kind != "plain" and "text" in known.tags:
            return False
        fitting = (kind in known.boots or (long and kind in known.long_boots)
                   or (whole and kind == "newer" and "plain" in known.boots))
        return fitting and (long or "full" not in known.tags)

    return sorted(filter(fits, CASES), key=lambda known: (
        known.needs.single, known.needs != Needs(single=known.needs.single), known.needs,
        known.alone, known.last, known.dies, known.raises))

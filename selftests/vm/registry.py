# SPDX-License-Identifier: GPL-2.0
"""The cases by name, in the order in which they run."""


class Case:
    def __init__(self, name, run, boots, raises, single):
        self.name, self.run, self.boots, self.raises, self.single = \
            name, run, boots, raises, single


CASES = []


def case(name, boots=("plain", "debug"), raises=False, single=False):
    """boots: kinds of boots that it is for.

    raises: the case has an exception (#MC) raised. After the first the kernel is tainted and
    lockdep looks no more, so those come last in each boot.

    single: the case patches code that the other CPU runs at that moment. QEMU 7.2 with a
    thread a CPU can go on with what it translated before the write: the CPU then hits for
    ever a breakpoint that memory does not have any more. It runs with one thread for all.
    """

    def add(function):
        if any(known.name == name for known in CASES):
            raise ValueError("two cases are named " + name)
        CASES.append(Case(name, function, boots, raises, single))
        return function

    return add


def cases_of(kind):
    """The cases for a kind of boot, in the order that Case.raises and Case.single ask for."""
    fitting = [known for known in CASES if kind in known.boots]
    return sorted(fitting, key=lambda known: (known.single, known.raises))

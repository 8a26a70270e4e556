# SPDX-License-Identifier: GPL-2.0
"""The boots: each has a kernel, an emulator, a CPU model, and the cases that run in it."""

import fnmatch
import os
import shutil
import struct

import guest
from registry import Needs, cases_of
from runner import Boot

SMCA = "EPYC-Milan,x-smca=on"
FIRMWARE = ["-L", "/usr/share/qemu", "-L", "/usr/share/seabios"]


def stock_qemu():
    return os.environ.get("QEMU") or "qemu-system-x86_64", []


def rig_qemu(name="qemu-system-x86_64-cmci"):
    path = os.path.join(guest.rig_directory(), name)
    if not os.access(path, os.X_OK):
        raise guest.Missing(f"no test rig: no {path}; set RIG to its directory")
    return path, FIRMWARE


def smca_qemu():
    return rig_qemu("qemu-system-x86_64-mca")


def qemu_without_ser():
    """Make a copy of the emulator without MCG_SER_P, since it has no option for that: its only
    constant of MCG_CAP for CPUs with LMCE loses the bit. The copy finds its other files beside
    itself."""
    binary, options = stock_qemu()
    binary = os.path.realpath(shutil.which(binary) or binary)
    data = guest.read_file(binary)
    usual, wanted = (struct.pack("<I", value) for value in (0x0900010a, 0x0800010a))
    if data.count(usual) != 1:
        raise guest.Missing(f"{binary} has another MCG_CAP than is known here")
    place = os.path.join(guest.CACHE, "vm", "without-ser")
    path = os.path.join(place, "bin", "qemu-system-x86_64")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    for name in ("lib", "share"):
        link = os.path.join(place, name)
        if not os.path.lexists(link):
            os.symlink(os.path.join(os.path.dirname(os.path.dirname(binary)), name), link)
    with open(path + ".new", "wb") as file:
        file.write(data.replace(usual, wanted))
    os.chmod(path + ".new", 0o755)
    os.rename(path + ".new", path)
    return path, options


def debug(name, rig, qemu, kind, cpu=None):
    """The pace of a debug kernel, which takes about five times as long for everything."""
    return Boot(name, kind, lambda: guest.rig_kernel(rig), qemu, slow=5, small=5, cpu=cpu)


# The boots of make check.
CHECK = [
    Boot("stock", "plain", guest.debian_kernel, stock_qemu),
    Boot("newer", "newer", guest.newer_kernel, stock_qemu),
    Boot("cmci", "cmci", guest.debian_kernel, rig_qemu),
    Boot("newer-cmci", "newer-cmci", guest.newer_kernel, rig_qemu),
    Boot("amd", "amd", guest.debian_kernel, stock_qemu, cpu="EPYC"),
    Boot("smca", "smca", guest.debian_kernel, smca_qemu, cpu=SMCA),
    Boot("no-ser", "no-ser", guest.debian_kernel, qemu_without_ser, cpu="Skylake-Server,lmce=on"),
    Boot("legacy", "legacy", lambda: guest.rig_kernel("mcelog-legacy"), stock_qemu),
]
# More boots of make check-full.
DEBUG = [
    debug("mcwdbg", "mcwdbg", stock_qemu, "debug"),
    debug("mcwkcsan", "mcwkcsan", stock_qemu, "debug"),
    debug("mcwdbg-cmci", "mcwdbg", rig_qemu, "debug-cmci"),
    debug("mcwkcsan-cmci", "mcwkcsan", rig_qemu, "debug-cmci"),
    debug("mcwdbg-smca", "mcwdbg", smca_qemu, "smca", SMCA),
]
# AMD's code differs most between kernels, so make check-full has these too.
SMCA_KERNELS = [
    Boot("newer-smca", "smca", guest.newer_kernel, smca_qemu, cpu=SMCA),
    Boot("newest-smca", "smca", guest.newest_kernel, smca_qemu, cpu=SMCA),
]
# More boots of make check-matrix, which also has stock, newer, cmci, newer-cmci and amd.
OTHER_KERNELS = [
    Boot("oldest", "newer", guest.oldest_kernel, stock_qemu),
    Boot("newest", "newer", guest.newest_kernel, stock_qemu),
    Boot("rt", "newer", guest.rt_kernel, stock_qemu),
    Boot("oldest-amd", "amd", guest.oldest_kernel, stock_qemu, cpu="EPYC"),
    Boot("newer-amd", "amd", guest.newer_kernel, stock_qemu, cpu="EPYC"),
    Boot("newest-amd", "amd", guest.newest_kernel, stock_qemu, cpu="EPYC"),
    Boot("oldest-cmci", "cmci", guest.oldest_kernel, rig_qemu),
    Boot("newest-cmci", "newer-cmci", guest.newest_kernel, rig_qemu),
]
BOOTS = CHECK + DEBUG + SMCA_KERNELS + OTHER_KERNELS
# About how long cases take that share a machine is 1, and those that have their own take longer.
OWN = 4
MANY = 90  # of that, above which a boot is several
NOT_IN_MATRIX = ("no-ser", "legacy")
SETS = {
    "quick": CHECK[:1],
    "check": CHECK,
    "full": CHECK + DEBUG + SMCA_KERNELS,
    "matrix": ([boot for boot in CHECK if boot.name not in NOT_IN_MATRIX] + SMCA_KERNELS
               + OTHER_KERNELS),
}


def plan(which, wanted):
    """[(boot, its cases)]: those of that set, or of all boots those that are wanted.

    wanted: BOOT/NAME, BOOT or NAME, with * and ?. A name alone is that of a case in the boots of
    the set; a case that only a long check has can be named too.
    """
    found = []
    for boot in SETS[which] if not wanted else BOOTS:
        cases = cases_of(boot.kind, which in ("full", "matrix"), which == "full")
        if which == "quick":
            cases = [case for case in cases if "quick" in case.tags]
        if wanted:
            cases = [case for case in cases_of(boot.kind, True, True)
                     if any(matches(word, boot, case, case in cases, boot in SETS[which])
                            for word in wanted)]
        if cases:
            found.append((boot, cases))
    return found


def matches(word, boot, case, usual, of_set):
    """Whether that word asks for the case. usual: the set has the case in such a boot; of_set: it
    has that boot."""
    if "/" in word:
        return fnmatch.fnmatch(f"{boot.name}/{case.name}", word)
    if fnmatch.fnmatch(boot.name, word):
        return usual
    return of_set and (usual or boot.kind in (*case.boots, *case.long_boots)) and fnmatch.fnmatch(case.name, word)


def weight(case):
    return OWN if case.alone or case.dies or case.needs != Needs() else 1


def pieces(cases):
    """The cases of a boot in order, as lists that take about as long, and not too long."""
    total = sum(map(weight, cases))
    share, passed, found = total / -(-total // MANY), 0, {}
    for case in cases:
        found.setdefault(int(passed / share), []).append(case)
        passed += weight(case)
    return list(found.values())


def shared_out(found):
    """The same plan, with a boot of many cases as several, else it would end long after the others.
    The first of each kernel come first: while one waits for what is built for its kernel, others
    run. Then those that take longest."""
    pieced, kernels = [], set()
    for boot, cases in found:
        for piece in pieces(cases):
            pieced.append((boot.find_kernel in kernels, -sum(map(weight, piece)), boot, piece))
            kernels.add(boot.find_kernel)
    return [(boot, piece) for _, _, boot, piece in sorted(pieced, key=lambda one: one[:2])]


def part_of(found, part, parts):
    """The part of a plan that is number part of so many, which take about as long: a boot can be
    in several."""
    weights = [boot.slow for boot, cases in found for _ in cases]
    share, passed, mine = sum(weights) / parts, 0.0, []
    for boot, cases in found:
        chosen = []
        for case in cases:
            if (part - 1) * share <= passed + boot.slow / 2 < part * share:
                chosen.append(case)
            passed += boot.slow
        if chosen:
            mine.append((boot, chosen))
    return mine

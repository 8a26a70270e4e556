# SPDX-License-Identifier: GPL-2.0
"""What the module's files let other users do, and root without capabilities."""

import re

import modes
from machine import HOME, KERNEL_KNOBS, equal, expect, fields
from registry import case

PARAMETERS = "/sys/module/mcewarden/parameters"
PLACES = f"{HOME}/ {PARAMETERS}/ {KERNEL_KNOBS}/tolerant {KERNEL_KNOBS}/trigger /dev/mcewarden /dev/mcelog"
# Those of any directory of a device, by the driver core.
DRIVER_CORE = re.compile(f"{HOME}/(uevent|power/.*)")
MOST_NS = 1000000
READS = 20
FLOOD = 500
GROUP = 10


def files(vm):
    """{path: mode} of all that the module makes, each root's."""
    lines = vm.sh(f"find {PLACES} ! -type d -exec stat -c '%u:%g %a %n' {{}} +").ok().splitlines()
    found = {}
    for owner, mode, name in map(str.split, lines):
        if DRIVER_CORE.fullmatch(name):
            continue
        equal(owner, "0:0", f"owner of {name}")
        found[name] = int(mode, 8)
    return found


def function_calls(vm):
    """Interrupts by which CPUs asked one another, so far."""
    return sum(map(int, vm.sh("grep CAL: /proc/interrupts").ok().split()[1:3]))


def nobody_reads(vm, names, count):
    """(err, ns) by name, for another user."""
    vm.sh(": >/tmp/names").ok()
    for at in range(0, len(names), 40):
        vm.sh(f"printf '%s\\n' {' '.join(names[at:at + 40])} >>/tmp/names").ok()
    lines = vm.sh(f"mcwtest nobody-reads {count} /tmp/names", 120).ok().splitlines()
    return {found["file"]: (found["err"], found["ns"]) for found in map(fields, lines)}


@case("files-modes", boots=("plain",), long_boots=("newer",))
def files_modes(vm):
    """Each file has the mode that include/ABI says, and there are no others."""
    vm.load()
    found = files(vm)
    known = list(modes.entries())
    missing = {what for what, _, _ in known}
    for name, mode in found.items():
        fitting = [(what, wanted) for what, pattern, wanted in known if pattern.fullmatch(name)]
        expect(fitting, f"{name} has no entry in include/ABI")
        missing -= {what for what, _ in fitting}
        equal({oct(mode)}, {oct(wanted) for _, wanted in fitting}, f"mode of {name}, and by include/ABI")
    equal(missing, set(), "entries of include/ABI without a file")
    expect(all(mode & 0o022 == 0 for mode in found.values()), "others may write a file")


@case("files-cost", boots=("plain",), long_boots=("newer",))
def files_cost(vm):
    """What another user may read costs little, and interrupts no CPU; with the largest lane."""
    vm.load(other_records=1048576)
    found = files(vm)
    readable = [name for name, mode in found.items() if mode & 0o004]
    result = nobody_reads(vm, list(found), READS)
    equal({name for name, (err, _) in result.items() if err == 13},
          set(found) - set(readable), "files that another user may not read")
    dearest = max(readable, key=lambda name: result[name][1])
    vm.note(f"{dearest}: {result[dearest][1]} ns, of {len(readable)} files")
    expect(result[dearest][1] <= MOST_NS, f"a read of {dearest} takes {result[dearest][1]} ns")
    # A few at a time: the kernel itself interrupts CPUs now and then.
    for at in range(0, len(readable), GROUP):
        before = function_calls(vm)
        nobody_reads(vm, readable[at:at + GROUP], FLOOD)
        calls = function_calls(vm) - before
        expect(calls < FLOOD / 2, f"{FLOOD} reads of each of {readable[at:at + GROUP]}: {calls}"
               " interrupts of CPUs by others")


@case("files-capability", boots=("plain",), long_boots=("newer",))
def files_capability(vm):
    """Root without CAP_SYS_ADMIN, as in a container, changes nothing and has nothing run."""
    kernels = set(vm.sh(f"find {KERNEL_KNOBS} -type f").ok().split())  # tolerant, up to 5.14
    vm.load()
    writable = sorted(name for name, mode in files(vm).items()
                      if mode & 0o200 and name[:5] == "/sys/" and name not in kernels)
    expect(len(writable) > 15, f"only {writable} can be written")
    for name in writable:
        value = {"poll": "1", "trigger": "/bin/true", "recovery": "off"}.get(name.split("/")[-1], "0")
        before = vm.sh(f"cat {name}").output
        said = vm.sh(f"mcwtest incapable 'echo {value} >{name}'")
        expect(said.status and "not permitted" in said.output, f"{value} to {name}: {said.output}")
        equal(vm.sh(f"cat {name}").output, before, f"{name} after it")
    equal(vm.read(HOME + "/stats/polls"), "0", "polls")

# SPDX-License-Identifier: GPL-2.0
"""What the module's files let other users do, and root without capabilities."""

import re

import modes
from errors import CORRECTED, CORRECTED_NO_MISC
from machine import HOME, KERNEL_KNOBS, Skipped, equal, expect, fields, one
from registry import case
from steps import no_kernel_polls

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


def inside(vm, command, mounts="true", way="-m", user="root"):
    """Run a command in namespaces of its own, after these mounts."""
    return vm.sh(f"su {user} -s /bin/sh -c \"unshare {way} sh -c '{mounts} && {command}'\"")


def says(result, words, status=1):
    expect(words in result.output, f"'{words}' is not in: {result.output}")
    equal(result.status, status, f"exit status of '{result.command}'")


@case("container", boots=("plain",), long_boots=("newer",))
def container(vm):
    """What root can do depends on what the container was given: mcewarden-security(7)."""
    vm.load()
    vm.kernel_command(f"burst 4 3 {CORRECTED_NO_MISC:x} 100000 0 0 0")
    knob, rootless = f"{HOME}/tolerant", {"way": "-Ur", "user": "nobody"}
    read_only = "mount -o remount,bind,ro /sys"
    says(inside(vm, "id -u && mcwctl read", **rootless), "0\nmcwctl: cannot open /dev/mcewarden: Permission denied")
    says(inside(vm, f"echo 3 >{knob}", **rootless), "Permission denied")
    says(inside(vm, f"cat {HOME}/stats/other/committed", **rootless), "3\n", 0)
    says(inside(vm, f"echo 3 >{knob}", way="-Ur"), "not permitted")
    says(inside(vm, "mcwctl tolerant 3", read_only), "Read-only file system")
    says(inside(vm, "mcwctl status", read_only), "\n", 0)
    says(inside(vm, "mcwctl read", read_only), "corrected", 0)
    no_device = "mount -t tmpfs none /dev"
    says(inside(vm, "mcwctl read", no_device), "the module is loaded, but that is not here: is this a container?")
    says(inside(vm, "mcwctl read", no_device + " && mount -t tmpfs none /sys"), "load mcewarden first", 3)
    equal(vm.read(knob), "1", "tolerant")
    # Root with CAP_SYS_ADMIN and a writable /sys is the host's: so is the program that runs.
    vm.sh("mkdir -p /host && printf '#!/bin/sh\\necho host >/tmp/ran\\n' >/host/program && chmod 755 /host/program").ok()
    inside(vm, f"cp /bin/true /host/program && echo /host/program >{HOME}/trigger",
           "mount -t tmpfs none /host").ok()
    vm.kernel_command(f"burst 4 1 {CORRECTED_NO_MISC:x} 200000 0 0 0")
    equal(vm.until("cat /tmp/ran"), "host\n", "which program ran")


def locked_down(vm, level):
    """The module works on where the kernel is locked down. What it cannot do is said. Lockdown also
    blocks the guest's answers, so the results go to the log."""
    if "CONFIG_SECURITY_LOCKDOWN_LSM" not in vm.kernel.config:
        raise Skipped("a kernel without lockdown")
    no_kernel_polls(vm)
    vm.load(check_interval=0)
    vm.sh("mount -t securityfs none /sys/kernel/security").ok()
    vm.inject(0, 5, CORRECTED, 0, vm.fresh())
    steps = (f"echo {level} >/sys/kernel/security/lockdown", f"echo 1 >{HOME}/poll",
             f"cat {HOME}/capture {HOME}/stats/worker_taken", "mcwctl read --json | grep -c poll",
             f"mcwctl tolerant 3 | grep -c only; cat {HOME}/tolerant", "mcwctl tolerant --fake-panic",
             "mcwctl status >/dev/null && echo status works", "rmmod mcewarden", "insmod /mods/mcewarden.ko")
    script = "; ".join(f"{step} 2>&1" for step in steps)
    vm.dies(f'({script}) | while read l; do echo "$l" >/dev/kmsg; done; sleep 1; reboot -f',
            r"\ntap\n1\n1\n1\n3\n.*fake_panic: Operation not permitted\n(?:.*\n)*?"
            r"status works\n.*insmod.*(not permitted|Required key)")


@case("lockdown-integrity", boots=("plain",), long_boots=("newer",), tags=("full",), dies=True)
def lockdown_integrity(vm):
    locked_down(vm, "integrity")


@case("lockdown", boots=("plain",), long_boots=("newer",), tags=("full",), dies=True)
def lockdown_confidentiality(vm):
    locked_down(vm, "confidentiality")

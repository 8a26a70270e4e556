# SPDX-License-Identifier: GPL-2.0
"""The figures of the virtual machine, where rdtsc counts the guest's instructions.

All figures come from one boot. Each is the minimum of several rounds, without the cost of an
empty pair of counter reads.
"""

import os
import shutil
import stat
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "vm"))

import guest  # pylint: disable=wrong-import-position  # the path must be set first

# The counter adds one for each iteration of a string instruction; without these two CPU features
# the kernel's memcpy moves words instead. With more than one CPU the counter hangs. Nothing is
# printed to the console.
MACHINE = ["-machine", "q35,accel=tcg", "-cpu", "Icelake-Server,-erms,-fsrm", "-smp", "1",
           "-icount", "shift=0,sleep=off", "-m", "512M"]
CMDLINE = ("console=ttyS0,115200 loglevel=1 panic=-1 oops=panic panic_on_warn=1 nokaslr"
           " ras=cec_disable rdinit=/init")
# The same flags as in selftests/bench/Kbuild: the cost of one part must not depend on the length of
# another.
APART = "-ffunction-sections -falign-functions=4096"
SECONDS = 1800  # others may have the CPUs
END = "all was measured"
EMPTY = "empty"
LEGACY = "legacy_"
PROGRAMS = ("bench_read", "bench_way_read", "bench_load", "bench_share")


def build(kernel):
    """Build the modules and the program in a copy of the tree. Return its path."""
    tree = os.path.join(guest.CACHE, "bench", kernel.version)
    guest.COPIED = tuple(dict.fromkeys(guest.COPIED + ("selftests/bench",)))
    guest.copy_tree(tree)
    bench = os.path.join(tree, "selftests/bench")
    guest.make(kernel, tree, "", "KCFLAGS=" + APART)
    guest.make(kernel, bench)
    for program in PROGRAMS:
        guest.run(["gcc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-static",
                   "-o", os.path.join(bench, program), os.path.join(bench, program + ".c")])
    return tree


def initramfs(tree, path, module=None, tool=None):
    """Write the initramfs. module: instead of the one whose functions lie apart; tool: mcwctl."""
    busybox = shutil.which("busybox")
    if not busybox:
        raise guest.Missing("no busybox: run scripts/dev/deps vm")
    cpio = guest.Cpio()
    for name in ("bin", "mods", "dev"):
        cpio.directory(name)
    cpio.add("dev/console", stat.S_IFCHR | 0o600, device=(5, 1))
    cpio.add("dev/null", stat.S_IFCHR | 0o666, device=(1, 3))
    bench = os.path.join(tree, "selftests/bench")
    for name in ("init", "init_whole"):
        cpio.file(name, guest.read_file(os.path.join(HERE, name)))
    cpio.file("bin/busybox", guest.read_file(busybox))
    for program in PROGRAMS:
        cpio.file("bin/" + program, guest.read_file(os.path.join(bench, program)))
    if tool:
        cpio.file("bin/mcwctl", guest.read_file(tool))
    cpio.file("mods/mcewarden.ko", guest.read_file(module or os.path.join(tree, "mcewarden.ko")),
              0o644)
    cpio.file("mods/mcw_bench.ko", guest.read_file(os.path.join(bench, "mcw_bench.ko")), 0o644)
    with open(path, "wb") as file:
        file.write(cpio.finish())


def boot(kernel, initrd, scratch, more=""):
    """Return what the guest wrote to its second serial line. more: words for its init."""
    emulator = os.environ.get("QEMU") or "qemu-system-x86_64"
    if not shutil.which(emulator):
        raise guest.Missing(f"no {emulator}: run scripts/dev/deps vm")
    said, console = (os.path.join(scratch, name) for name in ("said", "console"))
    # One that is not installed does not find its firmware.
    firmware = ["-L", "/usr/share/qemu", "-L", "/usr/share/seabios"] if "/" in emulator else []
    command = [emulator, *firmware, *MACHINE, "-display", "none", "-nodefaults", "-no-user-config",
               "-no-reboot", "-kernel", kernel.image, "-initrd", initrd, "-append", CMDLINE + more,
               "-serial", "file:" + console, "-serial", "file:" + said]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=SECONDS, check=False)
        how = f"the emulator ended with status {done.returncode}\n" \
            + done.stdout.decode(errors="replace")
    except subprocess.TimeoutExpired:
        how = f"the machine was not done after {SECONDS} s"
    text = guest.read_file(said).decode(errors="replace") if os.path.exists(said) else ""
    lines = text.replace("\r", "").splitlines()
    if not lines or lines.pop() != END:
        last = guest.read_file(console)[-3000:] if os.path.exists(console) else b""
        raise guest.Broken("\n".join(["not all was measured", *text.splitlines()[-20:], how,
                                      last.decode(errors="replace")]))
    return lines


def parse(lines):
    """Return {name: (minimum, median)} without the cost of an empty pair of counter reads."""
    found = {}
    for line in lines:
        name, *costs = line.split()
        if len(costs) != 2 or not all(cost.isdigit() for cost in costs):
            raise guest.Broken(f"no figure: {line}")
        found[name] = tuple(map(int, costs))
    least = found.pop(EMPTY)[0]
    return {name: tuple(cost - least for cost in costs) for name, costs in found.items()}


def measure_on(kernel, more=""):
    tree = build(kernel)
    with tempfile.TemporaryDirectory(prefix="bench.") as scratch:
        initrd = os.path.join(scratch, "initrd")
        initramfs(tree, initrd)
        return parse(boot(kernel, initrd, scratch, more))


def measure():
    """Return {name: (minimum, median)} and the kernel's version."""
    kernel = guest.debian_kernel()
    return measure_on(kernel), kernel.version


def measure_legacy():
    """Return {name: (minimum, median)} of the ways on the rig's kernel, which has the old
    /dev/mcelog itself."""
    kernel = guest.rig_kernel("mcelog-legacy")
    return {LEGACY + name: both for name, both in measure_on(kernel, " mcw_bench=ways").items()}


if __name__ == "__main__":
    for figure, both in {**measure_legacy(), **measure()[0]}.items():
        print(figure, *both)

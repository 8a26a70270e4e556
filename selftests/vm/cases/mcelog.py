# SPDX-License-Identifier: GPL-2.0
"""/dev/mcelog, the module's and the kernel's own, and the programs that read it."""

import os
import re

from errors import CORRECTED_NO_MISC, UCNA_NO_MISC
from machine import HOME, Skipped, equal, expect, fields, one, parse_json
from registry import ON_DEBUG, case
from steps import our_lines

DATABASE = "/var/lib/rasdaemon/ras-mc_event.db"


def printed(vm):
    """Return how many records the kernel has printed since the case began."""
    return sum("Machine Check: " in line for line in vm.log())


def begin(vm):
    """Load the module; /dev/mcelog is the module's, or the kernel's own if it has one. The
    kernel prints nothing."""
    if "CONFIG_X86_MCELOG_LEGACY" not in vm.kernel.config:
        vm.load()
    vm.kernel_command("quiet 1")


def all_good(result, checks):
    bad = [line for line in result.output.splitlines() if line.startswith("FAIL")]
    expect(not bad and "wrong=0" in result.output and not result.status,
           "\n".join(bad) or result.output)
    got = len(re.findall(r"^ok ", result.output, re.MULTILINE))
    expect(got >= checks, f"{got} checks, not {checks}:\n" + result.output)


@case("mcelog-abi", boots=("plain", "legacy"), long_boots=("newer",))
def mcelog_abi(vm):
    """mcwtest checks what programs rely on. The kernel's own device passes the same list."""
    begin(vm)
    all_good(vm.sh("mcwtest mcelog", 60), 78)


@case("mcelog-readers", boots=("plain", "legacy", "debug"), long_boots=("newer",))
def mcelog_readers(vm):
    begin(vm)
    all_good(vm.sh(f"mcwtest mcelog-readers {30 if vm.small == 1 else 10}", 60), 7)


@case("mcelog-reader-killed", boots=("plain", "debug"), long_boots=("newer",))
def mcelog_reader_killed(vm):
    begin(vm)
    all_good(vm.sh("mcwtest mcelog-killed", 60), 24)


@case("mcelog-writes", boots=("plain", "legacy"), long_boots=("newer",))
def mcelog_writes(vm):
    """A written struct mce comes back as a record, with the module's injector and the kernel's:
    of today's size, shorter and longer."""
    begin(vm)
    if "CONFIG_X86_MCELOG_LEGACY" in vm.kernel.config:
        vm.modprobe("mce-inject")
    elif vm.sh("insmod /mods/mcewarden_inject.ko").status:
        raise Skipped("there is no mcewarden_inject.ko")
    all_good(vm.sh("mcwtest mcelog-inject", 60), 21)


@case("mcelog-is-the-kernels", boots=("legacy",))
def mcelog_is_the_kernels(vm):
    """A kernel with its own device keeps it, and the rest of the module works."""
    vm.load()
    one([line for line in our_lines(vm) if "/dev/mcelog" in line],
        "lines about /dev/mcelog")
    vm.kernel_command(f"burst 4 3 {CORRECTED_NO_MISC:x} 10 0 0 0")
    equal(len(vm.records()), 3, "records in our ring")
    equal(vm.read(HOME + "/stats/mcelog/logged"), "0", "records in a /dev/mcelog of ours")
    vm.unload()
    vm.sh("test -c /dev/mcelog").ok()
    vm.sh("dd if=/dev/mcelog of=/tmp/log bs=8192 count=1 2>/dev/null").ok()
    equal(vm.read("/tmp/log | wc -c"), str(3 * 128), "bytes that the kernel's device kept")


@case("mcelog-left-out", boots=("plain", "debug"))
def mcelog_left_out(vm):
    """The parameter mcelog leaves the device out. It takes only 0 and 1."""
    for wrong in ("2", "-1", "yes"):
        result = vm.sh(f"insmod /mods/mcewarden.ko mcelog={wrong}")
        expect(result.status and "nvalid" in result.output, f"mcelog={wrong}: {result.output}")
    expect(any("mcelog: '2' is not a number from 0 to 1" in line for line in vm.log()), "no line")
    vm.load(mcelog=0)
    equal(vm.sh("test -e /dev/mcelog").status, 1, "whether there is a /dev/mcelog")
    equal(vm.read("/sys/module/mcewarden/parameters/mcelog"), "0", "the parameter")
    vm.kernel_command(f"burst 4 3 {CORRECTED_NO_MISC:x} 10 0 0 0")
    equal(len(vm.records()), 3, "records")
    equal(vm.read(HOME + "/stats/mcelog/logged"), "0", "logged")


@case("mcelog-goes", boots=("plain", "debug"), long_boots=("newer",))
def mcelog_goes(vm):
    """An open device holds the module. After the unload the device is gone, and a new load
    brings it back."""
    vm.load()
    vm.kernel_command(f"burst 4 40 {CORRECTED_NO_MISC:x} 10 0 0 0")
    vm.until(f"test $(cat {HOME}/stats/mcelog/logged) = 32")
    vm.until(f"test $(cat {HOME}/stats/mcelog/dropped) = 8")
    vm.background("exec mcwtest mcelog-open 600", "open", "open")
    result = vm.sh("rmmod mcewarden")
    expect(result.status and "Resource temporarily unavailable" in result.output, result.output)
    vm.sh("kill $(cat /tmp/open.pid)").ok()
    vm.until("rmmod mcewarden")
    equal(vm.sh("test -e /dev/mcelog").status, 1, "whether there is a /dev/mcelog after it")
    vm.load()
    equal(vm.sh("dd if=/dev/mcelog bs=8192 count=1 2>/dev/null | wc -c").ok().strip(), "0",
          "bytes of the load before")


@case("mcelog-injects-nothing", boots=("plain", "debug"))
def mcelog_injects_nothing(vm):
    """Without the injector a write fails, and the log says which module to load."""
    vm.load()
    result = vm.sh("dd if=/dev/zero of=/dev/mcelog bs=128 count=1")
    expect(result.status and "No such device" in result.output, result.output)
    expect("mcewarden_inject" in one(our_lines(vm)[1:], "lines after the first"),
           "it does not name the injector")


@case("quiet", boots=("plain", "amd"), long_boots=("newer",))
def quiet(vm):
    """The kernel prints records, except while quiet is 1 and somebody has the device open."""
    vm.load()

    def burst():
        before = printed(vm)
        vm.kernel_command(f"burst 4 2 {CORRECTED_NO_MISC:x} {vm.fresh():x} 0 0 0")
        vm.sh("sleep 0.4").ok()
        return printed(vm) - before

    def said():
        return [line for line in vm.log() if re.match(r"mce: \[Hardware Error\]: (CPU|TSC|PROCESSOR)", line)]

    equal(vm.read(HOME + "/quiet"), "0", "the knob")
    vm.background("exec mcwtest mcelog-open 600", "open", "open")
    equal(burst(), 2, "printed with quiet 0 and a reader")
    vm.sh(f"echo 1 >{HOME}/quiet").ok()
    lines = len(said())
    equal((burst(), len(said())), (0, lines), "printed with quiet 1 and a reader, and all lines")
    vm.sh(f"echo 0 >{HOME}/quiet").ok()
    equal(burst(), 2, "printed with quiet 0 again")
    vm.sh(f"echo 1 >{HOME}/quiet; kill $(cat /tmp/open.pid)").ok()
    vm.until("! pidof mcwtest >/dev/null")
    equal(burst(), 2, "printed with quiet 1 and no reader")
    expect(vm.sh(f"echo 2 >{HOME}/quiet").status, "quiet took 2")
    vm.unload()
    vm.load(quiet=1)
    equal(vm.read("/sys/module/mcewarden/parameters/quiet"), "1", "the parameter")
    vm.background("exec mcwtest mcelog-open 600", "open", "open")
    equal(burst(), 0, "printed with quiet 1 from the load on, and a reader")


def mixed(vm):
    """Raise corrected and uncorrected errors on both CPUs. Return (CPU, bank, status, address)
    of each."""
    raised = []
    for cpu, bank, status in ((0, 4, CORRECTED_NO_MISC), (1, 5, CORRECTED_NO_MISC),
                              (0, 7, UCNA_NO_MISC), (1, 4, CORRECTED_NO_MISC)):
        addr = vm.fresh()
        vm.kernel_command(f"burst {bank} 3 {status:x} {addr:x} 0 0 0", cpu)
        raised += [(cpu, bank, status, addr + i) for i in range(3)]
    return raised


@case("mcelog-beside-rasdaemon", boots=("plain", "debug"), long_boots=("newer",), programs=("rasdaemon",))
def mcelog_beside_rasdaemon(vm):
    """Debian's rasdaemon, /dev/mcelog and /dev/mcewarden all get the same errors. mcwctl decode
    finds them in rasdaemon's database too."""
    vm.load(quiet=1)
    # Without this, rasdaemon sleeps until half of the trace buffer is full, from Linux 6.1 on.
    instance = "/sys/kernel/debug/tracing/instances/rasdaemon"
    vm.sh(f"mkdir -p {os.path.dirname(DATABASE)} {instance} && echo 0 >{instance}/buffer_percent").ok()
    vm.background("_STDBUF_O=L LD_PRELOAD=/lib/libstdbuf.so exec rasdaemon -f -r", "rasdaemon", "Listening to events for cpus 0 to 1")
    raised = mixed(vm)
    vm.until(f"test $(grep -c 'mce_record:' /tmp/rasdaemon) -ge {len(raised)}")
    said = [line for line in vm.read("/tmp/rasdaemon").splitlines() if "mce_record:" in line]
    numbers = [{key: int(re.search(key + r"= ?([0-9a-f]+)", line)[1], 16)
                for key in ("cpu", "bank", "status", "addr")} for line in said]
    vm.sh("kill $(cat /tmp/rasdaemon.pid)").ok()
    wanted = sorted(raised)
    rows = [{key: int(str(row[key]), 0) for key in ("cpu", "bank", "status", "addr")}
            for row in parse_json(vm.mcwctl(f"decode --json {DATABASE}").ok())
            if row["type"] == "decoded"]
    for found, what in ((numbers, "rasdaemon's"), (rows, "the rows of its database"),
                        (vm.records(), "our records"),
                        ([fields(line) for line in vm.sh("mcwtest mcelog-read").ok().splitlines()],
                         "what /dev/mcelog gives")):
        equal(sorted((r["cpu"], r["bank"], r["status"], r["addr"]) for r in found), wanted, what)


@case("mcelog-upstream", boots=ON_DEBUG, programs=("mcelog",))
def mcelog_upstream(vm):
    """mcelog's own daemon logs an injected error, and its client shows it."""
    vm.load()
    vm.sh("insmod /mods/mcewarden_inject.ko; mkdir -p /var/run /var/log").ok()
    vm.sh("mcelog --daemon --foreground --no-dmi --logfile /tmp/daemon.log >/tmp/daemon 2>&1 &").ok()
    vm.until("pidof mcelog && test -S /var/run/mcelog-client")
    vm.sh("mcwtest mcelog-inject-one").ok()
    said = vm.until("grep -i 'STATUS 9400000000000090' /tmp/daemon.log && cat /tmp/daemon.log")
    expect("ADDR 610000" in said and "BANK 4" in said and "CPU 1" in said, said)
    client = vm.sh("mcelog --client").ok()
    expect("total" in client, f"the client says: {client}")
    equal(vm.sh("mcwtest mcelog-read").ok(), "", "what the daemon left")
    vm.sh("killall mcelog").ok()

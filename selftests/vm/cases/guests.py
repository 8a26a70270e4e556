# SPDX-License-Identifier: GPL-2.0
"""Guests in the guest: whose page had an error, and what a guest is told of it.

The inner guests are QEMUs of this machine's. Those that must run a kernel have KVM, which loads on
an AMD model with SVM; the others stand still, with a marker in their memory.
"""

import json
import re

from errors import ADDRV, DEFERRED_BIT, EN, MISCV, VAL
from machine import equal, expect, one, parse_json
from registry import case
from steps import no_kernel_polls, same

NORTHBRIDGE = 4  # the bank of a memory error on an AMD without scalable MCA
ECC = 8 << 16 | 0x813
CORRECTED = VAL | EN | ADDRV | MISCV | 1 << 46 | ECC
DEFERRED = VAL | EN | ADDRV | DEFERRED_BIT | ECC
MARKER = 0x6d61726b6d61726b
SOCKETS = "/tmp/qmp"
STATE = "/run/mcewarden/guests"
STILL = {"boots": ("amd",), "programs": ("qemu-system-x86_64",)}
RUNNING = {**STILL, "features": ",+svm,+npt", "tags": ("full",)}

INIT = r"""#!/bin/busybox sh
/bin/busybox mkdir -p /proc /sys /dev /tmp
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc; mount -t sysfs sysfs /sys; mount -t devtmpfs devtmpfs /dev
exec >/dev/console 2>&1
echo 1 >/sys/devices/system/machinecheck/machinecheck0/check_interval
mcwtest inner-mark MARKER /tmp/go
while :; do sleep 1000; done
"""


def inner_start(vm, name, options, loader=None):
    """Start an inner guest. Return its pid. loader: a guest-physical address for the marker."""
    mark = f"-device loader,addr={loader:#x},data={MARKER:#x},data-len=8" if loader else ""
    vm.sh(f"mkdir -p {SOCKETS}; rm -f {SOCKETS}/{name}").ok()
    vm.sh(f"qemu-system-x86_64 -nodefaults -display none -no-user-config -L /usr/share/qemu"
          f" -machine q35 -name guest={name} -qmp unix:{SOCKETS}/{name},server=on,wait=off"
          f" {mark} {options} >/tmp/{name}.err 2>&1 & echo $! >/tmp/{name}.pid").ok()
    vm.until(f"test -S {SOCKETS}/{name} || {{ cat /tmp/{name}.err; false; }}", 60)
    return int(vm.read(f"/tmp/{name}.pid"))


def still(vm, name, options="-m 64M", loader=0x2003000):
    """An inner guest that stands still. Return (pid, the page of its marker, where it has it)."""
    pid = inner_start(vm, name, "-S -accel tcg " + options, loader)
    return (pid, *found(vm, pid))


def found(vm, pid):
    said = vm.until(f"mcwtest inner-find {pid} {MARKER:#x}", 60)
    return tuple(int(word, 16) for word in re.match(r"phys (\S+) virt (\S+)", said).groups())


def end(vm, *pids):
    vm.sh("kill -9 " + " ".join(map(str, pids)) + "; sleep 0.2").ok()


def corrected(vm, *pages):
    for page in pages:
        vm.kernel_command(f"burst {NORTHBRIDGE} 1 {CORRECTED:x} {page:x} 0 0 0")


def listed(vm, options=f"--qmp {SOCKETS}"):
    """(guests by name, pages by physical address), as JSON has them."""
    said = parse_json(vm.mcwctl(f"guests --json {options}", 60).ok())
    return ({r["guest"]: r for r in said if r["type"] == "guest"},
            {int(r["page"], 16): r for r in said if r["type"] == "guest_page"})


def forwarding(vm, options=""):
    """Start mcwctl guests --forward."""
    vm.sh("mkdir -p /run/mcewarden").ok()
    vm.background(f"exec mcwctl guests --forward --json --qmp {SOCKETS} --state {STATE} {options}",
                  "forward", "without errors", 60)


def forwarded(vm, count, timeout=20):
    """The errors that --forward has told of, once there are so many."""
    vm.until(f"test $(grep -c '\"type\":\"forward\"' /tmp/forward) -ge {count}", timeout)
    return [json.loads(line) for line in vm.read("/tmp/forward").splitlines()
            if line.startswith('{"type":"forward"')]


def stop(vm):
    vm.sh("kill $(cat /tmp/forward.pid); sleep 0.5").ok()


@case("guests-owner", **STILL)
def guests_owner(vm):
    """Two guests, one with memory above 4 GiB, and pages of QEMU's own and of nobody's. An error
    of a guest's page goes into its bank, and no other does."""
    no_kernel_polls(vm)
    vm.load()
    small, page, virt = still(vm, "small")
    big, high, _ = still(vm, "big", "-machine memory-backend=m -m 6G"
                         " -object memory-backend-memfd,id=m,size=6G,reserve=off", 0x100005000)
    held = vm.hold("hold 1")[0]
    corrected(vm, page, high, held)
    guests, pages = listed(vm)
    equal(sorted(pages), sorted((page, high)), "pages of guests")
    same(pages[page], guest="small", pid=small, guest_address="0x0000000002003000",
         address=f"0x{virt:016x}", corrected=1)
    same(pages[high], guest="big", pid=big, guest_address="0x0000000100005000", corrected=1)
    same(guests["small"], corrected=1, qemu=True, monitor="qmp", error=None)
    said = vm.mcwctl(f"guests --qmp {SOCKETS}").ok()
    expect(f'page {page:#x} at guest address 0x2003000: 1 corrected' in said
           and "1 error in pages of no guest" in said, said)
    forwarding(vm, "--deny big")
    corrected(vm, page + 0x40, high, held)
    done = {r["guest"]: r for r in forwarded(vm, 2)}
    same(done["small"], result="forwarded", guest_address="0x0000000002003040", bank=4, cpu=0)
    same(done["big"], result="denied")
    end(vm, small)
    corrected(vm, high)
    equal(len(forwarded(vm, 3)), 3, "errors of guests, one of which has died")
    stop(vm)
    end(vm, big)


@case("guests-many", **{**STILL, "tags": ("full",)})
def guests_many(vm):
    """1,000 errors in a second: ten go at once, the rest is summed up and none is lost. A monitor
    that is in use costs nothing of the other guest's. Huge pages: the exact 4 KiB."""
    no_kernel_polls(vm)
    vm.load()
    vm.sh("echo 40 >/proc/sys/vm/nr_hugepages").ok()
    huge, page, _ = still(vm, "huge", "-machine memory-backend=m -m 64M -object"
                          " memory-backend-memfd,id=m,size=64M,hugetlb=on,hugetlbsize=2M")
    expect(page % (2 << 20), "the marker is not in the middle of a huge page")
    forwarding(vm)
    vm.kernel_command(f"burst {NORTHBRIDGE} 1000 {CORRECTED:x} {page:x} 0 0 0")
    done = forwarded(vm, 1)
    while sum(r["count"] for r in done) < 1000:
        done = forwarded(vm, len(done) + 1)
    equal({int(r["guest_address"], 16) & ~0xfff for r in done}, {0x2003000}, "pages")
    equal(sum(r["count"] for r in done), 1000, "errors")
    expect(len(done) < 100, f"{len(done)} injections of 1,000 errors")
    last = done[-1]
    equal(int(last["misc"], 16) >> 32 & 0xfff, last["count"] if last["count"] > 1 else 0, "count")
    stop(vm)
    end(vm, huge)


def inner_image(vm):
    vm.sh("mkdir -p /tmp/inner/bin && cp /bin/busybox /bin/mcwtest /tmp/inner/bin").ok()
    for line in INIT.replace("MARKER", hex(MARKER)).splitlines():
        vm.sh(f"echo '{line}' >>/tmp/inner/init").ok()
    vm.sh("chmod +x /tmp/inner/init; cd /tmp/inner && find . | cpio -o -H newc >/inner/initrd").ok()


def running(vm, name, cpu):
    """An inner guest that runs under KVM. Return (pid, page, guest-physical address)."""
    vm.modprobe("kvm_amd")
    vm.sh("test -c /dev/kvm").ok()
    inner_image(vm)
    pid = inner_start(vm, name, f"-accel kvm -cpu {cpu} -m 160M -kernel /inner/kernel"
                      f" -initrd /inner/initrd -serial file:/tmp/{name}.log -append"
                      f" 'console=ttyS0 ras=cec_disable'")
    said = vm.until(f"grep -o 'marked 0x[0-9a-f]*000' /tmp/{name}.log", 300)
    page, _ = found(vm, pid)
    return pid, page, int(said.split()[1], 16)


def guests_own(vm, gpa):
    """How often the inner guest's kernel took that page, once it has."""
    said = f"'Memory failure: {gpa >> 12:#x}: recovery action'"
    vm.until(f"grep {said} /tmp/run.log >/dev/null || {{ tail -n 25 /tmp/run.log; false; }}", 60)
    return int(vm.sh(f"grep -c {said} /tmp/run.log").ok())


@case("guests-running", **RUNNING)
def guests_running(vm):
    """A corrected error of a guest's page is in the log of the guest's own kernel, at the
    guest's address."""
    no_kernel_polls(vm)
    vm.load()
    pid, page, gpa = running(vm, "run", "EPYC")
    forwarding(vm)
    corrected(vm, page + 0x80)
    same(one(forwarded(vm, 1), "errors"), result="forwarded", guest_address=f"0x{gpa + 0x80:016x}")
    log = vm.until("grep -A3 'Machine check events logged\\|Hardware Error' /tmp/run.log"
                   " | grep 'ADDR [0-9a-f]* '", 60)
    expect(f"ADDR {gpa + 0x80:x}" in log, f"the inner kernel's log: {log}")
    equal(log.lower().count("addr"), 1, "errors that the inner kernel saw")
    stop(vm)
    end(vm, pid)


@case("guests-deferred", **RUNNING)
def guests_deferred(vm):
    """A deferred error whose page the kernel does not take goes to the guest, whose own kernel
    takes its page."""
    no_kernel_polls(vm)
    vm.load(tolerant=3)
    pid, page, gpa = running(vm, "run", "EPYC")
    forwarding(vm)
    vm.kernel_command(f"burst {NORTHBRIDGE} 1 {DEFERRED:x} {page:x} 0 0 0")
    same(one(forwarded(vm, 1), "errors"), result="forwarded", guest_address=f"0x{gpa:016x}",
         **{"class": "deferred"})
    equal(guests_own(vm, gpa), 1, "times that the inner kernel took its page")
    stop(vm)
    end(vm, pid)


@case("guests-signal", raises=True, **RUNNING)
def guests_signal(vm):
    """A deferred error whose page the kernel takes: QEMU gets a signal and tells its guest, which
    sees it once. The record of the victim and the outcome name the guest, and QEMU's event is
    joined to the signal."""
    no_kernel_polls(vm)
    vm.load()
    # QEMU 7.2 raises an exception for it, over which an AMD guest panics.
    pid, page, gpa = running(vm, "run", "EPYC")
    forwarding(vm)
    vm.kernel_command(f"burst {NORTHBRIDGE} 1 {DEFERRED:x} {page:x} 0 0 0")
    same(one(forwarded(vm, 1), "errors"), result="signalled", guest_address=f"0x{gpa:016x}")
    said = parse_json(vm.until("grep memory_failure /tmp/forward", 30))
    same(one([r for r in said if r["type"] == "memory_failure"], "events"), guest="run",
         recipient="guest", action="inject", page=f"0x{page:016x}", ambiguous=False)
    same(one(vm.victims(), "victims"), page=page, pid=pid)
    vm.until("grep 'Kernel panic' /tmp/run.log || { tail -n 25 /tmp/run.log; false; }", 60)
    log = vm.sh("grep 'Machine Check\\|ADDR' /tmp/run.log").ok()
    equal(re.findall("Bank|ADDR [0-9a-f]+", log), ["Bank", f"ADDR {gpa:x}"],
          "what the inner kernel saw")
    read = vm.mcwctl("read").ok()
    expect(f'guest "run" at its address {gpa:#x}' in read, f"mcwctl read: {read}")
    expect('(VM "run")' in read, f"mcwctl read: {read}")
    expect(f'guest "run" at its address {gpa:#x}' in vm.mcwctl("pages").ok(), "mcwctl pages")
    # Others know what the service knows a second later.
    vm.until("mcwctl metrics | grep 'guest_errors_total{guest=\"run\",class=\"deferred\"} 1$'", 10)
    stop(vm)
    end(vm, pid)

# SPDX-License-Identifier: GPL-2.0
"""Errors through the injector, written to /dev/mcelog directly and by mcwctl inject."""

import struct

from errors import CORRECTED_NO_MISC, GRADE_AO, LOCAL, MCIP, MISC_PAGE, RIPV, SRAO, TES_P, YELLOW
from machine import EXCEPTION, HOME, INJECTED, OTHER, POLL, SEVERE, Skipped, equal, expect, one
from registry import ON_DEBUG, case
from steps import KERNEL_ACTED, injector_stats, load_injector, same

IN_PROCESS, IN_IRQ, NMI_BROADCAST, AS_EXCEPTION, IRQ_BROADCAST = 1, 2, 4, 8, 0x10
KERNEL_CS, USER_CS = 0x10, 0x33


def mce(status, addr=0, misc=0, mcgstatus=0, bank=4, cpu=0, flags=IN_PROCESS, cs=KERNEL_CS, mcgcap=0):
    """Build a struct mce as programs write it."""
    return struct.pack("<7Q4BI4B3IQ5Q", status, misc, addr, mcgstatus, 0, 0, 0, 0, flags, 0, 0, 0,
                       cs, bank, 0, 0, cpu, 0, 0, mcgcap, 0, 0, 0, 0, 0)


def write(vm, record, cpus=3):
    """Write the record from one of the CPUs in the mask. Return the command's result."""
    text = "".join(f"\\{byte:03o}" for byte in record)
    return vm.sh(f"printf '{text}' >/tmp/mce &&"
                 f" taskset {cpus:x} dd if=/tmp/mce of=/dev/mcelog bs=256 2>&1")


@case("inject-poll", boots=ON_DEBUG)
def inject_poll(vm):
    """The error comes on the CPU that the record names, whichever CPU writes, in both contexts."""
    load_injector(vm)
    for cpu, flags in ((0, IN_PROCESS), (1, IN_PROCESS), (0, IN_IRQ), (1, IN_IRQ)):
        addr = vm.fresh()
        write(vm, mce(CORRECTED_NO_MISC, addr, cpu=cpu, flags=flags), cpus=1).ok()
        same(vm.records()[-1], source=POLL, flags=INJECTED, cpu=cpu, bank=4, addr=addr, lane=OTHER)
    write(vm, mce(CORRECTED_NO_MISC | YELLOW, vm.fresh(), mcgcap=TES_P)).ok()
    expect(vm.records()[-1]["mcgcap"] & TES_P, "TES_P was not taken over")
    equal(injector_stats(vm), ["5", "0", "0"], "raised, untaken, refused")
    lines = [line for line in vm.log() if "errors are being injected, first by" in line]
    expect("dd[" in one(lines, "lines that say so"), lines)
    expect(int(vm.read("/proc/sys/kernel/tainted")) & 64, "not tainted")
    # A poll does not take an error that needs an exception.
    write(vm, mce(SRAO, vm.fresh(), MISC_PAGE)).ok()
    equal(injector_stats(vm), ["6", "1", "0"], "raised, untaken, refused")
    # The injected error does not stay in the bank, so a real error is seen; its mark does not stay
    # either.
    vm.kernel_command(f"burst 4 1 {CORRECTED_NO_MISC:x} 7000 0 0 0")
    same(vm.records()[-1], flags=0, addr=0x7000)
    write(vm, mce(CORRECTED_NO_MISC, vm.fresh())).ok()
    equal(injector_stats(vm), ["7", "1", "0"], "raised, untaken, refused")
    equal(len(vm.records()), 7, "records")


@case("inject-nothing", boots=("plain",), long_boots=("newer",))
def inject_nothing(vm):
    """A write of no byte is no error to be raised: nothing is counted, said or tainted. Of a
    program's probe whether it may write, no report of the machine tells ever after."""
    load_injector(vm)
    tainted = int(vm.read("/proc/sys/kernel/tainted")) & 64
    equal(vm.sh("mcwtest write-nothing /dev/mcelog").ok().strip(), "0", "what write() returned")
    equal(injector_stats(vm), ["0", "0", "0"], "raised, untaken, refused")
    equal(int(vm.read("/proc/sys/kernel/tainted")) & 64, tainted, "tainted")
    expect(not any("are being injected" in line for line in vm.log()), "errors are said to be injected")


@case("inject-refused", boots=("plain", "debug"), long_boots=("newer",))
def inject_refused(vm):
    record = mce(CORRECTED_NO_MISC, vm.fresh())
    vm.load()
    expect("No such device" in write(vm, record).output, "without the injector: no ENODEV")
    expect(any("mcewarden_inject" in line for line in vm.log()), "no line says what to load")
    vm.sh("insmod /mods/mcewarden_inject.ko").ok()
    vm.modprobe("mce-inject")
    expect("busy" in write(vm, record).output, "beside mce-inject: no EBUSY")
    vm.sh("rmmod mcewarden_inject").ok()
    expect("busy" in vm.sh("insmod /mods/mcewarden_inject.ko").output, "loaded beside mce-inject")
    expect(any("cannot inject while the kernel's mce-inject is loaded" in line for line in vm.log()), "no line says why")
    vm.sh("rmmod mce-inject && insmod /mods/mcewarden_inject.ko").ok()
    equal(vm.records(), [], "records")
    expect("nvalid" in write(vm, mce(CORRECTED_NO_MISC, cpu=7)).output, "CPU 7: no EINVAL")
    expect(any("CPU 7 is not online; CPUs 0-1 are" in line for line in vm.log()),
           "no line that names the CPU, and which there are")
    expect("not permitted" in vm.sh("chmod 666 /dev/mcelog && su nobody -s /bin/sh -c"
                                    " 'cat /tmp/mce >/dev/mcelog'").output, "nobody: no EPERM")
    write(vm, record).ok()
    one(vm.records(), "records")
    equal(injector_stats(vm), ["1", "0", "2"], "raised, untaken, refused")


@case("inject-modprobe", boots=("plain",), long_boots=("newer",),
      programs=("depmod", "modprobe"))
def inject_modprobe(vm):
    """modprobe loads the main module with the injector, and takes it away alone."""
    expect("No such device" in vm.sh("insmod /mods/mcewarden_inject.ko").output, "loaded alone")
    expect(any("load mcewarden first" in line for line in vm.log()), "no line says why")
    vm.sh("d=/lib/modules/$(uname -r)/extra; mkdir -p $d && cp /mods/mcewarden*.ko $d"
          " && /usr/sbin/depmod -a 2>/dev/null; echo /usr/sbin/modprobe >/proc/sys/kernel/modprobe").ok()
    vm.sh("/usr/sbin/modprobe mcewarden_inject").ok()
    write(vm, mce(CORRECTED_NO_MISC, vm.fresh())).ok()
    expect(vm.sh("rmmod mcewarden").status, "the main module goes under the injector")
    vm.sh("/usr/sbin/modprobe -r mcewarden_inject").ok()
    equal(vm.sh("grep -o '^mcewarden[a-z_]*' /proc/modules").ok().split(), ["mcewarden"],
          "modules that stay")
    one(vm.records(), "records that stay")
    vm.sh("/usr/sbin/modprobe -r mcewarden && rm -r /lib/modules/$(uname -r)").ok()


@case("inject-lockdown", boots=("plain", "debug"), dies=True)
def inject_lockdown(vm):
    """A locked-down kernel refuses injection, and lets root write the registers of banks, as by
    its own files. Lockdown also blocks the guest's answers, so the results go to the log, and then
    the machine ends."""
    if "CONFIG_SECURITY_LOCKDOWN_LSM" not in vm.kernel.config:
        raise Skipped("a kernel without lockdown")
    load_injector(vm)
    write(vm, mce(CORRECTED_NO_MISC, vm.fresh())).ok()
    vm.sh("mount -t securityfs none /sys/kernel/security").ok()
    vm.dies("echo integrity >/sys/kernel/security/lockdown;"
            " dd if=/tmp/mce of=/dev/mcelog bs=256 2>&1 | grep -o 'not permitted' >/dev/kmsg;"
            f" cat {HOME}/stats/injector/raised >/dev/kmsg; echo 0 >{HOME}/bank6ctl;"
            f" cat {HOME}/bank6ctl >/dev/kmsg; sleep 1; reboot -f",
            r"cannot inject: the kernel is locked down(.|\n)*\nnot permitted\n1\n0x0000000000000000\n")


def polled_by_all(vm, way):
    """Only a CPU that has an error polls. The error staged for the other CPU comes in the same
    broadcast."""
    before, first, staged, last = len(vm.records()), vm.fresh(), vm.fresh(), vm.fresh()
    write(vm, mce(CORRECTED_NO_MISC, first, cpu=1, flags=IN_PROCESS | way)).ok()
    write(vm, mce(CORRECTED_NO_MISC, staged, cpu=0, flags=0)).ok()
    same(one(vm.records()[before:], "records of one CPU"), cpu=1, addr=first, source=POLL)
    write(vm, mce(CORRECTED_NO_MISC, last, cpu=1, flags=IN_PROCESS | way)).ok()
    equal(sorted((r["cpu"], r["addr"], r["source"]) for r in vm.records()[before + 1:]),
          [(0, staged, POLL), (1, last, POLL)], "what two CPUs polled")


@case("inject-left", boots=("plain",), long_boots=("newer",), raises=True)
def inject_left(vm):
    """An error that the exception's handler leaves in its bank counts, as one that a poll leaves;
    so does one that waited for a broadcast and is replaced; one that waits in vain is said."""
    load_injector(vm)
    alone = IN_PROCESS | AS_EXCEPTION
    write(vm, mce(CORRECTED_NO_MISC, vm.fresh(), 0, RIPV | MCIP, 4, 0, alone)).ok()
    equal((injector_stats(vm), vm.records()), (["1", "1", "0"], []), "raised, untaken, refused; records")
    one([line for line in vm.log() if "stays in its bank: the kernel's exception handler" in line], "lines")
    said = vm.mcwctl("inject corrected --exception --mcgstatus 5")
    expect(said.status == 1 and "the error stays there" in said.output, said.output)
    equal(injector_stats(vm), ["2", "2", "0"], "raised, untaken, refused")
    page = one(vm.hold("hold 1"), "pages")
    write(vm, mce(SRAO, page, MISC_PAGE, RIPV | MCIP, 6, 0, alone)).ok()
    equal((injector_stats(vm), len(vm.records())), (["3", "2", "0"], 1), "raised, untaken, refused; records")
    for number in range(2):
        write(vm, mce(CORRECTED_NO_MISC, vm.fresh(), cpu=1, flags=0)).ok()
        equal(injector_stats(vm), [str(4 + number), str(2 + number), "0"], "raised, untaken, refused")
    one([line for line in vm.log() if "waited for a broadcast is replaced" in line], "lines")
    vm.sh("rmmod mcewarden_inject").ok()
    one([line for line in vm.log() if "discarding an error of CPU 1" in line], "lines")


@case("inject-exception", boots=("plain", "debug"), long_boots=("newer",), raises=True)
def inject_exception(vm):
    """Exceptions on one CPU and on all CPUs: each CPU gets the error staged for it."""
    pages = vm.hold("hold 9")
    load_injector(vm)
    # The kernel logs handlers that take long, and this one waits for all CPUs.
    vm.sh("echo 10000000000 >/sys/kernel/debug/x86/nmi_longest_ns").ok()
    for way in (IRQ_BROADCAST, NMI_BROADCAST):
        polled_by_all(vm, way)
    polled = len(vm.records())
    # The interrupt hits the kernel, so cs is the kernel's, whatever the writer says.
    for cpu, flags, cs in ((0, IN_PROCESS, USER_CS), (1, IN_PROCESS, USER_CS), (1, IN_IRQ, KERNEL_CS)):
        page = pages.pop()
        write(vm, mce(SRAO, page, MISC_PAGE, RIPV | MCIP, 6, cpu, flags | AS_EXCEPTION, USER_CS),
              cpus=1).ok()
        same(vm.records()[-1], source=EXCEPTION, flags=INJECTED, cpu=cpu, bank=6, addr=page,
             lane=SEVERE, severity=GRADE_AO, mcgstatus=LOCAL, cs=cs)
        same(vm.outcomes(len(vm.records()) - polled)[-1], page=page, **KERNEL_ACTED)
    for way in (IRQ_BROADCAST, NMI_BROADCAST):
        page = pages.pop()
        before = len(vm.records())
        write(vm, mce(SRAO, page, MISC_PAGE, RIPV | MCIP, 6, 1,
                      IN_PROCESS | AS_EXCEPTION | way)).ok()
        same(vm.records()[-1], cpu=1, addr=page, mcgstatus=RIPV | MCIP, source=EXCEPTION)
        staged = pages.pop()
        write(vm, mce(SRAO, staged, MISC_PAGE, RIPV | MCIP, 6, 0, AS_EXCEPTION)).ok()
        equal(len(vm.records()), before + 1, "records, when one was staged")
        page = pages.pop()
        write(vm, mce(SRAO, page, MISC_PAGE, RIPV | MCIP, 6, 1,
                      IN_PROCESS | AS_EXCEPTION | way)).ok()
        equal({(r["cpu"], r["addr"]) for r in vm.records()[before + 1:]}, {(1, page), (0, staged)},
              "what two CPUs met")
    equal(vm.sh("rmmod mcewarden_inject; rmmod mcewarden").ok(), "", "unload")

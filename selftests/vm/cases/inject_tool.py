# SPDX-License-Identifier: GPL-2.0
"""mcwctl inject and mcwctl tolerant, end to end."""

import re

import outcome as o
from errors import FATAL_TIMER, GRADE_AR, GRADE_PANIC, TES_P
from machine import EXCEPTION, HOME, INJECTED, OTHER, POLL, SEVERE, equal, expect, one, parse_json
from registry import ON_DEBUG, ON_NEWER, case
from steps import FAKE_PANIC, KERNEL_ACTED, injector_stats, load_injector, same, signalled, victim

YELLOW_FILE = (r"# above the threshold\nCPU 1 BANK 3\nMCGSTATUS TES_P\nSTATUS CORRECTED TES_YELLOW # so\n"
               r"CPU 0 BANK 2 STATUS CORRECTED 0x9f ADDR 0x12345000 MISC 0x8c\n")


def says(result, *words, status=1):
    equal(result.status, status, f"exit status of '{result.command}': {result.output}")
    for word in words:
        expect(word in result.output, f"'{result.command}' does not say '{word}': {result.output}")


@case("inject-tool", boots=("plain", "debug"), long_boots=("newer",))
def inject_tool(vm):
    """Errors for a poll: by kind, by registers and from a file. Impossible requests are refused."""
    says(vm.mcwctl("inject corrected"), "modprobe mcewarden", status=3)
    vm.load()
    says(vm.mcwctl("inject corrected"), "modprobe mcewarden_inject")
    vm.sh("insmod /mods/mcewarden_inject.ko").ok()
    says(vm.mcwctl("inject corrected --cpu 1 --bank 5"), "CPU 1 bank 5", "found by a poll", status=0)
    same(vm.records()[-1], source=POLL, flags=INJECTED, lane=OTHER, cpu=1, bank=5)
    says(vm.mcwctl("inject ucna"), "is poisoned", status=0)
    same(one(vm.outcomes(1), "outcomes"), **KERNEL_ACTED)
    says(vm.mcwctl("inject --status 0x9000000000000090 --misc 0x1234 --cpu 0"), "CPU 0 bank 1", status=0)
    same(vm.records()[-1], cpu=0, bank=1, misc=0x1234, addr=0, status=0x9800000000000090)
    says(vm.sh(f"printf '{YELLOW_FILE}' | mcwctl inject -"), "CPU 1 bank 3", "CPU 0 bank 2", status=0)
    yellow = one([r for r in vm.records() if r["bank"] == 3], "records of bank 3")
    same(yellow, cpu=1, status=0x9040000000000000)
    expect(yellow["mcgcap"] & TES_P, "TES_P was not taken over")
    expect("threshold status yellow" in vm.mcwctl("read -v").ok(), "mcwctl read -v does not say yellow")
    records = len(vm.records())
    says(vm.sh(r"printf 'CPU 0 STATUS CORRECTED\n\nCPU 0 STATSU 1\n' >/tmp/f; mcwctl inject /tmp/f"),
         "/tmp/f:3: 'STATSU' is not a word")
    equal(len(vm.records()), records, "records, where a file had an error")
    says(vm.mcwctl("inject srao --poll"), "the error stays there: the kernel's poll")
    says(vm.mcwctl("inject corrected --cpu 7"), "no such CPU")
    says(vm.mcwctl("inject corrected --cpu x"), "--cpu", status=2)
    says(vm.mcwctl("inject /nonexistent"), "/nonexistent", "corrected, ucna")
    equal(injector_stats(vm), ["6", "1", "1"], "raised, untaken, refused")


@case("inject-amd", boots=("amd",))
def inject_amd(vm):
    """Kinds on AMD use AMD's bits, and SRAO does not exist."""
    load_injector(vm)
    says(vm.mcwctl("inject corrected --cpu 1"), "CPU 1 bank 1", "found by a poll", status=0)
    same(vm.records()[-1], source=POLL, flags=INJECTED, lane=OTHER, cpu=1, status=0x940040000000011b)
    # From 6.12 on the kernel takes the page only because the status says that it has poison.
    says(vm.mcwctl("inject ucna"), "is poisoned", status=0)
    same(vm.records()[-1], source=POLL, flags=INJECTED, lane=SEVERE, status=0x940018000000011b)
    says(vm.mcwctl("inject srao"), "no error of the kind 'srao'")
    # This CPU model has no SUCCOR, and without it the kernel does not survive such an error.
    says(vm.mcwctl("inject srar"), "panics the machine")
    equal(injector_stats(vm), ["2", "0", "0"], "raised, untaken, refused")


@case("inject-srao", boots=ON_DEBUG, raises=True)
def inject_srao(vm):
    """The error is in the page of a live process that asked for early signals; the other CPU
    injects."""
    load_injector(vm)
    page, virt = victim(vm, "sleep")
    says(vm.sh(f"taskset 2 mcwctl inject srao --pid $(pidof mcwtest) --vaddr {virt:#x}"),
         f"{page:#x}", "an exception", status=0)
    signalled(vm, virt)
    same(one(vm.outcomes(1), "outcomes"), page=page, **KERNEL_ACTED)
    equal(vm.poisoned(page), [True], "poisoned")
    same(one(vm.records(), "records"), source=EXCEPTION, flags=INJECTED, addr=page, lane=SEVERE)


@case("inject-srar", boots=ON_DEBUG, raises=True)
def inject_srar(vm):
    """The error kills the child, but neither mcwctl nor the shell."""
    load_injector(vm)
    for cpu in (0, 1):
        says(vm.mcwctl(f"inject srar --cpu {cpu}"), "was killed: Bus error", status=0)
        record = vm.records()[-1]
        same(record, source=EXCEPTION, flags=INJECTED, severity=GRADE_AR, cpu=cpu)
        same(vm.outcomes(cpu + 1)[cpu], page=record["addr"], actor=o.KERNEL, action=o.OFFLINE,
             reason=o.DONE)
        equal(vm.poisoned(record["addr"]), [True], "poisoned")


@case("inject-fatal", boots=("plain", "debug"), long_boots=("newer",), raises=True, last=True)
def inject_fatal(vm):
    """mcwctl asks before a fatal error. With fake_panic the kernel only says that it would
    panic, and the record is there."""
    load_injector(vm)
    says(vm.mcwctl("inject fatal"), "panics the machine", "--yes", "PCC=1")
    equal(vm.records(), [], "records of what was not injected")
    says(vm.mcwctl("tolerant 3 --fake-panic"), "3: log only", "on: where the kernel", status=0)
    equal(vm.read(HOME + "/tolerant"), "3", "tolerant")
    says(vm.mcwctl("inject fatal"), f"{FATAL_TIMER:#x}", status=0)
    same(one(vm.records(), "records"), source=EXCEPTION, flags=INJECTED, severity=GRADE_PANIC,
         status=FATAL_TIMER, lane=SEVERE)
    expect(any("Fake kernel panic" in line for line in vm.log()), "the kernel says nothing")
    says(vm.mcwctl("tolerant 4"), "0 to 3", status=2)
    says(vm.mcwctl("tolerant 1"), "1: recover", status=0)
    vm.sh(f"echo 0 >{FAKE_PANIC}").ok()
    says(vm.mcwctl("tolerant"), "off: the kernel panics", status=0)


@case("tolerant-fake-panic", boots=ON_NEWER)
def tolerant_fake_panic(vm):
    """The kernel's switch goes on and off with the tool, is seen where it was left on, and whoever
    may not look is not told that it is off."""
    def seen():
        status = one(parse_json(vm.mcwctl("status --json").ok()), "objects")["fake_panic"]
        text = "fake_panic is on" in vm.mcwctl("status -v").ok()
        metric = re.search(r"^mcewarden_kernel_fake_panic (\d)$", vm.mcwctl("metrics").ok(), re.M)
        return vm.read(FAKE_PANIC), status, text, metric[1]

    vm.load()
    equal(seen(), ("0", False, False, "0"), "fake_panic, in JSON, in the text, in the metrics")
    says(vm.mcwctl("tolerant 3 --fake-panic"), "on: where the kernel", status=0)
    equal(seen(), ("1", True, True, "1"), "fake_panic, in JSON, in the text, in the metrics")
    says(vm.mcwctl("tolerant 1"), "1: recover", "on: where the kernel", status=0)
    says(vm.mcwctl("tolerant 1 --no-fake-panic"), "1: recover", "off: the kernel panics", status=0)
    equal(seen(), ("0", False, False, "0"), "fake_panic, in JSON, in the text, in the metrics")
    says(vm.mcwctl("tolerant --fake-panic --no-fake-panic"), "one of them", status=2)
    nobody = vm.sh("su nobody -s /bin/sh -c 'mcwctl tolerant'")
    says(nobody, "1: recover", "not known: Permission denied", status=0)
    expect("off:" not in nobody.output, nobody.output)
    says(vm.sh("su nobody -s /bin/sh -c 'mcwctl status -v'"), "only root may read them", "unknown", status=0)
    status = one(parse_json(vm.sh("su nobody -s /bin/sh -c 'mcwctl status --json'").ok()), "objects")
    equal((status["fake_panic"], status["banks_differ"], status["bank_list"][0]["owner"]),
          (None, None, "unknown"), "what another user is told")

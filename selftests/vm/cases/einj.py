# SPDX-License-Identifier: GPL-2.0
"""mcwctl inject --einj: what the kernel and the firmware are asked for."""

import einj
from machine import equal, expect
from registry import case
from steps import held_page, same

TYPES = 0x3c  # that the firmware offers: processor-fatal, and all of memory


@case("inject-einj", boots=("plain", "newer"), append=einj.APPEND, options=einj.OPTIONS)
def inject_einj(vm):
    """The kernel's own einj asks a firmware for errors: type, address and mask arrive; what the
    firmware, the kernel or mcwctl refuses says why."""
    page = held_page(vm)

    def says(arguments, words, status=1):
        result = vm.mcwctl("inject --einj " + arguments)
        equal(result.status, status, f"exit status: {result.output}")
        expect(words in result.output, f"{arguments}: {result.output}")

    einj.firmware(vm, TYPES)
    says(f"memory-corrected --addr {page:#x}", "the kernel's module is not loaded: modprobe einj")
    vm.modprobe("einj")
    says(f"memory-corrected --addr {page:#x} --dry-run", "nothing was written", 0)
    equal(einj.asked(vm)["executed"], 0, "executed by --dry-run")
    says(f"memory-corrected --addr {page:#x}", f"injected memory-corrected at {page:#x}\n", 0)
    equal(einj.asked(vm), {"executed": 1, "type": 8, "flags": 2, "address": page,
                           "mask": 0xfffffffffffff000}, "what the firmware was asked for")
    einj.firmware(vm, TYPES)
    says("processor-fatal --yes", "injected processor-fatal\n", 0)
    same(einj.asked(vm), executed=1, type=4, flags=1, address=0)
    einj.firmware(vm, TYPES)
    says("memory-fatal --addr 0x12345000", "give --yes")
    says("pcie-corrected", "does not offer pcie-corrected; it offers: processor-fatal, memory-cor")
    says(f"memory-corrected --addr {einj.ADDRESS:#x}",
         'is no memory: /proc/iomem calls it "Reserved"')
    equal(einj.asked(vm)["executed"], 0, "executed by those that were refused")
    einj.write(vm, einj.STATUS, b"\1\0\0\0")
    says(f"memory-uncorrected --addr {page:#x}", "the firmware failed")
    einj.write(vm, einj.STATUS, b"\0\0\0\0")
    einj.write(vm, einj.BUSY, b"\1\0\0\0")
    says(f"memory-uncorrected --addr {page:#x}", "the firmware did not answer in time")
    says(f"memory-uncorrected --addr {page:#x} --einj-dir /sys/kernel/debug/none/einj",
         "the kernel's module is not loaded")

# SPDX-License-Identifier: GPL-2.0
"""What is lost, by stage on the way from the hardware to a reader: stats/lost/, status, metrics."""

from errors import CORRECTED, CORRECTED_NO_MISC, MISC_PAGE, UCNA_NO_MISC
from machine import HOME, TEST, equal, expect, one, parse_json
from registry import ON_NEWER, case
from steps import burst, load_quiet, memory_controller, no_kernel_polls, same

OVER = 1 << 62
COUNT = 1 << 38  # in MCi_STATUS, of corrected errors
CMCI_P = 1 << 10


def losses(vm):
    """The stages that lost something."""
    lines = vm.sh(f"cd {HOME}/stats/lost && grep . *").ok().splitlines()
    expect(len(lines) == 16, f"files of stats/lost: {lines}")
    found = {name: int(value) for name, value in (line.split(":") for line in lines)}
    return {name: value for name, value in found.items() if value}


@case("losses-ring", boots=("plain", "debug"), long_boots=("newer",))
def losses_ring(vm):
    """Refused by a full severe lane, and overwritten before anybody read them: records that
    somebody has read do not count. The tool says the same."""
    load_quiet(vm, severe_records=64, other_records=64)
    equal(losses(vm), {}, "losses of a new load")
    vm.kernel_command(burst(200, UCNA_NO_MISC))
    vm.until("mcwtest lanes | grep 'lane=0 .* taken=64 '")
    vm.kernel_command(burst(100))
    found = losses(vm)
    same(found, ring_refused=136, ring_overwritten=36)
    vm.kernel_command(burst(10, UCNA_NO_MISC, 0x200000))
    same(losses(vm), ring_refused=136, ring_overwritten=46)
    equal(len(vm.records()), 128, "records read")
    vm.kernel_command(burst(30))
    same(losses(vm), ring_refused=136, ring_overwritten=46)
    vm.kernel_command(burst(100))
    same(losses(vm), ring_refused=136, ring_overwritten=46 + 66)
    # Somebody begins to read behind what was overwritten: that stays lost.
    equal(len(vm.records()), 128, "records read")
    found = losses(vm)
    same(found, ring_refused=136, ring_overwritten=112)
    expect("ring_refused 136" in vm.mcwctl("status").ok(), "status does not say what was refused")
    vm.sh("sleep 2.2").ok()  # until what the kernel's pool dropped is known
    said = one(parse_json(vm.mcwctl("status --json").ok()), "status as JSON")["lost"]
    equal({name: value for name, value in said.items() if value}, losses(vm), "lost in JSON")
    metrics = vm.mcwctl("metrics").ok()
    for name, value in said.items():
        expect(f'mcewarden_lost_total{{stage="{name}"}} {value}\n' in metrics, f"metrics of {name}")


@case("losses-reader")
def losses_reader(vm):
    """A reader that was overrun: what it missed, and what nobody has read."""
    load_quiet(vm, other_records=256)
    vm.sums(f"mcwtest late 0 '{burst(1000)}'")
    same(losses(vm), reader=744, ring_overwritten=744)
    # All of these were read by somebody; another reader misses a part.
    vm.kernel_command(burst(200))
    equal(len(vm.records()), 256, "records")
    same(losses(vm), reader=744, ring_overwritten=744)


@case("losses-mcelog")
def losses_mcelog(vm):
    """A full /dev/mcelog takes no more, and what is read from it is not unread."""
    load_quiet(vm, other_records=64)
    vm.kernel_command(burst(20))
    vm.until(f"test $(cat {HOME}/stats/mcelog/logged) = 20")
    vm.sh("mcwtest mcelog-read >/dev/null").ok()
    vm.kernel_command(burst(64))
    vm.until(f"test $(cat {HOME}/stats/worker_taken) = 84")
    found = losses(vm)
    same(found, mcelog=32)
    expect("ring_overwritten" not in found, f"records that /dev/mcelog gave: {found}")
    vm.kernel_command(burst(10))
    same(losses(vm), mcelog=42, ring_overwritten=10)


@case("losses-kernel-pool", boots=ON_NEWER)
def losses_kernel_pool(vm):
    """With interrupts off the kernel's pool keeps a part of a burst. The others count as lost once
    no record came for a second."""
    no_kernel_polls(vm)
    load_quiet(vm)
    before = int(vm.read(TEST + "/delivered"))
    vm.kernel_command(burst(1000))
    vm.until(f"test $(cat {TEST}/delivered) -gt {before}")
    vm.sh("sleep 2.2").ok()
    kept = int(vm.read(TEST + "/delivered")) - before
    expect(0 < kept < 1000, f"the kernel's pool kept {kept}")
    same(losses(vm), kernel_pool=1000 - kept)
    vm.kernel_command(burst(1))
    vm.sh("sleep 2.2").ok()
    same(losses(vm), kernel_pool=1000 - kept)


@case("losses-hardware", boots=("plain", "cmci"))
def losses_hardware(vm):
    """An overflow of a bank, and the count of corrected errors that banks with CMCI have."""
    load_quiet(vm)
    vm.kernel_command(burst(7, CORRECTED_NO_MISC | OVER))
    vm.kernel_command(burst(5, CORRECTED_NO_MISC & ~(0x7fff * COUNT) | 4 * COUNT))
    vm.kernel_command(burst(3, CORRECTED_NO_MISC & ~(0x7fff * COUNT) | COUNT))
    vm.until(f"test $(cat {HOME}/stats/worker_taken) = 15")
    found = losses(vm)
    counts = int(vm.read(HOME + "/mcg_cap"), 16) & CMCI_P
    equal(found.get("hardware_merged", 0), 15 if counts else 0, "merged by the hardware")
    same(found, hardware_overflow=7)


@case("losses-location")
def losses_location(vm):
    """Locations that were overwritten before anybody read them count by themselves."""
    no_kernel_polls(vm)
    load_quiet(vm, location_records=64)
    memory_controller(vm)
    for at in range(10):
        vm.kernel_command(f"burst 5 10 {CORRECTED:x} {(at + 1) << 20:x} {MISC_PAGE:x} 0 0")
        vm.until(f"test $(cat {HOME}/stats/location/committed) = {10 * (at + 1)}")
    found = losses(vm)
    same(found, location=100 - 64)
    expect("ring_overwritten" not in found, f"{found}")

# SPDX-License-Identifier: GPL-2.0
"""mcwctl decode reads what a real kernel prints."""

from errors import CORRECTED, LOCAL, MISC_PAGE, OVERFLOWN, SRAO_NO_MISC, UCNA_NO_MISC
from machine import equal, expect, parse_json
from registry import case
from steps import events

# The members that a record and its log lines share.
PRINTED = ("cpu", "bank", "status", "addr", "misc", "mcgstatus", "ip", "cs", "tsc", "synd", "ipid",
           "cpuvendor", "cpuid", "socketid", "apicid", "ppin", "microcode", "class", "text",
           "remarks")


def logged(vm, log, *options):
    return [o for o in parse_json(vm.mcwctl(" ".join(("decode --json", *options, log))).ok())
            if o["type"] == "decoded"]


@case("decode-log", boots=("plain", "newer", "amd"), raises=True)
def decode_log(vm):
    """The log's lines give the same records and grades as the device, and mcwctl needs no module
    for it."""
    vm.load()
    vm.kernel_command(f"burst 5 1 {CORRECTED:x} {vm.fresh():x} {MISC_PAGE:x} 0 0", cpu=1)
    vm.kernel_command(f"burst 4 1 {OVERFLOWN:x} {vm.fresh():x} 0 0 0")
    wanted = 2
    if not vm.is_amd():
        # The kernel prints these errors, because it can take no page for them.
        vm.kernel_command(f"burst 7 1 {UCNA_NO_MISC:x} {vm.fresh():x} 0 0 0", cpu=1)
        vm.inject(0, 6, SRAO_NO_MISC, LOCAL, vm.fresh(), 0)
        wanted = 4
    log = "/tmp/kernel.log"
    vm.until(f"dmesg >{log}; mcwctl read --json | grep -c '\"type\":\"event\"' | grep -x {wanted}"
             f" && tail -n 40 {log} | grep -c PROCESSOR | grep -x '[{wanted}-9]'")
    captured = events(vm)
    vm.unload()
    found = logged(vm, log, f"--mcgcap {captured[0]['mcgcap']}")[-wanted:]
    by_register = {(o["bank"], o["status"], o["addr"]): o for o in found}
    for event in captured:
        record = by_register.get((event["bank"], event["status"], event["addr"]))
        expect(record, f"bank {event['bank']} {event['status']} is not among {found}")
        # A register that the kernel leaves out where it is 0, or the CPU has none, is null.
        given = [key for key in PRINTED if record[key] is not None]
        expect(not set(PRINTED) - set(given) - {"synd", "ipid", "ppin"}, f"not given: {record}")
        # The emulated CPU is of a family that has scalable MCA, but it has none: the log cannot
        # know that, and names the unit.
        if vm.is_amd():
            given.remove("text")
        # The device's reader knows that its machine is virtual.
        record["remarks"] = [r for r in record["remarks"] if "the CPU is virtual" not in r]
        equal({key: record[key] for key in given}, {key: event[key] for key in given},
              f"bank {event['bank']}")
        equal([(place["grade"], place["rule"]) for place in record["grades"]],
              [(event["grade"], event["rule"])], f"grades of bank {event['bank']}")
        equal(record["mixed"], False, "mixed")
    text = vm.sh(f"tail -n 40 {log} | mcwctl decode -v -").ok()
    for word in ("Corrected error: ", "overflow: at least 1 other corrected error was not recorded",
                 "processor  " + ("AMD" if vm.is_amd() else "Intel"), "grade      KEEP"):
        expect(word in text, f"'{word}' is not said:\n{text}")

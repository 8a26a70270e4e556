# SPDX-License-Identifier: GPL-2.0
"""mcwctl report: the page about a machine that had errors."""

import smbios
from machine import equal, expect
from registry import case
from steps import load_injector, memory_controller


@case("report", boots=("plain",), raises=True, options=smbios.OPTIONS)
def report(vm):
    """A corrected error, and one whose data is lost: the page of the machine and that of a
    recording have the memory module with its serial number, the page that was taken, and the
    victim. Only the machine's has EDAC's counts."""
    load_injector(vm)
    memory_controller(vm)
    page = vm.hold("survivor 8")[0]
    vm.mcwctl("inject corrected --addr 0x12345000").ok()
    vm.mcwctl(f"inject srao --addr {page:#x}").ok()
    vm.mcwctl("follow last").ok()
    vm.mcwctl("record --no-follow /tmp/recording").ok()
    for options in ("", " --file /tmp/recording --edac /nowhere --dmi /nowhere"):
        text = vm.mcwctl("report" + options).ok()
        expect(text.startswith("<!DOCTYPE html>") and text.rstrip().endswith("</html>"), text[:500])
        wanted = ("P0_", "M393A2K40CB2-CTD", "00A1B2C", "1 corrected", "memory_lost: 1 with lost data",
                  f"page {page:#x}: taken offline by the kernel", "&quot;mcwtest&quot; pid ",
                  "got SIGBUS (BUS_MCEERR_AO)", "No record was lost")
        missing = [word for word in wanted if word not in text]
        expect(not missing, f"the page lacks {missing}: {text[:3000]}")
        equal("EDAC corrected" in text, not options, "EDAC's counts")

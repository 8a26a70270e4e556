# SPDX-License-Identifier: GPL-2.0
"""A machine whose firmware reports errors first: ACPI's table HEST has a source that the kernel
polls, and whoever writes to physical memory stands for the firmware."""

import atexit
import os
import struct
import tempfile
import uuid

# Memory that the kernel leaves alone. Its first word is the address of the report.
ADDRESS = 0x8000000
REPORT = ADDRESS + 0x100
REPORT_BYTES = 0x400
APPEND = f"memmap=64K${ADDRESS:#x} iomem=relaxed"
POLL_MS = 100

MEMORY_SECTION = uuid.UUID("a5bc1114-6f64-4ede-b863-3e83ed7c83b1").bytes_le
SEVERITIES = {"recoverable": 0, "fatal": 1, "corrected": 2, "none": 3}
# The bits that say that a member is valid.
PA, PA_MASK, NODE, CARD, MODULE, BANK, DEVICE, ROW, COLUMN = (1 << bit for bit in range(1, 10))
ERROR_TYPE, RANK, MODULE_HANDLE = 1 << 14, 1 << 15, 1 << 17


def table():
    """The table, without its header, in a file: a generic hardware error source."""
    register = struct.pack("<BBBBQ", 0, 64, 0, 4, ADDRESS)
    notification = struct.pack("<BBHIIIIII", 0, 28, 0, POLL_MS, 0, 0, 0, 0, 0)
    source = struct.pack("<HHHBBIII", 9, 0, 0xffff, 0, 1, 1, 1, REPORT_BYTES)
    source += register + notification + struct.pack("<I", REPORT_BYTES)
    handle, path = tempfile.mkstemp(prefix="mcewarden-ghes-")
    with os.fdopen(handle, "wb") as file:
        file.write(struct.pack("<I", 1) + source)
    atexit.register(os.unlink, path)
    return path


# Made once: cases whose machines have the same options share one.
OPTIONS = ("-acpitable", "sig=HEST,data=" + table())


def section(valid, address=0, mask=0, node=0, card=0, module=0, bank=0, device=0, row=0, column=0,
            error_type=0, rank=0, handle=0):
    """A memory section of a report, with its header."""
    body = struct.pack("<QQQQ8HQQQBBHHH", valid, 0, address, mask, node, card, module, bank, device,
                       row, column, 0, 0, 0, 0, error_type, 0, rank, 0, handle)
    head = MEMORY_SECTION + struct.pack("<IHBBI16s20s", SEVERITIES["corrected"], 0x201, 0, 0,
                                        len(body), b"", b"")
    return head + body


def report(vm, *sections, severity="corrected"):
    """Write a report to the guest's memory. The kernel takes it at its next poll, and clears its
    first word."""
    data = b"".join(sections)
    head = struct.pack("<IIII", 0, 0, len(data), SEVERITIES[severity])
    ready = struct.pack("<I", 1 << 1 | len(sections) << 4)  # corrected, and so many entries
    if severity != "corrected":
        ready = struct.pack("<I", 1 | len(sections) << 4)
    for address, words in ((REPORT + 4, head + data), (ADDRESS, struct.pack("<Q", REPORT)),
                           (REPORT, ready)):
        octal = "".join(f"\\{byte:03o}" for byte in words)
        vm.sh(f"printf '{octal}' | dd of=/dev/mem bs=4 seek={address // 4} conv=notrunc 2>&1").ok()

# SPDX-License-Identifier: GPL-2.0
"""A machine whose firmware injects errors on demand: ACPI's table EINJ has registers in memory that
the kernel leaves alone, and whoever reads that memory sees what the firmware was asked for."""

import atexit
import os
import struct
import tempfile

# Memory that the kernel leaves alone.
ADDRESS = 0x8000000
APPEND = f"memmap=64K${ADDRESS:#x} iomem=relaxed"

# Registers, by their offsets. The trigger's table has no actions.
TYPES, EXECUTE, BUSY, STATUS, TRIGGER_ADDRESS, PARAMETERS, TRIGGER = 0, 8, 16, 24, 32, 0x100, 0x200

READ_REGISTER, READ_VALUE, WRITE_REGISTER, WRITE_VALUE = range(4)
# (action, instruction, register, value, mask)
ACTIONS = ((1, READ_REGISTER, TRIGGER_ADDRESS, 0, (1 << 64) - 1),
           (3, READ_REGISTER, TYPES, 0, 0xffffffff),
           (8, WRITE_REGISTER, PARAMETERS, 0, 0xffffffff),
           (5, WRITE_VALUE, EXECUTE, 1, 0xff),
           (6, READ_VALUE, BUSY, 1, 1),
           (7, READ_REGISTER, STATUS, 0, 0xff))


def table():
    """The table, without its header, in a file."""
    data = struct.pack("<IIII", 12, 0, len(ACTIONS), 0)[:12]
    for action, instruction, offset, value, mask in ACTIONS:
        bits = 64 if offset == TRIGGER_ADDRESS else 32
        register = struct.pack("<BBBBQ", 0, bits, 0, 4 if bits == 64 else 3, ADDRESS + offset)
        data += struct.pack("<BBBB", action, instruction, 0, 0) + register
        data += struct.pack("<QQ", value, mask)
    handle, path = tempfile.mkstemp(prefix="mcewarden-einj-")
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    atexit.register(os.unlink, path)
    return path


# Made once: cases whose machines have the same options share one.
OPTIONS = ("-acpitable", "sig=EINJ,data=" + table())


def write(vm, offset, data):
    octal = "".join(f"\\{byte:03o}" for byte in data)
    vm.sh(f"printf '{octal}' | dd of=/dev/mem bs=4 seek={(ADDRESS + offset) // 4} conv=notrunc"
          " 2>&1").ok()


def firmware(vm, types):
    """The firmware as it is after the start, and offers these types."""
    write(vm, TYPES, struct.pack("<QQQQQ", types, 0, 0, 0, ADDRESS + TRIGGER))
    write(vm, PARAMETERS, bytes(40))
    write(vm, TRIGGER, struct.pack("<IIII", 16, 1, 16, 0))


def words(vm, offset, count):
    """Return words of 32 bits from the firmware's memory."""
    said = vm.sh(f"dd if=/dev/mem bs=4 skip={(ADDRESS + offset) // 4} count={count} 2>/dev/null"
                 " | od -An -v -tx4").ok()
    return [int(word, 16) for word in said.split()]


def asked(vm):
    """Return what the firmware was asked for: whether at all, type, flags, address and mask."""
    kind, _, flags, _, low, high, mask_low, mask_high = words(vm, PARAMETERS, 8)
    return {"executed": words(vm, EXECUTE, 1)[0], "type": kind, "flags": flags,
            "address": high << 32 | low, "mask": mask_high << 32 | mask_low}

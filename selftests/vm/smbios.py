# SPDX-License-Identifier: GPL-2.0
"""A machine whose firmware lists the DIMMs of mcw_edac.c: SMBIOS structures of type 17."""

import atexit
import os
import struct
import tempfile

DDR4 = 0x1a
# (locator, bank, size in MB, serial, part): as mcw_edac.c has them; the last slot is empty.
SLOTS = (("P0_A1", "NODE 0 CHANNEL 0", 1024, "00A1B2C3", "M393A2K40CB2-CTD"),
         ("P0_A2", "NODE 0 CHANNEL 0", 1024, "00000000", "M393A2K40CB2-CTD"),
         ("P0_B1", "NODE 0 CHANNEL 1", 1024, "00A1B2C5", "M393A2K40CB2-CTD"),
         ("P0_B2", "NODE 0 CHANNEL 1", 2048, "00A1B2C6", "M393A4K40CB2-CTD"),
         ("P0_C1", "NODE 0 CHANNEL 2", 0, "NO DIMM", "NO DIMM"))


def device(number, locator, bank, megabytes, serial, part):
    strings = (locator, bank, "Maker", serial, part)
    data = struct.pack("<BBHHHHHHBBBBBHHBBBBBIH", 17, 0x22, 0x1100 + number, 0x1000, 0xfffe, 72, 64,
                       megabytes, 9, 0, 1, 2, DDR4, 0, 3200, 3, 4, 0, 5, 2, 0, 2933)
    return data + b"".join(text.encode() + b"\0" for text in strings) + b"\0"


def files(slots):
    """A file for each structure, as the emulator takes them."""
    for number, slot in enumerate(slots):
        handle, path = tempfile.mkstemp(prefix="mcewarden-smbios-")
        with os.fdopen(handle, "wb") as file:
            file.write(device(number, *slot))
        atexit.register(os.unlink, path)
        yield path


def options(slots):
    """Those of a machine with memory modules in these slots."""
    return (*BOARD, *(word for path in files(slots) for word in ("-smbios", "file=" + path)))


def known(serial, version="1.2"):
    """Options of a machine whose modules all have serial numbers, the first one this, and whose
    BIOS has this version: so it is known after a reboot whether addresses mean the same."""
    slots = [(*SLOTS[number][:2], 1024, words, "M393A2K40CB2-CTD")
             for number, words in enumerate((serial, "00A1B2C4", "00A1B2C5", "00A1B2C6"))]
    return (*options(slots), "-smbios", f"type=0,vendor=BIOS maker,version={version}")


BOARD = ("-smbios", "type=2,manufacturer=Board maker,product=Board 1")
# Made once: cases whose machines have the same options share one.
OPTIONS = options(SLOTS)

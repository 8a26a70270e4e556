# SPDX-License-Identifier: GPL-2.0
"""A machine whose firmware has banks of its own, by ACPI's table HEST."""

import atexit
import os
import struct
import tempfile

FIRMWARE_BANKS = (3, 7)


def table():
    """The table, without its header, in a file."""
    source = struct.pack("<HHHBBII28xB3x", 1, 0, 0, 1, 1, 1, 1, len(FIRMWARE_BANKS))
    banks = b"".join(struct.pack("<B27x", bank) for bank in FIRMWARE_BANKS)
    handle, path = tempfile.mkstemp(prefix="mcewarden-hest-")
    with os.fdopen(handle, "wb") as file:
        file.write(struct.pack("<I", 1) + source + banks)
    atexit.register(os.unlink, path)
    return path


# Made once: cases whose machines have the same options share one.
OPTIONS = ("-acpitable", "sig=HEST,data=" + table())

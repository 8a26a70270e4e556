# SPDX-License-Identifier: GPL-2.0
"""A machine whose firmware translates addresses: the ACPI table of adxl.asl."""

import atexit
import os
import shutil
import subprocess
import tempfile

FAILS, SLOW = 0x70000000, 0x78000000  # from these addresses on
HERE = os.path.dirname(os.path.abspath(__file__))


def table():
    """Compile the table. Return its file; None without a compiler."""
    if not shutil.which("iasl"):
        return None
    directory = tempfile.mkdtemp(prefix="mcewarden-adxl-")
    atexit.register(shutil.rmtree, directory, True)
    prefix = os.path.join(directory, "adxl")
    subprocess.run(["iasl", "-vr", "-p", prefix, os.path.join(HERE, "adxl.asl")], check=True,
                   stdout=subprocess.DEVNULL)
    return prefix + ".aml"


def place(addr):
    """What the firmware says of an address."""
    return (f"ProcessorSocketId:0x0 MemoryControllerId:{addr >> 14 & 1:#x}"
            f" ChannelId:{addr >> 12 & 1:#x} DimmSlotId:{addr >> 13 & 1:#x} PhysicalRankId:0x1"
            f" Row:{addr >> 16:#x} Column:{addr >> 3 & 0x1ff:#x}")


TABLE = table()
# Made once: cases whose machines have the same options share one.
OPTIONS = ("-acpitable", "file=" + TABLE) if TABLE else ()

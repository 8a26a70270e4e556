# SPDX-License-Identifier: GPL-2.0
"""The figure of mcwctl decode: callgrind counts the instructions of a record in a kernel's log.

A long log less a short one leaves out what the tool does once. The records are corrected errors of
several CPUs and banks, each with an address of its own, so that none is folded into another.
"""

import os
import re
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
FIGURE = "decode_record"
SHORT, LONG = 500, 2000
ERRORS = ((7, 0x8c00004000010090), (8, 0x8c00004000010091), (9, 0x9c000040000800c1),
          (0, 0x9000004000010005), (3, 0x8c20000000010135))


class Broken(Exception):
    """Something did not work that should have: a reason to fail."""


def log(records):
    """Return the lines of the kernel about so many corrected errors."""
    lines, number = [], 1
    for n in range(records):
        number = (number * 6364136223846793005 + 1442695040888963407) % 2**64
        bank, status = ERRORS[(number >> 33) % len(ERRORS)]
        cpu = (number >> 40) % 64
        mark = f"[{100 + n // 20:5}.{n % 20 * 50000:06}] mce: [Hardware Error]: "
        lines += [f"{mark}CPU {cpu}: Machine Check: 0 Bank {bank}: {status:016x}",
                  f"{mark}TSC 0 ADDR {(number >> 28) & ~0x3f:x} MISC {number >> 16:x} ",
                  f"{mark}PROCESSOR 0:306f2 TIME {1700000000 + n // 20} SOCKET {cpu // 32}"
                  f" APIC {cpu:x} microcode 43"]
    return "\n".join(lines) + "\n"


def count(program, records):
    # Every zone but this one is read from a file.
    said = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
                           program, "decode", "-"], input=log(records), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, env={**os.environ, "TZ": "UTC0"},
                          check=False)
    found = re.search(r"Collected : (\d+)", said.stderr)
    if said.returncode or not found or said.stdout.count("\nstatus ") != records:
        raise Broken(f"mcwctl decode did not read {records} records:\n" + said.stderr[-2000:])
    return int(found[1])


def measure():
    """Return {figure: instructions a record}. Raises Broken."""
    made = subprocess.run(["make", "-s", "-C", TOP, "tools"], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    if made.returncode:
        raise Broken("make tools:\n" + made.stdout[-4000:])
    program = os.path.join(TOP, "scripts", "mcwctl", "mcwctl")
    return {FIGURE: (count(program, LONG) - count(program, SHORT)) // (LONG - SHORT)}


if __name__ == "__main__":
    print(measure())

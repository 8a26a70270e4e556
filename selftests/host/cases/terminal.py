# SPDX-License-Identifier: GPL-2.0
"""What mcwctl shows on a terminal of the machine."""

import re

from catalog import case
from expect import Failed, equal, expect
from steps import hit

SCREEN = "/tmp/screen"  # all that was written to the terminal
KEYS = "/tmp/keys"
TTY = "/tmp/tty"
HOME = "\033[H"
TAKE, GIVE = "\033[?1049h", "\033[?1049l"
CODES = re.compile(r"\033\[[?0-9;]*[A-Za-z]")


def on_terminal(vm, rows, columns, command):
    """What a command writes to a terminal of that size."""
    vm.sh(f"TERM=xterm script -q -e -c 'stty rows {rows} cols {columns} && {command}' {SCREEN}"
          " >/dev/null").ok()
    return said(vm)


def said(vm):
    # script has a line of its own before and after.
    return vm.sh(f"tail -n +2 {SCREEN} | sed '/^Script done on/d'").ok().replace("\r", "")


def lines_of(text):
    return CODES.sub("", text).rstrip("\n").split("\n")


def fits(lines, rows, columns):
    return len(lines) <= rows and max(map(len, lines)) <= columns


@case("terminal-status", tags=("full",))
def terminal_status(vm):
    """mcwctl status on a terminal: the worst finding first, in words and in its colour, on one
    screen; the counters only with -v. In a pipe there are no colours."""
    vm.load()
    hit(vm, vm.fresh())
    text = on_terminal(vm, 24, 80, "mcwctl status")
    lines = lines_of(text)
    expect(fits(lines, 23, 80), f"it does not fit beside a prompt: {lines}")
    expect(re.match(r"\033\[[0-9;]+m", text), f"no colour at the beginning: {text!r}")
    level, sentence = lines[0].split(None, 1)
    expect(level in ("warning", "critical") and len(sentence.split()) > 3, f"the first line: {lines[0]}")
    plain = vm.mcwctl("status").output
    expect("\033" not in plain and plain.startswith(level), f"in a pipe: {plain!r}")
    expect(re.search(r"^errors +1 uncorrected or deferred", plain, re.MULTILINE), plain)
    expect("committed" not in plain and "committed" in vm.mcwctl("status -v").output, "the counters")


class Top:
    """mcwctl top on a terminal of its own."""

    def __init__(self, vm, rows, columns):
        self.vm, self.seen = vm, 0
        self.vm.sh(f"rm -f {KEYS} {SCREEN} {TTY} {TTY}.ended; mkfifo {KEYS}").ok()
        # Somebody must hold the pipe open for writing, or the first key would end the input.
        self.vm.sh(f"sleep 3600 >{KEYS} & (TERM=xterm script -q -f -e -c 'stty rows {rows} cols {columns};"
                   f" tty >{TTY}; exec mcwctl top --interval 1' {SCREEN} <{KEYS} >/dev/null;"
                   f" echo $? >{TTY}.ended) &").ok()

    def shows(self, pattern, rows, columns):
        """Wait for a whole screen of this size with the pattern, after the last one that was waited
        for. Return its lines."""
        for _ in range(60):
            screens = said(self.vm).split(HOME)[1:-1]
            for number in range(self.seen, len(screens)):
                lines = lines_of(screens[number])
                if fits(lines, rows, columns) and re.search(pattern, "\n".join(lines), re.MULTILINE):
                    self.seen = number + 1
                    return lines
            self.vm.sh("sleep 1").ok()
        raise Failed(f"no '{pattern}' in {rows} lines of {columns} columns on: {screens[-1:]}")

    def resize(self, rows, columns):
        self.vm.sh(f"stty -F $(cat {TTY}) rows {rows} cols {columns}").ok()

    def key(self, key):
        self.vm.sh(f"printf '{key}' >{KEYS}").ok()


@case("terminal-top", tags=("full",))
def terminal_top(vm):
    """mcwctl top shows errors while they come: rates, places and records. It follows the size of
    the terminal, and q ends it. The module can be unloaded meanwhile."""
    vm.load()
    top = Top(vm, 24, 80)
    top.shows("^records +none", 24, 80)
    raised = vm.corrected(3)
    lines = top.shows("^other errors .* 3 +3$", 24, 80)
    expect(any(re.match(r" *0 +5 .* 3 ", line) for line in lines), f"CPU 0 bank 5: {lines}")
    equal([address for address in raised if not any(hex(address) in line for line in lines)], [],
          f"errors that are not among the records of {lines}")
    vm.corrected()
    top.shows(r"^other errors +(?!0\.0 )[0-9.]+ +[1-4] +4$", 24, 80)
    top.resize(40, 120)
    vm.corrected(20)
    top.shows("^other errors .* 24$(.*\n){24}", 40, 120)
    top.resize(10, 40)
    top.shows("^other errors", 10, 40)
    vm.sh("rmmod mcewarden").ok()
    top.shows("the module is not loaded", 10, 40)
    vm.load()
    top.shows("^other errors", 10, 40)
    top.key("q")
    equal(vm.until(f"cat {TTY}.ended").strip(), "0", "how it ended")
    # What it had to complain of while the module was unloaded comes after its screen.
    taken, given = said(vm).split(GIVE)
    expect(taken.count(TAKE) == 1 and "\033" not in given, f"the end: {given!r}")
    vm.sh("pkill -x sleep; true").ok()

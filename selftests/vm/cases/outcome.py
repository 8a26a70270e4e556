# SPDX-License-Identifier: GPL-2.0
"""mcwctl shows what was done: outcomes under their events, and pages with their history."""

import re

from errors import CORRECTED, MISC_PAGE, UCNA
from machine import HOME, equal, expect, one, parse_json
from registry import tagged
from steps import TIME, both_wait, corrected, events, load_quiet, settled

case = tagged("text")


def hexadecimal(page):
    return f"0x{page:016x}"


@case("mcwctl-outcome")
def mcwctl_outcome(vm):
    """Each outcome is printed once, under its event, although other records came between."""
    uncorrected, worn = vm.hold("hold 2")
    load_quiet(vm, page_ce_threshold=2)
    vm.kernel_command(f"plant 7 {UCNA:x} {uncorrected:x} {MISC_PAGE:x}")
    vm.kernel_command("poll 80 0")
    corrected(vm, worn, 2)
    corrected(vm, worn + 4096 * 1000, 1)
    vm.outcomes(2)
    lines = vm.mcwctl("read").ok().splitlines()
    equal(len(lines), 6, f"lines of {lines}")
    expect("UCNA" in lines[0] and f"{uncorrected:x}" in lines[0], f"the first line: {lines[0]}")
    equal(lines[1], f"    page {uncorrected:#x}: taken offline by the kernel; dirty LRU page: recovered",
          "below it")
    equal(lines[4], f"    page {worn:#x}: soft-offlined by the module; 2 corrected errors",
          "below the second corrected error")
    # The outcome has no event to stand under, because a filter leaves out its lane or the event.
    lines = vm.mcwctl("read -v --lane notice").ok().splitlines()
    equal(len(lines), 2, f"lines of {lines}")
    expect(re.fullmatch(TIME + f" outcome of severe 0: page {uncorrected:#x}: taken offline by the"
                        " kernel; dirty LRU page: recovered", lines[0]), lines[0])
    expect(re.fullmatch(TIME + " outcome of other 1: .* 2 corrected errors", lines[1]), lines[1])
    lines = vm.mcwctl("read --lane other").ok().splitlines()
    equal([line for line in lines if line.startswith(" ") or "outcome" in line], [], "outcomes")
    equal(len(vm.mcwctl("read --count 2").ok().splitlines()), 2, "lines of --count 2")
    found = parse_json(vm.mcwctl("read --json --lane notice").ok())
    wanted = {"type": "outcome", "lane": "notice", "lost": 0, "grade": "KEEP",
              "page": hexadecimal(worn), "actor": "module", "action": "soft_offline", "errno": 0,
              "reason": "done", "disposition": "none", "tries": 1, "count": 2, "tolerant": 1, "pos": 1}
    equal({key: found[1].get(key) for key in wanted}, wanted, "the second outcome")
    of_record = {(event["lane"], event["pos"]): event for event in events(vm)}
    for outcome in found:
        of = outcome["of"]
        equal(of_record[of["lane"], of["pos"]]["mono_ns"], of["mono_ns"], "time of the event")
    expect(found[0]["rule"] and found[1]["rule"], f"no rule in {found}")


@case("mcwctl-outcome-monitor")
def mcwctl_outcome_monitor(vm):
    """monitor prints each new outcome as a line of its own at once, and old ones like read."""
    first, second = vm.hold("hold 2")
    load_quiet(vm, page_ce_threshold=1)
    corrected(vm, first, 1)
    vm.outcomes(1)
    vm.sh("mcwctl monitor >/tmp/all 2>&1 & mcwctl monitor --json --new >/tmp/new 2>&1 &").ok()
    vm.until("grep -c soft-offlined /tmp/all")
    both_wait(vm)
    corrected(vm, second, 1)
    vm.until("test $(grep -c soft-offlined /tmp/all) = 2 && test $(grep -c outcome /tmp/new) = 1")
    lines = vm.read("/tmp/all").splitlines()
    equal(len(lines), 4, f"lines of {lines}")
    equal(lines[1], f"    page {first:#x}: soft-offlined by the module; 1 corrected error", "past")
    expect(re.fullmatch(TIME + f" outcome of other 1: page {second:#x}: soft-offlined by the module;"
                        " 1 corrected error", lines[3]), lines[3])
    equal([o["type"] for o in parse_json(vm.read("/tmp/new"))], ["event", "outcome"], "as JSON")


@case("mcwctl-pages")
def mcwctl_pages(vm):
    moved, refused, lost = vm.hold("hold 3")
    load_quiet(vm, page_ce_threshold=3, page_budget=1)
    equal(vm.mcwctl("pages").ok(), "", "pages before any error")
    corrected(vm, moved, 3)
    settled(vm, 3)
    vm.kernel_command(f"plant 7 {UCNA:x} {lost:x} {MISC_PAGE:x}")
    vm.kernel_command("poll 80 0")
    corrected(vm, refused, 3)
    corrected(vm, refused, 2)
    counting = 0x9000000000
    corrected(vm, counting, 2)
    settled(vm, 10)
    vm.outcomes(3)
    found = {o["page"]: o for o in parse_json(vm.mcwctl("pages --json").ok())}
    equal({page: (o["type"], o["state"], o["count"], [h["reason"] for h in o["history"]])
           for page, o in found.items()},
          {hexadecimal(moved): ("page", "soft_offline", 0, ["done"]),
           hexadecimal(lost): ("page", "offline", 0, ["done"]),
           hexadecimal(refused): ("page", "left", 2, ["budget"]),
           hexadecimal(counting): ("page", "counting", 2, [])}, "pages")
    equal(list(found), sorted(found), "by address")
    expect(found[hexadecimal(counting)]["since"] < found[hexadecimal(counting)]["last"],
           f"times of {found}")
    text = vm.mcwctl("pages").ok()
    for line in (f"{hexadecimal(moved)} soft offline", f"{hexadecimal(lost)} offline",
                 rf"{hexadecimal(counting)} counting; 2 corrected errors since {TIME}, the last at"
                 f" {TIME}",
                 f"    {TIME} outcome of other 5: page {refused:#x}: nothing done: page_budget is"
                 " used up; 3 corrected errors"):
        expect(re.search(f"^{line}$", text, re.MULTILINE), f"no line '{line}' in:\n{text}")
    vm.unload()
    result = vm.mcwctl("pages")
    expect(result.status == 3 and "load mcewarden first" in result.output, f"without the module: {result.output}")


@case("mcwctl-pages-all")
def mcwctl_pages_all(vm):
    """With a full table each page is listed once."""
    load_quiet(vm)
    start, count = 0x9000000000, 5000
    vm.kernel_command(f"sweep 5 {count} {CORRECTED:x} {start:x} {MISC_PAGE:x} 1000")
    settled(vm, count)
    vm.sh("mcwctl pages >/tmp/pages").ok()
    words = [vm.sh(command).ok().strip() for command in (
        "wc -l </tmp/pages", "cut -d' ' -f1 /tmp/pages | sort -u | wc -l",
        "head -n 1 /tmp/pages | cut -d' ' -f1", "tail -n 1 /tmp/pages | cut -d' ' -f1")]
    equal(words, ["4096", "4096", hexadecimal(start + (count - 4096) * 4096),
                  hexadecimal(start + (count - 1) * 4096)], "lines, different ones, first, last")


@case("mcwctl-status-pages")
def mcwctl_status_pages(vm):
    vm.load(page_ce_window=60)
    expect("corrected errors of a page: soft-offlined at 10 within 60 s" in
           vm.mcwctl("status -v").ok(), "status does not say the rule")
    vm.sh(f"echo 0 >{HOME}/page_ce_threshold").ok()
    expect("corrected errors of a page: not counted" in vm.mcwctl("status -v").ok(), "off")
    status = one(parse_json(vm.mcwctl("status --json").ok()), "objects")
    equal([status[key] for key in ("page_ce_threshold", "page_ce_window", "ras_cec")],
          [0, 60, False], "status --json")

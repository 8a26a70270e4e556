# SPDX-License-Identifier: GPL-2.0
"""Which functions of the modules the cases reach.

selftests/vm/run --coverage DIR has the modules built so that each block of code marks that it ran,
in memory that the emulator shares with a file in DIR (covered.c, mcw_cover.c). Each build has its
own file, and keeps it over runs: so runs of many boots and parts add up. With --reached it is a
failure that a function was never reached, if NEVER does not say why.
"""

import glob
import hashlib
import os
import re
import shutil
import subprocess

MARKS = 0x80000  # bytes of each module, as in covered.c
MODULES = ("mcewarden", "mcewarden_inject")
TRACE = "__sanitizer_cov_trace_pc"
# Functions stay functions, and all are in one section.
FLAGS = ("-fsanitize-coverage=trace-pc -fno-inline-small-functions -fno-inline-functions"
         " -fno-inline-functions-called-once -fno-partial-inlining -fno-ipa-sra -fno-ipa-icf"
         " -fno-reorder-functions -fno-reorder-blocks-and-partition")
OURS = re.compile("module/|include/mcewarden/")
# KASAN's constructors and the room before functions are in our files, but not of them.
COMPILERS = re.compile("_sub_|__pfx_")
CALL = re.compile(rf"^\s*([0-9a-f]+): R_X86_64_PLT32\s+{TRACE}-0x4", re.M)

# (file, function): why no case of check-full reaches it.
NEVER = {
    ("module/mce_config.c", "ask_file"):
        "for a kernel that keeps ignore_ce and cmci_disabled in an unknown way; from 5.10 to 7.3 none does",
    ("module/page_state.c", "mcw_page_is_recoverable"):
        "for vm.panic_on_unrecoverable_memory_failure, so from 7.3 on; check-matrix has it, by"
        " newest/kernel-page-would-panic",
    ("module/tap_smca.c", "note_found_bank"):
        "a copy of a header's function that a debug kernel's build has; tap.c's copy is reached",
    ("module/tap_smca.c", "write_record_regs"): "as note_found_bank",
    ("module/dev_mmap.c", "__is_vma_write_locked"): "the kernel's, from a header",
}

directory = None  # pylint: disable=invalid-name


def prepare_tree(tree):
    """Add to the copy of a tree what such a build has more."""
    # -g for the names of files: the debug kernels have none.
    lines = ["", f"ccflags-y += -g {FLAGS}"]
    for module in MODULES:
        name = f"module/covered_{module}"
        shutil.copyfile(os.path.join(tree, "selftests/vm/covered.c"), os.path.join(tree, name + ".c"))
        lines += [f"{module}-y += {name}.o",
                  f"CFLAGS_REMOVE_{name}.o = {FLAGS} $(CC_FLAGS_FTRACE)"]
        # Kernels know a file by its name alone here.
        base = os.path.basename(name)
        lines += [f"{sanitizer}_SANITIZE_{base}.o := n" for sanitizer in ("KASAN", "KCSAN", "UBSAN")]
        lines += [f"KCOV_INSTRUMENT_{base}.o := n"]
    with open(os.path.join(tree, "Kbuild"), "a", encoding="utf-8") as kbuild:
        kbuild.write("\n".join(lines) + "\n")


def keep(version, paths):
    """Keep the modules of a build, with their marks. Return the emulator's options for it."""
    digest = hashlib.sha256()
    for path in paths:
        with open(path, "rb") as file:
            digest.update(file.read())
    place = os.path.join(directory, f"{version}-{digest.hexdigest()[:12]}")
    os.makedirs(place, exist_ok=True)
    for path in paths:
        shutil.copyfile(path, os.path.join(place, os.path.basename(path)))
    marks = os.path.join(place, "marks")
    with open(marks, "ab") as file:
        file.truncate(2 * MARKS)
    return ["-object", f"memory-backend-file,id=marks,share=on,size={2 * MARKS},mem-path={marks}",
            "-device", "ivshmem-plain,memdev=marks"]


def output(*command, data=None):
    return subprocess.run(command, input=data, stdout=subprocess.PIPE, text=True, check=True).stdout


def functions(path):
    """[(begin, end, name)] of a module, in order."""
    found = []
    for line in output("nm", "-S", "--defined-only", path).splitlines():
        words = line.split()
        if len(words) == 4 and words[2] in "tT":
            begin = int(words[0], 16)
            found.append((begin, begin + int(words[1], 16), words[3]))
    return sorted(found)


def sources(path, addresses):
    """{address: file:line}, from the tree's top."""
    said = output("addr2line", "-j", ".text", "-e", path, data="".join(f"{at:#x}\n" for at in addresses))
    return dict(zip(addresses, (re.sub(r"^.*/(?=(module|include)/)", "", line.split(" (")[0])
                                for line in said.splitlines())))


def blocks(path, marks):
    """Yield (function, file:line of the function, (blocks, of which were reached))."""
    code = output("objdump", "-dr", "-j", ".text", path)
    known = functions(path)
    anchor = next(begin for begin, _, name in known if name == TRACE)
    calls = sorted(int(at, 16) + 4 for at in CALL.findall(code))
    places = sources(path, [begin for begin, _, _ in known])
    for begin, end, name in known:
        inside = [at for at in calls if begin < at <= end]
        if inside and OURS.match(places[begin]) and not COMPILERS.match(name):
            yield name, places[begin], (len(inside), sum(marks[at - anchor + MARKS // 2] for at in inside))


def collect():
    """{(file, function): (line, blocks, reached)}: the build in which most of its blocks were."""
    found = {}
    for place in sorted(glob.glob(os.path.join(directory, "*", "marks"))):
        with open(place, "rb") as file:
            marks = file.read()
        for number, module in enumerate(MODULES):
            path = os.path.join(os.path.dirname(place), module + ".ko")
            for name, source, (total, reached) in blocks(path, marks[number * MARKS:(number + 1) * MARKS]):
                file, _, line = source.rpartition(":")
                key = (file, re.sub(r"\.(constprop|isra|part|cold).*", "", name))
                if reached >= found.get(key, (0, 0, -1))[2]:
                    found[key] = (line, total, reached)
    return found


def never_reached(found):
    """[(file, line, function)]"""
    return sorted((file, int(line), name) for (file, name), (line, _, reached) in found.items()
                  if not reached)


def unexplained(found):
    """Those of never_reached() that NEVER does not know."""
    return [one for one in never_reached(found) if (one[0], one[2]) not in NEVER]


def table(found):
    """Yield lines: sums, and each function that was never reached."""
    never = never_reached(found)
    yield (f"# coverage: {len(found) - len(never)} of {len(found)} functions,"
           f" {sum(one[2] for one in found.values())} of {sum(one[1] for one in found.values())} blocks")
    for file, line, name in never:
        why = NEVER.get((file, name))
        yield f"# never reached: {name} ({file}:{line}){': ' + why if why else ''}"

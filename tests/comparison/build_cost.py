"""What building costs: processor time and memory of each crate, size of the binary, and how long it takes to start.

    python3 tests/comparison/build_cost.py [--release] [--jobs N]

Builds `prod` from nothing in a folder below `target/`, then once more after a change in each of our crates, and prints tables
in Markdown. Needs nothing but Python and Cargo. Processor time and memory are those of the compiler, crate by crate: this
script is also the wrapper that Cargo runs it through. Other work on the machine lengthens the seconds, not the processor time.
"""

import argparse
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
NOTES = "BLOGSTACK_BUILD_COST"
OURS = {
    "blogstack-core": "blogstack-core/src/lib.rs",
    "blogstack-aws": "blogstack-aws/src/lib.rs",
    "blogstack-sim": "blogstack-aws/sim/src/lib.rs",
    "programs": "programs/src/lib.rs",
}


def wrap(command):
    """Runs the compiler, and notes what it used."""
    # The compiler asks Cargo for a place among its jobs, over files that it inherits.
    code = subprocess.run(command, close_fds=False).returncode
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    if "--crate-name" in command:
        name = command[command.index("--crate-name") + 1]
        with open(os.environ[NOTES], "a") as notes:
            notes.write(f"{name} {used.ru_utime + used.ru_stime:.2f} {used.ru_maxrss // 1024}\n")
    return code


def build(arguments, folder):
    """Builds, and tells the seconds and what each crate used: processor seconds and MiB."""
    notes = folder / "notes.txt"
    notes.unlink(missing_ok=True)
    environment = {**os.environ, NOTES: str(notes), "RUSTC_WRAPPER": str(folder / "wrapper"), "CARGO_TARGET_DIR": str(folder)}
    command = ["cargo", "build", "--quiet", "-p", "programs", "--bin", "prod"]
    command += ["--release"] if arguments.release else []
    command += ["--jobs", str(arguments.jobs)] if arguments.jobs else []
    begun = time.monotonic()
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    seconds = time.monotonic() - begun
    crates = {}
    for line in notes.read_text().splitlines() if notes.exists() else []:
        name, cpu, memory = line.split()
        before = crates.get(name, (0.0, 0))
        crates[name] = (before[0] + float(cpu), max(before[1], int(memory)))
    return seconds, crates


def total(crates):
    return sum(cpu for cpu, _ in crates.values())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--release", action="store_true", help="the release profile instead of the one for development")
    parser.add_argument("--jobs", type=int, help="how many crates at a time")
    arguments = parser.parse_args()
    profile = "release" if arguments.release else "debug"
    folder = ROOT / "target" / f"build-cost-{profile}"
    folder.mkdir(parents=True, exist_ok=True)
    wrapper = folder / "wrapper"
    wrapper.write_text(f"#!/bin/sh\nexec '{sys.executable}' '{pathlib.Path(__file__).resolve()}' --as-wrapper \"$@\"\n")
    wrapper.chmod(0o755)
    shutil.rmtree(folder / profile, ignore_errors=True)

    seconds, crates = build(arguments, folder)
    print("| | seconds | CPU seconds | crates |\n| --- | ---: | ---: | ---: |")
    print(f"| all from nothing | {seconds:.0f} | {total(crates):.0f} | {len(crates)} |")
    for name, path in OURS.items():
        source = ROOT / path
        text = source.read_text()
        try:
            source.write_text(text + "\n// A change.\n")
            seconds, changed = build(arguments, folder)
        finally:
            source.write_text(text)
        print(f"| after a change in `{name}` | {seconds:.1f} | {total(changed):.1f} | {len(changed)} |")

    print("\n| crate | CPU seconds | peak MiB |\n| --- | ---: | ---: |")
    costly = sorted(crates.items(), key=lambda crate: -crate[1][0])
    for name, (cpu, memory) in costly:
        if cpu >= 5 or name.startswith("aws_sdk"):
            print(f"| `{name}` | {cpu:.0f} | {memory} |")

    binary = folder / profile / "prod"
    starts = []
    for _ in range(20):
        begun = time.monotonic()
        subprocess.run([binary, "--help"], check=True, capture_output=True)
        starts.append(time.monotonic() - begun)
    print(f"\n`prod`: {binary.stat().st_size / 2**20:.1f} MiB; starts in {sorted(starts)[10] * 1000:.1f} ms.")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--as-wrapper"]:
        sys.exit(wrap(sys.argv[2:]))
    main()

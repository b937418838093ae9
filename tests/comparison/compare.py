"""The same work by blogstack, Terraform and boto3, each against a moto server of its own: calls, time, processor time, memory.

Usage, on a quiet machine, after `cargo build --release -p programs`:

    python3 -m venv target/comparison
    target/comparison/bin/pip install -r tests/python/moto.txt
    target/comparison/bin/python tests/comparison/compare.py [--rounds 3] [--network target/release/network]

Terraform takes part where it is installed and its AWS provider lies in the folder that TF_PLUGIN_MIRROR names, or in the usual
one. Prints a table in Markdown; each figure is the median of the rounds. Linux only: it reads /proc.
"""

import argparse
import os
import pathlib
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent
STEPS = ["create", "plan", "destroy"]
MIRRORS = [os.environ.get("TF_PLUGIN_MIRROR"), "/opt/tf-plugins", "/usr/share/terraform/plugins", "~/.terraform.d/plugins"]


class Moto:
    """A server of one's own, whose access log tells how many calls there were."""

    def __init__(self, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.log = folder / "moto.log"
        server = pathlib.Path(sys.executable).parent / "moto_server"
        with open(self.log, "w") as log:
            command = [str(server), "-H", "127.0.0.1", "-p", str(self.port)]
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        self.url = f"http://127.0.0.1:{self.port}"
        self.warm()

    def warm(self):
        """The first call of a service loads it, which takes seconds; that is nobody's time."""
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{self.url}/moto-api/data.json", timeout=60).read()
                break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
        by_hand = subprocess.run([sys.executable, "-c", WARM], env=environment(self.url))
        by_hand.check_returncode()

    def calls(self):
        return sum(1 for line in self.log.read_text().splitlines() if " HTTP/1.1\" " in line)

    def stop(self):
        self.process.terminate()
        self.process.wait()


WARM = """
import boto3
ec2 = boto3.client("ec2", region_name="eu-west-1")
ec2.describe_images(Owners=["amazon"]); ec2.describe_instances(); ec2.describe_instance_types()
boto3.client("sts", region_name="eu-west-1").get_caller_identity()
boto3.client("ssm", region_name="eu-west-1").get_parameter(
    Name="/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64")
"""


def environment(url, **more):
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    account = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "eu-west-1"}
    return kept | account | {"AWS_ENDPOINT_URL": url, "AWS_EC2_METADATA_DISABLED": "true", "HOME": "/nonexistent"} | more


class Memory(threading.Thread):
    """The largest sum of the resident memory of a process and all below it, looked at every 10 ms."""

    def __init__(self, root):
        super().__init__(daemon=True)
        self.root, self.peak = root, 0
        self.start()

    def run(self):
        while pathlib.Path(f"/proc/{self.root}").exists():
            self.peak = max(self.peak, sum(map(resident, family(self.root))))
            time.sleep(0.01)


def family(root):
    found = [root]
    for process in found:
        try:
            for task in os.listdir(f"/proc/{process}/task"):
                children = pathlib.Path(f"/proc/{process}/task/{task}/children").read_text()
                found.extend(map(int, children.split()))
        except OSError:
            pass
    return found


def resident(process):
    try:
        pages = int(pathlib.Path(f"/proc/{process}/statm").read_text().split()[1])
        return pages * resource.getpagesize()
    except (OSError, IndexError):
        return 0


def measured(moto, command, folder, env):
    calls, used, begun = moto.calls(), processor(), time.monotonic()
    output = folder / "output.log"
    with open(output, "w") as out:
        process = subprocess.Popen(command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        memory = Memory(process.pid)
        code = process.wait()
    took = time.monotonic() - begun
    if code != 0:
        sys.exit(f"{command}: exit code {code}\n{output.read_text()}")
    memory.join()
    return {"calls": moto.calls() - calls, "s": took, "CPU s": processor() - used, "MiB": memory.peak / 2**20}


def processor():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def ours(binary):
    def commands(folder, url):
        home = {"HOME": str(folder), "XDG_STATE_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
        network = [str(binary), "--target", url, "--state", str(folder / "state")]
        return environment(url, **home), {
            "create": [*network, "up", "--yes"],
            "plan": [*network, "preview", "--expect-no-changes"],
            "destroy": [*network, "destroy", "--yes"],
        }

    return commands


def by_hand(folder, url):
    script = [sys.executable, str(HERE / "by_hand.py")]
    return environment(url), {step: [*script, step, str(folder / "ids.json")] for step in STEPS}


def terraform(mirror):
    def commands(folder, url):
        shutil.copy(HERE / "main.tf", folder)
        settings = folder / "settings.tfrc"
        settings.write_text(f'provider_installation {{\n  filesystem_mirror {{\n    path = "{mirror}"\n  }}\n}}\n')
        env = environment(url, TF_CLI_CONFIG_FILE=str(settings), CHECKPOINT_DISABLE="1", HOME=str(folder))
        subprocess.run(["terraform", "init", "-input=false"], cwd=folder, env=env, check=True, stdout=subprocess.DEVNULL)
        quiet = ["-input=false", "-no-color"]
        return env, {
            "create": ["terraform", "apply", "-auto-approve", *quiet],
            "plan": ["terraform", "plan", "-detailed-exitcode", *quiet],
            "destroy": ["terraform", "destroy", "-auto-approve", *quiet],
        }

    return commands


def contestants(binary):
    yield "blogstack", ours(binary)
    yield "boto3", by_hand
    mirrors = [pathlib.Path(one).expanduser() for one in MIRRORS if one]
    mirror = next((one for one in mirrors if (one / "registry.terraform.io/hashicorp/aws").is_dir()), None)
    if shutil.which("terraform") and mirror:
        yield "Terraform", terraform(mirror)
    else:
        print("Terraform and its AWS provider are not here: left out", file=sys.stderr)


def one_round(commands):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        moto = Moto(folder)
        try:
            env, steps = commands(folder, moto.url)
            return {step: measured(moto, steps[step], folder, env) for step in STEPS}
        finally:
            moto.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--network", type=pathlib.Path, default=ROOT / "target/release/network")
    arguments = parser.parse_args()
    print("| | step | calls | s | CPU s | MiB |\n| --- | --- | ---: | ---: | ---: | ---: |")
    for name, commands in contestants(arguments.network.resolve()):
        rounds = [one_round(commands) for _ in range(arguments.rounds)]
        for step in STEPS:
            median = {what: statistics.median(each[step][what] for each in rounds) for what in rounds[0][step]}
            print(f"| {name} | {step} | {median['calls']:.0f} | {median['s']:.2f} | {median['CPU s']:.2f} | {median['MiB']:.0f} |", flush=True)


main()

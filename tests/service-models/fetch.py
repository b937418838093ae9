"""Writes the model of a service of AWS as JSON: fetch.py REQUIREMENTS FOLDER SERVICE FILE

The wheel that holds it is downloaded into the folder unless it is there; pip checks its hash either way.
"""

import gzip
import os
import pathlib
import subprocess
import sys
import zipfile

requirements, folder, service, file = sys.argv[1:]
folder = pathlib.Path(folder)
pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input"]
pip += ["--retries", "2", "--timeout", "30", "--no-deps", "--only-binary", ":all:", "--require-hashes"]
if subprocess.run([*pip, "--dest", str(folder), "--requirement", requirements]).returncode:
    sys.exit("pip could not download it")
(wheel,) = folder.glob("*.whl")
with zipfile.ZipFile(wheel) as archive:
    # Folders are named by date: the last one is the newest.
    name = max(name for name in archive.namelist() if name.startswith(f"botocore/data/{service}/") and "/service-2.json" in name)
    content = archive.read(name)
part = folder / (file + ".part")
part.write_bytes(gzip.decompress(content) if name.endswith(".gz") else content)
os.replace(part, folder / file)

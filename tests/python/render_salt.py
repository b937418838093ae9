"""Renders Salt's states as a master would: render_salt.py TREE PLACE CASES.

TREE holds `states` and `pillar`, PLACE takes what Salt writes. CASES is a list in JSON: `id` of the minion, further files of pillars by name
(`outputs`, `secrets`), and which file to render besides, if any (`file`). Prints a list: for each the `highstate`, each state file (`states`),
the `pillar`, and the text of `file`; or the `errors`.
"""

import json
import logging
import os
import sys

import salt.client
import salt.config
import salt.loader

tree, place, cases = sys.argv[1:]
logging.disable(logging.CRITICAL)


def state_files():
    for folder, _, names in os.walk(os.path.join(tree, "states")):
        for name in names:
            path = os.path.relpath(os.path.join(folder, name), os.path.join(tree, "states"))
            if path.endswith(".sls") and path != "top.sls":
                yield path.removesuffix(".sls").removesuffix("/init").replace("/", ".")


def errors(answer):
    """Salt answers a list of errors where it should answer a map."""
    return answer if isinstance(answer, list) else []


def render(number, case):
    own = os.path.join(place, str(number))
    os.makedirs(os.path.join(own, "pillar"))
    for name, text in case["pillar"].items():
        with open(os.path.join(own, "pillar", name + ".sls"), "w", encoding="utf-8") as file:
            file.write(text)
    options = salt.config.minion_config(None)
    options.update(
        id=case["id"],
        root_dir=own,
        cachedir=os.path.join(own, "cache"),
        pki_dir=os.path.join(own, "pki"),
        extension_modules=os.path.join(own, "modules"),
        log_file=os.path.join(own, "log"),
        file_client="local",
        file_roots={"base": [os.path.join(tree, "states")]},
        pillar_roots={"base": [os.path.join(tree, "pillar"), os.path.join(own, "pillar")]},
    )
    options["grains"] = salt.loader.grains(options)
    caller = salt.client.Caller(mopts=options)
    pillar = caller.cmd("pillar.items")
    highstate = caller.cmd("state.show_highstate")
    wrong = errors(highstate) + pillar.get("_errors", [])
    files = sorted({entry["__sls__"] for entry in highstate.values()}) if not errors(highstate) else []
    for name in files:
        wrong += errors(caller.cmd("state.show_sls", name))
    low = caller.cmd("state.show_lowstate")
    wrong += errors(low) if low and not isinstance(low[0], dict) else []
    text = caller.cmd("slsutil.renderer", path="salt://" + case["file"], default_renderer="jinja") if case.get("file") else None
    return {"highstate": highstate, "files": files, "pillar": pillar, "text": text, "errors": [str(error) for error in wrong]}


rendered = [render(number, case) for number, case in enumerate(json.loads(cases))]
print(json.dumps({"files": sorted(state_files()), "rendered": rendered}, default=str))

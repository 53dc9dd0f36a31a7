"""The schema accepts every valid file and rejects every broken one whose fault a schema can express.

usage: schema_test.py PROBE TESTS_FOLDER CONFIGS_FOLDER
"""

import json
import pathlib
import subprocess
import sys

import jsonschema
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

# Broken files that the schema accepts, and why it has to.
BEYOND_A_SCHEMA = {
}


def load(path):
    yaml = YAML(typ="safe", pure=True)  # YAML 1.2
    with open(path, "rb") as file:
        return yaml.load(file)


def main():
    probe, tests, configs = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    schema = json.loads(subprocess.run([probe, "schema"], capture_output=True, check=True, text=True).stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    faults = []
    good = sorted((tests / "valid").glob("*.yaml")) + sorted(configs.glob("*.yaml"))
    broken = sorted((tests / "broken").glob("*.yaml"))
    if len(good) < 10 or len(broken) < 70:
        faults.append(f"only {len(good)} valid and {len(broken)} broken files: is this the right folder?")
    for path in good:
        for error in validator.iter_errors(load(path)):
            faults.append(f"{path.name}: valid, but the schema says: {error.message[:300]}")
    for path in broken:
        try:
            document = load(path)
        except (YAMLError, ValueError, UnicodeError, RecursionError, NotImplementedError):
            accepted = False  # no document, no schema
        else:
            accepted = validator.is_valid(document)
        if accepted and path.stem not in BEYOND_A_SCHEMA:
            faults.append(f"{path.name}: broken, but the schema accepts it")
        if not accepted and path.stem in BEYOND_A_SCHEMA:
            faults.append(f"{path.name}: the schema rejects it; take it off the list")
    for name in BEYOND_A_SCHEMA:
        if not (tests / "broken" / f"{name}.yaml").exists():
            faults.append(f"{name}: on the list, but there is no such file")
    print("\n".join(faults) or f"{len(good)} valid and {len(broken)} broken files as they should be")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

"""The schema accepts every valid file and rejects every broken one whose fault a schema can express.

The copy that is installed for editors is the one that the program prints.

usage: schema_test.py PROBE SOURCE_FOLDER
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
    "data_missing_file": "whether a file exists",
    "data_misspelt": "any text may be a path",
    "include_cycle": "what other files say",
    "include_faulty": "what other files say",
    "include_itself": "what other files say",
    "include_list": "what other files say",
    "include_missing_file": "whether a file exists",
    "include_unreadable_yaml": "what other files say",
    "needs_cycle": "names of stages are the file's own",
    "needs_glob_nothing": "whether a file exists",
    "needs_itself": "names of stages are the file's own",
    "needs_stage_2": "names of stages are the file's own",
    "needs_unknown_stage": "names of stages are the file's own",
    "option_data_missing_file": "an option of the command line",
    "option_output_dir_empty": "an option of the command line",
    "parameter_underscore": "the parser of this test takes 1_000 for a number",
    "range_not_whole": "computed values",
    "range_out_of_range": "computed values",
    "range_too_many": "computed values",
    "range_wrong_way": "one value against another",
    "seeds_overflow": "one value against another",
    "set_bad_value": "an option of the command line",
    "set_bad_yaml": "an option of the command line",
    "set_empty_part": "an option of the command line",
    "set_include": "an option of the command line",
    "set_inside_a_number": "an option of the command line",
    "set_list_index": "an option of the command line",
    "set_no_equals": "an option of the command line",
    "set_nothing": "an option of the command line",
    "set_unknown_key": "an option of the command line",
    "set_unknown_stage": "an option of the command line",
    "stage_2_needs_prior_input": "names of stages are the file's own",
    "text_merge_key": "the parser of this test merges before the schema looks",
    "text_utf16": "the parser of this test reads UTF-16",
    "zip_unequal": "one list against another",
}


def load(path):
    yaml = YAML(typ="safe", pure=True)  # YAML 1.2
    with open(path, "rb") as file:
        return yaml.load(file)


def main():
    probe, source = sys.argv[1], pathlib.Path(sys.argv[2])
    tests, configs = source / "tests" / "experiment", source / "configs"
    printed = subprocess.run([probe, "schema"], capture_output=True, check=True, text=True).stdout
    schema = json.loads(printed)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    faults = []
    copy = source / "schemas" / "experiment.schema.json"
    if copy.read_text(encoding="utf-8") != printed:
        faults.append(f"{copy.name} is not what the program prints: write `pursuit-run schema experiment` into it")
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

"""The schema accepts every valid file and rejects every broken one whose fault a schema can express; of figures and
claims, with every option at many values, it accepts what the parser does.

The copy that is installed for editors is the one that the program prints.

usage: schema_test.py PROBE SOURCE_FOLDER
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

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
    "text_carriage_return": "the parser of this test takes it for the end of a line",
    "text_merge_key": "the parser of this test merges before the schema looks",
    "text_utf16": "the parser of this test reads UTF-16",
    "zip_unequal": "one list against another",
}


# Values for every option of a figure and every key of a claim. Stages are those of the file: which
# there are is its own, and no schema's.
WHERE = [{"N": 20}, {"N": [10, 20], "seed": 1}, {"N": {"from": 10, "to": 20, "step": 5}}, {"decay_taus": 30}]
NO_WHERE = [{}, {"M": 20}, {"N": []}, {"N": 0}, {"N": "20"}, {"tau": 1, "decay_taus": 1}, "N=20", ["N"], None]
RUNS = [{"stage": "weights"}, {"stage": "weights", "where": {"N": 20}}]
NO_RUNS = [{}, "weights", {"where": {"N": 20}}, {"stage": "weights", "where": {}}, {"stage": "weights", "n": 1}, None]
NUMBERS_NAME = ["N", "tau", "decay_taus", "n_trials", "gain", "learning_rate", "noise_recurrent", "noise_input",
                "noise_direction", "amplitude_low"]
VALUES = {
    "where": WHERE + NO_WHERE,
    "stage": ["weights", 1, None, ["weights"]],
    "x": NUMBERS_NAME + ["activation", "seed", "n", "", 1, None, ["N"]],
    "measure": ["bias", "fwhm", "loss", "silent_units", "bias_low", "fwhm_high", "loss_low", "bias_deg_low", "biass", "", 1, None,
                ["bias"]],
    "contrast": ["high", "low", "middle", "", 1, None, ["low"]],
    "seed": [0, 3, 3.0, 2**63 - 1, -1, 2.5, 2**63, "3", None, [3]],
    "colour": ["red", 1, {}],
    "mean_between": [[0, 1], [0.5, 0.5], [0], [0, 1, 2], ["0", 1], 1, None, {}],
    "less_than": RUNS + NO_RUNS,
    "paired_difference": [{"to": RUNS[0], "between": [0, 1]}, {"to": {}, "between": [0, 1]}, {"to": RUNS[0]},
                          {"to": RUNS[0], "between": [0]}, {"to": RUNS[0], "between": [0, 1], "n": 1}, {}, None],
}
VALUES["y"] = VALUES["x"]
VALUES["greater_than"] = VALUES["less_than"]


def figures_to_try(schema):
    """Entries of `figures`: every figure with every option, at every value."""
    names = schema["$defs"]["figure"]["anyOf"][0]["enum"]
    yield from names + ["no_such_figure", "", 5, None, [], {}]
    for name in names + ["no_such_figure"]:
        yield from ({name: options} for options in ({}, None, [], "x", {"where": WHERE[0], "stage": "weights"}))
        yield from ({name: {option: value}} for option in VALUES for value in VALUES[option])
    yield {names[0]: {}, names[1]: {}}
    yield from ({"parameter_map": {"measure": measure, "contrast": "low"}} for measure in VALUES["measure"])


def claims_to_try():
    """Entries of `expect`: whole ones, and with every key left out, added, or at every value."""
    whole = [{"measure": "bias", "stage": "weights", "contrast": "low", "where": WHERE[0], demand: VALUES[demand][0]}
             for demand in ("mean_between", "less_than", "greater_than", "paired_difference")]
    whole.append({"measure": "loss", "stage": "weights", "mean_between": [0, 1]})
    yield from whole + [5, None, [], {}, "bias"]
    for claim in whole:
        yield from ({key: claim[key] for key in claim if key != left_out} for left_out in claim)
        yield from ({**claim, key: value} for key in VALUES for value in VALUES[key])


def disagreements(probe, validator, key, entries):
    """Files with one entry each, some that stand alone and some with `include`, to parser and schema."""
    stage = {"mode": "activation", "stage": 1, "N": 20, "tau": 30, "n_trials": 10}
    file = {"format": "pursuit-experiment/1", "name": "small", "stages": {"weights": stage}}
    documents = [{**file, **more, key: [entry]} for entry in entries for more in ({}, {"include": []})]
    with tempfile.TemporaryDirectory() as folder:
        paths = [pathlib.Path(folder, f"{number}.yaml") for number in range(len(documents))]
        for path, document in zip(paths, documents):
            path.write_text(json.dumps(document), encoding="utf-8")
        said = subprocess.run([probe, "verdicts", *paths], capture_output=True, check=True, text=True).stdout.splitlines()
    faults = []
    for document, verdict in zip(documents, said, strict=True):
        if validator.is_valid(document) != (verdict == "accepted"):
            faults.append(f"{json.dumps(document)}: the schema disagrees with the parser: {verdict}")
    accepted = said.count("accepted")
    if not 100 < accepted < len(said) - 100:
        faults.append(f"{key}: {accepted} of {len(said)} accepted: this tests nothing")
    return faults


def units_that_differ(schema, manifest_schema):
    """Measures whose unit is not the same in the schemas of experiment and manifest, or that only one of them has."""
    said = {entry["const"]: entry["description"] for entry in schema["$defs"]["expectation"]["properties"]["measure"]["anyOf"]}
    kept = manifest_schema["$defs"]["measures"]["properties"]
    for name in kept.keys() - {"null_because"}:
        units = [{unit for unit in ("degrees", "ms") if unit in re.findall(r"\w+", re.sub("100 ms", "", text.get(name, "")))}
                 for text in (said, {key: value["description"] for key, value in kept.items()})]
        if units[0] != units[1]:
            yield f"{name}: unit {units[0]} in the schema of experiments, {units[1]} in that of manifests"
    for name in said.keys():
        if not name.startswith("loss") and name not in kept and re.sub("_(high|low)$", "", name) not in kept:
            yield f"{name}: not in the schema of manifests"
    if len(said) < 28:
        yield f"only {len(said)} names of measures: this tests nothing"


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
    manifest_schema = json.loads((source / "schemas" / "manifest.schema.json").read_text(encoding="utf-8"))
    faults += units_that_differ(schema, manifest_schema)
    faults += disagreements(probe, validator, "figures", figures_to_try(schema))
    faults += disagreements(probe, validator, "expect", claims_to_try())
    print("\n".join(faults) or f"{len(good)} valid and {len(broken)} broken files as they should be")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

"""check_schemas.py SCHEMAS FOLDER: the texts that the test wrote into FOLDER pass their schema, and each fault below
does not. Prints what is wrong, exit 1."""
import copy
import glob
import json
import sys

from jsonschema import Draft202012Validator

schemas, folder = sys.argv[1:]
wrong = []


def validator(name):
    schema = json.load(open(f'{schemas}/{name}.schema.json'))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def accept(name, value, label):
    wrong.extend(f'{label}: {error.json_path}: {error.message[:300]}' for error in validator(name).iter_errors(value))


def reject(name, value, path, new):
    """`value` with the member at `path` set to `new` (or deleted, where `new` is `DELETE`) must fail."""
    value = copy.deepcopy(value)
    at = value
    for key in path[:-1]:
        at = at[key]
    if new is DELETE:
        del at[path[-1]]
    else:
        at[path[-1]] = new
    if validator(name).is_valid(value):
        wrong.append(f'{name}: {path} = {new!r} is accepted')


DELETE = object()


def reject_all(name, value, changes):
    for path, new in changes:
        reject(name, value, path, new)
    # No object that is not free may lack a member or have a further one.
    def visit(at, path):
        if path and path[-1] in ('resolved', 'libraries') or 'expectations' in path:
            return
        if isinstance(at, dict):
            for key in at:
                reject(name, value, path + (key,), DELETE)
                visit(at[key], path + (key,))
            reject(name, value, path + ('further',), 1)
        elif isinstance(at, list) and at:
            visit(at[0], path + (0,))
    visit(value, ())


manifest = json.load(open(f'{folder}/manifest.json'))
accept('manifest', manifest, 'manifest.json')
unknown = copy.deepcopy(manifest)  # what git could not tell
unknown['experiment']['git'] = {'commit': None, 'dirty': None}
unknown['program'].update(git_commit=None, git_dirty=None)
accept('manifest', unknown, 'manifest.json without git')
reject_all('manifest', manifest, [
    (('format',), 'pursuit-manifest/2'), (('state',), 'done'), (('created',), '2026-02-11 18:12:02'),
    (('experiment', 'name'), 'Has Spaces'), (('experiment', 'sha256'), 'abc'), (('experiment', 'overrides'), {}),
    (('experiment', 'resolved'), 'x'), (('experiment', 'git', 'dirty'), 'no'), (('program', 'git_dirty'), 0), (('program', 'libraries'), {'fmt': 9}), (('host', 'cores'), 0),
    (('data', 'kind'), 'invented'), (('data', 'kind'), 'recorded'), (('data', 'days'), 0), (('counts', 'done'), -1),
    (('counts', 'total'), 1.5), (('runs',), {}), (('runs', 0, 'id'), 'ABC'), (('runs', 0, 'state'), 'finished'),
    (('runs', 0, 'model'), None), (('runs', 0, 'model', 'bytes'), 0), (('runs', 0, 'loss', 'last'), None),
    (('runs', 0, 'parameters', 'N'), 0), (('runs', 0, 'parameters', 'N'), 2.5), (('runs', 0, 'parameters', 'tau'), 0.5),
    (('runs', 0, 'parameters', 'learning_rate'), 0), (('runs', 0, 'parameters', 'activation'), 'threshold'),
    (('runs', 0, 'parameters', 'gain'), None), (('runs', 0, 'parameters', 'seed'), -1),
    (('runs', 0, 'parameters', 'seed'), 2**63), (('runs', 0, 'parameters', 'stage'), 3),
    (('runs', 0, 'parent'), 'a' * 64), (('runs', 1, 'parent'), None), (('runs', 1, 'reused'), True),
    (('runs', 1, 'parameters', 'activation'), None), (('runs', 1, 'parameters', 'mode'), 'prior_input'),
    (('runs', 2, 'parent'), 'a' * 64), (('runs', 2, 'parent_file'), None), (('runs', 0, 'seconds'), -1),
    (('runs', 0, 'attempts', 0, 'started'), None), (('runs', 0, 'attempts', 0, 'exit'), '0'),
    (('runs', 0, 'pack', 'size'), 0), (('runs', 0, 'measures'), 3), (('figures',), [{'name': 'x'}]),
    (('figures', 0, 'drawn'), 'yesterday'),
    (('expectations', 0, 'measure'), DELETE), (('expectations', 0, 'passed'), DELETE), (('expectations', 0, 'passed'), 'yes'),
])

for i in range(3):
    run = json.load(open(f'{folder}/run{i}.json'))
    accept('run', run, f'run{i}.json')
    reject_all('run', run, [(('format',), 'pursuit-run/2'), (('id',), 'x'), (('numerics',), ''), (('parameters', 'N'), '3')])

done = json.load(open(f'{folder}/runs/0/result.json'))
failed = json.load(open(f'{folder}/runs/1/result.json'))
for name, result in (('done', done), ('failed', failed)):
    result['id'] = 'a' * 64  # the test's folders have short names
    accept('result', result, name)
reject_all('result', done, [(('model',), None), (('state',), 'running'), (('seconds',), None)])
reject_all('result', failed, [(('model',), done['model']), (('attempts',), None)])

progress = json.load(open(f'{folder}/progress.json'))
accept('progress', progress, 'progress.json')
reject_all('progress', progress, [(('format',), 'pursuit-progress/2'), (('trial',), 1.5), (('loss',), 'x'), (('updated',), 'now')])

lines = [json.loads(line) for line in open(f'{folder}/journal.jsonl')]
assert len(lines) == 2, lines
for line in lines:
    accept('journal', line, 'journal.jsonl')
    for path, new in [(('event',), 'party'), (('t',), 'now'), (('crc',), 'xyz'), (('run',), 'ab12'), (('t',), DELETE),
                      (('event',), DELETE), (('crc',), DELETE)]:
        reject('journal', line, path, new)

print('\n'.join(wrong))
sys.exit(1 if wrong else 0)

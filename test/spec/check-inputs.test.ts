import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseSpec } from '../../src/spec/parse.ts';
import { offsetOf } from './positions.ts';

/** Each mistake as severity, rule and the text that it points at. */
function told(text: string): string[] {
  return parseSpec(text, { directory: 'job' }).diagnostics.map(({ severity, rule, message, range }) => {
    assert.match(message, /^[A-Z`].*[.?]$/, message);
    return `${severity} ${rule}: ${text.slice(offsetOf(text, range.start), offsetOf(text, range.end))}`;
  });
}

const spec = (input: string, cmd = '["true"]', rest = ''): string =>
  `input: ${input}\ntransform:\n  cmd: ${cmd}\n${rest}`;

const pfs = (repo: string, rest = ''): string => `{ pfs: { repo: ${repo}, glob: "/(*)"${rest} } }`;
const T1 = pfs('t1', ', join_on: $1');
const T2 = pfs('t2', ', join_on: $1, outer_join: true');
const KEPT = pfs('t1', ', join_on: $1, outer_join: true');
const SCANS = pfs('scans', ', group_by: $1');

describe('mistakes in inputs', () => {
  const cases: readonly [string, string, readonly string[]][] = [
    ['a plain input', spec(pfs('a')), []],
    ['none', spec('{}'), ['error missing-field: input']],
    [
      'two kinds',
      spec('{ pfs: { repo: a, glob: / }, cross: [] }'),
      ['error several-inputs: cross', 'error empty-value: []'],
    ],
    ['an empty join', spec('{ join: [] }'), ['error empty-value: []']],
    [
      'members that are no list',
      spec('{ union: { pfs: { repo: a, glob: / } } }'),
      ['error wrong-type: { pfs: { repo: a, glob: / } }'],
    ],
    ['a member that is no input', spec('{ cross: [a] }'), ['error wrong-type: a']],
    ['a misplaced repo', spec('{ cross: [{ repo: a }] }'), ['error misplaced-field: repo']],
    [
      'a misspelt field deep inside',
      spec(`{ cross: [{ union: [{ pfs: { repo: a, glob: /, nmae: x } }] }] }`),
      ['error unknown-field: nmae'],
    ],
    [
      'a refused kind deep inside',
      spec('{ cross: [{ cron: { spec: "@daily" } }] }'),
      ['error refused-field: cron'],
    ],
    [
      'an ignored field deep inside',
      spec(`{ cross: [${pfs('a', ', lazy: true')}] }`),
      ['information ignored-field: lazy'],
    ],
    ['one name twice', spec(`{ cross: [${pfs('x/a')}, ${pfs('y/a')}] }`), ['error duplicate-input: y/a']],
    ['one name in two branches', spec(`{ union: [${pfs('x/a')}, ${pfs('y/a')}] }`), []],
    [
      'one name in a branch and beside it',
      spec(`{ cross: [{ union: [${pfs('x/a')}, ${pfs('b')}] }, ${pfs('y/a')}] }`),
      ['error duplicate-input: y/a'],
    ],
    [
      'a reserved name',
      spec(`{ cross: [${pfs('a')}, ${pfs('b', ', name: cpus')}] }`),
      ['error reserved-name: cpus'],
    ],
    ['a name of the system', spec(pfs('data/PATH')), ['error reserved-name: data/PATH']],
    ['another one', spec(pfs('a', ', name: LD_PRELOAD')), ['error reserved-name: LD_PRELOAD']],
    ['a name much like one', spec(pfs('a', ', name: path')), []],
    ['a join without keys', spec(`{ join: [${pfs('a')}, ${T2}] }`), ['warning missing-key: pfs']],
    [
      'a join with a key in camel case',
      spec(`{ join: [${pfs('a', ', joinOn: $1')}] }`),
      ['error camel-case-field: joinOn'],
    ],
    ['a group without key', spec(`{ group: [${pfs('a')}] }`), ['warning missing-key: pfs']],
    [
      'keys outside',
      spec(`{ cross: [${T2}, ${SCANS}] }`),
      [
        'warning key-without-effect: join_on',
        'warning key-without-effect: outer_join',
        'warning key-without-effect: group_by',
      ],
    ],
    [
      'a key of a nested member',
      spec(`{ group: [{ join: [${pfs('a', ', join_on: $1, group_by: $1')}] }] }`),
      [],
    ],
    [
      'a capture that is not there',
      spec(`{ join: [${pfs('a', ', join_on: $1$2')}, ${T2}] }`),
      ['warning empty-capture: $2'],
    ],
    [
      'a number that no capture has',
      spec(`{ join: [${pfs('a', ', join_on: $01')}, ${T2}] }`),
      ['warning empty-capture: $01'],
    ],
    [
      'a group that a join takes apart',
      spec(`{ join: [{ group: [${pfs('a', ', join_on: $1')}] }, ${T2}] }`),
      [],
    ],
    ['a dollar sign', spec(`{ join: [${pfs('a', ', join_on: $$5')}, ${T2}] }`), []],
    ['a path that leaves', spec(`{ cross: [${pfs('../a')}] }`), ['error repo-path: ../a']],
    [
      'a segment of dots',
      spec('{ cross: [{ pfs: { repo: a, glob: /x/../y } }] }'),
      ['error glob-outside: ..'],
    ],
  ];
  for (const [name, text, expected] of cases) it(name, () => assert.deepEqual(told(text), expected));
});

describe('mistakes in placeholders of several inputs', () => {
  const join = `{ join: [${T1}, ${T2}] }`;
  const cases: readonly [string, string, readonly string[]][] = [
    ['known names', spec(join, '["{t1}", "{t2.path}", "{t1.1}"]'), []],
    ['a bare capture among several', spec(join, '["sub-{1}"]'), ['warning unknown-capture: {1}']],
    ['a capture too many', spec(pfs('a'), '["{2}"]'), ['warning unknown-capture: {2}']],
    ['a repetition in a regular expression', spec(pfs('a'), '["[0-9]{2}"]'), []],
    ['a named capture too many', spec(join, '["{t2.2}"]'), ['error unknown-capture: {t2.2}']],
    ['swapped letters', spec(pfs('a'), '["{otu}"]'), ['warning unknown-placeholder: {otu}']],
    [
      'an input that may be absent, in a word',
      spec(`{ join: [${KEPT}, ${pfs('t2', ', join_on: $1')}] }`, '["--t2={t2}"]'),
      ['warning maybe-no-path: {t2}'],
    ],
    [
      'an input that is always there',
      spec(`{ join: [${KEPT}, ${pfs('t2', ', join_on: $1')}] }`, '["--t1={t1}"]'),
      [],
    ],
    ['one that may be absent, in a nested list', spec(join, '[["--t1={t1}"]]'), []],
    [
      'a branch, in a word',
      spec(`{ union: [${pfs('a')}, ${pfs('b')}] }`, '["--in={a}", "{b}"]'),
      ['warning maybe-no-path: {a}'],
    ],
    [
      'a group in a word',
      spec(`{ group: [${SCANS}] }`, '["--in={scans}"]'),
      ['warning several-paths: {scans}'],
    ],
    [
      'a group that a join takes apart, in a word',
      spec(`{ join: [{ group: [${pfs('a', ', join_on: $1')}] }, ${T1}] }`, '["--in={a.path}"]'),
      [],
    ],
    [
      'a join that a group takes apart, in a word',
      spec(`{ group: [{ join: [${pfs('a', ', join_on: $1, group_by: $1')}] }] }`, '["--in={a.path}"]'),
      ['warning several-paths: {a.path}'],
    ],
    [
      'a cross that a join takes apart, in a word',
      spec(`{ join: [{ cross: [${T1}, ${pfs('b', ', join_on: $1')}] }] }`, '["--in={b}"]'),
      ['warning maybe-no-path: {b}'],
    ],
    ['a group as a word', spec(`{ group: [${SCANS}] }`, '["{scans}", [-i, "{scans}/x"]]'), []],
    [
      "a group's path in output",
      spec(`{ group: [${SCANS}] }`, '[x]', 'output: "{scans}"\n'),
      ['warning several-paths: {scans}'],
    ],
    ["a group's capture in output", spec(`{ group: [${SCANS}] }`, '[x]', 'output: "{scans.1}"\n'), []],
    [
      'braces in output',
      spec(pfs('a'), '[x]', 'output: "{subject}/{{x}}"\n'),
      ['error unknown-placeholder: {subject}'],
    ],
    [
      "a job's own in output",
      spec(pfs('a'), '[x]', 'output: "{cpus}"\n'),
      ['error placeholder-not-here: {cpus}'],
    ],
    [
      'memory that nobody asks for',
      spec(pfs('a'), '["{memory_mb}"]'),
      ['error placeholder-without-value: {memory_mb}'],
    ],
    ['memory', spec(pfs('a'), '["{memory_mb}"]', 'resource_limits: { memory: 1G }\n'), []],
    [
      'a misspelt one in err_cmd',
      spec(pfs('a'), '[x]\n  err_cmd: ["{uot}"]'),
      ['warning unknown-placeholder: {uot}'],
    ],
    [
      'quotes in err_cmd',
      spec(pfs('a'), '[x]\n  err_cmd: "echo \'{out}\'"'),
      ['error placeholder-in-quotes: {out}'],
    ],
  ];
  for (const [name, text, expected] of cases) it(name, () => assert.deepEqual(told(text), expected));
});

describe('mistakes in amounts', () => {
  const cases: readonly [string, readonly string[]][] = [
    ['job_timeout: 1h30m', []],
    ['job_timeout: soon', ['error wrong-duration: soon']],
    ['resource_requests: { cpu: 0.5, memory: 512Mi, disk: 1e3M }', []],
    ['resource_requests: { cpu: 0 }', ['error wrong-value: 0']],
    ['resource_requests: { memory: 8 GB }', ['error wrong-quantity: 8 GB']],
    ['resource_limits: { disk: lots }', ['error wrong-quantity: lots']],
    ['resource_requests: { gpu: { type: a100 } }', ['error missing-field: gpu']],
    ['resource_requests: { gpus: 1 }', ['error unknown-field: gpus']],
    ['parallelism_spec: { constant: -1 }', ['error wrong-value: -1']],
    ['parallelism_spec: { coefficient: 1 }', ['error refused-field: coefficient']],
    ['scheduling_spec: { node_selector: { a: b } }', ['information ignored-field: node_selector']],
    ['datum_set_spec: { number: 0.5 }', ['error wrong-type: 0.5']],
    ['discard: ["../x"]', ['error glob-outside: ..']],
    ['discard: [""]', ['error empty-value: ""']],
  ];
  for (const [line, expected] of cases)
    it(line, () => assert.deepEqual(told(spec(pfs('a'), '[x]', `${line}\n`)), expected));
});

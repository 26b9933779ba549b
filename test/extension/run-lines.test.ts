import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { RunLines } from '../../src/extension/run-lines.ts';
import { flagsOf } from '../../src/extension/task-settings.ts';
import type { RunEventBody } from '../../src/plan/run-event.ts';
import { TestProject } from '../rigs/project.ts';
import { ENGLISH } from './status-samples.ts';

interface Matcher {
  readonly pattern: readonly { readonly regexp: string; readonly message?: number; readonly file?: number }[];
}

const MANIFEST = path.join(import.meta.dirname, '..', '..', 'package.json');
const { contributes } = JSON.parse(readFileSync(MANIFEST, 'utf8')) as {
  contributes: {
    problemMatchers: readonly Matcher[];
    taskDefinitions: readonly { readonly properties: Readonly<Record<string, unknown>> }[];
  };
};

/** What VS Code makes of lines by the problem matcher of the manifest: message and file of each problem. */
function problemsIn(lines: readonly string[]): readonly (readonly (string | undefined)[])[] {
  const [first, second] = contributes.problemMatchers[0]?.pattern ?? [];
  assert.ok(first && second);
  return lines.flatMap((line, at) => {
    const message = new RegExp(first.regexp).exec(line);
    const file = new RegExp(second.regexp).exec(lines[at + 1] ?? '');
    return message && file ? [[message[first.message ?? 0], file[second.file ?? 0]] as const] : [];
  });
}

const PLACE = { pipeline: 'counts', datum: 'sub-03', job: 'k' };
const FAILED = {
  event: 'job-failed',
  reason: 'It ended with exit code 3',
  log: '/a b/k.log',
  ...PLACE,
} as const;
const counts = { done: 2, reused: 0, skipped: 0, failed: 1, stopped: 0 };

function linesOf(...events: RunEventBody[]): readonly string[] {
  const lines = new RunLines(ENGLISH);
  const base = { version: 1, run: 'r1', seq: 1, at: '2026-01-01T00:00:00.000Z' } as const;
  return events.flatMap((body) => lines.of({ ...base, ...body })).map(stripVTControlCharacters);
}

describe('the terminal of a task', () => {
  for (const [what, events, lines] of [
    ['the beginning', [{ event: 'run-started', head: 'c', jobs: 3, pid: 1 }], ['run r1: 3 jobs ready']],
    [
      'a failure, with its log on a line of its own',
      [FAILED],
      [
        'failed   counts/sub-03: It ended with exit code 3 (minipach logs counts/sub-03)',
        '         log: /a b/k.log',
      ],
    ],
    [
      'a result',
      [{ event: 'job-recorded', commit: 'c0ffee1234', output: 'counts/sub-03', reused: false, ...PLACE }],
      ['recorded counts/sub-03 c0ffee12 counts/sub-03'],
    ],
    [
      'an image once, however far it is',
      [0, 5, 9].map((bytes) => ({ event: 'image-fetching', image: 'tool', bytes, total: 10, by: null })),
      ['image tool: 10 B are fetched'],
    ],
    ['a message', [{ event: 'message', severity: 'warning', message: 'Odd:\u001b[2J' }], ['Odd:\\x1b[2J']],
    ['nothing of a job that begins', [{ event: 'job-started', try: 1, ...PLACE }], []],
    ['the end', [{ event: 'run-finished', counts, exit: 1 }], ['2 done, 1 failed']],
    [
      'that nothing had to run',
      [{ event: 'run-finished', counts: { ...counts, done: 0, failed: 0 }, exit: 0 }],
      ['Nothing had to run: everything is done.'],
    ],
  ] as const)
    it(`shows ${what}`, () => assert.deepEqual(linesOf(...(events as RunEventBody[])), lines));
});

describe('the problem matcher', function () {
  this.timeout(60_000);

  it('finds what failed in the terminal of a task', () => {
    const lines = linesOf({ event: 'run-started', head: 'c', jobs: 1, pid: 1 }, FAILED, {
      ...FAILED,
      datum: 'sub-04',
      log: '/l.log',
    });
    assert.deepEqual(problemsIn(lines), [
      ['counts/sub-03: It ended with exit code 3', '/a b/k.log'],
      ['counts/sub-04: It ended with exit code 3', '/l.log'],
    ]);
  });

  it('finds it in what the runner prints for programs', () => {
    const project = TestProject.withCopies(2);
    project.write('code/copy.sh', 'case "$1" in */d0002) echo broken >&2; exit 3;; esac; : > "$2/b.txt"\n');
    project.commit('Break one');
    const { stdout } = project.minipach('run');
    const log = project.minipach('logs', '--path', 'copy/d0002').stdout.trim();
    assert.deepEqual(problemsIn(stdout.split('\n')), [
      ['copy/d0002: It ended with exit code 3: broken', log],
    ]);
    project.remove();
  });
});

describe('the settings of a task', () => {
  it('are those that the manifest describes', () => {
    const settings = { jobs: 4, executor: 'slurm', retryFailed: true, failFast: true, save: true };
    const [definition] = contributes.taskDefinitions;
    assert.deepEqual(
      ['pipeline', ...Object.keys(settings)].sort(),
      Object.keys(definition?.properties ?? {}).sort(),
    );
    assert.deepEqual(flagsOf(settings), [
      ...['--jobs', '4', '--executor', 'slurm'],
      ...['--retry-failed', '--fail-fast', '--save'],
    ]);
    assert.deepEqual(flagsOf({ retryFailed: false }), []);
  });
});

/** The language by itself: globs, joins and checks, each once in a fresh process, without the time that this takes to start. */
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Comparison, Contender } from './comparison.ts';
import type { Place } from './measure.ts';

const HERE = import.meta.dirname;

interface Task {
  readonly id: 'glob' | 'join' | 'check';
  readonly title: string;
  readonly note: string;
  readonly peer: string;
  /** What is worked on. */
  readonly data: () => string;
  /** How many things must be found, so that a figure for less work cannot stand. */
  readonly finds: number;
}

const TASKS: readonly Task[] = [
  {
    id: 'glob',
    title: 'Match 100,000 paths with six captures',
    note: 'A path such as `sub-0001/ses-1/func/sub-0001_ses-1_task-rest_run-1_bold.nii.gz`; all captures are read.',
    peer: 'python3, re.fullmatch',
    data: manyPaths,
    finds: 100_000,
  },
  {
    id: 'join',
    title: 'Join two repos of 10,000 directories',
    note: 'Keys of two captures. The script finds the pairs; Minipach makes datums with names and inputs.',
    peer: 'python3, dictionaries',
    data: () =>
      ['t1', 't2']
        .flatMap((repo) => subjects(10_000).map((subject) => `${repo}/${subject}/ses-1/anat.nii.gz\n`))
        .join(''),
    finds: 10_000,
  },
  {
    id: 'check',
    title: 'Check a spec of 2,000 lines',
    note: 'The peer reads the YAML with a parser in C and validates by the same schema. Minipach also knows where everything stands, and checks names, keys, placeholders and paths.',
    peer: 'python3, yaml and jsonschema',
    data: longSpec,
    finds: 0,
  },
];

function subjects(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `sub-${String(index + 1).padStart(5, '0')}`);
}

function manyPaths(): string {
  const files = ['T1w.json', 'T1w.nii.gz', 'T2w.json', 'T2w.nii.gz', 'bold.json'];
  return subjects(5_000)
    .flatMap((subject) =>
      ['ses-1', 'ses-2'].flatMap((session) =>
        ['1', '2'].flatMap((run) =>
          files.map((file) => `${subject}/${session}/anat/${subject}_${session}_acq-a_run-${run}_${file}\n`),
        ),
      ),
    )
    .join('');
}

function longSpec(): string {
  const members = Array.from(
    { length: 390 },
    (_, index) =>
      `    - pfs:\n        repo: raw/r${index}\n        glob: /sub-(*)/ses-(*)\n        name: n${index}\n        join_on: $1-$2\n`,
  );
  const words = Array.from({ length: 45 }, (_, index) => `    - "{n${index}}"\n`);
  return `input:\n  join:\n${members.join('')}transform:\n  cmd:\n${words.join('')}`;
}

function contender(task: Task, name: string, command: readonly string[], more: readonly string[]): Contender {
  const data = ({ cwd }: Place): string => join(cwd, 'data.txt');
  return {
    name,
    prepare: async (place) => await writeFile(data(place), task.data()),
    run: async (place) => {
      const [file = '', ...args] = command;
      const { stdout, stderr } = spawnSync(file, [...args, task.id, data(place), ...more], {
        ...place,
        encoding: 'utf8',
      });
      if (stdout === '') throw new Error(stderr);
      const { seconds, found } = JSON.parse(stdout) as { seconds: number; found: number };
      if (found !== task.finds) throw new Error(`${name} found ${found} of ${task.finds}.`);
      return seconds;
    },
  };
}

/** One comparison for each. */
export const language: readonly Comparison[] = TASKS.map((task) => ({
  id: task.id,
  title: task.title,
  note: task.note,
  contenders: [
    contender(task, 'minipach', [process.execPath, join(HERE, 'language-task.ts')], []),
    contender(
      task,
      task.peer,
      ['python3', join(HERE, 'language_task.py')],
      [join(HERE, '..', 'schemas', 'spec.schema.json')],
    ),
  ],
}));

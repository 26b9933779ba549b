/** What commands become: resources, braces, shell texts and variables; and what is refused. */
import {
  BY_SUBJECT,
  type CommandCase,
  IMAGES,
  OPTIONAL_T2,
  PLAIN,
  type RefusedCommand,
  SESSIONS,
} from './command-case.ts';

const ONE = ['data/a-1.txt'];

/** Tables of everything beside lists of words. */
export const TEXT_CASES: readonly CommandCase[] = [
  {
    name: 'what was requested, in units of 1 and of MiB, rounded down',
    files: ONE,
    spec: `${PLAIN}resource_requests: { cpu: 2, memory: 4G }\ntransform: { cmd: [tool, "-j{cpus}", "{cpus}", "{memory_mb}"] }`,
    datum: 'a-1.txt',
    argv: ['tool', '-j2', '2', '3814'],
  },
  {
    name: 'binary units of memory',
    files: ONE,
    spec: `${PLAIN}resource_requests: { memory: 4Gi }\ntransform: { cmd: [tool, "{memory_mb}"] }`,
    datum: 'a-1.txt',
    argv: ['tool', '4096'],
  },
  {
    name: 'one processor where none was requested',
    files: ONE,
    spec: `${PLAIN}transform: { cmd: [tool, "{cpus}"] }`,
    datum: 'a-1.txt',
    argv: ['tool', '1'],
  },
  {
    name: 'braces that are no placeholders stay',
    files: ONE,
    spec: `${PLAIN}transform: { cmd: [awk, "{print $1}", "{}", "{ x }", "{elsewhere}", "{x"] }`,
    datum: 'a-1.txt',
    argv: ['awk', '{print $1}', '{}', '{ x }', '{elsewhere}', '{x'],
  },
  {
    name: 'doubled braces stand for one',
    files: ONE,
    spec: `${PLAIN}transform: { cmd: [tool, "{{x}}", "{{{x}}}", "{{out}}/{out}"] }`,
    datum: 'a-1.txt',
    argv: ['tool', '{x}', '{data/a-1.txt}', '{out}/job/a-1.txt'],
  },
  {
    name: 'variables of the shell are left to it',
    files: ONE,
    spec: `${PLAIN}transform: { cmd: "cp \${x} $x \${out}" }`,
    datum: 'a-1.txt',
    argv: 'cp ' + '$' + '{x} $x $' + '{out}',
  },
  {
    name: 'an input whose name every object has',
    files: ONE,
    spec: `${PLAIN.replace('name: x', 'name: constructor')}transform: { cmd: [tool], env: { __proto__: "{out}" } }`,
    datum: 'a-1.txt',
    argv: ['tool'],
    env: Object.fromEntries([
      ['__proto__', 'job/a-1.txt'],
      ['constructor', 'data/a-1.txt'],
      ['out', 'job/a-1.txt'],
    ]),
  },
  {
    name: 'a capture in which all files of a group agree is one word of the shell as well',
    files: SESSIONS,
    spec: `${BY_SUBJECT}transform: { cmd: "tool --subject={1} {fs} {1}" }`,
    datum: 'sub-01',
    argv: 'tool --subject=sub-01 fs/sub-01/ses-1 fs/sub-01/ses-2 sub-01 sub-01',
  },
  {
    name: 'paths are quoted for the shell, several with spaces between',
    files: ['fs/sub-01/one two', "fs/sub-01/it's", 'fs/sub-01/plain'],
    spec: 'input:\n  group:\n    - pfs: { repo: fs, glob: "/(*)/*", group_by: "$1" }\ntransform: { cmd: "cat {fs} > {out}/all" }',
    datum: 'sub-01',
    argv: "cat 'fs/sub-01/it'\\''s' 'fs/sub-01/one two' fs/sub-01/plain > job/sub-01/all",
  },
  {
    name: 'words of the shell that no placeholder touches stay',
    files: IMAGES,
    spec: `${OPTIONAL_T2}transform: { cmd: "for f in {t1}/*; do echo \\"$f\\" | awk '{print $1}'; done" }`,
    datum: 'sub-01',
    argv: `for f in t1/sub-01/*; do echo "$f" | awk '{print $1}'; done`,
  },
  {
    name: 'variables name the inputs and the output',
    files: IMAGES,
    spec: `${OPTIONAL_T2}transform: { cmd: "true" }`,
    datum: 'sub-02',
    argv: 'true',
    env: { t1: 't1/sub-02', t2: 't2/sub-02', out: 'job/sub-02' },
  },
  {
    name: 'a variable has a line a path',
    files: SESSIONS,
    spec: `${BY_SUBJECT}transform: { cmd: ["true"] }`,
    datum: 'sub-01',
    argv: ['true'],
    env: { fs: 'fs/sub-01/ses-1\nfs/sub-01/ses-2', out: 'job/sub-01' },
  },
  {
    name: 'placeholders in the values of env',
    files: IMAGES,
    spec: `${OPTIONAL_T2}transform:
  cmd: ["true"]
  env: { SUBJECT: "{datum}", OTHER: "{t2.1} of {pipeline}", BRACES: "{{t1}} \${t1}" }`,
    datum: 'sub-02',
    argv: ['true'],
    env: {
      SUBJECT: 'sub-02',
      OTHER: 'sub-02 of job',
      BRACES: '{t1} $' + '{t1}',
      t1: 't1/sub-02',
      t2: 't2/sub-02',
      out: 'job/sub-02',
    },
  },
  {
    name: 'resources in the values of env',
    files: ONE,
    spec: `${PLAIN}resource_requests: { cpu: 3 }\ntransform: { cmd: ["true"], env: { OMP_NUM_THREADS: "{cpus}" } }`,
    datum: 'a-1.txt',
    argv: ['true'],
    env: { OMP_NUM_THREADS: '3', x: 'data/a-1.txt', out: 'job/a-1.txt' },
  },
];

/** Commands that cannot be. */
export const REFUSED_COMMANDS: readonly RefusedCommand[] = [
  {
    name: 'several paths within a word',
    files: SESSIONS,
    spec: `${BY_SUBJECT}transform: { cmd: [base, "--in={fs}"] }`,
    says: /\{fs\}.*(?:several|nested list)/,
  },
  {
    name: 'several paths in the value of a variable',
    files: SESSIONS,
    spec: `${BY_SUBJECT}transform: { cmd: ["true"], env: { IN: "{fs}" } }`,
    says: /\{fs\}|IN/,
  },
  {
    name: 'two paths and one of grouped inputs in one nested list',
    files: ['x/s1-a', 'x/s1-b', 'y/s1-c'],
    spec: `input:
  group:
    - pfs: { repo: x, glob: "/(s?)-?", group_by: "$1" }
    - pfs: { repo: y, glob: "/(s?)-?", group_by: "$1" }
transform: { cmd: [pair, ["{x}", "{y}", "{datum}"]] }`,
    says: /`\{y\}` has 1 where `\{x\}` has 2/,
  },
  {
    name: 'different numbers of paths in one nested list',
    files: ['x/a1', 'x/a2', 'y/a1', 'y/a2', 'y/a3'],
    spec: `input:
  group:
    - pfs: { repo: x, glob: "/(?)?", group_by: "$1" }
    - pfs: { repo: y, glob: "/(?)?", group_by: "$1" }
transform: { cmd: [pair, [-p, "{x}", "{y}"]] }`,
    says: /\{?x\}?.*\{?y\}?/,
  },
  {
    name: 'a placeholder within quotes of the shell',
    files: ['data/a-1.txt'],
    spec: `${PLAIN}transform: { cmd: "cat '{x}'" }`,
    says: /quotes/,
  },
  {
    name: 'a capture that the glob does not have',
    files: SESSIONS,
    spec: `${BY_SUBJECT}transform: { cmd: [base, "{fs.3}"] }`,
    says: /capture 3/,
  },
];

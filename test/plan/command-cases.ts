/** What commands become: words of a list, nested lists and captures. */
import { BY_SUBJECT, type CommandCase, IMAGES, OPTIONAL_T2, PLAIN, SESSIONS } from './command-case.ts';

const ONE = ['data/a-1.txt'];
const CROSS =
  'input:\n  cross:\n    - pfs: { repo: x, glob: "/(?)*" }\n    - pfs: { repo: y, glob: "/(?)*" }\n';
const TWICE = `input:
  group:
    - pfs: { repo: x, name: a, glob: "/(?)?", group_by: "$1" }
    - pfs: { repo: x, name: b, glob: "/(?)?", group_by: "$1" }
`;

/** Tables of command lists. */
export const LIST_CASES: readonly CommandCase[] = [
  {
    name: 'a word that is a placeholder is the path',
    files: ONE,
    spec: `${PLAIN}transform: { cmd: [cp, "{x}", "{out}"] }`,
    datum: 'a-1.txt',
    argv: ['cp', 'data/a-1.txt', 'job/a-1.txt'],
  },
  {
    name: 'a word that is a placeholder becomes a word a path',
    files: SESSIONS,
    spec: `${BY_SUBJECT}transform: { cmd: [base, "{fs}", "{out}"] }`,
    datum: 'sub-01',
    argv: ['base', 'fs/sub-01/ses-1', 'fs/sub-01/ses-2', 'job/sub-01'],
  },
  {
    name: 'the same command where there is one path',
    files: SESSIONS,
    spec: `${BY_SUBJECT}transform: { cmd: [base, "{fs}", "{out}"] }`,
    datum: 'sub-02',
    argv: ['base', 'fs/sub-02/ses-1', 'job/sub-02'],
  },
  {
    name: 'a word that is a placeholder is no word at no path',
    files: IMAGES,
    spec: `${OPTIONAL_T2}transform: { cmd: [recon, "{t1}", "{t2}", end] }`,
    datum: 'sub-01',
    argv: ['recon', 't1/sub-01', 'end'],
  },
  {
    name: 'a path with spaces and quotes is one word as it is',
    files: ["data/it's one.txt"],
    spec: 'input:\n  pfs: { repo: data, glob: "/*" }\ntransform: { cmd: [cat, "{data}"] }',
    datum: "it's one.txt",
    argv: ['cat', "data/it's one.txt"],
  },
  {
    name: 'one path goes into a longer word',
    files: IMAGES,
    spec: `${OPTIONAL_T2}transform: { cmd: [recon, "--in={t1}/T1.nii.gz", "{t1}:{t2}"] }`,
    datum: 'sub-02',
    argv: ['recon', '--in=t1/sub-02/T1.nii.gz', 't1/sub-02:t2/sub-02'],
  },
  {
    name: 'one path of a group goes into a longer word',
    files: SESSIONS.slice(2),
    spec: `${BY_SUBJECT}transform: { cmd: [base, "{fs}/lh"] }`,
    datum: 'sub-02',
    argv: ['base', 'fs/sub-02/ses-1/lh'],
  },
  {
    name: 'a nested list is repeated once a path',
    files: SESSIONS,
    spec: `${BY_SUBJECT}transform: { cmd: [recon, -base, "{datum}", [-tp, "{fs}"], -all] }`,
    datum: 'sub-01',
    argv: ['recon', '-base', 'sub-01', '-tp', 'fs/sub-01/ses-1', '-tp', 'fs/sub-01/ses-2', '-all'],
  },
  {
    name: 'a nested list vanishes where there is no path',
    files: IMAGES,
    spec: `${OPTIONAL_T2}transform: { cmd: [recon, -i, "{t1}/T1.nii.gz", [-T2, "{t2}/T2.nii.gz"], -all] }`,
    datum: 'sub-01',
    argv: ['recon', '-i', 't1/sub-01/T1.nii.gz', '-all'],
  },
  {
    name: 'a nested list stays where there is a path',
    files: IMAGES,
    spec: `${OPTIONAL_T2}transform: { cmd: [recon, -i, "{t1}/T1.nii.gz", [-T2, "{t2}/T2.nii.gz"], -all] }`,
    datum: 'sub-02',
    argv: ['recon', '-i', 't1/sub-02/T1.nii.gz', '-T2', 't2/sub-02/T2.nii.gz', '-all'],
  },
  {
    name: 'a nested list without placeholders is there once',
    files: SESSIONS,
    spec: `${BY_SUBJECT}transform: { cmd: [recon, [-v, -v], "{fs}"] }`,
    datum: 'sub-01',
    argv: ['recon', '-v', '-v', 'fs/sub-01/ses-1', 'fs/sub-01/ses-2'],
  },
  {
    name: 'paths go in step in a nested list, and what has one value is repeated',
    files: ['x/a1', 'x/a2'],
    spec: `${TWICE}transform: { cmd: [pair, [-p, "{a}", "{b}", "{datum}"]] }`,
    datum: 'a',
    argv: ['pair', '-p', 'x/a1', 'x/a1', 'a', '-p', 'x/a2', 'x/a2', 'a'],
  },
  {
    name: 'a path that a group has twice is there twice',
    files: ['x/s1', 'y/s1-1', 'y/s1-2'],
    spec: `input:
  group:
    - join:
        - pfs: { repo: x, glob: "/(s?)", join_on: "$1", group_by: "$1" }
        - pfs: { repo: y, glob: "/(s?)-?", join_on: "$1", group_by: "$1" }
transform: { cmd: [tool, "{x}", "{y}"] }`,
    datum: 's1',
    argv: ['tool', 'x/s1', 'x/s1', 'y/s1-1', 'y/s1-2'],
  },
  {
    name: 'the branches of a union: only the one that is there',
    files: ['x/1', 'y/2'],
    spec: `input:
  union:
    - pfs: { repo: x, glob: "/*" }
    - pfs: { repo: y, glob: "/*" }
transform: { cmd: [tool, "{x}", [--y, "{y}"]] }`,
    datum: '2',
    argv: ['tool', '--y', 'y/2'],
  },
  {
    name: 'captures by the input and, with one pfs, by number alone',
    files: ONE,
    spec: `${PLAIN}transform: { cmd: [tool, "{x.1}", "{x.2}", "{1}{2}"] }`,
    datum: 'a-1.txt',
    argv: ['tool', 'a', '1', 'a1'],
  },
  {
    name: 'captures in a cross, where numbers alone mean nothing',
    files: ['x/a1', 'y/b2'],
    spec: `${CROSS}transform: { cmd: [tool, "{x.1}{y.1}", "{1}"] }`,
    datum: 'a1/b2',
    argv: ['tool', 'ab', '{1}'],
  },
  {
    name: 'a capture that took no part is an empty word',
    files: ['x/a'],
    spec: 'input:\n  pfs: { repo: x, glob: "/?@(-(?)|)" }\ntransform: { cmd: [tool, "{x.2}", end] }',
    datum: 'a',
    argv: ['tool', '', 'end'],
  },
  {
    name: 'the paths and captures of a group go in step',
    files: SESSIONS,
    spec: `${BY_SUBJECT}transform: { cmd: [base, ["{fs.2}", "{fs}", "{fs.path}"]] }`,
    datum: 'sub-01',
    argv: ['base', 'ses-1', 'fs/sub-01/ses-1', 'sub-01/ses-1', 'ses-2', 'fs/sub-01/ses-2', 'sub-01/ses-2'],
  },
  {
    name: 'the path within the repo',
    files: ['raw/t1/sub-01/ses-2/x'],
    spec: 'input:\n  pfs: { repo: raw/t1, glob: "/*/*" }\ntransform: { cmd: [tool, "{t1.path}", "{t1}"] }',
    datum: 'sub-01/ses-2',
    argv: ['tool', 'sub-01/ses-2', 'raw/t1/sub-01/ses-2'],
  },
  {
    name: 'a whole repo has an empty path within itself',
    files: ['x/1', 'x/2'],
    spec: 'input:\n  pfs: { repo: x, glob: / }\ntransform: { cmd: [tool, "{x}", "{x.path}", "{datum}", "{out}"] }',
    datum: '',
    argv: ['tool', 'x', '', '', 'job'],
  },
  {
    name: 'names and places of a cross',
    files: ['x/a1', 'y/b2'],
    spec: `pipeline: { name: sweep }\n${CROSS}transform: { cmd: [tool, "{datum}", "{pipeline}", "{out}", "{x}", "{y}"] }`,
    datum: 'a1/b2',
    argv: ['tool', 'a1/b2', 'sweep', 'job/a1/b2', 'x/a1', 'y/b2'],
  },
  {
    name: 'paths are relative to the working directory',
    files: [...SESSIONS, 'code/lib/base.py'],
    spec: `${BY_SUBJECT}transform: { working_dir: code/lib, cmd: [base, [-tp, "{fs}"], "{out}"] }`,
    datum: 'sub-01',
    argv: [...['base', '-tp', '../../fs/sub-01/ses-1', '-tp', '../../fs/sub-01/ses-2'], '../../job/sub-01'],
  },
];

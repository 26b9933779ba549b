/** Names: of inputs, which a spec must keep apart, and of datums, which a plan must. */

/** Whether a spec's input names can stand. */
export interface InputNameCase {
  readonly name: string;
  /** YAML of the `input` field's value. */
  readonly input: string;
  /** What an error must say; absent where all is well. */
  readonly refused?: RegExp;
}

/** Datums of one name, which are an error. */
export interface ClashCase {
  readonly name: string;
  readonly files: readonly string[];
  readonly input: string;
  readonly output?: string;
  /** What the error names. */
  readonly says: readonly RegExp[];
}

const A = 'pfs: { repo: x, name: a, glob: "/(*)", join_on: "$1", group_by: "$1" }';
const B = 'pfs: { repo: y, name: b, glob: "/(*)", join_on: "$1", group_by: "$1" }';
const TWICE_A = /`a`/;

/** After `ValidateNames` and the validation tests of Pachyderm. */
export const INPUT_NAME_CASES: readonly InputNameCase[] = [
  { name: 'two names in a cross', input: `cross:\n  - ${A}\n  - ${B}` },
  { name: 'two names in a join', input: `join:\n  - ${A}\n  - ${B}` },
  { name: 'two names in a group', input: `group:\n  - ${A}\n  - ${B}` },
  { name: 'one name twice in a cross', input: `cross:\n  - ${A}\n  - ${A}`, refused: TWICE_A },
  { name: 'one name twice in a join', input: `join:\n  - ${A}\n  - ${A}`, refused: TWICE_A },
  { name: 'one name twice in a group', input: `group:\n  - ${A}\n  - ${A}`, refused: TWICE_A },
  { name: 'one name twice in a union', input: `union:\n  - ${A}\n  - ${A}` },
  {
    name: 'one name by default, of two repos',
    input: 'cross:\n  - pfs: { repo: raw/t1, glob: / }\n  - pfs: { repo: clean/t1, glob: / }',
    refused: /`t1`/,
  },
  {
    name: 'one name by default, of one repo',
    input: 'cross:\n  - pfs: { repo: x, glob: "/a*" }\n  - pfs: { repo: x, glob: "/b*" }',
    refused: /`x`/,
  },
  {
    name: 'a name that another has by default',
    input: 'cross:\n  - pfs: { repo: raw/t1, glob: / }\n  - pfs: { repo: x, name: t1, glob: / }',
    refused: /`t1`/,
  },
  {
    name: 'the same names in crosses that are branches of a union',
    input: `union:\n  - cross:\n      - ${A}\n      - ${B}\n  - cross:\n      - ${B}\n      - ${A}`,
  },
  {
    name: 'one name twice in a cross that is a branch of a union',
    input: `union:\n  - ${B}\n  - cross:\n      - ${A}\n      - ${A}`,
    refused: TWICE_A,
  },
  {
    name: 'a name of a branch beside the union, after it',
    input: `cross:\n  - union:\n      - ${A}\n      - ${B}\n  - ${A}`,
    refused: TWICE_A,
  },
  {
    name: 'a name of a branch beside the union, before it',
    input: `cross:\n  - ${A}\n  - union:\n      - ${B}\n      - ${A}`,
    refused: TWICE_A,
  },
  {
    name: 'a name in two unions that are crossed',
    input: `cross:\n  - union:\n      - ${A}\n      - ${B}\n  - union:\n      - ${A}`,
    refused: TWICE_A,
  },
  {
    name: 'a name beside a union that shares another',
    input: `cross:\n  - union:\n      - ${A}\n      - ${A}\n  - ${B}`,
  },
  {
    name: 'one name in branches of unions in a union',
    input: `union:\n  - union:\n      - ${A}\n      - ${A}\n  - ${A}`,
  },
  {
    name: 'a name of a nested join beside it',
    input: `group:\n  - join:\n      - ${A}\n      - ${B}\n  - ${A}`,
    refused: TWICE_A,
  },
  ...['out', 'pfs', 'datum', 'scratch', 'pipeline', 'cpus', 'memory_mb'].map((reserved) => ({
    name: `the reserved name ${reserved} deep inside`,
    input: `union:\n  - cross:\n      - ${A}\n      - pfs: { repo: y, name: ${reserved}, glob: "/*" }`,
    refused: new RegExp(`\`${reserved}\``),
  })),
  {
    name: 'a repo whose last segment is reserved',
    input: `cross:\n  - ${A}\n  - pfs: { repo: old/out, glob: "/*" }`,
    refused: /`out`/,
  },
  { name: 'a member without glob', input: `cross:\n  - ${A}\n  - pfs: { repo: y }`, refused: /glob/ },
  { name: 'a member without repo', input: `cross:\n  - ${A}\n  - pfs: { glob: "/*" }`, refused: /repo/ },
  {
    name: 'a commit in a member',
    input: `cross:\n  - ${A}\n  - pfs: { repo: y, glob: "/*", commit: abc }`,
    refused: /commit/,
  },
  { name: 'two kinds at once', input: `${A}\ncross:\n  - ${B}`, refused: /./ },
  {
    name: 'two kinds at once in a member',
    input: `cross:\n  - ${A}\n    union:\n      - ${B}`,
    refused: /./,
  },
  { name: 'a member that is nothing', input: `cross:\n  - ${A}\n  - {}`, refused: /./ },
];

/** Datums that would be recorded under one name. */
export const CLASH_CASES: readonly ClashCase[] = [
  {
    name: 'two files of one key in a join',
    files: ['x/a', 'y/a-1', 'y/a-2'],
    input: `
join:
  - pfs: { repo: x, glob: "/(*)", join_on: "$1" }
  - pfs: { repo: y, glob: "/(*)-?", join_on: "$1" }`,
    says: [/y\/a-1/, /y\/a-2/, /output/],
  },
  {
    name: 'one path in two repos of a union',
    files: ['x/a', 'y/a'],
    input: `
union:
  - pfs: { repo: x, name: in, glob: "/*" }
  - pfs: { repo: y, name: in, glob: "/*" }`,
    says: [/x\/a/, /y\/a/, /output/],
  },
  {
    name: 'one path under two input names',
    files: ['x/a'],
    input: `
union:
  - pfs: { repo: x, name: one, glob: "/*" }
  - pfs: { repo: x, name: two, glob: "/*" }`,
    says: [/x\/a/, /output/],
  },
  {
    name: 'paths of a cross that join to one name',
    files: ['x/a/b', 'y/b/c', 'y/c'],
    input: `
cross:
  - pfs: { repo: x, glob: "**" }
  - pfs: { repo: y, glob: "**" }`,
    says: [/a\/b\/c/, /output/],
  },
];

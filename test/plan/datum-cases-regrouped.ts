/** Which datums joins and groups of other inputs yield: each file of a member counts by its own key. */
import { BINARY, type DatumCase, each, FIFTY, rows } from './datum-case.ts';

/** Tables for joins and groups with inputs in them. */
export const REGROUPED_CASES: readonly DatumCase[] = [
  {
    name: 'a join is regrouped file by file',
    source: 'TestIterators/GroupJoin',
    files: FIFTY,
    input: `
group:
  - join:
      - pfs: { repo: data, name: a, glob: "/foo(?)(?)", join_on: "$1$2", group_by: "$1" }
      - pfs: { repo: data, name: b, glob: "/foo(?)(?)", join_on: "$2$1", group_by: "$2" }`,
    datums: ['1', '2', '3', '4'].map((first) =>
      ['1', '2', '3', '4'].flatMap((last) => [`a=data/foo${first}${last}`, `b=data/foo${last}${first}`]),
    ),
    names: ['1', '2', '3', '4'],
  },
  {
    name: 'pairs of numbers and their mirror images, by a digit in the middle',
    source: 'TestGroupInput/GroupJoinCombo',
    files: [
      ...BINARY.map((digits) => `one/file-0.${digits}`),
      ...BINARY.map((digits) => `two/file-1.${digits}`),
    ],
    input: `
group:
  - join:
      - pfs: { repo: one, glob: "/file-?.(?)(?)(?)(?)", join_on: "$1$2$3$4", group_by: "$3" }
      - pfs: { repo: two, glob: "/file-?.(?)(?)(?)(?)", join_on: "$4$3$2$1", group_by: "$2" }`,
    datums: rows(
      'one=one/file-0.1001 two=two/file-1.1001 one=one/file-0.1101 two=two/file-1.1011',
      'one=one/file-0.1011 two=two/file-1.1101 one=one/file-0.1111 two=two/file-1.1111',
    ),
    names: ['0', '1'],
  },
  {
    name: 'the two files of a joined pair may end in different groups',
    source: 'processKeyTask',
    files: ['t1/s1-A', 't1/s2-B', 't2/s1-B', 't2/s2-B'],
    input: `
group:
  - join:
      - pfs: { repo: t1, glob: "/(s?)-(?)", join_on: "$1", group_by: "$2" }
      - pfs: { repo: t2, glob: "/(s?)-(?)", join_on: "$1", group_by: "$2" }`,
    datums: rows('t1=t1/s1-A', 't2=t2/s1-B t1=t1/s2-B t2=t2/s2-B'),
    names: ['A', 'B'],
  },
  {
    name: 'a file that a join has in several pairs is in its group as often',
    source: 'processKeyTask, duplicates kept',
    files: ['t1/s1', 'runs/s1-1', 'runs/s1-2', 'runs/s1-3'],
    input: `
group:
  - join:
      - pfs: { repo: t1, glob: "/(s?)", join_on: "$1", group_by: "$1" }
      - pfs: { repo: runs, glob: "/(s?)-?", join_on: "$1", group_by: "$1" }`,
    datums: rows('t1=t1/s1 runs=runs/s1-1 t1=t1/s1 runs=runs/s1-2 t1=t1/s1 runs=runs/s1-3'),
    names: ['s1'],
  },
  {
    name: 'a group of a cross',
    source: 'processKeyTask, duplicates kept',
    files: ['x/1', 'x/2', 'y/1', 'y/2'],
    input: `
group:
  - cross:
      - pfs: { repo: x, glob: "/(*)", group_by: "x$1" }
      - pfs: { repo: y, glob: "/(*)", group_by: "y$1" }`,
    datums: rows('x=x/1 x=x/1', 'x=x/2 x=x/2', 'y=y/1 y=y/1', 'y=y/2 y=y/2'),
    names: ['x1', 'x2', 'y1', 'y2'],
  },
  {
    name: 'a group of a union, whose identical files are there once',
    source: 'processKeyTask after a union',
    files: ['x/a-1', 'x/b-1', 'y/a-1', 'y/a-2'],
    input: `
group:
  - union:
      - pfs: { repo: x, name: in, glob: "/(?)-*", group_by: "$1" }
      - pfs: { repo: y, name: in, glob: "/(?)-*", group_by: "$1" }
      - pfs: { repo: x, name: in, glob: "/(?)-1", group_by: "$1" }`,
    datums: rows('in=x/a-1 in=y/a-1 in=y/a-2', 'in=x/b-1'),
    names: ['a', 'b'],
  },
  {
    name: 'members before and after a nested one keep their places',
    source: 'processMergeTask',
    files: ['t1/s1', 'one/s1', 'two/s1', 'last/s1', 'last/s2'],
    input: `
group:
  - pfs: { repo: t1, glob: "/(*)", group_by: "$1" }
  - join:
      - pfs: { repo: one, glob: "/(*)", join_on: "$1", group_by: "$1" }
      - pfs: { repo: two, glob: "/(*)", join_on: "$1", group_by: "$1" }
  - pfs: { repo: last, glob: "/(*)", group_by: "$1" }`,
    datums: rows('t1=t1/s1 one=one/s1 two=two/s1 last=last/s1', 'last=last/s2'),
    names: ['s1', 's2'],
  },
  {
    name: 'a group of a group has the same groups',
    source: 'processKeyTask',
    files: each('x/', 'a-1 b-1 a-2'),
    input: `
group:
  - group:
      - pfs: { repo: x, glob: "/(?)-*", group_by: "$1" }`,
    datums: rows('x=x/a-1 x=x/a-2', 'x=x/b-1'),
    names: ['a', 'b'],
  },
  {
    name: 'a join of a join has one file of it a datum, not the pair',
    source: 'processKeyTask: a member is flattened to its files',
    files: ['one/a', 'one/b', 'two/a', 'three/a', 'three/b'],
    input: `
join:
  - join:
      - pfs: { repo: one, glob: "/(*)", join_on: "$1" }
      - pfs: { repo: two, glob: "/(*)", join_on: "$1" }
  - pfs: { repo: three, glob: "/(*)", join_on: "$1" }`,
    output: 'one{one.path}two{two.path}',
    datums: rows('one=one/a three=three/a', 'two=two/a three=three/a'),
  },
  {
    name: 'what an outer join keeps, an outer join around it keeps too',
    source: 'processMergeTask: `outer_join` is of the file',
    files: ['one/a', 'one/b', 'one/c', 'two/a', 'three/a', 'three/b', 'three/d'],
    input: `
join:
  - join:
      - pfs: { repo: one, glob: "/(*)", join_on: "$1", outer_join: true }
      - pfs: { repo: two, glob: "/(*)", join_on: "$1" }
  - pfs: { repo: three, glob: "/(*)", join_on: "$1" }`,
    output: 'one{one.path}two{two.path}',
    datums: rows(
      'one=one/a three=three/a',
      'two=two/a three=three/a',
      'one=one/b three=three/b',
      'one=one/c',
    ),
  },
  {
    name: 'a join of a union is a join with either',
    source: 'processKeyTask: a member is flattened to its files',
    files: ['x/a', 'x/b', 'y/b', 'y/c', 'z/a', 'z/b', 'z/c'],
    input: `
join:
  - union:
      - pfs: { repo: x, glob: "/(*)", join_on: "$1" }
      - pfs: { repo: y, glob: "/(*)", join_on: "$1" }
  - pfs: { repo: z, glob: "/(*)", join_on: "$1" }`,
    output: 'x{x.path}y{y.path}',
    datums: rows('x=x/a z=z/a', 'x=x/b z=z/b', 'y=y/b z=z/b', 'y=y/c z=z/c'),
  },
  {
    name: 'in a union only the files of the outer branch are kept alone',
    source: 'processMergeTask: `outer_join` is of the file',
    files: ['x/a', 'x/b', 'y/b', 'y/c', 'z/d'],
    input: `
join:
  - union:
      - pfs: { repo: x, glob: "/(*)", join_on: "$1", outer_join: true }
      - pfs: { repo: y, glob: "/(*)", join_on: "$1" }
  - pfs: { repo: z, glob: "/(*)", join_on: "$1" }`,
    datums: rows('x=x/a', 'x=x/b'),
    names: ['a', 'b'],
  },
  {
    name: 'a join of groups takes the files out of their groups',
    source: 'processKeyTask: a member is flattened to its files',
    files: [...each('x/', 's1-1 s1-2 s2-1'), ...each('y/', '1 2')],
    input: `
join:
  - group:
      - pfs: { repo: x, glob: "/(s?)-(?)", group_by: "$1", join_on: "$2" }
  - pfs: { repo: y, glob: "/(?)", join_on: "$1" }`,
    output: '{x.path}',
    datums: rows('x=x/s1-1 y=y/1', 'x=x/s2-1 y=y/1', 'x=x/s1-2 y=y/2'),
  },
  {
    name: 'a file that a cross repeats joins once',
    source: 'processMergeTask, then one file a datum ID',
    files: ['x/a', 'y/a-1', 'y/a-2', 'z/a'],
    input: `
join:
  - cross:
      - pfs: { repo: x, glob: "/(?)", join_on: "$1" }
      - pfs: { repo: y, glob: "/(?)-?", join_on: "$1" }
  - pfs: { repo: z, glob: "/(?)", join_on: "$1" }`,
    output: 'x{x.path}y{y.path}',
    datums: rows('x=x/a z=z/a', 'y=y/a-1 z=z/a', 'y=y/a-2 z=z/a'),
  },
];

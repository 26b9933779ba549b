/** Which datums crosses and unions of other inputs yield. */
import { type DatumCase, each, FIFTY, rows } from './datum-case.ts';

const ONES = '11 21 31 41';
const TWOS = '12 2 22 32 42';

const FOUR_REPOS = ['one/p0', 'one/p1', 'two/q0', 'two/q1', 'three/r0', 'three/r1', 'four/s0', 'four/s1'];

/** Every combination of one text from each list, the last varying fastest. */
function product(...lists: readonly (readonly string[])[]): readonly (readonly string[])[] {
  let found: readonly (readonly string[])[] = [[]];
  for (const list of lists) found = found.flatMap((row) => list.map((item) => [...row, item]));
  return found;
}

/** Tables for crosses and unions with inputs in them. */
export const NESTED_CASES: readonly DatumCase[] = [
  {
    name: 'a union of crosses',
    source: 'TestUnionInput/union crosses',
    files: FOUR_REPOS,
    input: `
union:
  - cross:
      - pfs: { repo: one, glob: "/*" }
      - pfs: { repo: two, glob: "/*" }
  - cross:
      - pfs: { repo: three, glob: "/*" }
      - pfs: { repo: four, glob: "/*" }`,
    datums: [
      ...product(['one=one/p0', 'one=one/p1'], ['two=two/q0', 'two=two/q1']),
      ...product(['three=three/r0', 'three=three/r1'], ['four=four/s0', 'four=four/s1']),
    ],
    names: ['p0/q0', 'p0/q1', 'p1/q0', 'p1/q1', 'r0/s0', 'r0/s1', 'r1/s0', 'r1/s1'],
  },
  {
    name: 'a cross of unions',
    source: 'TestUnionInput/cross unions',
    files: FOUR_REPOS,
    input: `
cross:
  - union:
      - pfs: { repo: one, glob: "/*" }
      - pfs: { repo: two, glob: "/*" }
  - union:
      - pfs: { repo: three, glob: "/*" }
      - pfs: { repo: four, glob: "/*" }`,
    datums: product(
      ['one=one/p0', 'one=one/p1', 'two=two/q0', 'two=two/q1'],
      ['three=three/r0', 'three=three/r1', 'four=four/s0', 'four=four/s1'],
    ),
    names: ['p0', 'p1', 'q0', 'q1'].flatMap((first) => each(`${first}/`, 'r0 r1 s0 s1')),
  },
  {
    name: 'a cross of crosses is one product',
    source: 'processCrossTask',
    files: ['x/1', 'x/2', 'y/1', 'y/2', 'z/1', 'z/2'],
    input: `
cross:
  - cross:
      - pfs: { repo: x, glob: "/*" }
      - pfs: { repo: y, glob: "/*" }
  - pfs: { repo: z, glob: "/*" }`,
    datums: product(['x=x/1', 'x=x/2'], ['y=y/1', 'y=y/2'], ['z=z/1', 'z=z/2']),
    names: ['1/1/1', '1/1/2', '1/2/1', '1/2/2', '2/1/1', '2/1/2', '2/2/1', '2/2/2'],
  },
  {
    name: 'a cross with an empty member in a cross is empty',
    source: 'TestIterators/NestedEmptyCross',
    files: FIFTY,
    input: `
cross:
  - cross:
      - union:
          - pfs: { repo: data, name: a, glob: "/foo?1" }
          - pfs: { repo: data, name: b, glob: "/foo*2" }
      - pfs: { repo: data, name: none, glob: "!(**)" }
      - cross:
          - pfs: { repo: data, name: c, glob: "/foo?1" }
          - pfs: { repo: data, name: d, glob: "/foo*2" }
  - pfs: { repo: data, name: e, glob: "/foo?1" }`,
    datums: [],
    names: [],
  },
  {
    name: 'files that are identical in a union are crossed once',
    source: 'our own rule, after DatumID',
    files: ['x/1', 'x/2', 'y/a'],
    input: `
cross:
  - union:
      - pfs: { repo: x, glob: "/*" }
      - pfs: { repo: x, glob: "/1" }
  - pfs: { repo: y, glob: "/*" }`,
    datums: rows('x=x/1 y=y/a', 'x=x/2 y=y/a'),
    names: ['1/a', '2/a'],
  },
  {
    name: 'a union of unions is flat, and identical datums are there once',
    source: 'our own rule, after DatumID',
    files: FIFTY,
    input: `
union:
  - union:
      - pfs: { repo: data, glob: "/foo?1" }
      - pfs: { repo: data, glob: "/foo*2" }
  - pfs: { repo: data, glob: "/foo2?" }`,
    datums: rows(...each('data=data/foo', `${ONES} ${TWOS} 20 23 24 25 26 27 28 29`)),
    names: each('foo', `${ONES} ${TWOS} 20 23 24 25 26 27 28 29`),
  },
  {
    name: 'a group in a union',
    source: 'TestIterators/UnionGroup',
    files: FIFTY,
    input: `
union:
  - pfs: { repo: data, name: a, glob: "/foo(?)(?)" }
  - group:
      - pfs: { repo: data, name: b, glob: "/foo(?)(?)", group_by: "$2" }`,
    datums: [
      ...FIFTY.slice(10).map((path) => [`a=${path}`]),
      ...each('', '0 1 2 3 4 5 6 7 8 9').map((last) =>
        each('b=data/foo', `1${last} 2${last} 3${last} 4${last}`),
      ),
    ],
    names: [...FIFTY.slice(10).map((path) => path.slice('data/'.length)), ...each('', '0 1 2 3 4 5 6 7 8 9')],
  },
  {
    name: 'joins in a union',
    source: 'our own rule',
    files: ['one/a', 'two/a', 'three/b', 'four/b'],
    input: `
union:
  - join:
      - pfs: { repo: three, glob: "/(*)", join_on: "$1" }
      - pfs: { repo: four, glob: "/(*)", join_on: "$1" }
  - join:
      - pfs: { repo: one, glob: "/(*)", join_on: "$1" }
      - pfs: { repo: two, glob: "/(*)", join_on: "$1" }`,
    datums: rows('three=three/b four=four/b', 'one=one/a two=two/a'),
    names: ['b', 'a'],
  },
  {
    name: 'joins and groups in a cross give their keys to the name',
    source: 'our own rule',
    files: ['t1/s1', 't1/s2', 't2/s1', 't2/s2', 'runs/r1-x', 'runs/r1-y', 'runs/r2-x', 'model/m'],
    input: `
cross:
  - join:
      - pfs: { repo: t1, glob: "/(*)", join_on: "$1" }
      - pfs: { repo: t2, glob: "/(*)", join_on: "$1" }
  - group:
      - pfs: { repo: runs, glob: "/(*)-*", group_by: "$1" }
  - pfs: { repo: model, glob: "/*" }`,
    datums: rows(
      't1=t1/s1 t2=t2/s1 runs=runs/r1-x runs=runs/r1-y model=model/m',
      't1=t1/s1 t2=t2/s1 runs=runs/r2-x model=model/m',
      't1=t1/s2 t2=t2/s2 runs=runs/r1-x runs=runs/r1-y model=model/m',
      't1=t1/s2 t2=t2/s2 runs=runs/r2-x model=model/m',
    ),
    names: ['s1/r1/m', 's1/r2/m', 's2/r1/m', 's2/r2/m'],
  },
];

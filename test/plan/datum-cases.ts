/** Which datums a pfs input, a cross and a union yield. */
import { type DatumCase, each, FIFTY, rows } from './datum-case.ts';

const ONES = '11 21 31 41';
const TWOS = '12 2 22 32 42';

/** Every pair of two lists of numbers, the second varying fastest, as inputs `a` and `b`. */
function pairs(first: string, second: string): readonly (readonly string[])[] {
  return each('a=data/foo', first).flatMap((one) => each('b=data/foo', second).map((two) => [one, two]));
}

const TWICE_TWO = [
  ...each('one/p', '0 1'),
  ...each('two/q', '0 1'),
  ...each('three/r', '0 1'),
  ...each('four/s', '0 1'),
];

/** Tables for inputs that neither join nor group. */
export const BASIC_CASES: readonly DatumCase[] = [
  {
    name: 'a glob without match yields none',
    source: 'TestIterators/ZeroDatums',
    files: FIFTY,
    input: 'pfs: { repo: data, glob: "!(**)" }',
    datums: [],
    names: [],
  },
  {
    name: 'a question mark is one character',
    source: 'TestIterators/Basic',
    files: FIFTY,
    input: 'pfs: { repo: data, glob: "/foo?1" }',
    datums: rows(...each('data=data/foo', ONES)),
    names: each('foo', ONES),
  },
  {
    name: 'a star may be nothing, and order is by code points',
    source: 'TestIterators/Basic',
    files: FIFTY,
    input: 'pfs: { repo: data, glob: "/foo*2" }',
    datums: rows(...each('data=data/foo', TWOS)),
    names: each('foo', TWOS),
  },
  {
    name: 'the whole repo is one datum without a name',
    source: 'TestIterators/PlainS3',
    files: FIFTY,
    input: 'pfs: { repo: data, glob: / }',
    datums: rows('data=data'),
    names: [''],
  },
  {
    name: 'directories are datums, with a trailing slash or without',
    source: 'TestJoinTrailingSlash',
    files: ['data/b/1', 'data/a/1', 'data/a/2'],
    input: 'pfs: { repo: data, glob: "/(*)/" }',
    datums: rows('data=data/a', 'data=data/b'),
    names: ['a', 'b'],
  },
  {
    name: 'empty files change nothing about the datums',
    source: 'TestEmptyFiles',
    files: each('data/dir/file', '1 2 3'),
    input: 'pfs: { repo: data, glob: "/*", empty_files: true }',
    datums: rows('data=data/dir'),
    names: ['dir'],
  },
  {
    name: 'a cross is the product, the last member varying fastest',
    source: 'TestIterators/Cross',
    files: FIFTY,
    input: `
cross:
  - pfs: { repo: data, name: a, glob: "/foo?1" }
  - pfs: { repo: data, name: b, glob: "/foo*2" }`,
    datums: pairs(ONES, TWOS),
    names: each('foo', ONES).flatMap((one) => each('foo', TWOS).map((two) => `${one}/${two}`)),
  },
  {
    name: 'members keep the order in which they are written, not that of their names',
    source: 'our own rule',
    files: ['x/1', 'x/2', 'y/1', 'y/2'],
    input: `
cross:
  - pfs: { repo: y, glob: "/*" }
  - pfs: { repo: x, glob: "/*" }`,
    datums: rows('y=y/1 x=x/1', 'y=y/1 x=x/2', 'y=y/2 x=x/1', 'y=y/2 x=x/2'),
    names: ['1/1', '1/2', '2/1', '2/2'],
  },
  {
    name: 'a cross of one member is that member',
    source: 'our own rule',
    files: ['x/1', 'x/2'],
    input: 'cross: [{ pfs: { repo: x, glob: "/*" } }]',
    datums: rows('x=x/1', 'x=x/2'),
    names: ['1', '2'],
  },
  {
    name: 'a cross with an empty member is empty, wherever it stands',
    source: 'TestIterators/EmptyCross',
    files: FIFTY,
    input: `
cross:
  - pfs: { repo: data, name: a, glob: "/foo?1" }
  - pfs: { repo: data, name: none, glob: "!(**)" }
  - pfs: { repo: data, name: b, glob: "/foo*2" }`,
    datums: [],
    names: [],
  },
  {
    name: 'two parts of one repo are crossed',
    source: 'TestMultipleInputsFromTheSameBranch',
    files: ['data/dirA/file', 'data/dirB/file'],
    input: `
cross:
  - pfs: { repo: data, name: dirA, glob: "/dirA/*" }
  - pfs: { repo: data, name: dirB, glob: "/dirB/*" }`,
    datums: rows('dirA=data/dirA/file dirB=data/dirB/file'),
    names: ['dirA/file/dirB/file'],
  },
  {
    name: 'a reference is an input like any other',
    source: 'TestReferenceInput',
    files: ['data/file', 'atlas/reference_file'],
    input: `
cross:
  - pfs: { repo: data, glob: "/*" }
  - pfs: { repo: atlas, glob: "/*", reference: true }`,
    datums: rows('data=data/file atlas=atlas/reference_file'),
    names: ['file/reference_file'],
  },
  {
    name: 'a whole repo adds nothing to the name in a cross',
    source: 'TestIterators/S3MixedCross',
    files: FIFTY,
    input: `
cross:
  - pfs: { repo: data, name: a, glob: "/foo?1" }
  - pfs: { repo: data, name: b, glob: "/foo*2" }
  - pfs: { repo: data, name: all, glob: / }`,
    datums: pairs(ONES, TWOS).map((pair) => [...pair, 'all=data']),
    names: each('foo', ONES).flatMap((one) => each('foo', TWOS).map((two) => `${one}/${two}`)),
  },
  {
    name: 'whole repos alone are one datum without a name',
    source: 'TestIterators/S3OnlyCrossUnionJoin',
    files: FIFTY,
    input: `
cross:
  - pfs: { repo: data, name: a, glob: / }
  - pfs: { repo: data, name: b, glob: / }
  - pfs: { repo: data, name: c, glob: / }`,
    datums: rows('a=data b=data c=data'),
    names: [''],
  },
  {
    name: 'a union is one member after the other',
    source: 'TestIterators/Union',
    files: FIFTY,
    input: `
union:
  - pfs: { repo: data, name: a, glob: "/foo?1" }
  - pfs: { repo: data, name: b, glob: "/foo*2" }`,
    datums: rows(...each('a=data/foo', ONES), ...each('b=data/foo', TWOS)),
    names: [...each('foo', ONES), ...each('foo', TWOS)],
  },
  {
    name: 'a union takes all of every member',
    source: 'TestUnionInput/union all',
    files: TWICE_TWO,
    input: `
union:
  - pfs: { repo: one, glob: "/*" }
  - pfs: { repo: two, glob: "/*" }
  - pfs: { repo: three, glob: "/*" }
  - pfs: { repo: four, glob: "/*" }`,
    datums: rows(
      ...each('one=one/p', '0 1'),
      ...each('two=two/q', '0 1'),
      ...each('three=three/r', '0 1'),
      ...each('four=four/s', '0 1'),
    ),
    names: [...each('p', '0 1'), ...each('q', '0 1'), ...each('r', '0 1'), ...each('s', '0 1')],
  },
  {
    name: 'the members of a union may share a name',
    source: 'TestUnionInput/union alias',
    files: TWICE_TWO,
    input: `
union:
  - pfs: { repo: one, name: in, glob: "/*" }
  - pfs: { repo: two, name: in, glob: "/*" }
  - pfs: { repo: three, name: in, glob: "/*" }
  - pfs: { repo: four, name: in, glob: "/*" }`,
    datums: rows(...TWICE_TWO.map((path) => `in=${path}`)),
    names: [...each('p', '0 1'), ...each('q', '0 1'), ...each('r', '0 1'), ...each('s', '0 1')],
  },
  {
    name: 'an identical datum appears once in a union, where it comes first',
    source: 'our own rule, after DatumID: input name, repo and path',
    files: FIFTY,
    input: `
union:
  - pfs: { repo: data, name: in, glob: "/foo?1" }
  - pfs: { repo: data, name: in, glob: "/foo2*" }`,
    datums: rows(...each('in=data/foo', '11 21 31 41 2 20 22 23 24 25 26 27 28 29')),
    names: each('foo', '11 21 31 41 2 20 22 23 24 25 26 27 28 29'),
  },
  {
    name: 'the same path under two input names is two datums',
    source: 'our own rule, after DatumID: input name, repo and path',
    files: ['data/x'],
    input: `
union:
  - pfs: { repo: data, name: a, glob: "/*" }
  - pfs: { repo: data, name: b, glob: "/*" }`,
    output: 'a{a.path}b{b.path}',
    datums: rows('a=data/x', 'b=data/x'),
  },
  {
    name: 'an empty member of a union is nothing',
    source: 'our own rule',
    files: FIFTY,
    input: `
union:
  - pfs: { repo: data, name: in, glob: "!(**)" }
  - pfs: { repo: data, name: in, glob: "/foo1" }`,
    datums: rows('in=data/foo1'),
    names: ['foo1'],
  },
];

/** Which datums a join yields where members keep files that others have no partner for. */
import { type DatumCase, FIFTY, rows } from './datum-case.ts';
import { RETAIL } from './datum-cases-join.ts';

function storesAndReturns(outerStores: boolean, outerReturns: boolean): string {
  return `
join:
  - pfs: { repo: stores, glob: "/STOREID(*).txt", join_on: "$1", outer_join: ${outerStores} }
  - pfs: { repo: returns, glob: "/*_STOREID(*).txt", join_on: "$1", outer_join: ${outerReturns} }`;
}

/** Three members over `/(?)*`; each letter says whether one keeps what is left over. */
function three(one: boolean, two: boolean, last: boolean): string {
  return `
join:
  - pfs: { repo: one, glob: "/(?)*", join_on: "$1", outer_join: ${one} }
  - pfs: { repo: two, glob: "/(?)*", join_on: "$1", outer_join: ${two} }
  - pfs: { repo: three, glob: "/(?)*", join_on: "$1", outer_join: ${last} }`;
}

/** Every way in which one of three members can have a key, one file each. */
const SOME_OF_THREE = [
  ...['one/a', 'one/d', 'one/e', 'one/g'],
  ...['two/b', 'two/d', 'two/f', 'two/g'],
  ...['three/c', 'three/e', 'three/f', 'three/g'],
];

const RETURN_1 = 'stores=stores/STOREID1.txt returns=returns/ORDERW080520_STOREID1.txt';
const RETURN_5A = 'stores=stores/STOREID5.txt returns=returns/ORDERW080231_STOREID5.txt';
const RETURN_5B = 'stores=stores/STOREID5.txt returns=returns/ORDERW080528_STOREID5.txt';
const RETURN_0 = 'returns=returns/ORDERW261452_STOREID0.txt';
const STORES_LEFT = [
  'stores=stores/STOREID2.txt',
  'stores=stores/STOREID3.txt',
  'stores=stores/STOREID4.txt',
];
const PLACE = '{stores.path}/{returns.path}';

/** Tables for outer joins. */
export const OUTER_CASES: readonly DatumCase[] = [
  {
    name: 'both sides keep what has no partner',
    source: 'TestIterators/OuterJoin',
    files: FIFTY,
    input: `
join:
  - pfs: { repo: data, name: a, glob: "/foo1(?)", join_on: "$1", outer_join: true }
  - pfs: { repo: data, name: b, glob: "/foo(?)1", join_on: "$1", outer_join: true }`,
    datums: rows(
      'a=data/foo10',
      'a=data/foo11 b=data/foo11',
      'a=data/foo12 b=data/foo21',
      'a=data/foo13 b=data/foo31',
      'a=data/foo14 b=data/foo41',
      'a=data/foo15',
      'a=data/foo16',
      'a=data/foo17',
      'a=data/foo18',
      'a=data/foo19',
    ),
    names: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  },
  {
    name: 'no side: a return without store and a store without return are left out',
    source: 'examples/joins, inner join of returns',
    files: RETAIL,
    input: storesAndReturns(false, false),
    output: PLACE,
    datums: rows(RETURN_1, RETURN_5A, RETURN_5B),
  },
  {
    name: 'all returns, with their store where there is one',
    source: 'examples/joins, outer join, case 1',
    files: RETAIL,
    input: storesAndReturns(false, true),
    output: PLACE,
    datums: rows(RETURN_0, RETURN_1, RETURN_5A, RETURN_5B),
  },
  {
    name: 'all stores, with their returns where there are some',
    source: 'examples/joins, outer join, case 2',
    files: RETAIL,
    input: storesAndReturns(true, false),
    output: PLACE,
    datums: rows(RETURN_1, ...STORES_LEFT, RETURN_5A, RETURN_5B),
  },
  {
    name: 'all stores and all returns',
    source: 'examples/joins, outer join, case 3',
    files: RETAIL,
    input: storesAndReturns(true, true),
    output: PLACE,
    datums: rows(RETURN_0, RETURN_1, ...STORES_LEFT, RETURN_5A, RETURN_5B),
  },
  {
    name: 'a second image where a subject has one',
    source: 'our own use: recon-all with T1 and an optional T2',
    files: ['t1/sub-01/T1w.nii', 't1/sub-02/T1w.nii', 't2/sub-02/T2w.nii', 't2/sub-03/T2w.nii'],
    input: `
join:
  - pfs: { repo: t1, glob: "/(sub-*)", join_on: "$1", outer_join: true }
  - pfs: { repo: t2, glob: "/(sub-*)", join_on: "$1" }`,
    datums: rows('t1=t1/sub-01', 't1=t1/sub-02 t2=t2/sub-02'),
    names: ['sub-01', 'sub-02'],
  },
  {
    name: 'an outer member alone, its partner being empty',
    source: 'processMergeTask',
    files: ['one/a', 'one/b', 'two/other/x'],
    input: `
join:
  - pfs: { repo: one, glob: "/(?)", join_on: "$1", outer_join: true }
  - pfs: { repo: two, glob: "/(?)", join_on: "$1" }`,
    datums: rows('one=one/a', 'one=one/b'),
    names: ['a', 'b'],
  },
  {
    name: 'three members, none outer',
    source: 'processMergeTask',
    files: SOME_OF_THREE,
    input: three(false, false, false),
    datums: rows('one=one/g two=two/g three=three/g'),
    names: ['g'],
  },
  {
    name: 'three members, the first outer: what an inner member has is dropped where one is missing',
    source: 'processMergeTask',
    files: SOME_OF_THREE,
    input: three(true, false, false),
    datums: rows('one=one/a', 'one=one/d', 'one=one/e', 'one=one/g two=two/g three=three/g'),
    names: ['a', 'd', 'e', 'g'],
  },
  {
    name: 'three members, two outer',
    source: 'processMergeTask',
    files: SOME_OF_THREE,
    input: three(true, true, false),
    datums: rows(
      'one=one/a',
      'two=two/b',
      'one=one/d two=two/d',
      'one=one/e',
      'two=two/f',
      'one=one/g two=two/g three=three/g',
    ),
    names: ['a', 'b', 'd', 'e', 'f', 'g'],
  },
  {
    name: 'three members, all outer',
    source: 'processMergeTask',
    files: SOME_OF_THREE,
    input: three(true, true, true),
    datums: rows(
      'one=one/a',
      'two=two/b',
      'three=three/c',
      'one=one/d two=two/d',
      'one=one/e three=three/e',
      'two=two/f three=three/f',
      'one=one/g two=two/g three=three/g',
    ),
    names: ['a', 'b', 'c', 'd', 'e', 'f', 'g'],
  },
  {
    name: 'a file is kept once, however many inner files it was combined with',
    source: 'processMergeTask, then one file a datum ID',
    files: ['one/a1', 'two/a1', 'two/a2', 'two/a3', 'three/b1'],
    input: three(true, false, false),
    datums: rows('one=one/a1'),
    names: ['a'],
  },
  {
    name: 'each of several files is kept once',
    source: 'processMergeTask, then one file a datum ID',
    files: ['one/a1', 'one/a2', 'two/a1', 'two/a2', 'three/b1'],
    input: three(true, false, false),
    output: '{one.path}',
    datums: rows('one=one/a1', 'one=one/a2'),
  },
  {
    name: 'outer members that are there are still a product',
    source: 'processMergeTask',
    files: ['one/a1', 'one/a2', 'two/b1', 'three/a1', 'three/a2'],
    input: three(true, false, true),
    output: '{one.path}/{three.path}',
    datums: rows(
      'one=one/a1 three=three/a1',
      'one=one/a1 three=three/a2',
      'one=one/a2 three=three/a1',
      'one=one/a2 three=three/a2',
    ),
  },
  {
    name: 'a complete key keeps the files of inner members, with several files too',
    source: 'processMergeTask',
    files: ['one/a1', 'two/a1', 'two/a2', 'three/a1'],
    input: three(true, false, false),
    output: '{two.path}',
    datums: rows('one=one/a1 two=two/a1 three=three/a1', 'one=one/a1 two=two/a2 three=three/a1'),
  },
];

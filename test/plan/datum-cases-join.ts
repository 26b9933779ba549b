/** Which datums a join yields where every member has a file, or none is kept without. */
import { BINARY, type DatumCase, each, FIFTY, rows } from './datum-case.ts';

const TENS = '11 12 13 14 21 22 23 24 31 32 33 34 41 42 43 44';
const DIGITS = '0 1 2 3 4 5 6 7 8 9';

/** Pachyderm's files of stores, purchases and returns. */
export const RETAIL: readonly string[] = [
  ...each('stores/STOREID', '1.txt 2.txt 3.txt 4.txt 5.txt'),
  ...each(
    'purchases/ORDERW',
    '078929_STOREID2.txt 080231_STOREID5.txt 080520_STOREID1.txt 080521_STOREID1.txt 080528_STOREID5.txt 598471_STOREID3.txt',
  ),
  ...each(
    'returns/ORDERW',
    '080231_STOREID5.txt 080520_STOREID1.txt 080528_STOREID5.txt 261452_STOREID0.txt',
  ),
];

/** Tables for inner joins. */
export const JOIN_CASES: readonly DatumCase[] = [
  {
    name: 'a number joins its mirror image',
    source: 'TestIterators/Join',
    files: FIFTY,
    input: `
join:
  - pfs: { repo: data, name: a, glob: "/foo(?)(?)", join_on: "$1$2" }
  - pfs: { repo: data, name: b, glob: "/foo(?)(?)", join_on: "$2$1" }`,
    datums: TENS.split(' ').map((ten) => [`a=data/foo${ten}`, `b=data/foo${ten[1]}${ten[0]}`]),
    names: TENS.split(' '),
  },
  {
    name: 'only keys that every member has',
    source: 'TestJoinInput',
    files: [
      ...BINARY.map((digits) => `one/file-0.${digits}`),
      ...BINARY.map((digits) => `two/file-1.${digits}`),
    ],
    input: `
join:
  - pfs: { repo: one, glob: "/file-?.(11*)", join_on: "$1" }
  - pfs: { repo: two, glob: "/file-?.(*0)", join_on: "$1" }`,
    datums: rows('one=one/file-0.1100 two=two/file-1.1100', 'one=one/file-0.1110 two=two/file-1.1110'),
    names: ['1100', '1110'],
  },
  {
    name: 'directories join',
    source: 'TestJoinInput, directories',
    files: ['one/dir-01/foo', 'two/dir-10/bar'],
    input: `
join:
  - pfs: { repo: one, glob: "/dir-(?)(?)", join_on: "$2" }
  - pfs: { repo: two, glob: "/dir-(?)(?)", join_on: "$1" }`,
    datums: rows('one=one/dir-01 two=two/dir-10'),
    names: ['1'],
  },
  {
    name: 'a glob without trailing slash captures',
    source: 'TestJoinTrailingSlash',
    files: [...each('one/foo-', DIGITS), ...each('two/foo-', DIGITS)],
    input: `
join:
  - pfs: { repo: one, glob: "/(*)", join_on: "$1" }
  - pfs: { repo: two, glob: "/(*)", join_on: "$1" }`,
    datums: DIGITS.split(' ').map((digit) => [`one=one/foo-${digit}`, `two=two/foo-${digit}`]),
    names: each('foo-', DIGITS),
  },
  {
    name: 'a glob with a trailing slash captures the same',
    source: 'TestJoinTrailingSlash',
    files: [...each('one/foo-', DIGITS), ...each('two/foo-', DIGITS)],
    input: `
join:
  - pfs: { repo: one, glob: "/(*)/", join_on: "$1" }
  - pfs: { repo: two, glob: "/(*)/", join_on: "$1" }`,
    datums: DIGITS.split(' ').map((digit) => [`one=one/foo-${digit}`, `two=two/foo-${digit}`]),
    names: each('foo-', DIGITS),
  },
  {
    name: 'the key is the name',
    source: 'TestPipelineEnvVarJoinOn',
    files: ['one/a', 'two/a'],
    input: `
join:
  - pfs: { repo: one, glob: "/(*)", join_on: "$1" }
  - pfs: { repo: two, glob: "/(*)", join_on: "$1" }`,
    datums: rows('one=one/a two=two/a'),
    names: ['a'],
  },
  {
    name: 'a datum for each purchase, none for a store without',
    source: 'examples/joins, inner join',
    files: RETAIL,
    input: `
join:
  - pfs: { repo: stores, glob: "/STOREID(*).txt", join_on: "$1" }
  - pfs: { repo: purchases, glob: "/*_STOREID(*).txt", join_on: "$1" }`,
    output: '{purchases.path}',
    datums: rows(
      'stores=stores/STOREID1.txt purchases=purchases/ORDERW080520_STOREID1.txt',
      'stores=stores/STOREID1.txt purchases=purchases/ORDERW080521_STOREID1.txt',
      'stores=stores/STOREID2.txt purchases=purchases/ORDERW078929_STOREID2.txt',
      'stores=stores/STOREID3.txt purchases=purchases/ORDERW598471_STOREID3.txt',
      'stores=stores/STOREID5.txt purchases=purchases/ORDERW080231_STOREID5.txt',
      'stores=stores/STOREID5.txt purchases=purchases/ORDERW080528_STOREID5.txt',
    ),
  },
  {
    name: 'several files a key on both sides are a product, the last member varying fastest',
    source: 'processMergeTask',
    files: ['one/k-1', 'one/k-2', 'two/k-3', 'two/k-4', 'two/other-5'],
    input: `
join:
  - pfs: { repo: one, glob: "/(*)-*", join_on: "$1" }
  - pfs: { repo: two, glob: "/(*)-*", join_on: "$1" }`,
    output: '{one.path}/{two.path}',
    datums: rows(
      'one=one/k-1 two=two/k-3',
      'one=one/k-1 two=two/k-4',
      'one=one/k-2 two=two/k-3',
      'one=one/k-2 two=two/k-4',
    ),
  },
  {
    name: 'three members',
    source: 'processMergeTask',
    files: ['one/a', 'one/b', 'one/c', 'two/b', 'two/c', 'three/a', 'three/c'],
    input: `
join:
  - pfs: { repo: one, glob: "/(*)", join_on: "$1" }
  - pfs: { repo: two, glob: "/(*)", join_on: "$1" }
  - pfs: { repo: three, glob: "/(*)", join_on: "$1" }`,
    datums: rows('one=one/c two=two/c three=three/c'),
    names: ['c'],
  },
  {
    name: 'members without a common key yield none',
    source: 'processMergeTask',
    files: ['one/a', 'two/b'],
    input: `
join:
  - pfs: { repo: one, glob: "/(*)", join_on: "$1" }
  - pfs: { repo: two, glob: "/(*)", join_on: "$1" }`,
    datums: [],
    names: [],
  },
  {
    name: 'keys are in code-point order, whatever the order of the paths',
    source: 'our own rule',
    files: [
      ...each('one/', '1-\u{1f600} 2-\u{ff5e} 3-é 4-b 5-Z 6-10 7-9'),
      ...each('two/', '\u{1f600} \u{ff5e} é b Z 10 9'),
    ],
    input: `
join:
  - pfs: { repo: one, glob: "/?-(*)", join_on: "$1" }
  - pfs: { repo: two, glob: "/(*)", join_on: "$1" }`,
    datums: rows(
      'one=one/6-10 two=two/10',
      'one=one/7-9 two=two/9',
      'one=one/5-Z two=two/Z',
      'one=one/4-b two=two/b',
      'one=one/3-é two=two/é',
      'one=one/2-\u{ff5e} two=two/\u{ff5e}',
      'one=one/1-\u{1f600} two=two/\u{1f600}',
    ),
    names: ['10', '9', 'Z', 'b', 'é', '\u{ff5e}', '\u{1f600}'],
  },
  {
    name: 'a key is a template of the whole match, captures and dollar signs',
    source: 'our own rule, after ohmyglob Replace',
    files: ['one/s1', 'one/s2', 'two/$s10', 'two/$s20', 'three/1', 'three/2'],
    input: `
join:
  - pfs: { repo: one, glob: "/s(*)", join_on: "$$\${0}0-$1" }
  - pfs: { repo: two, glob: "/$s(*)0", join_on: "$0-$1" }
  - pfs: { repo: three, glob: "/(*)", join_on: "$$s\${1}0-\${1}" }`,
    datums: rows('one=one/s1 two=two/$s10 three=three/1', 'one=one/s2 two=two/$s20 three=three/2'),
    names: ['$s10-1', '$s20-2'],
  },
  {
    name: 'a key may have several segments',
    source: 'our own rule',
    files: [
      't1/sub-01/ses-1/T1w.nii',
      't1/sub-02/ses-1/T1w.nii',
      't2/sub-01_ses-1.nii',
      't2/sub-01_ses-2.nii',
    ],
    input: `
join:
  - pfs: { repo: t1, glob: "/(sub-*)/(ses-*)", join_on: "$1/$2" }
  - pfs: { repo: t2, glob: "/(sub-*)_(ses-*).nii", join_on: "$1/$2" }`,
    datums: rows('t1=t1/sub-01/ses-1 t2=t2/sub-01_ses-1.nii'),
    names: ['sub-01/ses-1'],
  },
];

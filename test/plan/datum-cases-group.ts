/** Which datums a group yields. */
import { BINARY, type DatumCase, each, FIFTY, rows } from './datum-case.ts';
import { RETAIL } from './datum-cases-join.ts';

const LAB = [
  'T1606331395-LIPID-PATID2-CLIA24D9871327.txt',
  'T1606707557-LIPID-PATID1-CLIA24D9871327.txt',
  'T1606707579-LIPID-PATID3-CLIA24D9871327.txt',
  'T1606707597-LIPID-PATID4-CLIA24D9871327.txt',
  'T1606707613-LIPID-PATID1-CLIA24D9871328.txt',
  'T1606707635-LIPID-PATID3-CLIA24D9871328.txt',
];

/** Laboratory results at some places of the list above. */
function lab(...places: readonly number[]): readonly string[] {
  return places.map((place) => `lab=lab/${LAB[place]}`);
}

const A = 'a=data/foo';
const B = 'b=data/foo';
const ONE = 'one=one/file-0.';
const TWO = 'two=two/file-1.';

/** Tables for groups. */
export const GROUP_CASES: readonly DatumCase[] = [
  {
    name: 'one datum a key',
    source: 'TestIterators/GroupSingle',
    files: FIFTY,
    input: 'group: [{ pfs: { repo: data, name: a, glob: "/foo(?)(?)", group_by: "$1" } }]',
    datums: [
      each(A, '10 11 12 13 14 15 16 17 18 19'),
      each(A, '20 21 22 23 24 25 26 27 28 29'),
      each(A, '30 31 32 33 34 35 36 37 38 39'),
      each(A, '40 41 42 43 44 45 46 47 48 49'),
    ],
    names: ['1', '2', '3', '4'],
  },
  {
    name: 'two members by different digits; a file that both yield is there twice',
    source: 'TestIterators/GroupDoubles',
    files: FIFTY,
    input: `
group:
  - pfs: { repo: data, name: a, glob: "/foo(?)(?)", group_by: "$1" }
  - pfs: { repo: data, name: b, glob: "/foo(?)(?)", group_by: "$2" }`,
    datums: [
      each(B, '10 20 30 40'),
      [...each(A, '10 11 12 13 14 15 16 17 18 19'), ...each(B, '11 21 31 41')],
      [...each(A, '20 21 22 23 24 25 26 27 28 29'), ...each(B, '12 22 32 42')],
      [...each(A, '30 31 32 33 34 35 36 37 38 39'), ...each(B, '13 23 33 43')],
      [...each(A, '40 41 42 43 44 45 46 47 48 49'), ...each(B, '14 24 34 44')],
      each(B, '15 25 35 45'),
      each(B, '16 26 36 46'),
      each(B, '17 27 37 47'),
      each(B, '18 28 38 48'),
      each(B, '19 29 39 49'),
    ],
    names: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  },
  {
    name: 'by one digit of four',
    source: 'TestGroupInput/Basic',
    files: BINARY.map((digits) => `data/file.${digits}`),
    input: 'group: [{ pfs: { repo: data, glob: "/file.(?)(?)(?)(?)", group_by: "$3" } }]',
    datums: [
      each('data=data/file.', '1000 1001 1100 1101 _100 _101'),
      each('data=data/file.', '1010 1011 1110 1111 _110 _111 __10 __11'),
      each('data=data/file.', '___0 ___1'),
    ],
    names: ['0', '1', '_'],
  },
  {
    name: 'two repos by different digits',
    source: 'TestGroupInput/MultiInput',
    files: [
      ...BINARY.map((digits) => `one/file-0.${digits}`),
      ...BINARY.map((digits) => `two/file-1.${digits}`),
    ],
    input: `
group:
  - pfs: { repo: one, glob: "/file-?.(?)(?)(?)(?)", group_by: "$3" }
  - pfs: { repo: two, glob: "/file-?.(?)(?)(?)(?)", group_by: "$2" }`,
    datums: [
      [...each(ONE, '1000 1001 1100 1101 _100 _101'), ...each(TWO, '1000 1001 1010 1011')],
      [
        ...each(ONE, '1010 1011 1110 1111 _110 _111 __10 __11'),
        ...each(TWO, '1100 1101 1110 1111 _100 _101 _110 _111'),
      ],
      [...each(ONE, '___0 ___1'), ...each(TWO, '__10 __11 ___0 ___1')],
    ],
    names: ['0', '1', '_'],
  },
  {
    name: 'laboratory results by patient',
    source: 'TestGroupInput/Symlink and examples/group, lab by patient',
    files: LAB.map((file) => `lab/${file}`),
    input: 'group: [{ pfs: { repo: lab, glob: "/*-PATID(*)-*.txt", group_by: "$1" } }]',
    datums: [lab(1, 4), lab(0), lab(2, 5), lab(3)],
    names: ['1', '2', '3', '4'],
  },
  {
    name: 'laboratory results by hospital',
    source: 'examples/group, lab by hospital',
    files: LAB.map((file) => `lab/${file}`),
    input: 'group: [{ pfs: { repo: lab, glob: "/*-CLIA(*).txt", group_by: "$1" } }]',
    datums: [lab(0, 1, 2, 3), lab(4, 5)],
    names: ['24D9871327', '24D9871328'],
  },
  {
    name: 'stores with all their purchases and returns',
    source: 'examples/group, retail',
    files: RETAIL,
    input: `
group:
  - pfs: { repo: stores, glob: "/STOREID(*).txt", group_by: "$1" }
  - pfs: { repo: purchases, glob: "/*_STOREID(*).txt", group_by: "$1" }
  - pfs: { repo: returns, glob: "/*_STOREID(*).txt", group_by: "$1" }`,
    datums: [
      ['returns=returns/ORDERW261452_STOREID0.txt'],
      [
        'stores=stores/STOREID1.txt',
        ...each('purchases=purchases/ORDERW', '080520_STOREID1.txt 080521_STOREID1.txt'),
        'returns=returns/ORDERW080520_STOREID1.txt',
      ],
      ['stores=stores/STOREID2.txt', 'purchases=purchases/ORDERW078929_STOREID2.txt'],
      ['stores=stores/STOREID3.txt', 'purchases=purchases/ORDERW598471_STOREID3.txt'],
      ['stores=stores/STOREID4.txt'],
      [
        'stores=stores/STOREID5.txt',
        ...each('purchases=purchases/ORDERW', '080231_STOREID5.txt 080528_STOREID5.txt'),
        ...each('returns=returns/ORDERW', '080231_STOREID5.txt 080528_STOREID5.txt'),
      ],
    ],
    names: ['0', '1', '2', '3', '4', '5'],
  },
  {
    name: 'the key is the name',
    source: 'TestPipelineEnvVarGroupBy',
    files: each('data/', 'a-1 a-2 b-1 b-2'),
    input: 'group: [{ pfs: { repo: data, glob: "/(*)-*", group_by: "$1" } }]',
    datums: [each('data=data/', 'a-1 a-2'), each('data=data/', 'b-1 b-2')],
    names: ['a', 'b'],
  },
  {
    name: 'sessions of one subject, which are directories',
    source: 'our own use: a longitudinal base',
    files: each('fs/sub-', '01/ses-1/surf/lh 01/ses-2/surf/lh 02/ses-1/surf/lh'),
    input: 'group: [{ pfs: { repo: fs, glob: "/(sub-*)/ses-*", group_by: "$1" } }]',
    datums: [each('fs=fs/sub-', '01/ses-1 01/ses-2'), each('fs=fs/sub-', '02/ses-1')],
    names: ['sub-01', 'sub-02'],
  },
  {
    name: 'a key without captures puts everything together',
    source: 'our own rule',
    files: ['x/2', 'x/1', 'y/1'],
    input: `
group:
  - pfs: { repo: x, glob: "/*", group_by: all }
  - pfs: { repo: y, glob: "/*", group_by: all }`,
    datums: rows('x=x/1 x=x/2 y=y/1'),
    names: ['all'],
  },
  {
    name: 'keys are in code-point order, files of a key in that of their paths',
    source: 'our own rule',
    files: each('x/', '1-b 2-a 3-b 4-B 5-10 6-9'),
    input: 'group: [{ pfs: { repo: x, glob: "/?-(*)", group_by: "$1" } }]',
    datums: [['x=x/5-10'], ['x=x/6-9'], ['x=x/4-B'], ['x=x/2-a'], ['x=x/1-b', 'x=x/3-b']],
    names: ['10', '9', 'B', 'a', 'b'],
  },
  {
    name: 'a capture that took no part is empty',
    source: 'our own rule',
    files: each('x/', 'b c-1 d-1'),
    input: 'group: [{ pfs: { repo: x, glob: "/?@(-(?)|)", group_by: "run$2" } }]',
    datums: [['x=x/b'], ['x=x/c-1', 'x=x/d-1']],
    names: ['run', 'run1'],
  },
  {
    name: 'a group of nothing is nothing',
    source: 'our own rule',
    files: FIFTY,
    input: 'group: [{ pfs: { repo: data, glob: "!(**)", group_by: "$0" } }]',
    datums: [],
    names: [],
  },
];

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { looksLikeSpec } from '../../src/spec/looks-like-spec.ts';

describe('guessing whose spec.yml it is', () => {
  const ours = [
    'pipeline:\n  name: edges\ninput:\n  pfs: {}\n',
    'input:\n',
    'transform:\n  cmd: [',
    'input: { pfs: {',
    'pipeline: edges',
    '# words\n\ninput:\n  # more\n  pfs:\n',
    'description: x\ntransform:\n  image: x\n',
    '"input":\n  "pfs": {}\n',
    '{"pipeline": {"name": "x"}, "input": {"pfs": {}}}',
    'input: &x\n  cross:\n  - pfs: {}\n',
    '\uFEFFinput:\n  pfs: {}\n',
    'input:\r\n  pfs:\r\n    repo: x\r\n',
    'input:\n  pfs: "unclosed\ntransform:\n  cmd: [',
    ...['jobs: 4', 'info: x', 'kind: a', 'paths: []', 'components: {}', 'openapi: 1'].flatMap((line) => [
      `input:\n  pfs: {}\ntransform:\n  cmd: x\n${line}\n`,
      `${line}\ninput: { pfs: {} }\ntransform: { cmd: x }\n`,
    ]),
    'inputs:\n  pfs: {}\ntransfrom:\n  cmd: x\n',
    'Input:\n  cross: []\nTransform:\n  image: x\njobs: 4\n',
    '\tinput:\n\t\tpfs: {}\n\ttransform:\n\t\tcmd: x\n',
    'input:\n\tpfs: {}\ntransform:\n\tcmd: x\n',
    '  input:\n    pfs: {}\n',
    ...['', ' \r\n\n', '# to do\n', '\uFEFF---\n  # to do\r\n...\n'],
  ];
  const theirs = [
    '---\n# hello\n- x\n',
    'hello',
    'openapi: 3.0.0\ninfo:\n  title: x\n',
    'apiVersion: v1\nkind: Pod\ninput:\n',
    'name: x\nversion: 1\n',
    'input:\n  stdin: {}\npipeline:\n  processors: []\noutput:\n  stdout: {}\n',
    'pipeline:\n  build:\n    image: node\n',
    'inputs:\n  pfs: {}\n',
    'x:\n  input:\n    pfs: {}\n',
    '- input:\n    pfs: {}\n',
    'input: some text\n',
    'inputs:\n  pfs: {}\ntransforms:\n  a: {}\n',
    'jobs:\n  a:\n    input:\n      pfs: {}\n    transform:\n      cmd: x\n',
    'kind: Pod\ninput:\n  pfs: {}\n',
  ];
  for (const text of ours) it(`takes ${JSON.stringify(text)}`, () => assert.equal(looksLikeSpec(text), true));
  for (const text of theirs)
    it(`leaves ${JSON.stringify(text)}`, () => assert.equal(looksLikeSpec(text), false));
});

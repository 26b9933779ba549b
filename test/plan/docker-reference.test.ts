import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseDockerReference } from '../../src/plan/docker-reference.ts';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('docker references', () => {
  const good: readonly [string, string | undefined, string | undefined][] = [
    ['python', undefined, undefined],
    ['python:3.12-slim', '3.12-slim', undefined],
    ['nipreps/fmriprep:23.2.1', '23.2.1', undefined],
    ['docker.io/library/python', undefined, undefined],
    ['localhost:5000/a/b/c:latest', 'latest', undefined],
    ['[2001:db8::1]:5000/x', undefined, undefined],
    ['Registry.Example.org/x', undefined, undefined],
    ['ghcr.io/some__org/a-b_c.d:V1_x', 'V1_x', undefined],
    ['a---b', undefined, undefined],
    [`python@${DIGEST}`, undefined, DIGEST],
    [`python:3.12@${DIGEST}`, '3.12', DIGEST],
    [`localhost:5000/x@${DIGEST}`, undefined, DIGEST],
  ];
  for (const [text, tag, digest] of good) {
    it(`reads ${text}`, () => assert.deepEqual(parseDockerReference(text), { text, tag, digest }));
  }

  const bad: readonly string[] = [
    '',
    'Python',
    'a b',
    'docker://python',
    '/python',
    'python/',
    'a//b',
    'a___b',
    'a..b',
    '-a',
    'a-',
    'python:',
    'python:.x',
    `python:${'x'.repeat(129)}`,
    'python@sha256:123',
    `python@${DIGEST.toUpperCase()}`,
    `python@sha512:${'0'.repeat(128)}`,
    'python@latest',
    '0123456789abcdef'.repeat(4),
    'x'.repeat(256),
    'a'.repeat(100_000),
    `${'a-'.repeat(50_000)}/`,
  ];
  for (const text of bad) {
    it(`refuses ${JSON.stringify(text.slice(0, 40))}`, () =>
      assert.equal(parseDockerReference(text), undefined));
  }
});

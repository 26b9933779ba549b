import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { fullRepository, parseDockerReference } from '../../src/plan/docker-reference.ts';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('docker references', () => {
  const good: readonly [string, string | undefined, string | undefined, full: string][] = [
    ['python', undefined, undefined, 'docker.io/library/python'],
    ['python:3.12-slim', '3.12-slim', undefined, 'docker.io/library/python'],
    ['nipreps/fmriprep:23.2.1', '23.2.1', undefined, 'docker.io/nipreps/fmriprep'],
    ['docker.io/library/python', undefined, undefined, 'docker.io/library/python'],
    ['localhost:5000/a/b/c:latest', 'latest', undefined, 'localhost:5000/a/b/c'],
    ['[2001:db8::1]:5000/x', undefined, undefined, '[2001:db8::1]:5000/x'],
    ['Registry.Example.org/x', undefined, undefined, 'Registry.Example.org/x'],
    ['ghcr.io/some__org/a-b_c.d:V1_x', 'V1_x', undefined, 'ghcr.io/some__org/a-b_c.d'],
    ['a---b', undefined, undefined, 'docker.io/library/a---b'],
    [`python@${DIGEST}`, undefined, DIGEST, 'docker.io/library/python'],
    [`python:3.12@${DIGEST}`, '3.12', DIGEST, 'docker.io/library/python'],
    [`localhost:5000/x@${DIGEST}`, undefined, DIGEST, 'localhost:5000/x'],
  ];
  for (const [text, tag, digest, full] of good) {
    it(`reads ${text}`, () => {
      const { repository = '', ...read } = parseDockerReference(text) ?? {};
      assert.deepEqual(read, { text, tag, digest });
      assert.ok(text.startsWith(repository));
      assert.equal(fullRepository(repository), full);
    });
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

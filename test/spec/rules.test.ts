import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'mocha';

describe('the documentation of rules', () => {
  const documented = [...readFileSync('docs/rules.md', 'utf8').matchAll(/^### (.*)$/gm)].map(
    (found) => found[1] ?? '',
  );
  const source = ['src/spec', 'src/plan', 'src/project']
    .flatMap((directory) =>
      readdirSync(directory).map((name) => readFileSync(`${directory}/${name}`, 'utf8')),
    )
    .join('\n');

  it('names each rule that the sources use, and no other', () => {
    const used = new Set(
      [
        ...source.matchAll(
          /(?:rule: |\b(?:told|wrong|report|failed|single|stop)\(\s*)'([a-z]+(?:-[a-z]+)+)'/g,
        ),
      ].map((found) => found[1] ?? ''),
    );
    assert.deepEqual(
      [...used].filter((rule) => !documented.includes(rule)),
      [],
    );
    assert.deepEqual(
      documented.filter((rule) => !source.includes(`'${rule}'`)),
      [],
    );
    assert.ok(used.size > 25);
  });

  it('names each rule once', () => {
    assert.equal(new Set(documented).size, documented.length);
  });
});

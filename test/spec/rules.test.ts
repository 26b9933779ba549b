import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { canBeOff, nearestRule, RULES, whyNotOff } from '../../src/spec/rules.ts';

/** Paragraphs of the documentation by heading. */
function paragraphs(): ReadonlyMap<string, string> {
  const text = readFileSync('docs/rules.md', 'utf8');
  return new Map(
    [...text.matchAll(/^### (.*)\n\n([\s\S]*?)(?=\n#|$(?![\s\S]))/gm)].map(([, id = '', about = '']) => [
      id,
      about,
    ]),
  );
}

describe('the registry of rules', () => {
  const ids = RULES.map(({ id }) => id);
  const source = ['src/spec', 'src/plan', 'src/project']
    .flatMap((directory) =>
      readdirSync(directory, { recursive: true, encoding: 'utf8' }).map((name) => `${directory}/${name}`),
    )
    .filter((path) => path.endsWith('.ts') && path !== 'src/spec/rules.ts')
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');

  it('has each rule once', () => {
    assert.equal(new Set(ids).size, ids.length);
    for (const { id, summary } of RULES) {
      assert.match(id, /^[a-z]+(-[a-z]+)+$/);
      assert.match(summary, /^[A-Z`][^\n]*\.$/);
    }
  });

  it('has the rules that the sources use, and no other', () => {
    const used = [
      ...source.matchAll(/(?:rule: |\b(?:told|wrong|report|failed|single|stop)\(\s*)'([a-z]+(?:-[a-z]+)+)'/g),
    ].map((found) => found[1] ?? '');
    assert.ok(new Set(used).size > 25);
    assert.deepEqual(
      used.filter((id) => !ids.includes(id)),
      [],
    );
    assert.deepEqual(
      ids.filter((id) => !source.includes(`'${id}'`)),
      [],
    );
  });

  it('is what docs/rules.md describes, with how severe each rule is and whether it can be off', () => {
    const documented = paragraphs();
    assert.deepEqual([...documented.keys()].sort(), [...ids].sort());
    const text = readFileSync('docs/rules.md', 'utf8');
    assert.equal([...text.matchAll(/^### /gm)].length, ids.length);
    for (const { id, severity, stops } of RULES) {
      const beginning = `${severity}, ${stops ? 'stays' : 'can be off'}.`;
      const about = documented.get(id) ?? '';
      assert.equal(about.slice(0, beginning.length).toLowerCase(), beginning, id);
    }
  });

  it("is what the editor's setting offers, as far as rules can be off", () => {
    const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
    const texts = JSON.parse(readFileSync('package.nls.json', 'utf8'));
    const offered = manifest.contributes.configuration.properties['minipach.rules'].properties;
    const wanted = RULES.filter(({ stops }) => !stops).map(({ id }) => [
      id,
      { type: 'string', enum: ['off', 'error', 'warning', 'information'], description: `%rule.${id}%` },
    ]);
    assert.deepEqual(offered, Object.fromEntries(wanted));
    const described = Object.entries(texts).filter(([key]) => key.startsWith('rule.'));
    assert.deepEqual(
      Object.fromEntries(described),
      Object.fromEntries(
        RULES.filter(({ stops }) => !stops).map(({ id, summary }) => [`rule.${id}`, summary]),
      ),
    );
  });

  it('keeps what there is no spec without', () => {
    assert.equal(canBeOff('refused-field'), true);
    assert.equal(canBeOff('yaml-syntax'), false);
    assert.equal(canBeOff('no-such-rule'), false);
    assert.equal(whyNotOff('refused-field'), undefined);
    assert.match(whyNotOff('yaml-syntax') ?? '', /cannot be turned off, because/);
  });

  it('knows what a misspelt id was meant to be', () => {
    assert.equal(nearestRule('unknown-feild'), 'unknown-field');
    assert.equal(nearestRule('refused_field'), 'refused-field');
    assert.equal(nearestRule('zebra'), undefined);
    assert.match(whyNotOff('unknown-feild') ?? '', /did you mean `unknown-field`\?$/);
  });
});

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PLAIN_YAML_RULES } from '../../src/extension/plain-yaml.ts';
import { parseSpec } from '../../src/spec/parse.ts';
import { startYamlLanguageServer, type YamlLanguageServer } from '../rigs/yaml-language-server.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');

const GOOD = 'input: { pfs: { repo: a, glob: "/*" } }\ntransform: { cmd: [a] }\n';

/** Texts with one mistake each. */
const WRONG: Readonly<Record<string, string>> = {
  'an open bracket': 'input:\n  pfs: { repo: texts, glob: "/*"\ntransform:\n  cmd: [a]\n',
  'a tab': 'input:\n\tpfs: { repo: texts }\n',
  'a key twice': `${GOOD}salt: a\nsalt: b\n`,
  'an alias of nothing': `${GOOD}salt: *nowhere\n`,
  'an odd indentation': 'input:\n  pfs:\n    repo: a\n   glob: x\n',
  'an open quote': `${GOOD}salt: "abc\n`,
  'a colon too many': `${GOOD}salt: a: b\n`,
  'a percent sign': `${GOOD}salt: %x\n`,
  'an at sign': `${GOOD}salt: @x\n`,
  'a merge key': `${GOOD}resource_requests: &x { cpu: 1 }\nresource_limits: { <<: *x }\n`,
  'two documents': `${GOOD}---\nsalt: b\n`,
  'a list': '- a\n- b\n',
  'a field that there is not': `${GOOD}descripton: x\n`,
  'a field too few': 'input: { pfs: { repo: a, glob: "/*" } }\n',
  'a value of another kind': `${GOOD}datum_tries: many\n`,
  'a placeholder that there is not': GOOD.replace('[a]', '[a, "{datums}"]'),
};

describe("beside Red Hat's YAML extension", () => {
  let server: YamlLanguageServer;
  before(async () => {
    server = await startYamlLanguageServer();
  });
  after(() => server.close());

  for (const [name, text] of Object.entries(WRONG))
    it(`${name} is told by one of the two`, async () => {
      const theirs = await server.check(text);
      const { diagnostics } = parseSpec(text, { directory: 'job' });
      const ours = diagnostics.filter(({ rule }) => !PLAIN_YAML_RULES.has(rule));
      const told = `${theirs.map(({ message }) => message).join()} / ${ours.map(({ rule }) => rule).join()}`;
      // What we leave to them they tell; what they do not tell we do not leave to them.
      const isLeft = diagnostics.some(({ rule }) => PLAIN_YAML_RULES.has(rule));
      assert.equal(theirs.length > 0, isLeft, told);
      assert.ok(isLeft !== ours.length > 0, told);
    });

  it('nothing is told of a good spec', async () => assert.deepEqual(await server.check(GOOD), []));
});

describe('the published schema, in another editor', () => {
  let server: YamlLanguageServer;
  before(async () => {
    server = await startYamlLanguageServer(path.join(ROOT, 'schemas', 'spec.schema.json'));
  });
  after(() => server.close());

  it('fits every example', async () => {
    const demo = path.join(ROOT, 'examples', 'demo');
    const specs = readdirSync(demo, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('spec.yml'),
    );
    assert.ok(specs.length >= 3);
    for (const spec of specs) {
      const found = await server.check(readFileSync(path.join(demo, spec), 'utf8'));
      assert.deepEqual(found, [], spec);
    }
  });

  it('marks a field that there is not', async () => {
    const [found] = await server.check(`${GOOD}descripton: x\n`);
    assert.match(found?.message ?? '', /descripton/);
    assert.equal(found?.range.start.line, 2);
  });

  it('offers fields', async () => {
    await server.check('input:\n  pfs:\n    repo: a\n    \ntransform: { cmd: [a] }\n');
    const labels = await server.complete(3, 4);
    assert.ok(labels.includes('glob') && labels.includes('join_on'), labels.join());
  });
});

import assert from 'node:assert/strict';
import { substituted, substitutesIn } from '../../src/plan/url-substitutes.ts';
import { findProgram } from '../../src/project/programs.ts';
import { askDatalad } from '../rigs/ask-datalad.ts';

const PREFIX = 'datalad.clone.url-substitute.';

const URLS = [
  '/data/set',
  'git@example.org:group/set.git',
  'https://github.com/org/super/data/sub 1',
  'http://github.com/org/set',
  'https://osf.io/abcde/',
  'https://osf.io/abcde/files',
  'https://old.example.org/group/set',
  'https://old.example.org/old.example.org',
  'ria+ssh://old.example.org/store#0b7f6e0c-51a7-11ef-8a3f-8c554a4f2f3d',
];

const CONFIGS: readonly Readonly<Record<string, readonly string[]>>[] = [
  {},
  { [`${PREFIX}moved`]: [String.raw`,^https://old\.example\.org/(.*)$,https://new.example.org/\1`] },
  // What comes later in a series is made whether it matches or not; a first one that does not match ends it.
  { [`${PREFIX}series`]: ['|old|new', '|https|ssh', '|group/|', '|nothing|else'] },
  { [`${PREFIX}series`]: ['|https://|', '|old|new', '|$|.git'] },
  { [`${PREFIX}named`]: [String.raw`;(?P<how>\w+)://(?P<host>[^/]+)/;\g<how>://\g<2>.$&/`] },
  { [`${PREFIX}one`]: [',https://old,https://one'], [`${PREFIX}other`]: [',https://old,https://other'] },
  // Turned off.
  { [`${PREFIX}github`]: [',^x$,x'] },
];

describe('rules that put one URL in the place of another', () => {
  it('do what the installed DataLad does', function () {
    this.timeout(60_000);
    const program = findProgram('datalad');
    if (program === undefined) this.skip();
    const lines = CONFIGS.map((config) => JSON.stringify([config, URLS]));
    const theirs = askDatalad<string[][]>(program, 'datalad-substitutes.py', lines);
    let changed = 0;
    for (const [position, config] of CONFIGS.entries()) {
      const rules = substitutesIn(new Map(Object.entries(config)));
      assert.deepEqual(rules.warnings, []);
      for (const [at, url] of URLS.entries()) {
        const own = substituted(url, rules);
        // DataLad goes through rules in no order.
        assert.deepEqual(
          [...own].sort(),
          theirs[position]?.[at]?.sort(),
          `${url} by ${JSON.stringify(config)}`,
        );
        if (own.length > 1 || own[0] !== url) changed += 1;
      }
    }
    assert.ok(changed > 20, `${changed} were changed`);
  });

  it('that cannot be read are left out, with a warning', () => {
    for (const text of ['', ',only', ',a,b,c', ',(,x']) {
      const { rules, warnings } = substitutesIn(new Map([[`${PREFIX}bad`, [text]]]));
      assert.equal(rules.length, 2, text);
      assert.match(warnings.join(), /url-substitute\.bad is left out, because `.*` is no rule/);
    }
  });

  it('leave the end of a project on GitHub as it is', () => {
    const url = 'https://github.com/org/set/';
    assert.deepEqual(substituted(url, substitutesIn(new Map())), [url]);
  });
});

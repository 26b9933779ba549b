import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'mocha';
import { parseGitConfig } from '../../src/plan/git-config.ts';

/** What git itself says: `key\nvalue` or `key`, each ended by NUL. */
function askGit(text: string): readonly string[] | 'refused' {
  const { status, stdout } = spawnSync('git', ['config', '--file', '-', '--list', '-z'], {
    input: text,
    encoding: 'utf8',
  });
  return status === 0 ? stdout.split('\0').slice(0, -1) : 'refused';
}

function ask(text: string): readonly string[] | 'refused' {
  const { entries, badLine } = parseGitConfig(text);
  if (badLine !== undefined) return 'refused';
  return entries.map(({ section, subsection, key, value }) => {
    const name = [section, subsection, key].filter((part) => part !== '').join('.');
    return value === undefined ? name : `${name}\n${value}`;
  });
}

const TEXTS: readonly string[] = [
  '',
  '\n\n# nothing\n; here\n',
  '[datalad "dataset"]\n\tid = 1234\n',
  '[datalad "containers.fsl"]\n\timage = .datalad/environments/fsl/image\n\tcmdexec = singularity exec {img} {cmd}\n',
  // Names
  '[DataLad "containers.FSL"]\n\tIMAGE = a\n\tCmdExec = b\n',
  '[datalad.Containers.FSL]\n\timage = a\n',
  '[datalad "a \\"b\\" \\\\ c.d"]\n\tkey = v\n',
  '[datalad "a#b;c]d"]\n\tkey = v\n',
  '[datalad "umläut / slash"]\n\tkey = v\n',
  '[a] key = same line\n',
  '[a]key=no blanks\n[b]key=2\n',
  '[a]\n\tk1 = 1\n[a]\n\tk1 = 2\n\tk2 = 3\n',
  '[a-b.c]\n\tkey-1 = v\n',
  // Values
  '[a]\n\tkey\n',
  '[a]\n\tkey =\n',
  '[a]\n\tkey = ""\n',
  '[a]\n\tkey =   blanks around   \n',
  '[a]\n\tkey = "  quoted blanks  "  \n',
  '[a]\n\tkey = two  blanks inside\n',
  '[a]\n\tkey = "a"b"c d"e\n',
  '[a]\n\tkey = value # comment\n',
  '[a]\n\tkey = value; comment\n',
  '[a]\n\tkey = "value # no ; comment" # comment "\n',
  '[a]\n\tkey = tab\\tnewline\\nquote\\"backslash\\\\end\n',
  '[a]\n\tkey = first \\\n  second \\\nthird\n\tother = 1\n',
  '[a]\n\tkey = "in quotes \\\ngoes on"\n',
  '[a]\n\tkey = comment # not \\\n\tother = 1\n',
  '[a]\n\tkey = a = b\n',
  "[a]\n\tkey = 'single quotes stay'\n",
  '[a]\n\textra = one\n\textra = two\n\textra = one\n',
  '[a]\n\tkey = no newline at the end',
  '[a]\n\tkey = backslash at the end \\',
  '[a]\n\tkey',
  '[a] # comment behind a section\n\tkey = v\n',
  '[a]\r\n\tkey = v\r\n\tother = w \\\r\nx\r\n',
  '\uFEFF[a]\n\tkey = byte order mark\n',
  '[a]\n\n\n   key    =    far   \n',
  // Refused
  'key = outside\n',
  '[a\n\tkey = v\n',
  '[a "b]\n\tkey = v\n',
  '[a "b"\n\tkey = v\n',
  '[a]\n\tkey = "not closed\n',
  '[a]\n\tkey = \\x\n',
  '[a]\n\t1key = v\n',
  '[a]\n\tkey_1 = v\n',
  '[a]\n\tkey value\n',
  '[a]\n\t= v\n',
  '[a b]\n\tkey = v\n',
  '[a]\n\tkey # comment\n',
  '[]\n\tkey = v\n',
  '[a"b"]\n\tkey = v\n',
  '<<<<<<< HEAD\n[a]\n',
];

describe("git's configuration format", () => {
  for (const text of TEXTS) {
    it(`is read as git reads it: ${JSON.stringify(text)}`, () => {
      assert.deepEqual(ask(text), askGit(text));
    });
  }

  it('tells the line that cannot be read', () => {
    assert.equal(parseGitConfig('[a]\n\tkey = v\n[b\n\tkey = v\n').badLine, 3);
    assert.equal(parseGitConfig('[a]\n\tkey = "v\n').badLine, 2);
    assert.deepEqual(parseGitConfig('[a]\n\tkey = v\n\t?\n').entries.length, 1);
  });
});

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of the shell are part of the subject
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseDuration } from '../../src/spec/durations.ts';
import type { PfsInput } from '../../src/spec/model.ts';
import { countCaptures, declaredOf, placeholderNames } from '../../src/spec/placeholders.ts';
import { oddlyPlaced } from '../../src/spec/shell-quotes.ts';
import { parseTemplate } from '../../src/spec/template.ts';

/** An input with nothing said about it but its name and glob. */
function pfs(name: string, glob: string): PfsInput {
  const plain = { joinOn: '', outerJoin: false, groupBy: '', emptyFiles: false, reference: false };
  return { kind: 'pfs', repo: name, name, glob, ...plain, upstream: undefined };
}

const KNOWN = placeholderNames(declaredOf(pfs('images', '/(*)/(*)')));

/** Placeholders in angle brackets, all else as it is. */
function shown(text: string): string {
  return parseTemplate(text, KNOWN)
    .parts.map((part) => (part.kind === 'literal' ? part.literal : `<${part.name}>`))
    .join('');
}

describe('templates', () => {
  const cases: readonly [string, string][] = [
    ['', ''],
    ['plain', 'plain'],
    ['{out}', '<out>'],
    ['{images}/{images.path}', '<images>/<images.path>'],
    ['{1}-{images.2}', '<1>-<images.2>'],
    ['x{datum}{pipeline}y{scratch}', 'x<datum><pipeline>y<scratch>'],
    // doubled braces are literal ones
    ['{{out}}', '{out}'],
    ['{{{out}}}', '{<out>}'],
    ['a{{b', 'a{b'],
    ['a}}b', 'a}b'],
    ['{{}}', '{}'],
    ['{{{{', '{{'],
    // not behind a dollar
    ['${out}', '${out}'],
    ['$${out}', '$${out}'],
    ['$ {out}', '$ <out>'],
    ['${x:-{out}}', '${x:-<out>}'],
    ['${{ out }}', '${{ out }}'],
    // all other braces stay
    ['{a,b}', '{a,b}'],
    ['{print $1}', '{print $1}'],
    ["awk '{if ($1) {print}}'", "awk '{if ($1) {print}}'"],
    ['{3}', '{3}'],
    ['{images.3}', '{images.3}'],
    ['{', '{'],
    ['}', '}'],
    ['{out', '{out'],
    ['{ out }', '{ out }'],
    ['{}', '{}'],
    ['{out}}', '<out>}'],
    ['{{out}', '{out}'],
    ['😀{out}日', '😀<out>日'],
  ];
  for (const [text, expected] of cases) {
    it(`reads ${text || 'nothing'}`, () => assert.equal(shown(text), expected));
  }

  it('says where each part is', () => {
    const text = 'a{{{out}}}b{1}';
    for (const part of parseTemplate(text, KNOWN).parts) {
      const source = text.slice(part.start, part.end);
      assert.equal(
        part.kind === 'literal' ? part.literal.length <= source.length : source === `{${part.name}}`,
        true,
      );
    }
    const starts = parseTemplate(text, KNOWN).parts.map((part) => [part.start, part.end]);
    assert.deepEqual(starts, [
      [0, 3],
      [3, 8],
      [8, 11],
      [11, 14],
    ]);
  });

  const hints: readonly [string, readonly string[]][] = [
    ['{image}', ['images']],
    ['{Images}', ['images']],
    ['{ images }', ['images']],
    ['{images.paht}', ['images.path']],
    ['{ouut}', ['out']],
    ['{i} {a} {x,y} {print}', []],
    ['${image}', []],
    ['{{image}}', []],
    ['{images.3}', []],
    ['{4}', []],
  ];
  for (const [text, expected] of hints) {
    it(`hints at ${text}`, () => {
      const found = parseTemplate(text, KNOWN).hints;
      assert.deepEqual(
        found.map((hint) => hint.suggestion),
        expected,
      );
      for (const hint of found) assert.equal(text.slice(hint.start, hint.end), `{${hint.written}}`);
    });
  }

  const quoted: readonly [string, readonly string[]][] = [
    ['cat {out}', []],
    ["cat '{out}'", ['out']],
    ['cat "{out}/x"', ['out']],
    ['cat "a"{out}"b"', []],
    ['echo \\"{out}\\"', []],
    ['echo "it\'s {1}" {out}', ['1']],
    ["# don't\ncat {out}", []],
    ['cat x#y {out}', []],
    ['echo "$(cat {out})"', []],
    ['echo "$(cat "{out}")"', ['out']],
    ['echo "$(date) {out}"', ['out']],
    ["echo '# {out}'", ['out']],
    ["# {out}\ncat '{1}'", ['1']],
  ];
  for (const [text, expected] of quoted) {
    it(`finds quotes around placeholders in ${text}`, () => {
      const { quoted } = oddlyPlaced(text, parseTemplate(text, KNOWN));
      assert.deepEqual(
        quoted.map((part) => part.kind === 'placeholder' && part.name),
        expected,
      );
    });
  }

  const documents: readonly [string, readonly string[], readonly string[]][] = [
    ["cat <<EOF > {out}\nit's {1}\nEOF\ncat '{2}'", ['2'], ['1']],
    ["cat <<'E' <<-F\n{1}'\nE\n\t{2}\"\n\tF\n", [], ['1', '2']],
    ['x=$(cat <<EOF\n"{1}\nEOF\n) "{2}"', ['2'], ['1']],
    ["cat <<EOF\nit's {1}", ['1'], []],
    ["cat <<<EOF\nit's {1}\nEOF\n", ['1'], []],
    ["echo '<<EOF\n{1}\nEOF'", ['1'], []],
    ['echo $((1<<2))\n{1}\n2', [], []],
  ];
  for (const [text, inQuotes, inDocuments] of documents) {
    it(`knows here-documents in ${JSON.stringify(text)}`, () => {
      const known = new Set(['out', '1', '2']);
      const { quoted, inDocument } = oddlyPlaced(text, parseTemplate(text, known));
      const written = [quoted, inDocument].map((parts) =>
        parts.map(({ start, end }) => text.slice(start + 1, end - 1)),
      );
      assert.deepEqual(written, [inQuotes, inDocuments]);
    });
  }

  it('knows the names of an input', () => {
    assert.deepEqual([...placeholderNames(declaredOf(pfs('a', '/(x)')))].sort(), [
      '1',
      'a',
      'a.1',
      'a.path',
      'cpus',
      'datum',
      'memory_mb',
      'out',
      'pipeline',
      'scratch',
    ]);
    for (const [glob, count] of [
      ['/*', 0],
      ['(a)[(]\\((b)', 2],
      ['[\\](]@(a)', 1],
      ['[[:alpha:](](x)', 1],
    ] as const) {
      assert.equal(countCaptures(glob), count, glob);
    }
  });
});

describe('durations', () => {
  const cases: readonly [string, number | undefined][] = [
    ['1h30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['.5s', 500],
    ['300ms', 300],
    ['1h2m3s4ms', 3_723_004],
    ['1500us', 1.5],
    ['+2s', 2_000],
    ['0', undefined],
    ['0s', undefined],
    ['30', undefined],
    ['-1s', undefined],
    ['1d', undefined],
    ['1h 30m', undefined],
    ['h', undefined],
    ['', undefined],
    ['1..5s', undefined],
  ];
  for (const [text, expected] of cases) {
    it(`reads ${text || 'nothing'}`, () => assert.equal(parseDuration(text), expected));
  }
});

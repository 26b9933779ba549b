import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parseConfig } from '../../src/spec/config.ts';
import { completeConfig, hoverConfig } from '../../src/spec/config-language.ts';
import { offsetOf } from './positions.ts';

/** What is told of a text, with what it is told of. */
function told(text: string): string[] {
  return parseConfig(text).diagnostics.map(({ rule, range, message }) => {
    const line = text.split('\n')[range.start.line] ?? '';
    return `${rule} at ${line.slice(range.start.character, range.end.character)}: ${message}`;
  });
}

describe('the settings of a project', () => {
  it('are all by default where nothing is written', () => {
    for (const text of ['', '# nothing\n', '{}', 'slurm: {}\n']) {
      const { config, diagnostics } = parseConfig(text);
      assert.deepEqual(diagnostics, [], text);
      assert.equal(config?.slurm.datumsPerTask, 1);
      assert.equal(config?.slurm.arraySize, 1000);
      assert.equal(config?.slurm.partition, undefined);
      assert.deepEqual(config?.slurm.options, []);
    }
  });

  it('are read, each in its unit', () => {
    const { config, diagnostics } = parseConfig(
      'slurm:\n  partition: short\n  account: lab\n  qos: high\n  constraint: "a&b"\n  time: 1h30m\n  memory: 4Gi\n  datums_per_task: 10\n  parallelism: 5\n  array_size: 100\n  preamble: |\n    module load apptainer\n    ulimit -c 0\n  options: [--exclusive, --reservation=mine]\n  scratch: $TMPDIR\n  store: store\n  source: ria+file:///data#~p\n',
    );
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(config?.slurm, {
      partition: 'short',
      account: 'lab',
      qos: 'high',
      constraint: 'a&b',
      time: 5_400_000,
      memory: 4 * 2 ** 30,
      datumsPerTask: 10,
      parallelism: 5,
      arraySize: 100,
      preamble: 'module load apptainer\nulimit -c 0\n',
      options: ['--exclusive', '--reservation=mine'],
      scratch: '$TMPDIR',
      store: 'store',
      source: 'ria+file:///data#~p',
    });
  });

  it('are told apart from mistakes, each where it stands and with what helps', () => {
    const cases: [text: string, expected: string][] = [
      [
        'slurm:\n  partiton: x\n',
        'unknown-field at partiton: There is no setting `partiton` in `slurm`; did you mean `partition`?',
      ],
      [
        'slurm:\n  store: lab\n',
        "missing-field at store: `slurm.store` is for tasks that work on nodes' own disks; say where with `slurm.scratch`, such as `$TMPDIR`.",
      ],
      [
        'slurm:\n  scratch: tmp\n',
        'wrong-value at tmp: `slurm.scratch` does not fit; write it like `"$TMPDIR"`.',
      ],
      [
        'slrm: {}\n',
        'unknown-field at slrm: There is no setting `slrm` at the top level; did you mean `slurm`?',
      ],
      [
        'other: 1\n',
        'unknown-field at other: There is no setting `other` at the top level; there are slurm.',
      ],
      [
        'slurm:\n  datums_per_task: many\n',
        'wrong-type at many: `slurm.datums_per_task` must be a whole number; write it like `10`.',
      ],
      ['slurm:\n  parallelism: 0\n', 'wrong-value at 0: `slurm.parallelism` must be at least 1.'],
      [
        'slurm:\n  time: soon\n',
        'wrong-duration at soon: `slurm.time` cannot be read; write it like `2h30m`.',
      ],
      [
        'slurm:\n  memory: 4 GB\n',
        'wrong-quantity at 4 GB: `slurm.memory` cannot be read; write it like `4G`.',
      ],
      [
        'slurm:\n  partition: a b\n',
        'wrong-value at a b: `slurm.partition` does not fit; write it like `"short"`.',
      ],
      ['slurm:\n  qos: ""\n', 'empty-value at "": `slurm.qos` is empty; write it like `"normal"`.'],
      [
        'slurm:\n  options: [exclusive]\n',
        'wrong-value at exclusive: item 1 of `slurm.options` does not fit; write it like `"--exclusive"`.',
      ],
      ['slurm: 3\n', 'wrong-type at 3: `slurm` must be a mapping.'],
    ];
    for (const [text, expected] of cases) assert.deepEqual(told(text), [expected], text);
    assert.equal(parseConfig('slurm:\n  time: soon\n').config, undefined);
    assert.match(told('slurm:\n\tqos: x\n')[0] ?? '', /^tab-indentation/);
    assert.match(told('- a\n')[0] ?? '', /^wrong-type at .*: The file must be a mapping\.$/);
  });

  it('have a schema for editors, which describes each of them', () => {
    const schema = JSON.parse(readFileSync('schemas/config.schema.json', 'utf8'));
    const settings = schema.properties.slurm.properties;
    for (const [name, setting] of Object.entries<{ description: string; examples: unknown[] }>(settings)) {
      assert.match(setting.description, /\.$/, name);
      // Some are of use only beside this one.
      const text = JSON.stringify({ slurm: { scratch: '$TMPDIR', [name]: setting.examples[0] } });
      assert.deepEqual(parseConfig(text).diagnostics, [], name);
    }
    // Beside Red Hat's extension each mistake would be told twice.
    assert.equal(JSON.parse(readFileSync('package.json', 'utf8')).contributes.yamlValidation, undefined);
  });

  it('are mended by what a message proposes', () => {
    const text = 'slurm:\n  partiton: x\n';
    const [fix] = parseConfig(text).diagnostics[0]?.fixes ?? [];
    assert.ok(fix !== undefined);
    const { start, end } = fix.range;
    const mended = text.slice(0, offsetOf(text, start)) + fix.newText + text.slice(offsetOf(text, end));
    assert.equal(mended, 'slurm:\n  partition: x\n');
    assert.deepEqual(told(mended), []);
    assert.equal(parseConfig('other: 1\n').diagnostics[0]?.fixes, undefined);
  });

  it('are completed wherever one can stand, also in a text that is half typed', () => {
    const offered = (marked: string): readonly string[] =>
      completeConfig(marked.replace('‸', ''), marked.indexOf('‸')).map(({ label }) => label);
    const schema = JSON.parse(readFileSync('schemas/config.schema.json', 'utf8'));
    const settings = Object.keys(schema.properties.slurm.properties);
    assert.deepEqual(offered('‸'), ['slurm']);
    assert.deepEqual(offered('slurm:\n  ‸'), settings);
    assert.deepEqual(
      offered('slurm:\n  qos: high\n  pa‸\n'),
      settings.filter((name) => name !== 'qos'),
    );
    assert.deepEqual(offered('slurm: { ‸'), settings);
    assert.deepEqual(offered('slurm:\n  time: ‸\n'), ['2h']);
    assert.deepEqual(offered('slurm:\n  options: [‸'), ['--exclusive', '--reservation=mine']);
    assert.deepEqual(offered('# ‸'), []);
    assert.deepEqual(offered('other: ‸'), []);
    const [first] = completeConfig('', 0);
    assert.equal(first?.insertText, 'slurm:\n  partition: $1');
  });

  it('are explained, the name and the value', () => {
    const text = 'slurm:\n  datums_per_task: 10\n  preamble: "{datum}"\nother: 1\n';
    const about = (word: string): string | undefined => hoverConfig(text, text.indexOf(word))?.contents;
    assert.match(about('slurm') ?? '', /--executor slurm/);
    assert.match(
      about('datums_per_task') ?? '',
      /How many datums one task[\s\S]*Example: `datums_per_task: 10`/,
    );
    assert.equal(about('10'), about('datums_per_task'));
    // A placeholder means something in specs only.
    assert.match(about('{datum}') ?? '', /Lines of shell/);
    assert.equal(about('other'), undefined);
  });
});

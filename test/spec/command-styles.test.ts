import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { commandRewrites } from '../../src/spec/command-styles.ts';
import { parseSpec } from '../../src/spec/parse.ts';
import { offsetOf } from './positions.ts';

const spec = (cmd: string): string =>
  `input:\n  pfs: { repo: images, glob: "/*" }\ntransform:\n  cmd:${cmd}\n  env: { A: b }\n`;

/** The `cmd` after it was written the other way; `undefined` when that is not offered. */
function rewritten(cmd: string): string | undefined {
  const text = spec(cmd);
  const [fix] = commandRewrites(text, text.indexOf('cmd:'));
  if (fix === undefined) return undefined;
  const { start, end } = fix.range;
  const changed = text.slice(0, offsetOf(text, start)) + fix.newText + text.slice(offsetOf(text, end));
  assert.deepEqual(parseSpec(changed, { directory: 'x' }).diagnostics, []);
  return changed.slice(changed.indexOf('cmd:') + 'cmd:'.length, changed.indexOf('\n  env:'));
}

describe('writing a command the other way', () => {
  const offered: readonly [string, string][] = [
    [' python3 code/a.py {images} {out}/x', ' [python3, code/a.py, "{images}", "{out}/x"]'],
    [' "sleep  10 "', ' [sleep, "10"]'],
    [' |\n    run --in={images} -v a=b', ' [run, "--in={images}", -v, "a=b"]'],
    [' ["python3", code/a.py, "{images}"]', ' python3 code/a.py {images}'],
    ['\n    - run\n    - -i\n    - "{out}"', ' run -i {out}'],
    [' [sh, -c, "a | b > $out/x"]', " sh -c 'a | b > $out/x'"],
    [' [grep, "it\'s", "", "a b{out}/{datum}"]', " grep 'it'\\''s' '' 'a b'{out}/{datum}"],
    [' [run, "a: b", "#c"]', " \"run 'a: b' '#c'\""],
  ];
  for (const [before, after] of offered) {
    it(`changes${before.replaceAll('\n', '⏎')}`, () => assert.equal(rewritten(before), after));
  }

  const kept = [
    ' ls | wc',
    ' ls *.txt',
    " ls 'a b'",
    ' ls $out',
    ' A=b run',
    ' cd code',
    ' "{images}/run"',
    ' ls ~',
    ' |\n    a\n    b\n',
    ' awk {print}{{x}}',
    ' [run, [-i, "{images}"]]',
    ' [echo, x]',
    ' [A=b, x]',
    ' ["{images}", x]',
    ' [awk, "{{print}}"]',
    ' [python3, "code/my script.py"]',
    ' [ls, # all\n    x]',
    ' &a [ls, x]',
    ' []',
    ' ',
  ];
  for (const cmd of kept) {
    it(`leaves${cmd.replaceAll('\n', '⏎')} alone`, () => assert.equal(rewritten(cmd), undefined));
  }

  it('is offered on the command only', () => {
    const text = spec(' [ls, x]');
    assert.equal(commandRewrites(text, text.indexOf('env')).length, 0);
    assert.equal(commandRewrites(text, text.indexOf('x]')).length, 1);
  });
});

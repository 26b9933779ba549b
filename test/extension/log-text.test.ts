import assert from 'node:assert/strict';
import type { Continuation } from '../../src/extension/follow-file.ts';
import { LONGEST_LOG, LogText } from '../../src/extension/log-text.ts';

/** What is shown of pieces; those without a word are more of the same. */
function shown(...pieces: readonly (string | Buffer | readonly [Continuation, string])[]): LogText {
  const text = new LogText();
  for (const piece of pieces) {
    if (typeof piece === 'string' || Buffer.isBuffer(piece)) text.push(Buffer.from(piece as string), 'more');
    else text.push(Buffer.from(piece[1]), piece[0]);
  }
  return text;
}

const UMLAUT = Buffer.from('ü');

describe('the text of a log', () => {
  for (const [what, pieces, text, isCut] of [
    ['is what was written', ['one\n', 'two\n'], 'one\ntwo\n', false],
    ['has no colours', ['\u001b[31mred\u001b[0m\n'], 'red\n', false],
    ['keeps a character that came in two pieces', [UMLAUT.subarray(0, 1), UMLAUT.subarray(1)], 'ü', false],
    ['shows of a line that is drawn over what stood last', ['10 %\r20 %\r', '30 %\n'], '30 %\n', false],
    [
      'takes the end of a line for one, also where it is cut in two',
      ['one\r', '\ntwo\r\n'],
      'one\ntwo\n',
      false,
    ],
    ['begins again where the file does', ['old\n', ['anew', 'new\n']], 'new\n', false],
    [
      'begins with a whole line where some is left out',
      ['old\n', ['skipped', 'alf\nwhole\n'], 'more\n'],
      'whole\nmore\n',
      true,
    ],
  ] as const)
    it(what, () => {
      const log = shown(...pieces);
      assert.deepEqual([log.text, log.isCut], [text, isCut]);
    });

  it('is never longer than an editor can take, ends with what was written last and begins with a whole line', () => {
    const log = new LogText();
    for (let line = 0; line < 100_000; line += 1) log.push(Buffer.from(`line ${line}\n`), 'more');
    assert.ok(log.text.length <= LONGEST_LOG && log.text.length > LONGEST_LOG / 4);
    assert.match(log.text, /^line \d+\n/);
    assert.ok(log.text.endsWith('\nline 99999\n'));
    assert.ok(log.isCut);
  });
});

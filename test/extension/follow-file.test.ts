import assert from 'node:assert/strict';
import { appendFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { followFile } from '../../src/extension/follow-file.ts';
import { makeTemporaryDirectory, removeDirectory } from '../rigs/temporary-directory.ts';

describe('following a file', () => {
  let directory = '';
  before(async () => {
    directory = await makeTemporaryDirectory('follow');
  });
  after(() => removeDirectory(directory));

  /** Follows a file, and waits until its whole text is as wanted. */
  function follow(file: string) {
    let text = '';
    let look = () => {};
    const followed = followFile(file, (chunk, continuation) => {
      text = (continuation === 'anew' ? '' : text) + chunk.toString('utf8');
      look();
    });
    const until = (wanted: string) =>
      new Promise<void>((resolve) => {
        look = () => {
          if (text === wanted) resolve();
        };
        look();
      });
    return { followed, until };
  }

  it('waits for a file that is not there yet and hands on what is appended', async () => {
    const file = path.join(directory, 'late');
    const { followed, until } = follow(file);
    await writeFile(file, 'one\n');
    await until('one\n');
    await appendFile(file, 'two\n');
    await until('one\ntwo\n');
    followed.stop();
  });

  it('reads a file that was written anew from its beginning', async () => {
    const file = path.join(directory, 'anew');
    await writeFile(file, 'a long first try\n');
    const { followed, until } = follow(file);
    await until('a long first try\n');
    await writeFile(file, 'second\n');
    await until('second\n');
    followed.stop();
  });

  it('leaves out what is more than is asked for, and says so', async () => {
    const file = path.join(directory, 'long');
    await writeFile(file, `${'x'.repeat(900_000)}the end`);
    const pieces: string[] = [];
    const followed = followFile(
      file,
      (chunk, continuation) => pieces.push(`${continuation} ${chunk.length} ${chunk.toString().slice(-7)}`),
      10_000,
    );
    await followed.flush();
    await appendFile(file, ' is not the end');
    await followed.flush();
    assert.deepEqual(pieces, ['skipped 10000 the end', 'more 15 the end']);
    followed.stop();
  });

  it('hands on all that is there when it is flushed', async () => {
    const file = path.join(directory, 'big');
    await writeFile(file, 'x'.repeat(1_000_000));
    let bytes = 0;
    const followed = followFile(file, (chunk) => {
      bytes += chunk.length;
    });
    await followed.flush();
    assert.equal(bytes, 1_000_000);
    followed.stop();
  });
});

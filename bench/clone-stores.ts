/** Clones at once from one store without a storage sibling, each with content: Minipach's and DataLad's. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Comparison, type Contender, minipach } from './comparison.ts';
import { atOnce, type Place, seconds } from './measure.ts';

const CLONES = 16;
const SHARED = 200_000_000;
const OWN = 20_000_000;

/** Where the store and the dataset are, for all contenders. */
function storeOf({ cwd }: Place): string {
  return join(cwd, '..', 'clones-store');
}

function ok(place: Place, ...[file = '', ...args]: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(file, args, { ...place, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${status}: ${stderr}`);
  return stdout.trim();
}

/** A RIA store with one dataset, as `git push` and `git annex copy` fill it. */
async function makeStore(place: Place): Promise<void> {
  const store = storeOf(place);
  if (existsSync(store)) return;
  const at = { ...place, cwd: `${store}-dataset` };
  await mkdir(join(at.cwd, 'own'), { recursive: true });
  ok(at, 'datalad', '-l', 'error', 'create', '--force', '.');
  ok(at, 'sh', '-c', `head -c ${SHARED} /dev/urandom > shared.bin`);
  ok(at, 'sh', '-c', `for n in $(seq ${CLONES}); do head -c ${OWN} /dev/urandom > own/$n.bin; done`);
  ok(at, 'datalad', '-l', 'error', 'save', '-m', 'Begin');
  const id = ok(at, 'git', 'config', '--file', '.datalad/config', 'datalad.dataset.id');
  const bare = join(store, id.slice(0, 3), id.slice(3));
  ok(at, 'git', 'init', '--quiet', '--bare', bare);
  ok(at, 'git', 'remote', 'add', 'store', bare);
  ok(at, 'git', 'push', '--quiet', 'store', 'HEAD', 'git-annex');
  ok(at, 'git', 'annex', 'copy', '--quiet', '--to', 'store', '.');
}

function repositoryIn(place: Place): { readonly id: string; readonly path: string } {
  const id = ok(
    { ...place, cwd: `${storeOf(place)}-dataset` },
    ...['git', 'config', '--file', '.datalad/config', 'datalad.dataset.id'],
  );
  return { id, path: join(storeOf(place), id.slice(0, 3), id.slice(3)) };
}

/** Ends the benchmark where a clone has not what it needs. */
function assertContent(place: Place): void {
  for (let n = 1; n <= CLONES; n += 1)
    for (const [file, size] of Object.entries({ 'shared.bin': SHARED, [`own/${n}.bin`]: OWN })) {
      const found = Number(ok(place, 'stat', '-L', '-c', '%s', `clone-${n}/${file}`));
      if (found !== size) throw new Error(`clone-${n}/${file} has ${found} bytes.`);
    }
}

/** What a round has left is gone before the next: a gigabyte, or several. */
function removeClones(place: Place): void {
  ok(place, 'sh', '-c', 'chmod -R u+w . && rm -rf ./* && sync');
}

function contender(name: string, line: (place: Place) => string): Contender {
  return {
    name,
    prepare: makeStore,
    run: async (place) => {
      const taken = await seconds(atOnce(CLONES, line(place)), place);
      assertContent(place);
      removeClones(place);
      return taken;
    },
  };
}

/** Against what job scripts do. */
export const cloneStores: Comparison = {
  id: 'clones',
  title: `${CLONES} clones at once from a RIA store without a storage sibling, each with the same 200 MB and 20 MB of its own`,
  note: 'A clone that does not get both files ends the benchmark. DataLad is given the path of the dataset in the store, because from the URL of such a store it gets no content.',
  contenders: [
    contender(`${CLONES} × minipach clone --get`, (place) => {
      const source = `ria+file://${storeOf(place)}#${repositoryIn(place).id}`;
      return `${minipach('clone', `'${source}'`, 'clone-NUMBER').join(' ')} --store keys --get shared.bin own/NUMBER.bin`;
    }),
    contender(
      `${CLONES} × (datalad clone + datalad get)`,
      (place) =>
        `datalad -l error clone ${repositoryIn(place).path} clone-NUMBER && datalad -l error -C clone-NUMBER get shared.bin own/NUMBER.bin`,
    ),
  ],
};

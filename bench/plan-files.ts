/** Planning in a project of 100,000 files, half of them annexed, beside what it takes to list them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Comparison, type Contender, minipach } from './comparison.ts';
import { type Place, seconds } from './measure.ts';

const DIRECTORIES = 10_000;
const FILES_EACH = 10;

const SPEC = `pipeline:
  name: copies
input:
  pfs: { repo: inputs, glob: "/*" }
transform:
  cmd: [cp, -r, "{inputs}", "{out}/copy"]
`;

/** Commits the files without writing them first; every second one is a locked link of git-annex. */
function* commands(): Iterable<string> {
  yield 'commit refs/heads/main\ncommitter Bench <bench@example.org> 1700000000 +0000\ndata 3\nAdd\n';
  const file = (mode: string, path: string, content: string): string =>
    `M ${mode} inline ${path}\ndata ${content.length}\n${content}\n`;
  yield file('100644', 'copies/spec.yml', SPEC);
  for (let directory = 0; directory < DIRECTORIES; directory++) {
    const name = `inputs/sub-${String(directory).padStart(5, '0')}`;
    for (let index = 0; index < FILES_EACH; index++) {
      const id = String(directory * FILES_EACH + index).padStart(32, '0');
      const key = `MD5E-s${directory + index}--${id}.nii.gz`;
      yield index % 2 === 0
        ? file(
            '100644',
            `${name}/file-${index}.json`,
            `{"subject": ${directory}, "file": ${index}}\n`.repeat(3),
          )
        : file('120000', `${name}/file-${index}.nii.gz`, `../../.git/annex/objects/aa/bb/${key}/${key}`);
    }
  }
}

/** Makes the project. */
export async function makeManyFiles(place: Place): Promise<void> {
  const { cwd, env } = place;
  await seconds(['git', 'init', '--quiet', '--initial-branch=main'], place);
  const child = spawn('git', ['fast-import', '--quiet'], { cwd, env, stdio: ['pipe', 'inherit', 'inherit'] });
  child.stdin.end([...commands()].join(''));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`git fast-import ended with ${code}.`);
  await seconds(['git', 'reset', '--quiet', '--hard'], place);
  // git reads files again that are as young as its index, until it has noted that they are the same: it does so once.
  await seconds(['git', 'status', '--short'], place);
}

const memoryFile = ({ cwd }: Place): string => join(cwd, '.git', 'bench-memory');

function plan(name: string, isWarm: boolean): Contender {
  const run = async (place: Place): Promise<number> => {
    const hook = join(import.meta.dirname, 'peak-memory.cjs');
    await rm(memoryFile(place), { force: true });
    const told = {
      NODE_OPTIONS: `--require ${JSON.stringify(hook)}`,
      MINIPACH_BENCH_MEMORY: memoryFile(place),
    };
    return await seconds(minipach('plan'), { ...place, env: { ...place.env, ...told } });
  };
  return {
    name,
    prepare: async (place) => {
      await makeManyFiles(place);
      if (isWarm) await run(place);
    },
    run,
    memory: async (place) => Number((await readFile(memoryFile(place), 'utf8')).trim()) / 1024,
  };
}

/** What is read after listing: links, or also all files that could be a pointer of git-annex by their size. */
type Reading = 'nothing' | 'links' | 'links and pointers';

/** The least that a plan could do: list the files, perhaps read what says where content is, and start Node. */
function listing(name: string, reading: Reading): Contender {
  const isRead = (line: string): boolean =>
    line.startsWith('120000') || (reading === 'links and pointers' && line.startsWith('100644'));
  return {
    name,
    prepare: async (place) => {
      await makeManyFiles(place);
      await writeFile(join(place.cwd, '.git', 'list.sh'), 'git ls-tree -r -z HEAD > .git/list\n');
      await seconds(['sh', '.git/list.sh'], place);
      const lines = (await readFile(join(place.cwd, '.git', 'list'), 'utf8')).split('\0');
      const ids = lines.filter(isRead).map((line) => line.slice(12, line.indexOf('\t')));
      await writeFile(join(place.cwd, '.git', 'ids'), `${ids.join('\n')}\n`);
      const read = 'git cat-file --batch --buffer < .git/ids > .git/links\n';
      await writeFile(join(place.cwd, '.git', 'read.sh'), read);
    },
    run: async (place) =>
      (await seconds(['sh', '.git/list.sh'], place)) +
      (reading !== 'nothing' ? await seconds(['sh', '.git/read.sh'], place) : 0) +
      (await seconds([process.execPath, '--eval', '0'], place)),
  };
}

/** Against git alone. */
export const planFiles: Comparison = {
  id: 'files',
  title: `Plan in a project of ${(DIRECTORIES * FILES_EACH).toLocaleString('en')} files, half of them annexed`,
  note: 'The peers do what every plan must: list the files, the first time read the links as well, and small files, which may be pointers of git-annex, and start Node. Minipach also finds and hashes 10,000 datums, and git looks for changed files in the work tree.',
  contenders: [
    plan('minipach plan, first time', false),
    listing('git ls-tree, git cat-file of the links, node', 'links'),
    listing('git ls-tree, git cat-file of links and what may be pointers, node', 'links and pointers'),
    plan('minipach plan, again', true),
    listing('git ls-tree, node', 'nothing'),
  ],
};

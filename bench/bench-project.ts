/** A fresh project of N small files and one pipeline that copies each, with a Snakefile for the same work. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Place, seconds } from './measure.ts';

const SPEC = `pipeline:
  name: copies
input:
  pfs: { repo: inputs, glob: "/*" }
transform:
  cmd: [cp, "{inputs}", "{out}/copy"]
`;

const SNAKEFILE = `NAMES = glob_wildcards("inputs/{name}").name

rule all:
    input: expand("copies/{name}/copy", name=NAMES)

rule copy:
    input: "inputs/{name}"
    output: "copies/{name}/copy"
    shell: "cp {input} {output}"
`;

/** What kind of project, and how big. */
export interface BenchProject {
  readonly inputs: number;
  /** Keep inputs and results in git-annex, as a DataLad dataset does. */
  readonly annex: boolean;
}

/** Makes the project in the folder of `place`; every input has other content, so that nothing is reused. */
export async function makeBenchProject(place: Place, { inputs, annex }: BenchProject): Promise<void> {
  const { cwd } = place;
  await mkdir(join(cwd, 'inputs'), { recursive: true });
  await mkdir(join(cwd, 'copies'));
  await writeFile(join(cwd, 'copies', 'spec.yml'), SPEC);
  await writeFile(join(cwd, 'Snakefile'), SNAKEFILE);
  await writeFile(join(cwd, '.gitignore'), '.snakemake/\n');
  for (let i = 0; i < inputs; i++) {
    await writeFile(join(cwd, 'inputs', `n${String(i).padStart(5, '0')}`), `input ${i}\n`.repeat(20));
  }
  await seconds(['git', 'init', '--quiet'], place);
  if (annex) {
    const attributes =
      '* annex.largefiles=nothing\ninputs/* annex.largefiles=anything\ncopies/*/** annex.largefiles=anything\n';
    await writeFile(join(cwd, '.gitattributes'), attributes);
    await mkdir(join(cwd, '.datalad'));
    const id = '6d1f3a52-3a0e-4f0c-9a55-0d8f5a3c7e10';
    await writeFile(join(cwd, '.datalad', 'config'), `[datalad "dataset"]\n\tid = ${id}\n`);
    await seconds(['git', 'annex', 'init', '--quiet', 'bench'], place);
    await seconds(['git', 'annex', 'add', '--quiet', 'inputs'], place);
  }
  await seconds(['git', 'add', '.'], place);
  await seconds(['git', 'commit', '--quiet', '--message', 'Add inputs'], place);
}

/** Ends the benchmark when a program that was timed has not done the work. */
export async function assertCopies(cwd: string, expected: number): Promise<void> {
  const names = await readdir(join(cwd, 'copies'), { recursive: true });
  const copies = names.filter((name) => name.endsWith('/copy')).length;
  if (copies !== expected) throw new Error(`${cwd} holds ${copies} copies in place of ${expected}.`);
}

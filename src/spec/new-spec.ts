/** The text of a new spec, from the few answers that it takes. */
import { flow } from './missing-field.ts';
import { identifierOf } from './spec-values.ts';

/** What a new pipeline is to do. */
export interface NewSpec {
  /** A directory of the project. */
  readonly repo: string;
  readonly glob: string;
  /** What its command runs in; absent for the host. */
  readonly image?: string | undefined;
  /** A script of the project; absent while there is none. */
  readonly script?: { readonly path: string; readonly isExecutable: boolean } | undefined;
}

/** What starts a script, by the ending of its name. */
const INTERPRETERS: Readonly<Record<string, string>> = {
  py: 'python3',
  sh: 'sh',
  bash: 'bash',
  r: 'Rscript',
  jl: 'julia',
  js: 'node',
  mjs: 'node',
  pl: 'perl',
  rb: 'ruby',
};

/** A spec that can be run as it is: without a script it lists what each datum holds. */
export function newSpec({ repo, glob, image, script }: NewSpec): string {
  const input = identifierOf(repo);
  return [
    'input:',
    '  pfs:',
    `    repo: ${flow(repo)}`,
    `    glob: ${JSON.stringify(glob)}`,
    'transform:',
    ...(image === undefined ? [] : [`  image: ${flow(image)}`]),
    ...(script === undefined
      ? [
          `  # Runs once for each datum, whose path is {${input}}; what it leaves in {out} is the result.`,
          `  cmd: ls -l {${input}} > {out}/listing.txt`,
        ]
      : [`  cmd: ${flow([...startOf(script), `{${input}}`, '{out}'])}`]),
    '',
  ].join('\n');
}

function startOf({ path, isExecutable }: NonNullable<NewSpec['script']>): readonly string[] {
  const ending = /\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  const interpreter = INTERPRETERS[ending];
  // Beside a known interpreter the mode does not matter, and a file system may have lost it.
  if (interpreter !== undefined) return [interpreter, path];
  return isExecutable ? [path] : ['sh', path];
}

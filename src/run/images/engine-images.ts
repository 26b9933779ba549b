/** Images that a container engine keeps: docker, or podman, which takes the same words. */
import { setTimeout as delay } from 'node:timers/promises';
import { runCommand } from '../../project/process.ts';
import { findProgram } from '../../project/programs.ts';

/** How often an image is pulled before it is given up. */
const TRIES = 4;

/** Milliseconds before the second try; each further wait is twice as long, give or take a half. */
const FIRST_WAIT = 1000;

/** The program that is used, as lines in records choose it, too. */
function engine(): string {
  return findProgram('docker') ?? 'podman';
}

/** Whether the engine has an image, by its name with the digest. */
export async function hasEngineImage(reference: string, cwd: string): Promise<boolean> {
  return (await runCommand(engine(), ['image', 'inspect', '--format', '{{.Id}}', reference], { cwd })).ok;
}

/** Pulls an image by its digest, which the engine verifies. Returns why it could not, in a sentence. */
export async function bringEngineImage(
  reference: string,
  cwd: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  for (let tried = 1; ; tried += 1) {
    const result = await runCommand(engine(), ['pull', '--quiet', reference], { cwd, signal });
    if (result.ok || signal.aborted) return undefined;
    const said = result.stderr.trim().split('\n').at(-1) || `it ended with ${result.code ?? result.signal}`;
    if (tried === TRIES) return `The image ${reference} could not be pulled: ${said.replace(/\.?$/, '.')}`;
    const wait = FIRST_WAIT * 2 ** (tried - 1) * (0.5 + Math.random());
    await delay(wait, undefined, { signal }).catch(() => undefined);
  }
}

/** The digest of what a reference stands for now, by asking its registry; or why it is not known, in a sentence. */
export async function findDigest(
  reference: string,
  cwd: string,
  signal: AbortSignal,
): Promise<{ readonly digest: string } | { readonly problem: string }> {
  const problem = await bringEngineImage(reference, cwd, signal);
  if (problem !== undefined) return { problem };
  const format = '{{range .RepoDigests}}{{println .}}{{end}}';
  const result = await runCommand(engine(), ['image', 'inspect', '--format', format, reference], { cwd });
  const digest = /@(sha256:[0-9a-f]{64})/.exec(result.stdout.toString('utf8'))?.[1];
  if (digest !== undefined) return { digest };
  return {
    problem: `The engine tells no digest of ${reference}: it was built here and never pushed to a registry.`,
  };
}

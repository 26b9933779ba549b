/** A round of faults: runners of two hosts on one project, some killed and one stopped beyond its lease, at any moment. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { Host, NORTH, SOUTH } from './hosts.ts';
import { seededRandom, TestProject } from './project.ts';
import { assertWhole, takeDown } from './whole-project.ts';

/** Milliseconds; all that a test can wait for, and much more than a live runner is silent for. */
const LEASE = 2500;

const DATUMS = 30;

/** What is counted over rounds. */
export interface RoundReport {
  readonly executions: number;
  readonly exits: readonly number[];
}

/** Goes through one round, and fails unless the project is whole after it with each result in it once. */
export async function faultRound(seed: number): Promise<RoundReport> {
  const random = seededRandom(seed);
  const project = TestProject.withCopies(DATUMS, { annex: seed % 3 === 0 });
  try {
    // Some results are annexed then.
    if (seed % 3 === 0) project.write('.gitattributes', 'b.txt annex.largefiles=anything\n');
    project.write('code/copy.sh', 'echo run >> "$COUNT_FILE"; sleep 0.2; cat "$1/a.txt" > "$2/b.txt"\n');
    project.commit('Take some time');
    const was = takeDown(project);
    const hosts = [new Host(NORTH, project, LEASE), new Host(SOUTH, project, LEASE)];
    const ending = Promise.all(hosts.map((host) => host.ends()));
    // All are there before anything happens to one of them.
    while (hosts.flatMap((host) => host.runners()).length < NORTH.runners + SOUTH.runners) await delay(20);
    while (project.executions() < 2) await delay(20);
    const victims = shuffled(
      hosts.flatMap((host) => host.runners()),
      random,
    ).slice(0, 3);
    const [stopped, ...killed] = victims;
    const faults = killed.map(async (pid) => {
      await delay(random() * 1500);
      signal(pid, 'SIGKILL');
    });
    const stop = async (pid: number): Promise<void> => {
      await delay(random() * 1000);
      signal(pid, 'SIGSTOP');
      await delay(LEASE * 1.5 + random() * 500);
      signal(pid, 'SIGCONT');
    };
    if (stopped !== undefined) faults.push(stop(stopped));
    await Promise.all(faults);
    const ends = (await ending).flat();
    // Whoever was not killed has ended well, or has found that it was declared dead.
    for (const { exit, said } of ends)
      assert.ok([0, 3, 137].includes(exit), `seed ${seed}, exit ${exit}: ${said}`);
    process.env['MINIPACH_TEST_LEASE'] = String(LEASE);
    const last = project.minipach('run');
    assert.equal(last.code, 0, `seed ${seed}: ${last.stderr}`);
    assert.deepEqual(project.status().pipelines[0].counts, { done: DATUMS }, `seed ${seed}`);
    assert.equal(new Set(project.records()).size, DATUMS, `seed ${seed}`);
    assert.equal(project.records().length, DATUMS, `seed ${seed} recorded a result twice`);
    // One that was killed on the other host when it held nothing is known to be dead by nobody: a person says so.
    const { runs } = project.status() as { runs: { run: string }[] };
    for (const { run } of runs) project.minipach('release', '--force', '--all-of', run);
    if (runs.length > 0) assert.equal(project.minipach('run').code, 0, `seed ${seed}`);
    assertWhole(project, was, `seed ${seed}`);
    assert.match(project.minipach('release').stdout, /^No job is claimed/, `seed ${seed}`);
    return { executions: project.executions(), exits: ends.map(({ exit }) => exit) };
  } finally {
    delete process.env['MINIPACH_TEST_LEASE'];
    project.remove();
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended already.
  }
}

function shuffled<T>(values: readonly T[], random: () => number): T[] {
  return values
    .map((value) => ({ value, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ value }) => value);
}

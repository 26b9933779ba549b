/** Projects whose jobs wait until a test lets them go on, so that it can look at them, or kill something, meanwhile. */
import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { TestProject } from './project.ts';

/** Datums `d0001` and on, each with a job that begins, waits, and copies a file. */
export class GatedProject {
  readonly project: TestProject;

  /** @param settings - The text of the project's `.minipach/config.yml`. */
  constructor(count: number, settings = '') {
    this.project = TestProject.withCopies(count);
    const { project } = this;
    project.write(
      'code/copy.sh',
      'echo run >> "$COUNT_FILE"; n=$(basename "$1"); touch "$COUNT_FILE.$n"; until [ -e "$COUNT_FILE.open" ] || [ -e "$COUNT_FILE.$n.go" ]; do sleep 0.05; done; cp "$1/a.txt" "$2/b.txt"\n',
    );
    if (settings !== '') project.write('.minipach/config.yml', settings);
    project.commit('Wait in jobs');
  }

  /** Waits until these jobs are at work. */
  begun(...datums: string[]): Promise<void> {
    return until(`${datums} begin`, () =>
      datums.every((datum) => existsSync(`${this.project.countFile}.${datum}`)),
    );
  }

  /** Lets one job go on, or all. */
  open(datum?: string): void {
    writeFileSync(`${this.project.countFile}.${datum === undefined ? 'open' : `${datum}.go`}`, '');
  }
}

/** Waits for what other processes do. */
export async function until(what: string, isSo: () => boolean, seconds = 60): Promise<void> {
  for (const start = performance.now(); !isSo(); await delay(50))
    if (performance.now() - start > 1000 * seconds) throw new Error(`never: ${what}`);
}

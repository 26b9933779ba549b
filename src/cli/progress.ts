/** Showing a run: one moving line on a terminal, plain lines in a pipe, events for machines. */
import type { RunEvent } from '../plan/run-event.ts';
import { briefName, shownName, shownWord } from '../plan/shown-name.ts';
import { bytesText } from '../plan/shown-size.ts';
import { complain, counted, faint, inStateColour, say } from './terminal.ts';

/** Takes a run's events; `end` is called once after the last one. */
export interface ProgressView {
  readonly show: (event: RunEvent) => void;
  readonly end: () => void;
}

/** Every event as one line of JSON. A reader that went away must not end the run. */
export function jsonView(): ProgressView {
  process.stdout.on('error', () => undefined);
  return {
    show: (event) => void process.stdout.write(`${JSON.stringify(event)}\n`),
    end: () => undefined,
  };
}

/** Lines for people, and on a terminal a last line that tells how far the run is. */
export function textView(): ProgressView {
  const moving = process.stdout.isTTY === true && process.env['TERM'] !== 'dumb';
  const running = new Set<string>();
  const coming = new Map<string, string>();
  let jobs = 0;
  let ended = 0;
  const clear = (): void => {
    if (moving) process.stdout.write('\r\x1b[2K');
  };
  const draw = (): void => {
    if (!moving || (jobs === 0 && coming.size === 0)) return;
    const width = (process.stdout.columns ?? 80) - 1;
    const names = [...running].join(', ');
    const images = [...coming.values()].map((text) => `${text}  `).join('');
    const far = jobs === 0 ? '' : `${ended}/${jobs} `;
    const line = `${images}${far}${running.size > 0 ? `running ${names}` : ''}`;
    process.stdout.write(line.length > width ? `${line.slice(0, width - 1)}…` : line);
  };
  return {
    show: (event) => {
      clear();
      if (event.event === 'run-started') jobs = event.jobs;
      if (event.event === 'job-started') running.add(nameOf(event));
      if (isEnd(event)) {
        running.delete(nameOf(event));
        if (event.event !== 'job-stopped') ended += 1;
        jobs = Math.max(jobs, ended);
      }
      // In a pipe a line says that it has begun, and nothing how far it is.
      if (event.event !== 'image-fetching') tell(event);
      else if (!coming.has(event.image)) say(faint(fetchingText(event)));
      if (event.event === 'image-fetching') coming.set(event.image, farText(event));
      if (event.event === 'content-fetching')
        coming.set('', `${bytesText(event.bytes)} of ${bytesText(event.total)}`);
      if (event.event === 'image-ready') coming.delete(event.image);
      draw();
    },
    end: clear,
  };
}

function isEnd(
  event: RunEvent,
): event is Extract<RunEvent, { event: 'job-finished' | 'job-failed' | 'job-recovered' | 'job-stopped' }> {
  return ['job-finished', 'job-failed', 'job-recovered', 'job-stopped'].includes(event.event);
}

type Fetching = Extract<RunEvent, { event: 'image-fetching' }>;

function fetchingText({ image, total, by }: Fetching): string {
  const who = by === null ? '' : ` by process ${by.pid} on ${by.host}`;
  return total > 0
    ? `image ${image}: ${bytesText(total)} are fetched${who}`
    : `image ${image} is checked${who}`;
}

function farText({ image, bytes, total }: Fetching): string {
  return total > 0 ? `image ${image} ${Math.floor((100 * bytes) / total)} %` : `image ${image}`;
}

function nameOf(event: { readonly pipeline: string; readonly datum: string }): string {
  return shownName(briefName(event.pipeline, event.datum));
}

/** How to see the log: a command that can be copied, since the log's own path is long. */
function logHint(event: { readonly pipeline: string; readonly datum: string }): string {
  return `(minipach logs ${shownWord(briefName(event.pipeline, event.datum))})`;
}

function tell(event: RunEvent): void {
  switch (event.event) {
    case 'run-started':
      say(faint(`run ${event.run}: ${counted(event.jobs, 'job')} ready`));
      break;
    case 'jobs-submitted':
      say(
        faint(
          `submitted ${shownName(event.pipeline)}: ${counted(event.jobs, 'job')} in ${counted(event.tasks, 'task')} of Slurm's array ${event.slurm}`,
        ),
      );
      break;
    case 'job-recorded':
      say(
        `${inStateColour('done', event.reused ? 'copied  ' : 'recorded')} ${nameOf(event)} ${faint(`${event.commit.slice(0, 8)} ${event.output}`)}`,
      );
      break;
    case 'job-unchanged':
      say(
        `${inStateColour('done', 'same    ')} ${nameOf(event)} ${faint(`${event.commit.slice(0, 8)} ${event.output}`)}`,
      );
      break;
    case 'job-failed':
      say(
        `${inStateColour('failed', 'failed  ')} ${nameOf(event)}: ${event.reason} ${faint(logHint(event))}`,
      );
      break;
    case 'job-recovered':
      say(
        `${inStateColour('recovered', 'recovered')} ${nameOf(event)}: ${event.reason} ${faint(logHint(event))}`,
      );
      break;
    case 'job-started':
      if (event.try > 1) say(faint(`try ${event.try}   ${nameOf(event)}`));
      break;
    case 'job-waiting':
      say(`${inStateColour('running', 'waits   ')} ${nameOf(event)}: ${event.reason}`);
      break;
    case 'image-ready':
      say(faint(`image ${event.image} is here`));
      break;
    case 'message':
      complain(event.message);
      break;
    default:
      break;
  }
}

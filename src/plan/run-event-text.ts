/** What people read of a run's events, a line each: the same in a terminal and in the editor. */
import type { DatumState } from './report.ts';
import type { RunEvent } from './run-event.ts';
import { briefName, shownName, shownWord } from './shown-name.ts';
import { bytesText } from './shown-size.ts';

/** A line in its parts, so that each reader gives them colours of its own. */
export interface EventText {
  /** What happened, in a word, and the state whose colour it has; absent in a line that is faint as a whole. */
  readonly label?: { readonly state: DatumState; readonly text: string };
  readonly text: string;
  /** What is worth less than the rest. */
  readonly detail?: string;
  /** A file to look into. */
  readonly log?: string;
}

/** The line of an event; `undefined` for one that only moves something on. */
export function eventText(event: RunEvent): EventText | undefined {
  switch (event.event) {
    case 'run-started':
      return { text: `run ${event.run}: ${counted(event.jobs, 'job')} ready` };
    case 'jobs-submitted':
      return {
        text: `submitted ${shownName(event.pipeline)}: ${counted(event.jobs, 'job')} in ${counted(event.tasks, 'task')} of Slurm's array ${event.slurm}`,
      };
    case 'job-recorded':
      return doneText(event, event.reused ? 'copied' : 'recorded');
    case 'job-unchanged':
      return doneText(event, 'same');
    case 'job-failed':
      return { ...troubleText(event, 'failed'), log: event.log };
    case 'job-recovered':
      return troubleText(event, 'recovered');
    case 'job-started':
      return event.try > 1 ? { text: `try ${event.try}   ${nameOf(event)}` } : undefined;
    case 'job-waiting':
      return { label: labelled('running', 'waits'), text: `${nameOf(event)}: ${event.reason}` };
    case 'image-ready':
      return { text: `image ${event.image} is here` };
    default:
      return undefined;
  }
}

/** That an image is being fetched, by whom, and how much it is. */
export function imageText({ image, total, by }: Extract<RunEvent, { event: 'image-fetching' }>): string {
  const who = by === null ? '' : ` by process ${by.pid} on ${by.host}`;
  return total > 0
    ? `image ${image}: ${bytesText(total)} are fetched${who}`
    : `image ${image} is checked${who}`;
}

/** Where a log is, on a line of its own: with the line before it, what a problem matcher looks for. */
export function logLine(log: string): string {
  return `         log: ${log}`;
}

/** The datum of an event, for people. */
export function nameOf(event: { readonly pipeline: string; readonly datum: string }): string {
  return shownName(briefName(event.pipeline, event.datum));
}

type Done = Extract<RunEvent, { event: 'job-recorded' | 'job-unchanged' }>;
type Trouble = Extract<RunEvent, { event: 'job-failed' | 'job-recovered' }>;

function doneText(event: Done, text: string): EventText {
  const detail = `${event.commit.slice(0, 8)} ${event.output}`;
  return { label: labelled('done', text), text: nameOf(event), detail };
}

/** How to see the log is a command that can be copied, since the log's own path is long. */
function troubleText(event: Trouble, state: 'failed' | 'recovered'): EventText {
  const detail = `(minipach logs ${shownWord(briefName(event.pipeline, event.datum))})`;
  return { label: labelled(state, state), text: `${nameOf(event)}: ${event.reason}`, detail };
}

function labelled(state: DatumState, text: string): EventText['label'] & {} {
  return { state, text: text.padEnd(8) };
}

function counted(count: number, one: string): string {
  return `${count} ${count === 1 ? one : `${one}s`}`;
}

/** Showing a run: one moving line on a terminal, plain lines in a pipe, events for machines. */
import type { RunEvent } from '../plan/run-event.ts';
import { eventText, imageText, logLine, nameOf } from '../plan/run-event-text.ts';
import { bytesText } from '../plan/shown-size.ts';
import { complain, faint, inStateColour, say } from './terminal.ts';

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
      if (event.event !== 'image-fetching') tell(event, !moving);
      else if (!coming.has(event.image)) say(faint(imageText(event)));
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

function farText({ image, bytes, total }: Extract<RunEvent, { event: 'image-fetching' }>): string {
  return total > 0 ? `image ${image} ${Math.floor((100 * bytes) / total)} %` : `image ${image}`;
}

/** @param isPlain - Whether programs may read it, such as those that look for problems: they are told the log's place, too. */
function tell(event: RunEvent, isPlain: boolean): void {
  if (event.event === 'message') complain(event.message);
  const line = eventText(event);
  if (line === undefined) return;
  const { label, text, detail, log } = line;
  const parts = label === undefined ? [faint(text)] : [inStateColour(label.state, label.text), text];
  say([...parts, ...(detail === undefined ? [] : [faint(detail)])].join(' '));
  if (isPlain && log !== undefined) say(logLine(log));
}

/** The lines that a task's terminal shows of a run. Free of the editor. */
import type { DatumState } from '../plan/report.ts';
import type { RunEvent } from '../plan/run-event.ts';
import { eventText, imageText, logLine } from '../plan/run-event-text.ts';
import { shownName } from '../plan/shown-name.ts';
import type { Localizer } from './localizer.ts';

/** The colours of states; what is not named has that of what waits. */
const COLOURS: Partial<Record<DatumState, number>> = { done: 32, failed: 31, running: 36 };
const YELLOW = 33;
const FAINT = 2;

/** What one terminal has shown, as far as the next line depends on it. */
export class RunLines {
  readonly #l10n: Localizer;
  readonly #images = new Set<string>();

  constructor(l10n: Localizer) {
    this.#l10n = l10n;
  }

  /** The lines of an event; control characters of names are escaped. */
  of(event: RunEvent): readonly string[] {
    switch (event.event) {
      case 'message':
        return [shownName(event.message)];
      case 'run-finished':
        return [this.#finished(event.counts)];
      case 'image-fetching':
        // That it begins is told, and how far it is, by the view.
        if (this.#images.has(event.image)) return [];
        this.#images.add(event.image);
        return [styled(FAINT, imageText(event))];
      default:
        return told(event);
    }
  }

  #finished(counts: Extract<RunEvent, { event: 'run-finished' }>['counts']): string {
    const parts = Object.entries(counts).flatMap(([what, count]) => (count ? [`${count} ${what}`] : []));
    return parts.length > 0 ? parts.join(', ') : this.#l10n.t('Nothing had to run: everything is done.');
  }
}

function told(event: RunEvent): readonly string[] {
  const line = eventText(event);
  if (!line) return [];
  const { label, text, detail, log } = line;
  const parts = label
    ? [styled(COLOURS[label.state] ?? YELLOW, label.text), shownName(text)]
    : [styled(FAINT, text)];
  if (detail !== undefined) parts.push(styled(FAINT, detail));
  return [parts.join(' '), ...(log === undefined ? [] : [styled(FAINT, logLine(log))])];
}

function styled(code: number, text: string): string {
  return `\u001b[${code}m${shownName(text)}\u001b[0m`;
}

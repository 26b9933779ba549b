/** `minipach prefetch`: each image fetched once, under its lock, before any job asks for it. */
import { resolveImage } from '../plan/images.ts';
import type { PlannedImage } from '../plan/planned.ts';
import { REPORT_VERSION } from '../plan/report.ts';
import type { RunEventBody } from '../plan/run-event.ts';
import { usableSource } from '../project/found-spec.ts';
import { surveyProject } from '../project/survey.ts';
import { prefetchImages } from '../run/images/prefetch.ts';
import { jsonView, textView } from './progress.ts';
import { withSession } from './session.ts';
import { stopOnSignals } from './stop-on-signals.ts';
import { complain, complainOf, counted, EXIT, say } from './terminal.ts';

/** What can be chosen. */
export interface PrefetchOptions {
  readonly json?: boolean;
}

/** Runs the command and returns its exit code: 0 when every image is ready, else 3. */
export function prefetchCommand(
  directory: string,
  names: readonly string[],
  options: PrefetchOptions,
): Promise<number> {
  return withSession(directory, async ({ project, state, observer, objects }) => {
    // Which images there are is told by specs alone: eight of these at once must not keep each other from beginning.
    const {
      specs,
      index,
      images: facts,
    } = await surveyProject(project, project.head, objects, {
      isChecked: false,
    });
    const images = new Map<string, PlannedImage>();
    const known = new Set<string>();
    for (const found of specs) {
      const { name = '', transform } = usableSource(found)?.spec ?? {};
      const image = transform?.image;
      if (image === undefined) continue;
      known.add(image);
      if (names.length > 0 && !names.includes(image) && !names.includes(name)) continue;
      images.set(image, { name: image, resolution: resolveImage(image, index, facts) });
    }
    const pipelines = new Set(specs.flatMap((found) => usableSource(found)?.spec.name ?? []));
    const unknown = names.find((name) => !known.has(name) && !pipelines.has(name));
    if (unknown !== undefined) {
      complainOf(
        `No committed spec names the image ${unknown}; ${known.size === 0 ? 'none names any' : `there are ${[...known].join(', ')}`}.`,
      );
      return EXIT.usage;
    }
    const stop = new AbortController();
    const release = stopOnSignals(stop);
    const view = options.json === true ? jsonView() : textView();
    let seq = 0;
    const emit = (body: RunEventBody): void => {
      seq += 1;
      view.show({ version: REPORT_VERSION, run: '', seq, at: new Date().toISOString(), ...body });
    };
    try {
      const means = { project, state, observer, objects, index, emit, signal: stop.signal };
      const { problems, pinned } = await prefetchImages(means, [...images.values()]);
      view.end();
      for (const problem of problems) complain(problem);
      if (stop.signal.aborted) return EXIT.stopped;
      const pins = `Pinned ${pinned.join(', ')} in .minipach/images.lock: commit it, and datums are known.`;
      if (options.json === true) {
        if (pinned.length > 0) emit({ event: 'message', severity: 'information', message: pins });
      } else {
        if (pinned.length > 0) say(pins);
        const ready = images.size - problems.length - pinned.length;
        if (ready > 0) say(`${counted(ready, 'image')} ready.`);
        if (images.size === 0) say('No spec names an image.');
      }
      return problems.length > 0 ? EXIT.environment : EXIT.ok;
    } finally {
      release();
    }
  });
}

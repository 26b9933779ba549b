/** `minipach prefetch`: each image fetched once, under its lock, before any job asks for it. */
import type { PlannedImage } from '../plan/planned.ts';
import { REPORT_VERSION, type RunEventBody } from '../plan/report.ts';
import { prefetchImages } from '../run/prefetch.ts';
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
  return withSession(directory, async ({ project, state, observer, objects, plan }) => {
    const planning = await plan();
    const images = new Map<string, PlannedImage>();
    for (const { name, image } of planning.plan.pipelines) {
      if (image === undefined) continue;
      if (names.length === 0 || names.includes(image.name) || names.includes(name))
        images.set(image.name, image);
    }
    const asked = new Set(
      planning.plan.pipelines.flatMap(({ name, image }) => (image ? [name, image.name] : [])),
    );
    const unknown = names.find((name) => !asked.has(name));
    if (unknown !== undefined) {
      const known = [...new Set(planning.plan.pipelines.flatMap(({ image }) => image?.name ?? []))];
      complainOf(
        `No committed spec names the image ${unknown}; ${known.length === 0 ? 'none names any' : `there are ${known.join(', ')}`}.`,
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
      const means = { project, state, observer, objects, index: planning.index, emit, signal: stop.signal };
      const { problems, pinned } = await prefetchImages(means, [...images.values()]);
      view.end();
      for (const problem of problems) complain(problem);
      if (stop.signal.aborted) return EXIT.stopped;
      if (options.json !== true) {
        if (pinned.length > 0)
          say(`Pinned ${pinned.join(', ')} in .minipach/images.lock: commit it, and datums are known.`);
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

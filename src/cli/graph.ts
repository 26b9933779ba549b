/** `minipach graph`: the project's pipelines and what they read, as a text that other programs make a picture of. */
import { dotOf } from '../plan/graph/dot.ts';
import { type Graph, graphAround, graphOf } from '../plan/graph/graph.ts';
import { type Looks, looksOf } from '../plan/graph/looks.ts';
import { mermaidOf } from '../plan/graph/mermaid.ts';
import { svgOf } from '../plan/graph/svg.ts';
import { workTreeChanges } from '../project/dirty.ts';
import { reportOn } from './asked-report.ts';
import { withSession } from './session.ts';
import { EXIT } from './terminal.ts';

const FORMATS = { mermaid: mermaidOf, dot: dotOf, svg: svgOf } as const satisfies Readonly<
  Record<string, (graph: Graph, looks: Looks) => string>
>;

/** What the picture can be written in. */
export type GraphFormat = keyof typeof FORMATS;

/** Runs the command and returns its exit code. */
export function graphCommand(
  directory: string,
  names: readonly string[],
  { format }: { readonly format: GraphFormat },
): Promise<number> {
  const changes = workTreeChanges(directory);
  return withSession(directory, async (session) => {
    const found = await reportOn(session, directory, names, changes);
    if (found === undefined) return EXIT.usage;
    const { report, asked } = found;
    const whole = graphOf(report.pipelines);
    const graph = names.length === 0 ? whole : graphAround(whole, new Set(asked.map(({ spec }) => spec)));
    process.stdout.write(FORMATS[format](graph, looksOf(report.pipelines, report.datasets)));
    return EXIT.ok;
  });
}

/** `minipach datasets`: the project and its subdatasets, what is changed in them, and how much of their content is here. */
import type { DatasetStanding, DatasetsReport } from '../plan/feed-line.ts';
import { REPORT_VERSION } from '../plan/report.ts';
import { shownName } from '../plan/shown-name.ts';
import { bytesText } from '../plan/shown-size.ts';
import { DatasetLooks } from '../project/dataset-standing.ts';
import { surveyProject } from '../project/survey.ts';
import { withSession } from './session.ts';
import { counted, EXIT, faint, say, sayJson, strong } from './terminal.ts';

/** What can be chosen. */
export interface DatasetsOptions {
  readonly json?: boolean;
}

/** Runs the command and returns its exit code. */
export function datasetsCommand(directory: string, options: DatasetsOptions): Promise<number> {
  return withSession(directory, async ({ project, objects }) => {
    const { index } = await surveyProject(project, project.head, objects);
    const datasets = await new DatasetLooks(project).look(index, () => true);
    const report: DatasetsReport = { version: REPORT_VERSION, kind: 'datasets', datasets };
    if (options.json === true) sayJson(report);
    else for (const dataset of datasets) say(lineOf(dataset));
    return EXIT.ok;
  });
}

function lineOf({ path, changed, checkedOut, content }: DatasetStanding): string {
  const name = strong(shownName(path || '.'));
  if (changed === null) return `${name}  ${faint('not installed')}`;
  return [
    name,
    changed === 0 ? 'clean' : counted(changed, 'changed file'),
    ...(checkedOut === undefined ? [] : [`at ${checkedOut.slice(0, 8)}, which is not recorded`]),
    ...(content === null || content.keys === 0
      ? []
      : [faint(`${bytesText(content.bytesHere)} of ${bytesText(content.bytes)} here`)]),
  ].join('  ');
}

/** Commands that bring what a spec names and that is not here: typed by a person, never run for them. */
import { writtenInputs } from '../spec/input-values.ts';
import type { SpecPath } from '../spec/places.ts';
import type { RuleId } from '../spec/rules.ts';
import { identifierOf, textAt } from '../spec/spec-values.ts';
import { absentHiding } from './absent.ts';
import { compileGlob } from './glob.ts';
import { DATASET_CONFIG, type ImageFacts } from './image-facts.ts';
import { absentFiles, resolveImage } from './images.ts';
import type { ProjectSpec } from './project-spec.ts';
import { shownWord } from './shown-name.ts';
import type { TreeIndex } from './tree-index.ts';

/** Something that can be done in a terminal at the project's root. */
export interface Remedy {
  /** The field that it is about. */
  readonly path: SpecPath;
  readonly title: string;
  /** One line for a shell. */
  readonly command: string;
  /** The rule whose diagnostic it mends, where one is told of it. */
  readonly rule?: RuleId;
}

/** What can be done about subdatasets that are not installed, and an image that is absent or that no digest is known for. */
export function remediesOf(spec: ProjectSpec, index: TreeIndex, facts: ImageFacts): readonly Remedy[] {
  const { value } = spec.parsed;
  const hidden = writtenInputs(value).flatMap(({ path, repo, glob = '' }): readonly Remedy[] => {
    const compiled = compileGlob(glob);
    const subdataset =
      repo === undefined || !compiled.ok ? undefined : absentHiding(index, repo, compiled.glob);
    if (subdataset === undefined) return [];
    const title = `Install the subdataset \`${subdataset.path}\``;
    return [{ path, title, command: subdataset.remedy }];
  });
  return [...hidden, ...imageRemedies(value, index, facts)];
}

function imageRemedies(value: unknown, index: TreeIndex, facts: ImageFacts): readonly Remedy[] {
  const path = ['transform', 'image'];
  const name = textAt(value, path);
  if (!name) return [];
  const resolution = resolveImage(name, index, facts);
  if ('image' in resolution && absentFiles(resolution.image, facts).length > 0) {
    const command = `minipach prefetch ${shownWord(name)}`;
    return [{ path, title: `Fetch the image \`${name}\` in a terminal`, command, rule: 'image-absent' }];
  }
  if (resolution.kind !== 'unknown' || !resolution.docker) return [];
  const registered = identifierOf(name.replace(/[@:][^/]*$/, ''))
    .replaceAll('_', '-')
    .toLowerCase();
  const register: Remedy = {
    path,
    title: `Register \`${name}\` as a container of the dataset`,
    rule: 'docker-image',
    command: `datalad containers-add ${shownWord(registered)} --url ${shownWord(`docker://${name}`)}`,
  };
  // DataLad registers containers in its datasets only.
  return index.has(DATASET_CONFIG) ? [register] : [];
}

/** Whether the image of a spec is there, and what it was taken for. */
import type { Diagnostic, Severity } from '../spec/diagnostic.ts';
import type { SpecPath } from '../spec/places.ts';
import { textAt } from '../spec/spec-values.ts';
import { sizeOfFiles } from './annex-key.ts';
import type { ImageFacts } from './image-facts.ts';
import { absentFiles, resolveImage } from './images.ts';
import type { ProjectSpec } from './project-spec.ts';
import { shownWord } from './shown-name.ts';
import { bytesText } from './shown-size.ts';
import type { TreeIndex } from './tree-index.ts';

const IMAGE: SpecPath = ['transform', 'image'];

/** Diagnostics about the image of one spec. */
export function checkImage(spec: ProjectSpec, index: TreeIndex, facts: ImageFacts): readonly Diagnostic[] {
  const { value, places } = spec.parsed;
  const name = textAt(value, IMAGE);
  if (name === undefined || name === '') return [];
  const range = places.value(IMAGE) ?? places.nearest(IMAGE);
  const resolution = resolveImage(name, index, facts);
  const told = (rule: string, severity: Severity, message: string, nearest?: string): Diagnostic[] => {
    const fixable = nearest !== undefined && places.at(IMAGE)?.aliased === false;
    const newText = /^\w[\w./-]*$/.test(nearest ?? '') ? (nearest ?? '') : JSON.stringify(nearest);
    const fixes = fixable ? { fixes: [{ title: `Change to \`${nearest}\``, range, newText }] } : {};
    return [{ rule, severity, message, range, ...fixes }];
  };
  if (resolution.kind === 'wrong')
    return told(resolution.rule, 'error', resolution.message, resolution.nearest);
  const taken = `\`${name}\` is taken as a docker reference, as no container of this name is registered`;
  if (resolution.kind === 'docker') return told('docker-image', 'information', `${taken}.`);
  if (resolution.kind !== 'unknown') {
    const absent = absentFiles(resolution.image, facts);
    if (absent.length === 0) return [];
    const size = sizeOfFiles(absent);
    const shownSize = size === 0 ? '' : ` (${bytesText(size)})`;
    const message = `The content of the image \`${name}\`${shownSize} is not here yet; a run fetches it once for all jobs, or \`minipach prefetch ${shownWord(name)}\` does now.`;
    return told('image-absent', 'information', message);
  }
  const { docker, nearest, reason } = resolution;
  if (nearest !== undefined) {
    const message = `No container \`${name}\` is registered in what is installed; did you mean \`${nearest}\`?`;
    return told('unknown-image', 'warning', message, nearest);
  }
  // What is absent or cannot be read is told by the datums that it blocks.
  return docker ? told('docker-image', 'information', `${taken}. ${reason}`) : [];
}

/** Whether the datums of a spec can be told apart, recorded and run, as far as the committed files tell. */
import type { Diagnostic } from '../spec/diagnostic.ts';
import { leavesOf, type Spec } from '../spec/model.ts';
import { joinsWithoutMatch, withoutPartner } from './check-joins.ts';
import { diagnosticOf, type Finding } from './findings.ts';
import { compileGlob } from './glob.ts';
import { layOutAlone } from './laid-out.ts';
import { upstreamsOf } from './order.ts';
import type { ProjectSpec } from './project-spec.ts';
import type { TreeIndex } from './tree-index.ts';

/** Commands are tried for this many datums: a mistake that any datum shows is seldom in the later ones only. */
const COMMANDS_TRIED = { most: 1_000, least: 5 };

/** Texts that are filled in for that; a command of very many words is tried for fewer datums. */
const TEXTS_TRIED = 6_000;

/** Diagnostics about the datums of one spec; none where its inputs are results that are still to come. */
export function checkDatums(
  spec: ProjectSpec,
  specs: readonly ProjectSpec[],
  index: TreeIndex,
): readonly Diagnostic[] {
  const { parsed, directory } = spec;
  if (parsed.spec === undefined) return [];
  const { input } = parsed.spec;
  const readable = leavesOf(input).every(({ repo, glob }) => {
    if (upstreamsOf({ repo, glob }, specs).length > 0 || !index.isDirectory(repo)) return false;
    const compiled = compileGlob(glob);
    return !compiled.ok || !index.holdsSubdataset(repo, compiled.glob);
  });
  if (!readable) return [];
  const specPaths = specs.map(({ file }) => file);
  const { found, placed, findings, expander } = layOutAlone(parsed.spec, directory, specPaths, index);
  const tell = (findings: readonly Finding[]): readonly Diagnostic[] =>
    findings.map((finding) => diagnosticOf(finding, parsed.places));
  if (found.problem !== undefined) {
    // A glob that cannot be read has been reported where it stands.
    const { rule, message } = found.problem;
    return rule === 'invalid-glob' ? [] : tell([{ rule, severity: 'error', message, path: ['input'] }]);
  }
  if (found.datums.length === 0) return tell(joinsWithoutMatch(input, parsed.value, index));
  for (const { datum, output } of placed.slice(0, commandsTried(parsed.spec))) {
    const around = { datum: datum.name, out: output, inputs: datum.inputs };
    const errCommand = expander.errCommand(around);
    const inRecovery = errCommand !== undefined && 'reason' in errCommand ? errCommand : undefined;
    const problem = expander.problem(around) ?? inRecovery;
    if (problem !== undefined) {
      const { reason, message, path } = problem;
      return tell([...findings, { rule: reason, severity: 'error', message, path }]);
    }
  }
  return tell(findings.length > 0 ? findings : withoutPartner(input, parsed.value, found.datums, index));
}

function commandsTried({ transform: { cmd, env } }: Spec): number {
  const texts = Object.keys(env).length + (typeof cmd === 'string' ? 1 : cmd.length);
  const affordable = Math.floor(TEXTS_TRIED / Math.max(1, texts));
  return Math.min(COMMANDS_TRIED.most, Math.max(COMMANDS_TRIED.least, affordable));
}

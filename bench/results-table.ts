/** The figures as Markdown, for the terminal and for `results.md`. */
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import type { Comparison } from './comparison.ts';
import { median } from './measure.ts';

/** The figures of every round, by contender, in the comparison's order. */
export interface Measured {
  readonly comparison: Comparison;
  /** Times, in the comparison's unit. */
  readonly rounds: ReadonlyMap<string, readonly number[]>;
  /** Megabytes, of contenders that tell them. */
  readonly memory: ReadonlyMap<string, readonly number[]>;
}

/** One comparison as a table; ratios are to the first contender, ours. */
export function resultsTable({ comparison, rounds, memory }: Measured): readonly string[] {
  const { unit = 's' } = comparison;
  const [ours] = comparison.contenders;
  const base = median(rounds.get(ours?.name ?? '') ?? []);
  const rows = comparison.contenders.map(({ name }) => {
    const values = rounds.get(name) ?? [];
    const middle = median(values);
    const range = `${shown(Math.min(...values))}–${shown(Math.max(...values))}`;
    const most = memory.get(name);
    const megabytes =
      memory.size === 0 ? '' : ` ${most === undefined ? '' : Math.round(Math.max(...most))} |`;
    return `| \`${name}\` | ${shown(middle)} | ${range} | ${(middle / base).toFixed(1)} |${megabytes}`;
  });
  return [
    `## ${comparison.title}`,
    '',
    comparison.note,
    '',
    `| | median, ${unit} | range, ${unit} | ratio |${memory.size > 0 ? ' most memory, MB |' : ''}`,
    `|---|--:|--:|--:|${memory.size > 0 ? '--:|' : ''}`,
    ...rows,
    '',
  ];
}

/** A time with digits that mean something. */
function shown(time: number): string {
  return time.toFixed(time < 0.2 ? 3 : 2);
}

/** What the figures were measured on. */
export function machineLines(versions: readonly string[], rounds: number): readonly string[] {
  const gibibytes = Math.round(totalmem() / 2 ** 30);
  const [processor] = cpus();
  return [
    `${availableParallelism()} cores (${processor?.model.trim() ?? 'unknown'}), ${gibibytes} GiB, ${type()} ${release()}.`,
    `${versions.join(', ')}.`,
    `Medians of ${rounds} rounds; the contenders take turns within a round, each in a fresh project.`,
    '',
  ];
}

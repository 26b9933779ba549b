/** Who computes a datum: a process, or a task in Slurm. Free of the editor. */
import type { DatumReport } from '../plan/report.ts';
import type { Localizer } from './localizer.ts';

/** Who computes a datum. */
export type Holder = DatumReport['holder'] & {};

/** In a few words; of a task in Slurm, what that says of it. */
export function holderText({ host, pid, task, slurm }: Holder, l10n: Localizer): string {
  if (slurm?.state === 'PENDING') return l10n.t('{0} waits: {1}', slurm.id, slurm.reason);
  if (slurm) return l10n.t('{0} on {1}', slurm.id, slurm.node || host);
  if (task) return l10n.t('task {0} of array {1}', task.task, task.array);
  return `${host} (${pid})`;
}

/** In the lines of a tooltip. */
export function holderLines(holder: Holder, l10n: Localizer): readonly string[] {
  const { host, pid, run, task, slurm } = holder;
  if (!task) return [l10n.t('Runs on {0}', `${host} (${pid})`), l10n.t('Run: {0}', run)];
  const told = slurm
    ? [
        l10n.t('In Slurm: {0}', slurm.state.toLowerCase()),
        ...(slurm.reason && slurm.reason !== 'None' ? [l10n.t('Reason: {0}', slurm.reason)] : []),
        ...(slurm.node ? [l10n.t('Node: {0}', slurm.node)] : []),
        ...(slurm.elapsed && slurm.node ? [l10n.t('Runs for: {0}', slurm.elapsed)] : []),
      ]
    : [];
  return [
    l10n.t('Task: {0}', slurm?.id ?? `${task.array}_${task.task}`),
    ...told,
    l10n.t('Run: {0}, from {1}', run, host),
  ];
}

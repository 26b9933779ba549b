/** What ends a command from outside. */
import { complain, EXIT } from './terminal.ts';

/** A first Ctrl-C ends the jobs and records what is finished; a second one does not wait. */
export function stopOnSignals(stop: AbortController): () => void {
  const onSignal = (): void => {
    if (stop.signal.aborted) {
      complain('Ended at once. What is finished and not recorded yet is recorded by the next run.');
      process.exit(EXIT.stopped);
    }
    stop.abort();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  return () => {
    for (const signal of signals) process.off(signal, onSignal);
  };
}

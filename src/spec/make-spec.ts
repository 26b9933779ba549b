/** Makes the model of a valid document, with every default filled in. */
import { parseDuration } from './durations.ts';
import { inputOf } from './input-values.ts';
import type { Command, Resources, Spec } from './model.ts';
import { parseQuantity } from './quantities.ts';
import { numberAt, pipelineName, type SpecOrigin, textAt, valueAt } from './spec-values.ts';

/** The model of a document that has no error. */
export function specOf(value: unknown, origin: SpecOrigin): Spec | undefined {
  const input = inputOf(value);
  const name = pipelineName(value, origin);
  const cmd = commandAt(value, 'cmd');
  if (input === undefined || name === undefined || cmd === undefined) return undefined;
  const at = (field: string): unknown => valueAt(value, ['transform', field]);
  const tries = numberAt(value, ['datum_tries']);
  const constant = numberAt(value, ['parallelism_spec', 'constant']);
  return {
    name,
    description: textAt(value, ['description']),
    input,
    transform: {
      image: textAt(value, ['transform', 'image']),
      cmd,
      stdin: at('stdin') as readonly string[] | undefined,
      errCmd: commandAt(value, 'err_cmd'),
      errStdin: at('err_stdin') as readonly string[] | undefined,
      env: Object.fromEntries(Object.entries(at('env') ?? {})) as Record<string, string>,
      workingDir: directoryOf(textAt(value, ['transform', 'working_dir'])),
      acceptReturnCode: (at('accept_return_code') ?? []) as readonly number[],
      code: (at('code') ?? []) as readonly string[],
      context: (at('context') ?? []) as readonly string[],
    },
    output: textAt(value, ['output']) ?? '{datum}',
    discard: (valueAt(value, ['discard']) ?? []) as readonly string[],
    identity: textAt(value, ['identity']) === 'path' ? 'path' : 'content',
    salt: textAt(value, ['salt']),
    datumTries: tries ?? 3,
    datumTimeout: durationAt(value, 'datum_timeout'),
    jobTimeout: durationAt(value, 'job_timeout'),
    parallelism: constant === 0 ? undefined : constant,
    // Pachyderm writes 0 for what was not said.
    datumsPerTask: numberAt(value, ['datum_set_spec', 'number']) || 1,
    requests: resourcesAt(value, 'resource_requests'),
    limits: resourcesAt(value, 'resource_limits'),
    scheduling: {
      partition: textAt(value, ['scheduling_spec', 'partition']),
      constraint: textAt(value, ['scheduling_spec', 'constraint']),
      qos: textAt(value, ['scheduling_spec', 'qos']),
    },
  };
}

function commandAt(value: unknown, field: string): Command | undefined {
  return valueAt(value, ['transform', field]) as Command | undefined;
}

function resourcesAt(value: unknown, field: string): Resources {
  const amount = (name: string): number | undefined => {
    const written = valueAt(value, [field, name]);
    return written === undefined ? undefined : parseQuantity(String(written));
  };
  const gpus = numberAt(value, [field, 'gpu', 'number']);
  return {
    cpu: numberAt(value, [field, 'cpu']),
    memory: amount('memory'),
    disk: amount('disk'),
    gpu: gpus === undefined ? undefined : { number: gpus, type: textAt(value, [field, 'gpu', 'type']) },
  };
}

function durationAt(value: unknown, field: string): number | undefined {
  const written = textAt(value, [field]);
  return written === undefined ? undefined : parseDuration(written);
}

/** A directory relative to the project's root; empty for the root itself. */
function directoryOf(written: string | undefined): string {
  return written === undefined || written === '.' ? '' : written;
}

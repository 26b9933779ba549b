/** How findings about a project and its surroundings are told. */
/** One thing that was looked at. */
export interface HealthCheck {
  readonly name: string;
  /** `error`: nothing can be run. */
  readonly level: 'ok' | 'warning' | 'error';
  /** What is so, in a sentence. */
  readonly message: string;
  /** What to type. */
  readonly advice?: string;
}

/** That something is as it should be. */
export function ok(name: string, message: string): HealthCheck {
  return { name, level: 'ok', message };
}

/** That something is in the way of some things. */
export function warning(name: string, message: string, advice: string): HealthCheck {
  return { name, level: 'warning', message, advice };
}

/** That nothing can be run. */
export function error(name: string, message: string, advice?: string): HealthCheck {
  return { name, level: 'error', message, ...(advice === undefined ? {} : { advice }) };
}

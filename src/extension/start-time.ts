/** When the bundle began to be evaluated, in milliseconds of `performance.now()`; imported before all else. */
export const STARTED = performance.now();

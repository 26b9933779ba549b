/** Loaded by mocha before any test, in every worker: from here on the machine's own settings do not matter. */
import { join } from 'node:path';
import { neutralEnvironment } from './neutral-environment.ts';

const environment = await neutralEnvironment(join(import.meta.dirname, '..', '..'), process.env);
for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
Object.assign(process.env, environment);

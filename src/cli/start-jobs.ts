/** The program that starts the jobs of a run. It is one of its own because a small one is there sooner, and starts others sooner. */
import { serveAsSpawner } from '../project/spawner-process.ts';

serveAsSpawner();

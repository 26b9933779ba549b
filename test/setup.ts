/**
 * `npm run test:setup`: installs what the tests use beside npm's packages, or says what to type. With `--bench`,
 * what the benchmarks use. Never fails: a suite that cannot run is skipped by name.
 */
import { BENCH_PACKAGES, ensurePackages, TEST_PACKAGES, thisMachine } from './suites/packages.ts';

const wanted = process.argv.includes('--bench') ? BENCH_PACKAGES : TEST_PACKAGES;
const missing = ensurePackages(wanted, thisMachine());
if (missing.length === 0) console.log(`All ${wanted.length} system packages are there.`);

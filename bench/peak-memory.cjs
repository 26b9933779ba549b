/** Loaded into a program of Node's by the benchmark: writes its greatest memory, in kilobytes, where it is told to. */
const { appendFileSync } = require('node:fs');

process.on('exit', () => {
  const file = process.env['MINIPACH_BENCH_MEMORY'];
  if (file !== undefined) appendFileSync(file, `${process.resourceUsage().maxRSS}\n`);
});

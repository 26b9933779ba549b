// Puts the specs of the examples into their READMEs, and the READMEs into docs/examples.md. `--check` only says whether
// that is up to date. The trees of results in the READMEs are held to what a run leaves by test/examples.
import { readFileSync, writeFileSync } from 'node:fs';

/** From what is easy to what is special. */
const EXAMPLES = ['text', 'sweep', 'edges-montage', 'fmriprep', 'mriqc', 'recon-all'];

const INTRODUCTION = `# Examples

<!-- Generated from the READMEs in examples/ by docs/generate-examples.mjs; change these instead. -->

Small projects, each complete in a folder of [examples](../examples): specs that you can start from, tiny data, and short programs that take
the real ones' command lines, so that each runs in seconds without a container. Copy one, make it a repository, and run it:

\`\`\`sh
cp -r examples/text /tmp/text && cd /tmp/text && git init && git add . && git commit -m Start
minipach run
\`\`\`

In a DataLad dataset that keeps text in git (\`datalad create -c text2git\`) they work the same. Below each spec is the tree of what the run leaves. All fields are in
[the language of spec.yml](spec.md); \`minipach demo\` makes one more project, with pictures, for [Getting started](getting-started.md).
`;

const root = new URL('../', import.meta.url);
const check = process.argv.includes('--check');

/** @param {string} path */
function read(path) {
  return readFileSync(new URL(path, root), 'utf8');
}

/** Writes a file, or says that it differs. @param {string} path @param {string} text */
function put(path, text) {
  if (text === read(path)) return;
  if (!check) return writeFileSync(new URL(path, root), text);
  console.error(`${path} is not up to date; run: node docs/generate-examples.mjs`);
  process.exitCode = 1;
}

let page = INTRODUCTION;
for (const name of EXAMPLES) {
  const path = `examples/${name}/README.md`;
  const readme = read(path).replace(
    /^`(\S+spec\.yml)`:\n\n```yaml\n[\s\S]*?```$/gm,
    (_, spec) => `\`${spec}\`:\n\n\`\`\`yaml\n${read(`examples/${name}/${spec}`)}\`\`\``,
  );
  put(path, readme);
  // How to run it is said once, at the top of the page.
  page +=
    `\n${readme.replace(/^## Run it\n[\s\S]*?(?=^## )/m, '').replace(/^# (.*)$/m, `# $1\n\nIn [examples/${name}](../examples/${name}).`)}`
      .replace(/^# /m, '## ')
      .replace('\n## What it leaves', '\nIt leaves:')
      .trimEnd();
  page += '\n';
}
put('docs/examples.md', page);

/** Whole specs to begin with, offered where nothing is written yet. */

/** One beginning, in snippet syntax: `$1` and `${1:text}` are places to fill in. */
export interface Template {
  readonly label: string;
  readonly detail: string;
  readonly body: string;
}

/** The commonest first. */
export const TEMPLATES: readonly Template[] = [
  {
    label: 'pipeline: one input',
    detail: 'each match',
    body: `input:
  pfs:
    repo: \${1:raw}
    glob: "\${2:/*}"
    name: \${3:item}
transform:
  cmd: [\${4:python3, code/run.py}, "{$3}", "{out}"]
`,
  },
  {
    label: 'pipeline: container',
    detail: 'each match, in an image',
    body: `input:
  pfs:
    repo: \${1:raw}
    glob: "\${2:/sub-*}"
    name: \${3:subject}
transform:
  image: \${4:container}
  cmd: [\${5:tool}, "{$3}", "{out}"]
`,
  },
  {
    label: 'pipeline: join',
    detail: 'each pair of one key',
    body: `input:
  join:
    - pfs: { repo: \${1:raw}, glob: "\${2:/sub-(*)}", name: \${3:first}, join_on: "\\$1" }
    - pfs: { repo: \${4:masks}, glob: "\${5:/sub-(*)}", name: \${6:second}, join_on: "\\$1" }
transform:
  cmd: [\${7:python3, code/run.py}, "{$3}", "{$6}", "{out}"]
`,
  },
  {
    label: 'pipeline: group',
    detail: 'all of one key',
    body: `input:
  group:
    - pfs: { repo: \${1:raw}, glob: "\${2:/sub-(*)_*}", name: \${3:files}, group_by: "\\$1" }
transform:
  cmd: [\${4:python3, code/run.py}, ["{$3}"], "{out}"]
`,
  },
];

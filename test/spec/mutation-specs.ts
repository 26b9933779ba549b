/** Specs to be spoilt, what they are spoilt with, and chance that is the same in every run. */

/** Specs that together use every part of the language; some with mistakes of their own. */
export const SPECS = [
  `pipeline:
  name: edges
description: Edge detection.
input:
  pfs: { repo: images, glob: "/*" }
transform:
  cmd: [python3, code/edges.py, "{images}", "{out}"]
`,
  `# A comment
pipeline: { name: all, project: x }
metadata:
  labels: { study: pilot }
input:
  pfs:
    repo: raw/t1
    glob: /sub-(*)/ses-@(1|2)
    name: t1
    joinOn: $1
transform:
  cmd:
    - run
    - [-i, "{t1}"]
    - &last '{t1.1}'
    - *last
  stdin:
    - |
      for x in y; do
        echo "\${x}"
      done
  env: { THREADS: 4, NAME: "{datum}" }
  accept_return_code: [1, 2]
  code:
  - "code/**"
output: sub-{1}
datum_timeout: 1h30m
spout: {}
autoscaling: true
`,
  `{"pipeline": {"name": "json"}, "input": {"cross": [{"pfs": {"repo": "a", "glob": "/"}}]},
 "transform": {"cmd": "cat '{a}' > {out}/x # it's", "image": "x"}}
`,
  `input:
  pfs: {repo: a, glob: "/*"}
transform:
  cmd: |
    awk '{ if ($1) { print } }' {a} | while read x; do
      echo "$x \${y} {ot}"
    done > {out}/result
`,
  `# Everything that inputs can be.
input:
  cross:
    - join:
        - pfs: { repo: raw/t1, glob: "/sub-(*)", join_on: $1, outer_join: true }
        - pfs:
            repo: raw/t2
            glob: /sub-(*)
            join_on: "\${1}"
            reference: true
    - union:
        - &models
          pfs: { repo: models/a, glob: "/*", name: model }
        - group:
            - pfs: { repo: models/b, glob: "/(*)-(*)", name: model, group_by: $1-$$, empty_files: true }
transform:
  image: docker.io/library/python:3.12
  cmd:
    - run
    - "{t1}/x"
    - ["--t2={t2.1}"]
    - "{model}"
    - "{cpus}x{memory_mb}"
  err_cmd: "echo {t1} >&2"
  err_stdin: [one]
output: "{datum}/{t1.1}"
discard: ["**.log", "/tmp/*"]
job_timeout: 12h
parallelism_spec: { constant: 2 }
resource_requests: { cpu: 0.5, memory: 4Gi, gpu: { number: 1 } }
resource_limits: { disk: 1e3M }
scheduling_spec: { partition: long, node_selector: { a: b } }
datum_set_spec: { number: 10, size_bytes: 1 }
`,
  `input: { group: [ { join: [ { pfs: { repo: a, glob: "/(*).(*)", join_on: "$2$1", group_by: $1, upstream: available } },
  { cross: [ { pfs: { repo: b, glob: / } }, { pfs: { repo: c, glob: "/!(x)*", name: a } } ] } ] } ] }
transform: { cmd: [ x, [ -i, "{a}", "{b.path}" ], "{1}" ] }
output: .
identity: path
`,
];

/** What is put into texts. */
export const PIECES: readonly string[] = [
  '\t',
  ' ',
  '\n',
  ':',
  '- ',
  '{',
  '}',
  '[',
  ']',
  '"',
  "'",
  '|',
  '>',
  '#',
  '&a ',
  '*a',
  '!x ',
  '---\n',
  ',',
  '? ',
  '%',
  '@',
  '`',
  '0',
  'null',
  '~',
  '\\',
  '\u0000',
  '\uFEFF',
  '\r',
  '\u2028',
  '😀',
  '<<: ',
  ' # minipach: off unknown-field, refused-field\n',
  '# minipach: off ',
  '{out}',
  '{{',
  'repo: ',
  'cmd: ',
  '__proto__: ',
  '\ud800',
  '..',
  '/',
];

/** The same numbers in every run. */
export function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

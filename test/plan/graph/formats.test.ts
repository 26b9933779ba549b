import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { dotOf } from '../../../src/plan/graph/dot.ts';
import { type Graph, graphOf } from '../../../src/plan/graph/graph.ts';
import { looksOf } from '../../../src/plan/graph/looks.ts';
import { mermaidOf } from '../../../src/plan/graph/mermaid.ts';
import { plainText } from '../../../src/plan/graph/plain-text.ts';
import { svgOf } from '../../../src/plan/graph/svg.ts';
import { findProgram } from '../../../src/project/programs.ts';
import { type Drawn, dataset, pipeline } from './sample.ts';

/** Each of them means something in one of the languages, or cannot be written in it. */
const NAMES: readonly string[] = [
  'plain',
  'two words',
  '"quoted"',
  '"] --> n0; style n0 fill:#f00',
  '</text><script>alert(1)</script>',
  'a & b &amp; &lt; &#35; #35; #quot;',
  'back\\slash\\',
  '\\N \\G \\n \\l',
  'new\nline\r\ttab',
  'bell\u0007 escape\u001b[31m',
  'end',
  '%% comment',
  '%%{init: {"theme": "dark"}}%%',
  '`**bold** _it_`',
  '1. a list',
  '- another',
  '$$x^2$$',
  'fa:fa-car',
  "it's ]]> <!-- x -->",
  'Größe 山田 😀 e\u0301',
  '\u202eright to left',
  '\ufffe\uffff',
  ' edge ',
];

const PIPELINES: readonly Drawn[] = NAMES.map((name, at) =>
  pipeline(
    name,
    `{ pfs: { repo: ${JSON.stringify(`in ${name}`)}, glob: ${JSON.stringify(`/${name}/*`)} } }`,
    {
      directory: `p${at}`,
      counts: { done: at, failed: 1 },
    },
  ),
);
const DATASETS = [dataset('', Object.fromEntries(NAMES.map((name) => [`in ${name}`, 2])))];
const GRAPH: Graph = graphOf(PIPELINES);
const LOOKS = looksOf(PIPELINES, DATASETS);

/** What stands in the boxes, and on the lines. */
const BOXES = NAMES.flatMap((name, at) => [
  ['in ', name, '2 files'] as const,
  ['', name, at === 0 ? '1 failed' : `1 failed, ${at} done`] as const,
]).map(([before, name, text]) => [plainText(before + name), text]);
const LINES = NAMES.map((name) => plainText(`/${name}/*`));

describe('the graph as a text', () => {
  it('is read by Graphviz with every name as it is', function () {
    const dot = findProgram('dot');
    if (dot === undefined) this.skip();
    const { stdout, stderr, status } = spawnSync(dot, ['-Tsvg'], {
      input: dotOf(GRAPH, LOOKS),
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
    assert.equal(stderr, '');
    // It keeps several spaces apart by writing some that do not break.
    const texts = xmlTexts(stdout, 'text').map((text) => text.replaceAll('\u00a0', ' '));
    for (const wanted of [...BOXES.flat(), ...LINES])
      assert.ok(texts.includes(wanted), `${wanted}\n${texts.join('\n')}`);
    assert.equal(texts.length, 2 * BOXES.length + LINES.length);
  });

  it('is an SVG document with every name as it is', function () {
    if (findProgram('python3') === undefined) this.skip();
    const svg = svgOf(GRAPH, LOOKS);
    const boxes = BOXES.map((lines) => lines.join(': '));
    const titles = xmlTexts(svg, 'title');
    assert.deepEqual([...titles].sort(), ['Pipelines', ...boxes, ...LINES].sort());
    assert.doesNotMatch(svg, /<script|<!--|\son\w+=|href|url\(|@import/);
  });

  it('holds no element in SVG but shapes and text', () => {
    const tags = new Set([...svgOf(GRAPH, LOOKS).matchAll(/<(\w+)/g)].map(([, tag]) => tag));
    assert.deepEqual([...tags].sort(), ['g', 'path', 'rect', 'style', 'svg', 'text', 'title']);
  });

  it('is a flowchart of Mermaid, in which names are only ever numbers and letters', () => {
    const [first, ...lines] = mermaidOf(GRAPH, LOOKS).trimEnd().split('\n');
    assert.equal(first, 'flowchart LR');
    const harmless = String.raw`"((?:[\p{L}\p{M}\p{N} /.,-]|#\d+;|<br/>)*)"`;
    const node = new RegExp(String.raw`^ {2}n\d+(?:\[\(${harmless}\)\]|\[${harmless}\]):::is-[a-z]+$`, 'u');
    const edge = new RegExp(String.raw`^ {2}n\d+ -->\|${harmless}\| n\d+$`, 'u');
    const style = /^ {2}classDef is-[a-z]+ stroke:#[0-9a-f]{6}$/;
    const read = (text: string): string[] =>
      text.split('<br/>').map((line) => {
        const plain = line.replace(/#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
        // What is a formula, or an icon, also where it is written by numbers.
        assert.doesNotMatch(plain, /\$\$|:fa-/);
        return plain.replaceAll('\u2060', '');
      });
    const boxes: string[][] = [];
    const labels: string[] = [];
    for (const line of lines) {
      const [, repo, own] = node.exec(line) ?? [];
      const [, label] = edge.exec(line) ?? [];
      if (repo !== undefined || own !== undefined) boxes.push(read(repo ?? own ?? ''));
      else if (label !== undefined) labels.push(...read(label));
      else assert.match(line, style);
    }
    assert.deepEqual(boxes, BOXES);
    assert.deepEqual(labels, LINES);
    // What Mermaid's Markdown would make of the beginning of a label.
    for (const line of lines) assert.doesNotMatch(line, /"(?: |[-\d]+\.? ?[-.] )/);
  });

  it('of nothing is a picture of nothing', () => {
    const nothing = graphOf([]);
    assert.equal(mermaidOf(nothing, new Map()), 'flowchart LR\n');
    assert.match(dotOf(nothing, new Map()), /^digraph minipach \{\n[^>]*\}\n$/);
    assert.match(svgOf(nothing, new Map()), /^<svg [^>]*width="40" height="40"/);
  });
});

/** The text of each element of a name, read by another program's reader of XML. */
function xmlTexts(xml: string, tag: string): readonly string[] {
  const script = `import sys, json, xml.etree.ElementTree as tree
found = tree.fromstring(sys.stdin.buffer.read()).iter('{http://www.w3.org/2000/svg}${tag}')
print(json.dumps([''.join(one.itertext()) for one in found]))`;
  const { stdout, stderr, status } = spawnSync('python3', ['-c', script], { input: xml, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as string[];
}

/** How a drawing is coloured: one set of rules, for a file with colours of its own and for an editor with a theme's. */
import { TEXT_SIZES } from './text-width.ts';

/** What has a colour. States that mean the same to a person share one. */
export type ColourName =
  | 'paper'
  | 'box'
  | 'repo'
  | 'ink'
  | 'faint'
  | 'border'
  | 'line'
  | 'done'
  | 'running'
  | 'pending'
  | 'stale'
  | 'failed'
  | 'blocked'
  | 'modified';

/** Colours as CSS writes them. */
export type Colours = Readonly<Record<ColourName, string>>;

/** The states that each colour stands for. */
const STATES: Partial<Readonly<Record<ColourName, readonly string[]>>> = {
  done: ['done'],
  running: ['running'],
  pending: ['pending', 'recovered'],
  stale: ['stale'],
  failed: ['failed', 'wrong'],
  modified: ['modified'],
  blocked: ['blocked', 'orphaned', 'empty'],
};

/** For light backgrounds. */
export const LIGHT: Colours = {
  paper: '#ffffff',
  box: '#ffffff',
  repo: '#f3f4f6',
  ink: '#1f2328',
  faint: '#59636e',
  border: '#8c959f',
  line: '#8c959f',
  done: '#1a7f37',
  running: '#0969da',
  pending: '#bf8700',
  stale: '#bc4c00',
  failed: '#cf222e',
  blocked: '#8c959f',
  modified: '#8250df',
};

/** For dark backgrounds. */
export const DARK: Colours = {
  paper: '#0d1117',
  box: '#161b22',
  repo: '#1f242c',
  ink: '#f0f6fc',
  faint: '#9198a1',
  border: '#6e7681',
  line: '#6e7681',
  done: '#3fb950',
  running: '#4493f8',
  pending: '#d29922',
  stale: '#f0883e',
  failed: '#f85149',
  blocked: '#6e7681',
  modified: '#ab7df8',
};

/** The colour of what is in a state. */
export function stateColour(state: string, colours: Colours): string {
  const found = Object.entries(STATES).find(([, states]) => states.includes(state));
  return found === undefined ? colours.border : colours[found[0] as ColourName];
}

/** The colours of rules. */
export function colourRules(colours: Colours): string {
  const states = Object.entries(STATES).flatMap(([colour, names]) => {
    const value = colours[colour as ColourName];
    return [
      `${names.map((name) => `.part.is-${name}`).join(',')}{fill:${value}}`,
      `${names.map((name) => `.is-${name} .box`).join(',')}{stroke:${value}}`,
    ];
  });
  return [
    `.paper{fill:${colours.paper}}`,
    `.box{fill:${colours.box};stroke:${colours.border}}`,
    `.repo .box{fill:${colours.repo}}`,
    `.name{fill:${colours.ink}}`,
    `.text,.label{fill:${colours.faint}}`,
    `.line{stroke:${colours.line}}`,
    `.head{fill:${colours.line}}`,
    ...states,
  ].join('\n');
}

/** All but colours. */
export function shapeRules(font: string): string {
  const { name, text, label } = TEXT_SIZES;
  return [
    `text{font-family:${font};white-space:pre}`,
    `.name{font-size:${name}px;font-weight:600}`,
    `.text{font-size:${text}px}`,
    `.label{font-size:${label}px}`,
    '.box{stroke-width:1.5}',
    '.is-absent .box{stroke-dasharray:4 3}',
    '.line{fill:none;stroke-width:1.2}',
  ].join('\n');
}

/** The graph's page as VS Code is given it: no script, style or anything else but what is named here by a nonce. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { type Colours, colourRules, shapeRules } from '../plan/graph/style.ts';
import type { DatumState } from '../plan/report.ts';
import { stateColour } from './pipeline-nodes.ts';

/** A colour of the theme, by the name that VS Code gives it in pages. */
function theme(colour: string, other?: string): string {
  const name = `--vscode-${colour.replaceAll('.', '-')}`;
  return other === undefined ? `var(${name})` : `var(${name},${other})`;
}

/** Themes need not have all: those of high contrast have no colour for errors in lists. */
const state = (name: DatumState): string => theme(stateColour(name), theme('errorForeground'));

/** The theme's, the same that views have for states. */
const COLOURS: Colours = {
  paper: theme('editor.background'),
  box: theme('editorWidget.background'),
  repo: theme('editor.background'),
  ink: theme('editor.foreground'),
  faint: theme('descriptionForeground'),
  border: theme('contrastBorder', theme('descriptionForeground')),
  line: theme('contrastBorder', theme('descriptionForeground')),
  done: state('done'),
  running: state('running'),
  pending: state('pending'),
  stale: state('stale'),
  failed: state('failed'),
  blocked: state('blocked'),
  modified: state('modified'),
};

const RULES = `
${shapeRules(theme('font-family'))}
${colourRules(COLOURS)}
html,body{height:100%;margin:0;padding:0;overflow:hidden}
body{display:flex;flex-direction:column;background:${COLOURS.paper};color:${COLOURS.ink}}
#note{margin:0;padding:10px 16px;display:flex;gap:12px;align-items:center;flex-wrap:wrap}
#note[hidden]{display:none}
#picture{flex:1;min-height:0;width:100%;touch-action:none;cursor:grab;outline-offset:-2px}
#picture.dragged{cursor:grabbing}
#picture:focus-visible{outline:1px solid ${theme('focusBorder')}}
.marked .line{stroke:${COLOURS.ink};stroke-width:2.2}
.marked .head,.marked .label{fill:${COLOURS.ink}}
.node{cursor:pointer;outline:none}
.node:hover .box{stroke-width:2.5}
.node:focus-visible .box{stroke:${theme('focusBorder')};stroke-width:3}
.vscode-high-contrast .node:focus-visible .box{stroke-dasharray:6 3}
#tools{position:fixed;right:16px;bottom:16px;display:flex;gap:4px}
button{font:inherit;color:${COLOURS.ink};background:${COLOURS.box};
border:1px solid ${theme('contrastBorder', theme('widget.border', 'transparent'))};border-radius:4px;padding:4px 12px;cursor:pointer}
button:hover{background:${theme('toolbar.hoverBackground')}}
button:focus-visible{outline:1px solid ${theme('focusBorder')};outline-offset:2px}
`;

/** The page. All that it shows comes by messages. */
export function graphPage(webview: vscode.Webview, script: vscode.Uri): string {
  const nonce = randomBytes(16).toString('base64url');
  const { l10n } = vscode;
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'`;
  const tool = (id: string, text: string, label: string): string =>
    `<button id="${id}" title="${attribute(label)}" aria-label="${attribute(label)}">${attribute(text)}</button>`;
  const context = attribute(JSON.stringify({ preventDefaultContextMenuItems: true }));
  return `<!DOCTYPE html>
<html>
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style nonce="${nonce}">${RULES}</style>
</head>
<body data-vscode-context="${context}">
<p id="note" role="status" hidden><span></span><button hidden></button></p>
<svg id="picture" role="group" tabindex="0" aria-label="${attribute(l10n.t('Graph of pipelines. Arrow keys move it, Tab leads to its boxes.'))}"><g id="world"></g></svg>
<div id="tools" role="toolbar" aria-label="${attribute(l10n.t('Zoom'))}">
${tool('in', '+', l10n.t('Zoom in (+)'))}
${tool('out', '−', l10n.t('Zoom out (-)'))}
${tool('fit', l10n.t('Fit'), l10n.t('Show all (0)'))}
</div>
<script nonce="${nonce}" src="${attribute(webview.asWebviewUri(script).toString())}"></script>
</body>
</html>
`;
}

function attribute(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

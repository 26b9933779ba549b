/** Red Hat's YAML extension, which many people have: what it tells is not told a second time. */
import * as vscode from 'vscode';

/** Whether it is there and enabled; where a YAML file is open, it is then at work, or will be in a moment. */
export function hasRedHat(): boolean {
  return vscode.extensions.getExtension('redhat.vscode-yaml') !== undefined;
}

/** Whether it marks mistakes of YAML itself in a document. */
export function marksPlainYaml(uri: vscode.Uri): boolean {
  return hasRedHat() && vscode.workspace.getConfiguration('yaml', uri).get('validate') !== false;
}

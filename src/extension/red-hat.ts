/** Red Hat's YAML extension, which many people have: what it tells is not told a second time. */
import * as vscode from 'vscode';

/** Whether it is at work in this window. */
export function isRedHatActive(): boolean {
  return vscode.extensions.getExtension('redhat.vscode-yaml')?.isActive === true;
}

/** The release that the tests are written against. */
export const CODE_SERVER_VERSION: string;
/** Where the project keeps what is slow to make and safe to delete. */
export function cacheDirectory(): string;
/** The folder that code-server is, or will be, installed in. */
export function codeServerDirectory(): string;
/** VS Code's server program inside the installed folder. */
export function serverMain(): string;
/** True when an installation is complete. */
export function codeServerInstalled(): Promise<boolean>;
/** Installs code-server when it is missing and returns its folder. */
export function installCodeServer(options?: { log?: (line: string) => void }): Promise<string>;

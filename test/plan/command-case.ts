/** What a table of commands says. */

/** What a datum's command is, with everything filled in. */
export interface CommandCase {
  readonly name: string;
  readonly files: readonly string[];
  /** The whole `spec.yml`. */
  readonly spec: string;
  /** The datum's name. */
  readonly datum: string;
  /** The words of a list, or the text that a shell gets. */
  readonly argv: readonly string[] | string;
  /** The variables, where the case is about them: these and no others. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A command that cannot be filled in. */
export interface RefusedCommand {
  readonly name: string;
  readonly files: readonly string[];
  readonly spec: string;
  /** Must be in what is said about it. */
  readonly says: RegExp;
}

/** A group of sessions by subject: `sub-01` has two, `sub-02` one. */
export const SESSIONS: readonly string[] = ['fs/sub-01/ses-1/lh', 'fs/sub-01/ses-2/lh', 'fs/sub-02/ses-1/lh'];

/** The input over `SESSIONS`, as YAML. */
export const BY_SUBJECT =
  'input:\n  group:\n    - pfs: { repo: fs, glob: "/(sub-*)/(ses-*)", group_by: "$1" }\n';

/** Subjects with T1, of whom `sub-02` has T2 too. */
export const IMAGES: readonly string[] = [
  't1/sub-01/T1.nii.gz',
  't1/sub-02/T1.nii.gz',
  't2/sub-02/T2.nii.gz',
];

/** The outer join over `IMAGES`, as YAML. */
export const OPTIONAL_T2 = `input:
  join:
    - pfs: { repo: t1, glob: "/(sub-*)", join_on: "$1", outer_join: true }
    - pfs: { repo: t2, glob: "/(sub-*)", join_on: "$1" }
`;

/** One input over `data/a-1.txt` and its like, as YAML. */
export const PLAIN = 'input:\n  pfs: { repo: data, glob: "/(?)-(?).txt", name: x }\n';

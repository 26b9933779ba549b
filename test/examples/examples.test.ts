import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { TestProject } from '../rigs/project.ts';
import { exampleNames, notDone, promisedTree, resultTree, run, startExample } from './example-project.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** What happens when one file of an example changes. */
interface Change {
  readonly path: string;
  /** The states that the plan then gives, of all datums that are not done. */
  readonly states: readonly string[];
  /** What the next run records. */
  readonly recorded: readonly string[];
}

const CHANGES: Readonly<Record<string, Change>> = {
  text: {
    path: 'texts/austen.txt',
    states: ['words/austen.txt stale', 'totals blocked'],
    recorded: ['totals', 'words/austen.txt'],
  },
  sweep: {
    path: 'data/sub-02.csv',
    states: [
      'fit/sub-02.csv/alpha-0.json stale',
      'fit/sub-02.csv/alpha-1.json stale',
      'fit/sub-02.csv/alpha-10.json stale',
      'scores blocked',
    ],
    recorded: [
      'fit/sub-02.csv/alpha-0.json',
      'fit/sub-02.csv/alpha-1.json',
      'fit/sub-02.csv/alpha-10.json',
      'scores',
    ],
  },
  'edges-montage': {
    path: 'images/kites.pgm',
    states: ['edges/kites.pgm stale', 'montage blocked'],
    recorded: ['edges/kites.pgm', 'montage'],
  },
  fmriprep: {
    path: 'raw/sub-02/anat/sub-02_T1w.nii.gz',
    states: ['fmriprep/sub-02 stale'],
    recorded: ['fmriprep/sub-02'],
  },
  mriqc: {
    path: 'raw/sub-02/anat/sub-02_T1w.nii.gz',
    // The group is stale too: it could be made of the others at once.
    states: ['mriqc/sub-02 stale', 'mriqc-group stale'],
    recorded: ['mriqc-group', 'mriqc/sub-02'],
  },
  'recon-all': {
    path: 'raw/sub-02/ses-1/anat/sub-02_ses-1_T1w.nii.gz',
    // Which bases there are is known once all sessions are there: sub-02 has only this one.
    states: ['recon-all/sub-02_ses-1 stale', 'recon-base/sub-01 blocked'],
    recorded: ['recon-all/sub-02_ses-1', 'recon-base/sub-02'],
  },
};

/** Pictures must stay pictures; everything else may grow by a line. */
const ADDED: Readonly<Record<string, string>> = {
  csv: '5,5.5\n',
  pgm: '# retouched\n',
  txt: 'once more\n',
  gz: 'again\n',
};

function has(program: string, asked = '--version'): boolean {
  return spawnSync(program, [asked], { stdio: 'ignore' }).status === 0;
}

/** Replays the newest record of every pipeline, and finds that nothing differs. */
function replay(project: TestProject): void {
  const tree = project.git('rev-parse', 'HEAD^{tree}');
  const newest = new Map<string, string>();
  for (const line of project
    .git('log', '--format=%H %s', '--fixed-strings', '--grep=[DATALAD RUNCMD]')
    .trim()
    .split('\n')) {
    const [, commit = '', pipeline = ''] = /^(\S+) \[DATALAD RUNCMD\] (\S+):/.exec(line) ?? [];
    if (!newest.has(pipeline)) newest.set(pipeline, commit);
  }
  for (const commit of newest.values()) project.ok('datalad', ['rerun', commit]);
  assert.equal(project.git('rev-parse', 'HEAD^{tree}'), tree);
  assert.equal(project.git('status', '--porcelain'), '');
}

describe('the examples', () => {
  before(function () {
    if (!has('python3')) this.skip();
  });

  it('are all tested', () => {
    assert.deepEqual(Object.keys(CHANGES).sort(), [...exampleNames()].sort());
  });

  it('are told in docs/examples.md as they are', () => {
    execFileSync(process.execPath, ['docs/generate-examples.mjs', '--check'], { cwd: ROOT, stdio: 'pipe' });
  });

  for (const [name, change] of Object.entries(CHANGES)) {
    describe(name, () => {
      let project: TestProject;
      before(() => {
        project = startExample(name);
      });
      after(() => project.remove());

      it('has no mistakes, and leaves what its README says', () => {
        assert.deepEqual(JSON.parse(project.minipach('check', '--format', 'json').stdout), []);
        assert.equal(run(project).exit, 0);
        assert.equal(resultTree(project), promisedTree(name));
        assert.equal(project.git('status', '--porcelain'), '');
      });

      it('has nothing to do afterwards', () => {
        assert.deepEqual(notDone(project), []);
        assert.deepEqual(run(project), { exit: 0, recorded: [], failed: [] });
      });

      it('is replayed by DataLad', function () {
        if (!has('datalad')) this.skip();
        replay(project);
        assert.deepEqual(notDone(project), []);
      });

      it('computes again what a change asks for, and nothing else', () => {
        const added = ADDED[change.path.split('.').at(-1) ?? ''] ?? '';
        project.write(change.path, project.read(change.path) + added);
        project.commit('Change an input');
        assert.deepEqual(notDone(project), change.states);
        assert.deepEqual(run(project), { exit: 0, recorded: change.recorded, failed: [] });
        assert.deepEqual(notDone(project), []);
      });
    });
  }

  it('make the group of those that are there, where a participant fails', () => {
    const project = startExample('mriqc');
    try {
      project.write('raw/sub-02/anat/sub-02_T1w.nii.gz', 'corrupt\n');
      project.commit('Spoil an image');
      assert.deepEqual(run(project), {
        exit: 1,
        recorded: ['mriqc-group', 'mriqc/sub-01'],
        failed: ['mriqc/sub-02'],
      });
      assert.match(project.read('mriqc-group/group_T1w.tsv'), /^bids_name.*\nsub-01_T1w\t.*\n$/);
    } finally {
      project.remove();
    }
  });

  it('find all subjects stale when what they share changes, and none for what does not count', () => {
    const project = startExample('fmriprep');
    try {
      run(project);
      // Whoever replays it in another clone needs the context as well.
      assert.match(
        project.git('log', '-1', '--format=%B'),
        /"inputs": \[[^\]]*raw\/dataset_description\.json/,
      );
      project.write('raw/dataset_description.json', '{ "Name": "Rest, renamed" }\n');
      project.commit('Change the context');
      assert.deepEqual(notDone(project), []);
      project.write('raw/task-rest_bold.json', '{ "TaskName": "rest", "RepetitionTime": 1.5 }\n');
      project.commit('Correct the repetition time');
      assert.deepEqual(notDone(project), ['fmriprep/sub-01 stale', 'fmriprep/sub-02 stale']);
    } finally {
      project.remove();
    }
  });

  for (const name of ['fmriprep', 'recon-all']) {
    it(`leave the same in a DataLad dataset with an annex, where DataLad replays them: ${name}`, function () {
      if (!has('datalad') || !has('git-annex', 'version')) this.skip();
      const project = startExample(name, { datalad: true });
      try {
        assert.equal(run(project).exit, 0);
        assert.equal(resultTree(project), promisedTree(name));
        replay(project);
        assert.deepEqual(notDone(project), []);
      } finally {
        project.remove();
      }
    });
  }
});

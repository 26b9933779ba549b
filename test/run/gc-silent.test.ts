import assert from 'node:assert/strict';
import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prepareState, type State, stateOf } from '../../src/run/state.ts';
import { TestProject } from '../rigs/project.ts';

const DAY = 86_400;

describe('minipach gc, of a runner elsewhere that was killed and held nothing', () => {
  let project: TestProject;
  let state: State;
  beforeEach(() => {
    project = TestProject.withCopies(1);
    state = stateOf({ commonDirectory: project.path('.git') });
    prepareState(state);
  });
  afterEach(() => project.remove());

  const leave = (token: string, days: number, more: object = {}): void => {
    const facts = { token, host: 'node7', place: 'elsewhere', pid: 4711, started: '1', run: token, ...more };
    writeFileSync(join(state.holders, token), JSON.stringify(facts));
    const beat = join(state.holders, `${token}.beat`);
    writeFileSync(beat, '000000000001');
    const then = Date.now() / 1000 - days * DAY;
    utimesSync(beat, then, then);
    mkdirSync(join(state.workspaces, token));
  };
  const isThere = (token: string): boolean => existsSync(join(state.workspaces, token));

  it('removes what it left when it was silent for a day, and nothing of one that may live', () => {
    leave('silent', 1.1);
    leave('late', 0.9);
    leave('queued', 9, { task: '4711' });
    const { stdout } = project.minipach('gc');
    assert.match(stdout, /1 .*workspaces of dead runners/);
    assert.equal(project.minipach('gc', '--yes').code, 0);
    assert.deepEqual(['silent', 'late', 'queued'].map(isThere), [false, true, true]);
    assert.ok(existsSync(join(state.holders, 'silent.dead')), 'should it wake up, it may do nothing');
    assert.ok(!existsSync(join(state.holders, 'late.dead')));
  });
});

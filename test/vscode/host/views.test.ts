describe('authoring', () => {
  it('todo');
});
